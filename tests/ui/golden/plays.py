"""Fixed courses of a pair: scenarios played in virtual time under one seed, up to a moment worth a picture.

What the window shows is therefore what the monitor would have shown, never put together by hand.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.drill.scenario_shelf import scenario
from agmonitor.drill.steps import Course
from agmonitor.drill.virtual import VirtualStage, finished
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.watched import Watched

NAME = "gw-prod-toronto"


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario, and when the picture is taken: ``after_s`` after that verdict stood first."""

    scenario: str
    verdict: str
    after_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Shot:
    """What a window on that play holds at its moment."""

    watched: Watched
    now: Instant


class _EnoughError(Exception):
    """The moment has come; the rest of the scenario is of no use."""


@functools.cache
def changes_of(play: Play) -> tuple[GroupChange, ...]:
    """Every change up to the moment, as the monitor would have published it.

    Raises:
        AssertionError: the scenario never comes to that verdict.
    """
    played = scenario(play.scenario)
    stage = VirtualStage(played)
    kept: list[GroupChange] = []
    ends_at: list[Instant] = []

    def take(at: Instant, item: Input, state: GroupState, events: tuple[Event, ...]) -> None:
        named = replace(state, settings=replace(state.settings, name=NAME, lab=False))
        kept.append(GroupChange(NAME, item, named, tuple(events), recorded=True))
        if not ends_at and state.verdict.name == play.verdict and len(kept) > 1:
            ends_at.append(at + play.after_s)
        if ends_at and at >= ends_at[0]:
            raise _EnoughError

    stage.observer.on_change(take)
    try:
        finished(Course(played, stage, lambda _: None).play())
        finished(stage.until(lambda: not ends_at, play.after_s))  # the scenario's own end came first
    except _EnoughError:
        return tuple(kept)
    verdicts = sorted({change.state.verdict.name for change in kept})
    raise AssertionError(f"{play.scenario} never comes to {play.verdict}, only to {', '.join(verdicts)}")


def shot(play: Play) -> Shot:
    """A fresh watched group that has seen all of it."""
    changes = changes_of(play)
    watched = Watched(changes[0].state)
    for change in changes:
        watched.take(change)
    return Shot(watched, changes[-1].state.now)
