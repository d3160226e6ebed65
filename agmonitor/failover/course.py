"""The course of a failover: predicted before it, measured after it, and how well the two agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agmonitor.domain.state import Timers
from agmonitor.failover.guards import Kind
from agmonitor.failover.preflight import Plan
from agmonitor.failover.proof import wanted
from agmonitor.protocol.prediction import KNOBS, Prediction, Trigger, WhatIf
from agmonitor.protocol.whatif import whatif

RUNS, SEED = 400, 1
POLL_S = 1.0  # we see a step done at our next look at it; so much later it may seem


@dataclass(frozen=True, slots=True)
class PhaseCourse:
    """One step: when it is expected to end, seconds after the order, and when it was seen to have ended."""

    name: str
    mark: str  # what is true from then on
    p5_s: float
    p50_s: float
    p95_s: float
    measured_s: float | None = None  # None: not seen

    @property
    def as_predicted(self) -> bool | None:
        """Within the 5 % and the 95 %, our own looking allowed for; None: not seen."""
        if self.measured_s is None:
            return None
        return self.p5_s - POLL_S <= self.measured_s <= self.p95_s + POLL_S


def question(timers: Timers, kind: Kind) -> WhatIf:
    """The group's own settings as a what-if, each within what can be tried."""
    told = {
        "report_s": timers.report_s,
        "check_s": timers.check_s,
        "absence_s": timers.absence_s,
        "ttl_s": timers.ttl_s,
    }
    held = {
        knob.field: min(max(told[knob.field], knob.least), knob.most) for knob in KNOBS if knob.field in told
    }
    trigger = Trigger.YIELD if kind is Kind.PLANNED else Trigger.TAKE_OVER
    return WhatIf(**held, trigger=trigger)


def predicted(timers: Timers, kind: Kind) -> Prediction:
    """A few hundred seeded runs, some hundredths of a second; the same settings give the same figures."""
    return whatif(question(timers, kind), RUNS, SEED)


def course(told: Prediction, plan: Plan) -> tuple[PhaseCourse, ...]:
    """The steps that will be looked for, with their figures."""
    looked_for = wanted(plan)
    return tuple(
        PhaseCourse(one.step.name, one.step.mark, one.end_s.p5, one.end_s.p50, one.end_s.p95)
        for one in told.steps
        if one.step.name in looked_for
    )


def measured(
    phases: Sequence[PhaseCourse], reached_s: Sequence[tuple[str, float]]
) -> tuple[PhaseCourse, ...]:
    """The same steps with what was seen."""
    seen = dict(reached_s)
    return tuple(
        PhaseCourse(one.name, one.mark, one.p5_s, one.p50_s, one.p95_s, seen.get(one.name)) for one in phases
    )


def score(phases: Sequence[PhaseCourse]) -> float | None:
    """The share of the steps seen that went as predicted; None: none was seen."""
    judged = [one.as_predicted for one in phases if one.as_predicted is not None]
    return sum(judged) / len(judged) if judged else None


def finite(seconds: float) -> float | None:
    """Seconds that can be written down; a step that runs never reached has none."""
    return round(seconds, 3) if math.isfinite(seconds) else None
