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
    """Knows when we were last awake and when we meant to wake.

    Measures by the clocks themselves, never by the anchor alone: several groups share one clock, and the
    first to notice a gap anchors it for all.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due_s = 0.0
        self.wake()

    def wake(self) -> None:
        """We are awake now; nothing before counts."""
        if abs(self._clock.wall() - self._clock.now()) > DRIFT_S:
            self._clock.anchor()
        self._seen()
        self._due_s = self._elapsed_s

    def sleep_for(self, seconds: float) -> None:
        """The watching loop means to wake so much later."""
        self._due_s = self._clock.elapsed_s() + seconds

    def gap(self, cadence_s: float) -> Gap | None:
        """What was missed since the last call, if anything; our clock is right again afterwards."""
        elapsed_s, wall = self._clock.elapsed_s(), self._clock.wall()
        jumped_s = (wall - self._wall) - (elapsed_s - self._elapsed_s)
        if abs(jumped_s) > DRIFT_S:
            return self.since(self._awake_at, self._jump_reason(jumped_s))
        if abs(wall - self._clock.now()) > DRIFT_S:  # crept apart, or jumped in small steps
            return self.since(self._awake_at, GapReason.CLOCK_STEPPED)
        late_s = elapsed_s - self._due_s
        if late_s > max(2 * cadence_s, LATE_S):
            return self.since(self._clock.now() - late_s, GapReason.LATE)
        self._seen()
        return None

    def since(self, from_at: Instant, reason: GapReason) -> Gap:
        """A gap from then until now."""
        self.wake()
        return Gap(round(from_at, 3), self._awake_at, reason)

    def _seen(self) -> None:
        self._awake_at = self._clock.now()
        self._wall = self._clock.wall()
        self._elapsed_s = self._clock.elapsed_s()
        self._slept_s = self._clock.slept_s()

    def _jump_reason(self, jumped_s: float) -> GapReason:
        slept_s = self._clock.slept_s()
        if slept_s is None or self._slept_s is None:
            return GapReason.ASLEEP if jumped_s > 0 else GapReason.CLOCK_STEPPED
        return GapReason.ASLEEP if slept_s - self._slept_s > DRIFT_S else GapReason.CLOCK_STEPPED
