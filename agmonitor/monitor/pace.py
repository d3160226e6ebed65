"""How fast to ask: a pure function of the state and of how long it has been bad."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState

QUICK_S = 1.0
URGENT = frozenset({1, 2, 3, 4, 5, 6})  # findings during which every second counts
OVERLOADED = 13
EASED = 4.0  # an overloaded node is asked this much more seldom
JITTER = 0.1  # a round comes up to this share early, never late: the cadence is a promise
_DELIVERY_S = 4.0  # slack and the record's update, on top of the intervals


@dataclass(slots=True)
class Pace:
    """Remembers since when it has been urgent; the rest is read off the state."""

    urgent_since: Instant | None = None

    def cadence_s(self, state: GroupState) -> float:
        """Seconds from one round's start to the next, before jitter.

        Quick while it is urgent, for two takeover windows at most; eased while a node is overloaded; in all
        that never slower than half the report interval, or we would miss heartbeats.
        """
        held = {finding.number for finding in state.verdict.findings}
        cadence_s = state.settings.cadence_s
        if self._hurry(state, urgent=not held.isdisjoint(URGENT)):
            cadence_s = min(cadence_s, QUICK_S)
        if OVERLOADED in held:
            cadence_s *= EASED
        return min(cadence_s, state.timers.report_s / 2)

    def _hurry(self, state: GroupState, *, urgent: bool) -> bool:
        if not urgent:
            self.urgent_since = None
            return False
        if self.urgent_since is None:
            self.urgent_since = state.now
        return state.now - self.urgent_since <= 2 * takeover_window_s(state)


def takeover_window_s(state: GroupState) -> float:
    """From a heartbeat to the latest takeover the documented rules allow."""
    timers = state.timers
    return max(timers.absence_s, timers.check_s) + timers.check_s + _DELIVERY_S
