"""Were we asleep, late, or was our clock set? Compares the wall clock, the monotonic clock and our own plans.

Sleep and a clock set forward look alike wherever the platform does not count its sleep (``Clock.slept_s`` is
None): both then pass for sleep. Where the monotonic clock runs on during sleep (Windows), sleep shows as
*late*.
"""

from __future__ import annotations

from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.monitor.ports import Clock

DRIFT_S = 2.0
LATE_S = 5.0


class Watchfulness:
    """Knows when we were last awake and when we meant to wake."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._awake_at = clock.now()
        self._due_at = self._awake_at

    def wake(self) -> None:
        """We are awake now; nothing before counts."""
        if abs(self._clock.wall() - self._clock.now()) > DRIFT_S:
            self._clock.anchor()
        self._awake_at = self._due_at = self._clock.now()

    def sleep_until(self, at: Instant) -> None:
        """The watching loop means to wake then."""
        self._due_at = at

    def gap(self, cadence_s: float) -> Gap | None:
        """What was missed since the last call, if anything; our clock is right again afterwards."""
        now = self._clock.now()
        drift_s = self._clock.wall() - now
        if abs(drift_s) > DRIFT_S:
            return self.since(self._awake_at, self._drift_reason(drift_s))
        if now - self._due_at > max(2 * cadence_s, LATE_S):
            return self.since(self._due_at, GapReason.LATE)
        self._awake_at = now
        return None

    def since(self, from_at: Instant, reason: GapReason) -> Gap:
        """A gap from then until now."""
        self.wake()
        return Gap(from_at, self._awake_at, reason)

    def _drift_reason(self, drift_s: float) -> GapReason:
        slept_s = self._clock.slept_s()
        if slept_s is None:
            return GapReason.ASLEEP if drift_s > 0 else GapReason.CLOCK_STEPPED
        return GapReason.ASLEEP if slept_s > DRIFT_S else GapReason.CLOCK_STEPPED
