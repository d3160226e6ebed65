"""A past moment as it can be told: the state then, and how sure that is. Reads nothing and steps nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Gap, Input
from agmonitor.domain.state import GroupState


class Sure(StrEnum):
    """How well a moment is known."""

    OBSERVED = "observed"  # it was being watched: the state is the one that was shown then
    IN_GAP = "in_gap"  # nothing was observed then, for a known reason; the state is the last before
    UNRECORDED = "unrecorded"  # nothing is recorded of then; the state is the last before
    LANES_ONLY = "lanes_only"  # the inputs are kept no longer: only what the lanes say
    NOTHING = "nothing"  # nothing at all


@dataclass(frozen=True, slots=True)
class Then:
    """One group at one past moment. No state where ``sure`` is LANES_ONLY or NOTHING."""

    at: Instant
    sure: Sure
    state: GroupState | None = None
    known_at: Instant | None = None  # the newest input that the state rests on
    gap: Gap | None = None
    lanes: tuple[tuple[str, str], ...] = ()  # lane and what its bar says, where that is all
    why: str = ""  # a sentence on what is missing


BROKEN_AFTER = 10  # deadlines or rounds without any input: nobody was watching


def then_of(at: Instant, state: GroupState, known_at: Instant, following: Iterable[Input]) -> Then:
    """A moment by the last state before; ``following``: the next few inputs.

    A gap is an input of its own, recorded when it has ended: it stands among those that follow.
    """
    for item in following:
        if isinstance(item, Gap) and item.from_at <= at < item.until_at:
            return Then(at, Sure.IN_GAP, state, known_at, item)
    if at - known_at > BROKEN_AFTER * max(state.settings.timeout_s, state.settings.cadence_s):
        return Then(at, Sure.UNRECORDED, state, known_at, why="Nothing was recorded between them.")
    return Then(at, Sure.OBSERVED, state, known_at)
