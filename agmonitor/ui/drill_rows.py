"""A drill's steps as rows: a mark, a word for how each stands, and sentences.

Words and values only; draws nothing. A word always stands beside the mark, and says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.observations import HookOutcome
from agmonitor.domain.titles import title_of
from agmonitor.domain.words import brief
from agmonitor.drill.scenario import Expect, Hold, Scenario
from agmonitor.drill.scenario_words import never_words, step_words
from agmonitor.drill.stage import Breach, HookSeen, Played, StepResult
from agmonitor.drill.stepper import Stepper
from agmonitor.drill.steps import NOT_REACHED
from agmonitor.texts import listed, t, tn, worded
from agmonitor.ui.phrases import clock_time, lasting
from agmonitor.ui.whatif_words import first_upper

OPEN = Severity.UNKNOWN
"""The ring: what has yet to show."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drill. ``colour``: a severity's, where it is not the mark's own."""

    mark: Severity
    word: str
    sentence: str
    seen: str = ""
    colour: Severity | None = None

    @property
    def text(self) -> str:
        """As it is shown and read aloud."""
        first = f"{self.sentence}\n{self.word}" if self.word else self.sentence
        return f"{first}: {self.seen}" if self.seen else first


def rows(
    scenario: Scenario, stepper: Stepper | None, played: Played | None, under_way_s: float | None
) -> tuple[Row, ...]:
    """Steps, then what never may be, then the hooks that ran. ``under_way_s``: a step is, for so long."""
    if played is not None:
        steps = [_done(scenario, result) for result in played.steps]
        return (*steps, *(_never(one, over=True) for one in played.never), *map(_hook, played.hooks))
    if stepper is None:
        sentences = [f"{place}. {step_words(step)}" for place, step in enumerate(scenario.steps, 1)]
        never = [never_words(one) for one in scenario.never]
        return tuple(Row(OPEN, "", sentence) for sentence in (*sentences, *never))
    return (
        *(_done(scenario, result) for result in stepper.results),
        *_to_come(stepper, under_way_s),
        *(_never(one, over=False) for one in stepper.never),
    )


def _done(scenario: Scenario, result: StepResult) -> Row:
    sentence = f"{result.number}. {result.sentence}"
    if result.seen == NOT_REACHED:
        return Row(OPEN, NOT_REACHED, sentence)
    took = lasting(result.took_s)
    if result.passed:
        judged = isinstance(scenario.steps[result.number - 1].act, Expect | Hold)
        word = t("passed after {length}", length=took) if judged else t("done after {length}", length=took)
        return Row(Severity.OK, word, sentence, result.seen)
    return Row(Severity.CRITICAL, t("FAILED after {length}", length=took), sentence, result.seen)


def _to_come(stepper: Stepper, under_way_s: float | None) -> Iterator[Row]:
    words = {True: t("holds now"), False: t("does not hold yet")}
    holding = {standing.number: standing.holds_now for standing in stepper.expectations}
    first = stepper.upcoming
    for step in stepper.steps[len(stepper.results) :]:
        sentence = f"{step.number}. {step.sentence}"
        now = words[holding[step.number]] if step.number in holding else ""
        if step == first and under_way_s is not None:
            told = t("under way for {length}", length=lasting(under_way_s))
            yield Row(Severity.NOTICE, told, sentence, now)
        else:
            word = ", ".join(part for part in (t("next") if step == first else "", now) if part)
            yield Row(OPEN, word, sentence, colour=Severity.OK if holding.get(step.number) else None)


def _never(one: Breach, *, over: bool) -> Row:
    if one.passed:
        return Row(Severity.OK if over else OPEN, t("kept") if over else t("not seen so far"), one.sentence)
    word = t("SEEN at {at}", at=clock_time(one.at)) if one.at is not None else t("SEEN")
    return Row(Severity.CRITICAL, word, one.sentence, one.seen)


def _hook(one: HookSeen) -> Row:
    call = one.call
    before = call.previous.value if call.previous is not None else t("start")
    mark = {HookOutcome.RETURNED: Severity.OK, HookOutcome.RAISED: Severity.CRITICAL}
    outcome, took_ms = call.outcome.value, call.duration_ms
    took = (
        t("{outcome} after {length}", outcome=outcome, length=worded(brief(took_ms)))
        if took_ms is not None
        else outcome
    )
    return Row(
        mark.get(call.outcome, Severity.NOTICE),
        took,
        t(
            "Hook on {node}: {workflow} {callback} ({before} → {after})",
            node=one.node,
            workflow=call.workflow,
            callback=call.callback,
            before=before,
            after=call.new.value,
        ),
        call.error,
    )


def result_row(played: Played, *, stopped: bool) -> Row:
    """The end in one sentence."""
    reached = sum(step.seen != NOT_REACHED for step in played.steps)
    took = lasting(played.ended_at - played.began_at)
    if played.passed:
        sentence = tn(
            "All {n} steps in {length}.", "All {n} steps in {length}.", len(played.steps), length=took
        )
        return Row(Severity.OK, t("Passed"), sentence)
    broken = [
        t("step {number}", number=step.number)
        for step in played.steps
        if not step.passed and step.seen != NOT_REACHED
    ]
    broken += [t("what never may be was seen")] * any(not one.passed for one in played.never)
    if broken:
        sentence = t("{steps}, after {length}.", steps=first_upper(listed(broken)), length=took)
        return Row(Severity.CRITICAL, t("FAILED"), sentence)
    assert stopped, "what was not stopped, passed or failed"
    sentence = tn(
        "{reached} of {n} steps were done.",
        "{reached} of {n} steps were done.",
        len(played.steps),
        reached=reached,
    )
    return Row(Severity.NOTICE, t("Stopped"), sentence)


def tags(scenario: Scenario) -> str:
    """What it breaks and what it shows, in words."""
    covers = scenario.covers
    findings = [worded(title_of(name)) for name in covers.findings]
    parts = (
        (t("breaks"), [_plain(name) for name in covers.faults]),
        (t("shows"), findings),
        (t("guards"), [_plain(name) for name in covers.guards]),
    )
    return " · ".join(f"{what} {listed(told)}" for what, told in parts if told)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def step_age_s(now: Instant, began_at: Instant) -> float:
    """Whole seconds a step has lasted."""
    return float(max(0, int(now - began_at)))
