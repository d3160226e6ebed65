"""A drill one step at a time, for a window: what comes next, what it did, which expectations hold.

Async and without any toolkit; everything is called on the loop that the lab and the monitor run on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from agmonitor.drill.scenario import Condition, Expect, Hold, Scenario
from agmonitor.drill.scenario_conditions import holds
from agmonitor.drill.scenario_words import condition_words, step_words
from agmonitor.drill.stage import Breach, Played, Stage, StepResult
from agmonitor.drill.steps import NOT_REACHED, Course


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One step as it stands: its number from 1, its words, and whether it expects something or does it."""

    number: int
    sentence: str
    expects: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One expectation of the drill and whether it is so at this moment."""

    number: int
    sentence: str
    holds_now: bool


class Stepper:
    """Holds a scenario on a stage. ``changed`` is called whenever what is shown here may be another."""

    def __init__(self, scenario: Scenario, stage: Stage, changed: Callable[[], None] = lambda: None) -> None:
        self.scenario = scenario
        self._course = Course(scenario, stage)
        self._changed = changed
        self._busy = False
        stage.on_change(lambda _state, _events: changed())

    @property
    def steps(self) -> tuple[Upcoming, ...]:
        """All of them, done or not."""
        return tuple(
            Upcoming(number, step_words(step), isinstance(step.act, Expect | Hold))
            for number, step in enumerate(self.scenario.steps, 1)
        )

    @property
    def results(self) -> tuple[StepResult, ...]:
        """Those that are done, in order."""
        return tuple(self._course.results)

    @property
    def upcoming(self) -> Upcoming | None:
        """The next one; None: the drill is over."""
        done = len(self._course.results)
        return self.steps[done] if done < len(self.scenario.steps) else None

    @property
    def busy(self) -> bool:
        """A step is under way; it can be cancelled by cancelling ``next``."""
        return self._busy

    @property
    def failed(self) -> bool:
        return self._course.failed or any(not one.passed for one in self.never)

    @property
    def never(self) -> tuple[Breach, ...]:
        """What never may be, and whether it has been."""
        return self._course.never()

    @property
    def expectations(self) -> tuple[Standing, ...]:
        """Every expectation of every step with whether it holds right now, whatever its turn."""
        view = self._course.view()
        wanted: list[tuple[int, Condition]] = [
            (number, step.act.condition)
            for number, step in enumerate(self.scenario.steps, 1)
            if isinstance(step.act, Expect | Hold)
        ]
        return tuple(
            Standing(number, condition_words(condition), holds(condition, view))
            for number, condition in wanted
        )

    async def next(self) -> StepResult | None:
        """Do the next step and say how it went; None: there is none left.

        Raises:
            RuntimeError: one is under way.
        """
        if self._busy:
            raise RuntimeError("A step is under way.")
        if self._course.next_step is None:
            return None
        self._busy = True
        self._changed()
        try:
            return await self._course.step()
        finally:
            self._busy = False
            self._changed()

    def played(self) -> Played:
        """The drill as far as it went, for a report; the steps that were not done are told as not reached."""
        played = self._course.played()
        left = (
            StepResult(
                step.number,
                step.sentence,
                passed=False,
                seen=NOT_REACHED,
                began_at=played.ended_at,
                took_s=0.0,
            )
            for step in self.steps[len(played.steps) :]
        )
        return replace(played, steps=(*played.steps, *left))
