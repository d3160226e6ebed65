"""A failover in words and as JSON: the pre-flight table, the predicted course, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import duration
from agmonitor.failover.course import PhaseCourse, finite, score
from agmonitor.failover.guards import Result
from agmonitor.failover.preflight import Preflight
from agmonitor.monitor.auditing import check_words, phase_words
from agmonitor.monitor.operation import FailoverResult
from agmonitor.texts import t, tn

SIGNS = {Result.PASSED: "ok", Result.FAILED: "FAIL", Result.NOTICE: "note", Result.NOT_JUDGED: "–"}
DAY_S = 86_400.0


def table(flight: Preflight, overrides: frozenset[str] = frozenset()) -> Iterator[str]:
    """A line for each check: result, title, value, limit, age; below it why it failed."""
    width = max(len(check.title) for check in flight.checks)
    for check in flight.checks:
        overridden = check.result is Result.FAILED and check.overridable and check.guard in overrides
        sign = "OVER" if overridden else SIGNS[check.result]
        age = f", {duration(check.age_s)} old" if check.age_s is not None else ""
        yield f"  {sign:<4}  {check.title:<{width}}  {check.value}  [{check.limit}{age}]"
        if check.result is Result.FAILED:
            how = f" Override: --override {check.guard}" if check.overridable and not overridden else ""
            yield f"        {check.sentence}{how}"
        elif check.result is Result.NOTICE and check.sentence:
            yield f"        {check.sentence}"


def course_lines(phases: Sequence[PhaseCourse]) -> Iterator[str]:
    """A line for each step: predicted, and measured where it has been."""
    for one in phases:
        spread = f"{_s(one.p50_s)} (5 % {_s(one.p5_s)}, 95 % {_s(one.p95_s)})"
        yield f"  {one.mark:<26}  predicted {spread}{_measured(one)}"


def _measured(one: PhaseCourse) -> str:
    if one.measured_s is None:
        return ""
    return f", measured {duration(one.measured_s)}{'' if one.as_predicted else ', not as predicted'}"


def score_words(phases: Sequence[PhaseCourse]) -> str:
    """How well it was foretold; "" where nothing was seen."""
    share = score(phases)
    seen = sum(one.measured_s is not None for one in phases)
    return (
        ""
        if share is None
        else tn(
            "{right} of {n} step went as predicted.",
            "{right} of {n} steps went as predicted.",
            seen,
            right=round(share * seen),
        )
    )


def proven_words(proven_at: Instant | None, now: Instant) -> str:
    """Since when a failover of the group has not been proven."""
    if proven_at is None:
        return t("No failover of this group has been proven within what is kept.")
    days = int(max(0.0, now - proven_at) // DAY_S)
    if days == 0:
        return t("A failover of this group was last proven today.")
    return tn(
        "A failover of this group was last proven {n} day ago.",
        "A failover of this group was last proven {n} days ago.",
        days,
    )


def survey_json(
    state: GroupState, flight: Preflight, phases: Sequence[PhaseCourse], proven_at: Instant | None
) -> dict[str, Any]:
    """What was found before anything was ordered."""
    plan = flight.plan
    return {
        "group": state.settings.name,
        "kind": flight.kind.value,
        "verdict": state.verdict.name,
        "order": None
        if plan is None
        else {"target": plan.target, "word": plan.word, "sentence": plan.sentence},
        "checks": [check_words(check) for check in flight.checks],
        "course": phase_words(phases),
        "days_since_proven": None if proven_at is None else round(max(0.0, state.now - proven_at) / DAY_S, 3),
    }


def result_json(result: FailoverResult) -> dict[str, Any]:
    """How it ended."""
    return {
        "outcome": result.outcome.name.lower(),
        "sentence": result.sentence,
        "target": result.target,
        "guards": [guard.value for guard in result.guards],
        "course": phase_words(result.course),
        "score": score(result.course),
        "left_changed": list(result.left),
    }


def _s(seconds: float) -> str:
    return "never" if finite(seconds) is None else duration(seconds)
