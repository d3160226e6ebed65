"""What lay in a gap: a change of Primary that nobody saw, and how long nobody looked. Claims no more."""

from __future__ import annotations

from agmonitor.domain.memory import Marks, Memory
from agmonitor.domain.observations import Gap, GapReason, Input
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import GroupState

NATURAL_S = 5.0
"""A record that names the new Primary so soon after a gap moved in it, for all that anybody knows."""


def change_unwatched(memory: Memory, before: GroupState, after: GroupState, primary: str) -> Gap | None:
    """The time in which that node became Primary unseen, until it was heard; None where it was watched."""
    gap = after.last_gap
    if gap is None or not memory.gap_since_primary or before.node(primary).role_since is not None:
        return None
    return replace(gap, until_at=max(gap.until_at, after.now)) if seconds_unseen(gap) else None


def seconds_unseen(item: Input) -> float:
    """How long nobody looked: of a clock that was set no time at all."""
    if not isinstance(item, Gap) or item.reason is GapReason.CLOCK_STEPPED:
        return 0.0
    return max(0.0, item.until_at - item.from_at)


def took_over_unwatched(state: GroupState, node: str) -> Gap | None:
    """The gap in which that node took over, as far as is known, while it is the newest change of Primary."""
    change = state.memory.change
    return change.unwatched if change is not None and change.new == node else None


def before_the_gap(marks: Marks, gap: Gap) -> Marks:
    """What was marked until nobody looked. A beat still stands where we had seen it end in silence."""
    silent_at = marks.silent_at if marks.silent_at is not None and marks.silent_at <= gap.from_at else None
    beat_at = marks.beat_at if silent_at is not None and (marks.beat_at or 0.0) <= gap.from_at else None
    return replace(marks, beat_at=beat_at, silent_at=silent_at)
