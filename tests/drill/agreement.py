"""Whether two courses of one drill are the same: the same events in the same order, a round aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Instant

Key = tuple[str, str | None, str | None, int]
"""Kind, node, finding, and which time it is that this happened."""

# A loaded machine wakes late; and how many hooks there are is the workflows' own.
ASIDE = {EventKind.GAP, EventKind.HOOK_CALLED}


def disagreement(first: Sequence[Event], second: Sequence[Event], round_s: float) -> list[str]:
    """What differs, in words; nothing where they agree."""
    one, other = _lasting(first, round_s), _lasting(second, round_s)
    lacking = [f"only in one: {key}" for key in one.keys() ^ other.keys()]
    swapped = [
        f"in another order: {a}, {b}"
        for a, b in combinations(sorted(one.keys() & other.keys(), key=str), 2)
        if _apart(one, a, b, round_s) * _apart(other, a, b, round_s) < 0
    ]
    return lacking + swapped


def _apart(times: dict[Key, Instant], a: Key, b: Key, round_s: float) -> int:
    """-1 or 1: which of them came surely first; 0: within one round of each other."""
    apart_s = times[a] - times[b]
    return 0 if abs(apart_s) <= round_s else int(apart_s > 0) * 2 - 1


def _lasting(events: Sequence[Event], round_s: float) -> dict[Key, Instant]:
    """Every event by its key, without findings, and ways of beating, that stood no longer than two rounds.

    Both ends may be seen a round late, or early: what stood for less may as well not be seen at all.
    """
    counts: Counter[tuple[str, str | None, str | None]] = Counter()
    times: dict[Key, Instant] = {}
    for event in _without_flickers([e for e in events if e.kind not in ASIDE], 2 * round_s):
        what = (event.kind.value, event.node, event.finding)
        counts[what] += 1
        times[*what, counts[what]] = event.at
    return times


def _without_flickers(events: Sequence[Event], moment_s: float) -> list[Event]:
    # The verdict follows from the findings; what counts is which of them stood.
    kept = [event for event in events if event.kind is not EventKind.VERDICT_CHANGED]
    for event in tuple(kept):
        back = next((one for one in kept if one.at >= event.at and _undone_by(event, one)), None)
        if event in kept and back is not None and back.at - event.at <= moment_s:
            kept.remove(event)
            kept.remove(back)
    return kept


def _undone_by(event: Event, later: Event) -> bool:
    """Whether the later one takes back what the event told: a finding cleared, beats as they were before."""
    if event.kind is EventKind.HEARTBEAT_METHOD_CHANGED:
        return later is not event and (later.kind, later.node) == (event.kind, event.node)
    return (
        event.kind is EventKind.FINDING_RAISED
        and later.kind is EventKind.FINDING_CLEARED
        and later.finding == event.finding
    )
