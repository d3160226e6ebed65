"""Two Primaries or none: seen once, it is asked again before it is said. Also who was Primary last.

A swap between two questions looks like a split brain. So the node that answered first is asked again after
the other's answer came; only what it still says then is true of both at one time.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.memory import Doubt, Doubted, Memory, PrimaryChange, SecondLook
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState, NodeState
from agmonitor.domain.unwatched import change_unwatched
from agmonitor.domain.window import only, window_s

ASKED_AGAIN_AFTER_S = 5.0
"""No Primary, and a record that points elsewhere, are natural for a moment in every failover."""
ORDER_EXPLAINS_S = 120.0
"""A change of Primary this long after an order of ours is put down to it."""
CHANGES_KEPT = 20
"""What a sentence on flapping counts at most."""

CLAIMS = {Doubted.TWO_PRIMARIES: Role.PRIMARY, Doubted.NO_PRIMARY: Role.SECONDARY}


def doubt_after(
    doubt: Doubt | None, nodes: tuple[NodeState, NodeState], last_look_at: Instant
) -> Doubt | None:
    """The doubt about the pair of roles after a probe of a node; no look may be asked for later."""
    what = _doubted(nodes)
    if what is None:
        return _held_on(doubt, nodes)
    if doubt is None or doubt.what is not what:
        return or_too_late(_new_doubt(what, nodes), last_look_at)
    if doubt.second_look is SecondLook.CONFIRMED:
        return doubt
    if _confirmed(doubt, nodes):
        return replace(doubt, second_look=SecondLook.CONFIRMED)
    if _failed(doubt, nodes):
        return replace(doubt, second_look=SecondLook.FAILED)
    return doubt


def asked_again_at(doubt: Doubt) -> Instant:
    """When the second look is due."""
    return doubt.since + (0.0 if doubt.what is Doubted.TWO_PRIMARIES else ASKED_AGAIN_AFTER_S)


def or_too_late(doubt: Doubt, last_look_at: Instant) -> Doubt:
    """A second look that a single look has no time for has failed."""
    too_late = asked_again_at(doubt) > last_look_at
    return replace(doubt, second_look=SecondLook.FAILED) if too_late else doubt


def given_up(doubt: Doubt | None, now: Instant) -> Doubt | None:
    """A single look's time is up: a second look that was due and has not been answered has failed."""
    if doubt is None or doubt.second_look is not named.WANTED or now < asked_again_at(doubt):
        return doubt
    return replace(doubt, second_look=SecondLook.FAILED)


def _doubted(nodes: tuple[NodeState, NodeState]) -> Doubted | None:
    first, second = nodes
    if first.role is not second.role:
        return None
    if first.condition is not named.HEARD or second.condition is not named.HEARD:
        return None
    return next((what for what, role in CLAIMS.items() if role is first.role), None)


def _new_doubt(what: Doubted, nodes: tuple[NodeState, NodeState]) -> Doubt:
    first, second = sorted(nodes, key=lambda node: (_heard_at(node), node.name))
    assert first.heard is not None
    assert second.heard is not None
    # Where one was under way when the other came, which was given first is not known.
    overlap = second.heard.sent_at < first.heard.received_at
    return Doubt(what, since=_heard_at(second), older=first.name, both=overlap)


def _heard_at(node: NodeState) -> Instant:
    assert node.heard is not None
    return node.heard.received_at


def _confirmed(doubt: Doubt, nodes: tuple[NodeState, NodeState]) -> bool:
    due = asked_again_at(doubt)
    if doubt.what is Doubted.NO_PRIMARY or doubt.both:  # both have said it again
        return all(node.heard is not None and node.heard.sent_at >= due for node in nodes)
    return any(
        node.name == doubt.older and node.heard is not None and node.heard.sent_at >= due for node in nodes
    )


def _failed(doubt: Doubt, nodes: tuple[NodeState, NodeState]) -> bool:
    """Asked again in time, and no answer came."""
    due = asked_again_at(doubt)
    either = doubt.what is Doubted.NO_PRIMARY or doubt.both
    return any(
        node.failures > 0 and node.last is not None and node.last.sent_at >= due
        for node in nodes
        if either or node.name == doubt.older
    )


def _held_on(doubt: Doubt | None, nodes: tuple[NodeState, NodeState]) -> Doubt | None:
    """An unreadable second look leaves the claim standing, until the next probe."""
    if doubt is None or doubt.second_look is SecondLook.CONFIRMED or not _failed(doubt, nodes):
        return None
    claimed = CLAIMS[doubt.what]
    if all(_still_claims(node, claimed) for node in nodes):
        return replace(doubt, second_look=SecondLook.FAILED)
    return None


def _still_claims(node: NodeState, role: Role) -> bool:
    if node.condition is named.HEARD:
        return node.role is role
    said = node.heard.report.role if node.heard is not None and node.heard.report is not None else None
    return node.failures == 1 and said is role


def primary_followed(memory: Memory, before: GroupState, after: GroupState) -> Memory:
    """Remember who is Primary; when it is another than before, remember the change and its excuse."""
    excuse, excused_at = _excuse(memory, before, after)
    primary = only(after.nodes, named.PRIMARY)
    old = memory.last_primary
    if primary is not None and old is not None and old != primary.name:
        explained = memory.gap_since_primary or memory.excuse or excuse
        since = primary.role_since if primary.role_change_seen else None
        at = since or after.now
        bounce_s = _bounce_s(memory, after, primary.name, at)
        unwatched = change_unwatched(memory, before, after, primary.name)
        change = PrimaryChange(at, old, primary.name, _ordered(after), explained, bounce_s, unwatched)
        kept = (*memory.changes, change)[-CHANGES_KEPT:]
        memory, excuse = replace(memory, change=change, changes=kept), False
    moved = primary is not None and (old != primary.name or memory.gap_since_primary)
    if primary is not None and moved:
        memory = replace(memory, last_primary=primary.name, gap_since_primary=False)
    if excuse is memory.excuse and excused_at == memory.excused_at:
        return memory
    return replace(memory, excuse=excuse, excused_at=excused_at)


def _bounce_s(memory: Memory, state: GroupState, primary: str, at: Instant) -> float | None:
    """How soon the role went back to where it came from, within one window and all of it watched.

    The way back is the second half of a bounce; what follows it stands for itself again.
    """
    first = memory.change
    if first is None or first.bounce_s is not None or memory.gap_since_primary or first.old != primary:
        return None
    if state.ordered is not None and state.ordered.at >= first.at:
        return None  # ordered back by us
    back_s = at - first.at
    return back_s if 0 <= back_s <= window_s(state.timers.absence_s, state.timers.check_s) else None


def _ordered(state: GroupState) -> bool:
    order = state.ordered
    if order is None:
        return False
    limit_s = max(ORDER_EXPLAINS_S, state.timers.absence_s + 2 * state.timers.check_s)
    return 0 <= state.now - order.at <= limit_s


def _excuse(memory: Memory, before: GroupState, after: GroupState) -> tuple[bool, Instant | None]:
    """Whether a takeover would be no wonder, and since when: the Primary is silent, or its newest beat late.

    Or the window has opened: where beats go by DNS and the absence is short, that is before one counts as
    late. The one that takes over writes a beat of its own to TXT before it says that it is Primary, so a
    late beat is remembered for a moment.
    """
    if memory.last_primary is None:
        return False, None
    primary, beat = after.node(memory.last_primary), before.beat
    settles_s = max(ASKED_AGAIN_AFTER_S, 2 * after.settings.cadence_s)
    late = beat is not None and (beat.age_s > beat.late_after_s or _opened(before, after.now, settles_s))
    if late or primary.condition is not named.HEARD or primary.failures > 0:
        return True, after.now
    if memory.excused_at is not None and 0 <= after.now - memory.excused_at <= settles_s:
        return memory.excuse, memory.excused_at
    if not memory.excuse:
        return False, memory.excused_at
    overridden = any(node.role is named.PRIMARY for node in after.nodes if node is not primary)
    kept = beat is None or overridden or primary.role is not named.PRIMARY
    return kept, memory.excused_at


def _opened(before: GroupState, now: Instant, moment_s: float) -> bool:
    """Whether the window has opened since the newest beat was told, if that was a moment ago."""
    beat, window = before.beat, before.window
    if beat is None or window is None:
        return False
    told_at = beat.stamped_at + beat.age_s - window.offset_s
    return min(now, told_at + moment_s) + window.offset_s >= window.opens_at
