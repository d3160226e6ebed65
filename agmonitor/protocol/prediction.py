"""What a what-if asks and what it answers: settings, the steps of a course, and how they spread over runs.

Only values and statistics; the runs themselves are made in ``whatif``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

from agmonitor.protocol.false_failovers import FalseFailovers
from agmonitor.protocol.state import Timers
from agmonitor.texts import t

NEVER = math.inf  # a mark that a run did not reach before it was given up


class Trigger(StrEnum):
    """What begins the course."""

    DEATH = "death"  # the Primary dies
    YIELD = "yield"  # a failover is ordered on the Primary
    TAKE_OVER = "take_over"  # a failover is ordered on the Secondary


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The settings of a pair that shall be tried, and what happens to it. Shares lie between 0 and 1."""

    report_s: float = 20.0  # H
    check_s: float = 30.0  # C
    absence_s: float = 60.0  # A
    ttl_s: float = 30.0  # of the host record
    loss_share: float = 0.0  # of every exchange between the nodes, and of each with the name server
    trigger: Trigger = Trigger.DEATH

    def __post_init__(self) -> None:
        for knob in KNOBS:
            assert knob.least <= getattr(self, knob.field) <= knob.most, knob.field

    @property
    def timers(self) -> Timers:
        return Timers(self.report_s, self.check_s, self.absence_s)


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting that can be turned: its short name on the command line, its title, its range."""

    name: str
    field: str
    title: str
    least: float
    most: float

    @property
    def is_share(self) -> bool:
        return self.field.endswith("_share")


KNOBS = (
    Knob("report", "report_s", t("Heartbeat interval (H)"), 0.1, 3600.0),
    Knob("check", "check_s", t("Standby check interval (C)"), 0.1, 3600.0),
    Knob("absence", "absence_s", t("Allowed absence (A)"), 0.1, 7200.0),
    Knob("ttl", "ttl_s", t("TTL of the host record"), 0.0, 86_400.0),
    Knob("loss", "loss_share", t("Exchanges lost"), 0.0, 0.9),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a course, named after the mark that ends it."""

    name: str
    title: str  # of the time it takes
    mark: str  # what is true from then on


STEPS: Mapping[Trigger, tuple[Step, ...]] = MappingProxyType(
    {
        Trigger.DEATH: (
            Step("detection", t("Silence, until a check finds it too long"), t("absence noticed")),
            Step("promotion", t("The record moves, the Secondary is Primary"), t("taken over")),
            Step("clients", t("Client caches run out"), t("clients served again")),
        ),
        Trigger.YIELD: (
            Step("record", t("The Secondary moves the record"), t("record moved")),
            Step("promotion", t("The Secondary is Primary"), t("taken over")),
            Step("yielding", t("The old Primary yields"), t("old Primary is Secondary")),
            Step("clients", t("Client caches run out"), t("clients moved")),
        ),
        Trigger.TAKE_OVER: (
            Step("record", t("The Secondary moves the record"), t("record moved")),
            Step("promotion", t("The Secondary is Primary"), t("taken over")),
            Step("yielding", t("The old Primary is told"), t("old Primary is Secondary")),
            Step("clients", t("Client caches run out"), t("clients moved")),
        ),
    }
)
"""The steps of each course in their order; a run gives one instant for each."""


@dataclass(frozen=True, slots=True)
class Course:
    """One run: seconds from the trigger to the end of each step, and how long a client had no service."""

    ends_s: tuple[float, ...]
    outage_s: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How one number of seconds spreads over the runs. Each figure is one that a run really gave.

    ``never`` counts the runs that did not get there; they rank above every number, so a percentile among
    them is infinite.
    """

    least: float
    p5: float
    p50: float
    p95: float
    most: float
    never: int = 0

    @property
    def figures(self) -> tuple[float, ...]:
        return tuple(getattr(self, field.name) for field in fields(self)[:5])


@dataclass(frozen=True, slots=True)
class StepSpread:
    """One step over all runs: how long it took, and when, after the trigger, it ended."""

    step: Step
    took_s: Spread
    end_s: Spread


@dataclass(frozen=True, slots=True)
class Prediction:
    """What many runs of the same settings gave. ``outages_s``: each run's outage, ascending."""

    settings: WhatIf
    runs: int
    seed: int
    steps: tuple[StepSpread, ...]
    outage_s: Spread
    outages_s: tuple[float, ...]
    false_failovers: FalseFailovers | None = None  # not asked for, or not known yet

    @property
    def take_over_s(self) -> Spread:
        """From the trigger until the Secondary is Primary and the record names it."""
        return next(one.end_s for one in self.steps if one.step.name == "promotion")


def quantile(ascending: Sequence[float], share: float) -> float:
    """The least value that at least that share of all values do not exceed (nearest rank)."""
    assert ascending, "no run, no figure"
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]


def spread(values: Sequence[float]) -> Spread:
    """Percentiles and extremes of the values, in any order."""
    ascending = sorted(values)
    return Spread(
        least=ascending[0],
        p5=quantile(ascending, 0.05),
        p50=quantile(ascending, 0.50),
        p95=quantile(ascending, 0.95),
        most=ascending[-1],
        never=len(ascending) - bisect_right(ascending, math.nextafter(NEVER, 0.0)),
    )


def prediction(
    settings: WhatIf, seed: int, courses: Sequence[Course], false_failovers: FalseFailovers | None = None
) -> Prediction:
    """Fold the runs together; their order does not matter. There must be one at least."""
    steps = STEPS[settings.trigger]
    assert all(len(course.ends_s) == len(steps) for course in courses)
    spreads = []
    for place, step in enumerate(steps):
        ends = [course.ends_s[place] for course in courses]
        begins = [course.ends_s[place - 1] for course in courses] if place else [0.0] * len(ends)
        took = [_between(begin, end) for begin, end in zip(begins, ends, strict=True)]
        spreads.append(StepSpread(step, spread(took), spread(ends)))
    outages = sorted(course.outage_s for course in courses)
    return Prediction(
        settings, len(courses), seed, tuple(spreads), spread(outages), tuple(outages), false_failovers
    )


def _between(begin: float, end: float) -> float:
    """Of a step that never began, none can be told to have ended."""
    return NEVER if math.isinf(end) or math.isinf(begin) else max(0.0, end - begin)
