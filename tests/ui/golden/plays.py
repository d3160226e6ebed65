"""Fixed courses of a pair: scenarios played in virtual time under one seed, up to a moment worth a picture.

What the window shows is therefore what the monitor would have shown, not put together by hand. A play begins
with a quiet while, so that a picture shows what was before, and at a date that looks like one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Answer, Instant, Role
from agmonitor.domain.observations import ClientObservation, DnsObservation, Input, NodeObservation
from agmonitor.domain.state import GroupState, Mode, NodeState
from agmonitor.drill.scenario import DOCUMENTED, Act, Expect, Scenario, Step, Wait
from agmonitor.drill.scenario_shelf import scenario
from agmonitor.drill.steps import Course
from agmonitor.drill.virtual import VirtualStage, finished
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.watched import Watched

NAME = "gw-prod-toronto"
BEGAN_AT: Instant = 1_767_582_600.0  # 5 January 2026, 03:10 UTC
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario, and when the picture is taken: ``after_s`` after that verdict stood first.

    ``before_s``: how long all is well before it begins. ``documented``: with the documented intervals,
    whatever the scenario's own.
    """

    scenario: str
    verdict: str
    after_s: float = 6.0
    before_s: float = 100.0
    documented: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """What a window on that play holds at its moment."""

    watched: Watched
    now: Instant


HEALTHY = Play("healthy-pair", "healthy", 150, before_s=0)
NO_PRIMARY_S = 31.0


class _EnoughError(Exception):
    """The moment has come; the rest of the scenario is of no use."""


@functools.cache
def changes_of(play: Play) -> tuple[GroupChange, ...]:
    """Every change up to the moment, as the monitor would have published it.

    Raises:
        AssertionError: the scenario never comes to that verdict.
    """
    settings, inputs = _inputs_of(play)
    state = initial(replace(settings, name=NAME, lab=False), Mode.WATCHING, BEGAN_AT)
    kept = []
    for item in inputs:
        state, events = step(state, item)
        kept.append(GroupChange(NAME, item, state, events, recorded=True))
    return tuple(kept)


@functools.cache
def no_primary() -> tuple[GroupChange, ...]:
    """Good health, then both nodes say that they stand by: put together, for no scenario shows it."""
    changes = list(changes_of(HEALTHY))
    state = changes[-1].state
    until_at = state.now + NO_PRIMARY_S
    while state.now < until_at:
        at = round(state.now + 1.0, 3)
        first, second = state.nodes
        round_of_it: tuple[Input, ...] = (
            _stands_by(first, at),
            _stands_by(second, at),
            *_looked_up(state, at),
        )
        for seen in round_of_it:
            state, events = step(state, seen)
            changes.append(GroupChange(NAME, seen, state, events, recorded=True))
    return tuple(changes)


def _stands_by(node: NodeState, at: Instant) -> NodeObservation:
    """What it told last, but for the role."""
    assert node.heard is not None
    assert node.heard.report is not None
    second = float(int(at))
    told = replace(node.heard.report, role=Role.SECONDARY, last_updated_at=second)
    return replace(node.heard, sent_at=at - 0.01, received_at=at, http_date=second, report=told)


def _looked_up(state: GroupState, at: Instant) -> tuple[DnsObservation, ClientObservation]:
    """The record as it was, and a client that nobody serves."""
    assert state.dns is not None
    refused = ClientObservation(at - 0.01, at, Answer.REFUSED, "", address=state.dns.addresses[0])
    return replace(state.dns, sent_at=at - 0.01, received_at=at), refused


def _inputs_of(play: Play) -> tuple[Any, list[Input]]:
    """The group's settings, and what was observed, counted from when our plays begin."""
    played = _staged(play)
    stage = VirtualStage(played)
    shift_s = BEGAN_AT - stage.now()
    inputs: list[Input] = []
    verdicts: list[str] = []
    ends_at: list[Instant] = []

    def take(at: Instant, item: Input, state: GroupState, _events: object) -> None:
        inputs.append(_later(item, shift_s))
        verdicts.append(state.verdict.name)
        if not ends_at and verdicts[-1] == play.verdict and len(inputs) > 1:
            ends_at.append(at + play.after_s)
        if ends_at and at >= ends_at[0]:
            raise _EnoughError

    stage.observer.on_change(take)
    try:
        finished(Course(played, stage, lambda _: None).play())
        finished(stage.until(lambda: not ends_at, play.after_s))  # the scenario's own end came first
    except _EnoughError:
        return stage.state.settings, inputs
    known = ", ".join(sorted(set(verdicts)))
    raise AssertionError(f"{play.scenario} never comes to {play.verdict}, only to {known}")


def _staged(play: Play) -> Scenario:
    """The scenario after a quiet while, and left alone once it has come to the verdict."""
    told = scenario(play.scenario)
    acts = [step.act for step in told.steps]
    reached = next((place for place, act in enumerate(acts) if _awaits(act, play.verdict)), len(acts))
    acts = [Wait(play.before_s), *acts[: reached + 1], Wait(play.after_s)]
    if play.documented:  # slower intervals: what is expected takes as much longer
        acts = [replace(act, within_s=10 * act.within_s) if isinstance(act, Expect) else act for act in acts]
    pace = DOCUMENTED if play.documented else told.pace
    return replace(told, steps=tuple(Step(act) for act in acts), pace=pace)


def _awaits(act: Act, verdict: str) -> bool:
    if not isinstance(act, Expect):
        return False
    return any(verdict in word.split() for _, words in act.condition.subjects for word in words)


def _later(value: T, by_s: float) -> T:
    """The same observation at another date: every instant in it, by what its field says it holds."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, object] = {}
    for field in fields(value):
        held = getattr(value, field.name)
        if isinstance(held, float) and "Instant" in str(field.type):
            changed[field.name] = round(held + by_s, 3)
        elif isinstance(held, tuple):
            changed[field.name] = tuple(_later(one, by_s) for one in held)
        elif is_dataclass(held):
            changed[field.name] = _later(held, by_s)
    return replace(value, **changed) if changed else value


def shot(play: Play) -> Shot:
    """A fresh watched group that has seen all of it."""
    return shot_of(changes_of(play))


def shot_of(changes: Sequence[GroupChange]) -> Shot:
    """A fresh watched group that has seen these."""
    watched = Watched(changes[0].state)
    for change in changes:
        watched.take(change)
    return Shot(watched, changes[-1].state.now)
