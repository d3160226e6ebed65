"""Plays a scenario on a stage, step by step: does what is to be done, watches what must and must never be.

The same course runs in virtual time and on the live lab; the stage alone knows which. Judges by what the
monitor has shown (``scenario_conditions``) and reads no clock but the stage's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Hook, HookCall
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import listed
from agmonitor.drill.scenario import (
    Act,
    Agree,
    BringAbout,
    Condition,
    Expect,
    FailOver,
    Happen,
    Heal,
    Hold,
    Never,
    Pause,
    Resume,
    Scenario,
    Step,
    Wait,
)
from agmonitor.drill.scenario_conditions import View, holds
from agmonitor.drill.scenario_words import ENDS, act_words, never_words, step_words
from agmonitor.drill.stage import Breach, HookSeen, Played, Stage, StageError, StepResult
from agmonitor.failover.guards import Guard

NOT_REACHED = "not reached"


@dataclass(slots=True)
class _Watched:
    """A negative expectation and whether it is on."""

    never: Never
    on: bool
    broken: Breach | None = None


@dataclass(slots=True)
class _Shown:
    """What the monitor has shown since the drill began."""

    events: list[Event] = field(default_factory=list)
    findings: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    guards: set[Guard] = field(default_factory=set)


class Course:
    """One scenario on one stage, a step at a time. ``tell`` hears each step as it begins and ends."""

    def __init__(
        self, scenario: Scenario, stage: Stage, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        self.scenario = scenario
        self._stage = stage
        self._tell = tell
        self._began_at = stage.now()
        self._shown = _Shown()
        self._never = [_Watched(one, on=not one.after) for one in scenario.never]
        self._results: list[StepResult] = []
        self._note(stage.state, ())
        stage.on_change(self._note)

    @property
    def results(self) -> Sequence[StepResult]:
        return self._results

    @property
    def next_step(self) -> Step | None:
        done = len(self._results)
        return self.scenario.steps[done] if done < len(self.scenario.steps) else None

    @property
    def failed(self) -> bool:
        return any(not result.passed for result in self._results)

    def view(self) -> View:
        return View(self._stage.state, self._shown.events, self._began_at)

    def never(self) -> tuple[Breach, ...]:
        """Every negative expectation with what has become of it so far."""
        return tuple(one.broken or Breach(never_words(one.never), passed=True) for one in self._never)

    async def step(self) -> StepResult:
        """Do the next step; after one that failed the others are told as not reached."""
        step = self.next_step
        assert step is not None, "there is no step left"
        number, sentence, began_at = len(self._results) + 1, step_words(step), self._stage.now()
        if self.failed:
            result = StepResult(
                number, sentence, passed=False, seen=NOT_REACHED, began_at=began_at, took_s=0.0
            )
        else:
            self._tell(f"{number}. {sentence}")
            passed, seen = await self._done(step.act)
            took_s = round(self._stage.now() - began_at, 3)
            result = StepResult(number, sentence, passed, seen, began_at, took_s)
            self._tell(f"   {'' if passed else 'FAILED: '}{seen}")
        self._results.append(result)
        self._switch(step.label)
        return result

    async def play(self) -> Played:
        """All steps that are left."""
        while self.next_step is not None:
            await self.step()
        return self.played()

    def played(self) -> Played:
        shown = self._shown
        return Played(
            scenario=self.scenario,
            steps=tuple(self._results),
            never=self.never(),
            began_at=self._began_at,
            ended_at=self._stage.now(),
            events=tuple(shown.events),
            findings=frozenset(shown.findings),
            faults=frozenset(shown.faults),
            guards=frozenset(shown.guards),
            hooks=hooks_seen(self._stage.state, self._began_at),
        )

    # what is done

    async def _done(self, act: Act) -> tuple[bool, str]:
        try:
            if isinstance(act, Expect | Hold):
                return await self._judged(act)
            if isinstance(act, FailOver):
                return await self._ordered(act)
            return True, await self._acted(act)
        except StageError as error:
            return False, str(error)

    async def _judged(self, act: Expect | Hold) -> tuple[bool, str]:
        if isinstance(act, Expect):
            passed = await self._stage.until(
                lambda: self._holds(act.condition), self._stage.allowed_s(act.within_s)
            )
        else:
            passed = self._holds(act.condition) and not await self._stage.until(
                lambda: not self._holds(act.condition), act.for_s
            )
        words = seen_words if passed else failure_words
        return passed, words(self._stage.state)

    async def _ordered(self, act: FailOver) -> tuple[bool, str]:
        first, *others = await self._stage.fail_over(act)
        self._shown.guards.update(guard for one in (first, *others) for guard in one.guards)
        as_wished = first.outcome is act.ends and set(act.guards) <= set(first.guards)
        refused = all(Guard.UNDER_WAY in one.guards for one in others)
        told = " ".join(one.sentence for one in (first, *others))
        return as_wished and refused, f"{ENDS[first.outcome].capitalize()}. {told}"

    async def _acted(self, act: Act) -> str:
        stage = self._stage
        match act:
            case BringAbout():
                sentence = await stage.bring_about(act)
                self._shown.faults.add(act.fault)
                return sentence
            case Heal():
                await stage.heal()
            case Happen():
                await stage.happen(act)
            case Wait():
                await stage.until(lambda: False, stage.wait_s(act))
            case Pause():
                stage.pause()
            case Resume():
                stage.resume()
            case Agree():
                await stage.agree()
            case _:
                raise AssertionError(act)
        return act_words(act)

    # what is seen

    def _holds(self, condition: Condition) -> bool:
        return holds(condition, self.view())

    def _note(self, state: GroupState, events: Sequence[Event]) -> None:
        shown = self._shown
        shown.events.extend(events)
        shown.findings.add(state.verdict.name)
        shown.findings.update(one.name for one in state.verdict.findings)
        view = View(state, events, self._began_at)
        for watched in self._never:
            if watched.on and watched.broken is None and holds(watched.never.condition, view):
                at = self._stage.now()
                watched.broken = Breach(
                    never_words(watched.never), passed=False, seen=failure_words(state), at=at
                )

    def _switch(self, label: str) -> None:
        """A labelled step has ended: begin and end the negative expectations that name it."""
        for watched in self._never:
            if label and label == watched.never.until:
                watched.on = False
            elif label and label == watched.never.after:
                watched.on = True
                self._note(self._stage.state, ())


def seen_words(state: GroupState) -> str:
    """What each witness says, in one line."""
    nodes = [f"{n.name} {n.role.value if n.role else n.condition.value}" for n in state.nodes]
    record = listed(state.dns.addresses) if state.dns is not None else ""
    verdict = state.verdict
    return f"{', '.join(nodes)}; DNS {record or 'no address'}; {verdict.name} ({verdict.severity.word})"


def failure_words(state: GroupState) -> str:
    """The same with the verdict's sentence: which hook or node, and how long; a CI shows only this."""
    return f"{seen_words(state)}: {state.verdict.sentence}"


def hooks_seen(state: GroupState, since: Instant) -> tuple[HookSeen, ...]:
    """Every call that began since then, oldest first; stamps are the nodes' own."""
    found: list[HookSeen] = []
    for node in state.nodes:
        if node.inventory is None:
            continue
        sources = {_key(hook): hook.source for hook in node.inventory.hooks}
        found += (
            HookSeen(node.name, call, sources.get(_key(call), ""))
            for call in node.inventory.calls
            if call.started_at >= since
        )
    return tuple(sorted(found, key=lambda one: one.call.started_at))


def _key(one: Hook | HookCall) -> tuple[str, str]:
    return one.workflow, one.callback
