"""What a drill needs of the place it is played in, and what it hands back: data and one Protocol.

Two stages satisfy it: ``virtual`` (a World) and ``live`` (the lab). Plays and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import HookCall
from agmonitor.domain.state import GroupState
from agmonitor.drill.scenario import BringAbout, FailOver, Happen, Scenario, Wait
from agmonitor.failover.guards import Guard, Kind, Outcome
from agmonitor.failover.preflight import Plan, preflight


class StageError(Exception):
    """The stage could not do what a step asked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """How an ordered failover ended, and which guards refused it."""

    outcome: Outcome
    sentence: str
    guards: tuple[Guard, ...] = ()


def agreed_to(state: GroupState) -> Plan:
    """What a person agrees to who is told now what a planned failover would send.

    Raises:
        StageError: nothing would be.
    """
    made = preflight(state, Kind.PLANNED)
    if made.plan is None or made.failed:
        raise StageError(" ".join(one.sentence for one in made.standing(())))
    return made.plan


OnChange = Callable[[GroupState, Sequence[Event]], None]


class Stage(Protocol):
    """Where a drill is played. Instants and seconds are the stage's own, virtual or real."""

    def now(self) -> Instant: ...

    @property
    def state(self) -> GroupState: ...

    def on_change(self, callback: OnChange) -> None:
        """Have every step of the monitor from now on."""
        ...

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until it is so, asked at every change, or that long; whether it is so then."""
        ...

    def allowed_s(self, within_s: float) -> float:
        """How long an expectation may take here."""
        ...

    def wait_s(self, act: Wait) -> float: ...

    async def bring_about(self, act: BringAbout) -> str:
        """What is now, in a sentence.

        Raises:
            StageError: it cannot be done, as for the three below.
        """
        ...

    async def heal(self) -> None: ...

    async def happen(self, act: Happen) -> None: ...

    async def agree(self) -> None: ...

    async def fail_over(self, act: FailOver) -> tuple[Ordered, ...]:
        """How each order ended: one, or two where it is ordered twice at once."""
        ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step as it went. ``took_s`` on the stage's clock."""

    number: int
    sentence: str
    passed: bool
    seen: str
    began_at: Instant
    took_s: float


@dataclass(frozen=True, slots=True)
class Breach:
    """A negative expectation that was broken, or what never was."""

    sentence: str
    passed: bool
    seen: str = ""
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class HookSeen:
    """One call of a role-change hook that happened during the drill."""

    node: str
    call: HookCall
    source: str  # file:line, empty where it is subscribed no more


@dataclass(frozen=True, slots=True)
class Played:
    """A drill as it went."""

    scenario: Scenario
    steps: tuple[StepResult, ...]
    never: tuple[Breach, ...]
    began_at: Instant
    ended_at: Instant
    events: tuple[Event, ...]
    findings: frozenset[str]  # all that were shown at any time, verdicts included
    faults: frozenset[str]  # all that were brought about
    guards: frozenset[Guard]  # all that refused
    hooks: tuple[HookSeen, ...]
    unloaded: tuple[str, ...] = ()  # what of the author's workflows could not be drilled, and why

    @property
    def passed(self) -> bool:
        if self.unloaded:
            return False
        return all(one.passed for one in self.steps) and all(one.passed for one in self.never)

    @property
    def not_shown(self) -> tuple[str, ...]:
        """What the scenario claims to cover and did not show."""
        covers = self.scenario.covers
        missing = [*(set(covers.findings) - self.findings), *(set(covers.faults) - self.faults)]
        return tuple(sorted([*missing, *(set(covers.guards) - self.guards)]))
