"""A drill one step at a time: what comes next, what was done, and which expectations hold at this moment."""

from __future__ import annotations

import asyncio

import pytest

from agmonitor.drill.scenario_shelf import scenario
from agmonitor.drill.stepper import Stepper
from agmonitor.drill.steps import NOT_REACHED
from agmonitor.drill.virtual import VirtualStage, finished


def stepper(name: str = "primary-killed", changed: list[int] | None = None) -> Stepper:
    drill = scenario(name)
    heard = changed if changed is not None else []
    return Stepper(drill, VirtualStage(drill), lambda: heard.append(1))


def test_the_steps_are_told_before_any_is_done() -> None:
    held = stepper()

    assert held.upcoming == held.steps[0]
    assert [step.number for step in held.steps] == list(range(1, len(held.steps) + 1))
    assert [step.expects for step in held.steps[:3]] == [True, False, True]
    assert held.results == ()


def test_each_step_says_what_it_did_and_what_holds_then() -> None:
    changed: list[int] = []
    held = stepper(changed=changed)

    first, second = finished(held.next()), finished(held.next())

    assert first is not None
    assert first.passed
    assert second is not None
    assert second.seen == "gw-1 is killed: connections are refused."
    assert held.upcoming == held.steps[2]
    assert changed
    now = {standing.number: standing.holds_now for standing in held.expectations}
    assert now[3] is False  # the silence has yet to be seen

    finished(held.next())

    now = {standing.number: standing.holds_now for standing in held.expectations}
    assert now[3] is True
    assert now[4] is False


def test_it_ends_with_the_whole_drill_played() -> None:
    held = stepper()

    while finished(held.next()) is not None:
        pass

    assert held.upcoming is None
    assert not held.failed
    assert held.played().passed
    assert all(one.passed for one in held.never)


def test_a_drill_that_was_stopped_has_not_passed_and_tells_what_was_not_reached() -> None:
    held = stepper()
    finished(held.next())

    played = held.played()

    assert not played.passed
    assert len(played.steps) == len(held.steps)
    assert [step.seen for step in played.steps].count(NOT_REACHED) == len(held.steps) - 1


def test_a_step_under_way_is_not_begun_twice() -> None:
    async def two_at_once() -> None:
        held = stepper()
        held._busy = True
        with pytest.raises(RuntimeError, match="under way"):
            await held.next()

    asyncio.run(two_at_once())
