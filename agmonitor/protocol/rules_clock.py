"""Rule 12: a node whose own clock was set back."""

from __future__ import annotations

from agmonitor.domain.model import Instant, Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.inputs import Tick
from agmonitor.protocol.outcome import Outcome, did
from agmonitor.protocol.state import NodeState, was_set_back

JUST_BEFORE_S = 0.001


def clock_set_back(state: NodeState, happened: Tick) -> Outcome:
    """A node whose clock was set back does now what is due, and counts from now what it remembers as later.

    Else a Primary would fall silent, and a Secondary wait, for as long as the clock lost.
    """
    if not was_set_back(state, happened.at):
        return None
    at = happened.at
    return did(
        replace(
            state,
            since=min(state.since, at - JUST_BEFORE_S),
            beat_arrived_at=_at_most(state.beat_arrived_at, at),
            learnt_at=_at_most(state.learnt_at, at),
            last_beat_at=_at_most(state.last_beat_at, at)
            if state.role is Role.PRIMARY
            else state.last_beat_at,
            last_check_at=_at_most(state.last_check_at, at),
            checking_at=_at_most(state.checking_at, at),
            due_at=at,
            seen_at=at,
        )
    )


def _at_most(instant: Instant | None, at: Instant) -> Instant | None:
    return None if instant is None else min(instant, at)
