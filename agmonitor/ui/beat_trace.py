"""The newest heartbeats of one group in little: a ring of beat ages for its row in the list. Knows no Qt.

Four samples to a report interval show the saw-tooth. What was not known is kept as unknown: a gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState
from agmonitor.texts import t
from agmonitor.ui.phrases import lasting

SAMPLES = 32
SAMPLES_A_REPORT = 4
LEAST_STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class Trace:
    """What a row draws. Ages in seconds, oldest first, None where no beat was known."""

    ages_s: tuple[float | None, ...]
    late_after_s: float
    limit_s: float  # the allowed absence
    step_s: float

    @property
    def known(self) -> tuple[float, ...]:
        """The ages without the gaps."""
        return tuple(age for age in self.ages_s if age is not None)

    @property
    def spoken(self) -> str:
        """The picture in words."""
        known = self.known
        if not known:
            return t("no heartbeat known")
        newest = self.ages_s[-1]
        said = t("no heartbeat known now")
        if newest is not None:
            said = t("last heartbeat {age} old", age=lasting(newest))
        back = lasting(round(len(self.ages_s) * self.step_s))
        most = t("at most {age} in {span}", age=lasting(max(known)), span=back)
        gaps = [t("with gaps")] if len(known) < len(self.ages_s) else []
        return ", ".join((said, most, *gaps, t("{limit} allowed", limit=lasting(self.limit_s))))


class BeatTrace:
    """Fed with every new state of one group; keeps a sample a step."""

    def __init__(self) -> None:
        self._ages: deque[float | None] = deque(maxlen=SAMPLES)
        self._last_at: Instant | None = None
        self._step_s = 0.0
        self._made: Trace | None = None

    @property
    def trace(self) -> Trace | None:
        """None before anything was fed."""
        return self._made

    def feed(self, state: GroupState) -> None:
        """Take the state's beat age where a step has passed since the last one taken."""
        step_s = max(LEAST_STEP_S, state.timers.report_s / SAMPLES_A_REPORT)
        at = state.now
        if step_s != self._step_s or (self._last_at is not None and at < self._last_at):
            self._ages.clear()  # other intervals, or a clock set back: what was drawn no longer fits
            self._step_s, self._last_at = step_s, None
        if self._last_at is not None:
            if at - self._last_at < step_s:
                return
            missed = int((at - self._last_at) / step_s) - 1
            if missed > 1:  # one is jitter
                self._ages.extend([None] * min(missed, SAMPLES))
        self._last_at = at
        beat = state.beat
        self._ages.append(None if beat is None else round(max(0.0, beat.age_s), 1))
        late_s = beat.late_after_s if beat is not None else state.timers.report_s
        self._made = Trace(tuple(self._ages), late_s, state.timers.absence_s, step_s)
