"""Faults kept until their time: begun in order, each once, told when one cannot be, forgotten when healed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agmonitor.lab import clock
from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_order import FaultOrder, order_of
from agmonitor.lab.schedule import MOST, Schedule

LIMIT_S = 30.0


def wanted(name: str, after_s: float, for_s: float | None = None) -> FaultOrder:
    return order_of(name, "gw-1", for_s, None, None, after_s)


class Desk:
    """A schedule and what it began."""

    def __init__(self) -> None:
        self.begun: list[FaultOrder] = []
        self.breaks = ""
        self.why: Exception = LabError("There is nothing to stop.")
        self.told = 0
        self._moved = asyncio.Event()
        self.schedule = Schedule(self._begin, self._changed)

    async def _begin(self, order: FaultOrder) -> None:
        if order.fault.name == self.breaks:
            raise self.why
        self.begun.append(order)

    def _changed(self) -> None:
        self.told += 1
        self._moved.set()

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._moved.clear()
            await self._moved.wait()


def at_desk(story: Callable[[Desk], Awaitable[None]]) -> Desk:
    async def main() -> Desk:
        desk = Desk()
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(desk.schedule.run())
            await story(desk)
            running.cancel()
        return desk

    return asyncio.run(main())


def test_each_begins_at_its_time_and_is_listed_until_then() -> None:
    async def story(desk: Desk) -> None:
        now = clock.now()
        assert desk.schedule.add(wanted("slow", 0.3, 20)) == "Slow of gw-1 begins in 0.3 s."
        desk.schedule.add(wanted("kill", 0.05))
        first, second = desk.schedule.records
        assert [first.name, second.name] == ["kill", "slow"]
        assert second.began_at == pytest.approx(now + 0.3, abs=0.2)
        assert second.ends_at == pytest.approx(second.began_at + 20)
        await desk.until(lambda: len(desk.begun) == 2)
        await desk.until(lambda: desk.schedule.records == ())

    desk = at_desk(story)

    assert [one.fault.name for one in desk.begun] == ["kill", "slow"]
    assert {one.after_s for one in desk.begun} == {0.0}
    assert desk.told >= 4, "each that comes and each that has come"


def test_what_is_forgotten_never_begins() -> None:
    async def story(desk: Desk) -> None:
        desk.schedule.add(wanted("kill", 0.02))
        desk.schedule.forget()
        assert desk.schedule.records == ()
        desk.schedule.add(wanted("slow", 0.1))
        await desk.until(lambda: bool(desk.begun))

    assert [one.fault.name for one in at_desk(story).begun] == ["slow"]


@pytest.mark.parametrize("kind", [LabError, OSError])
def test_one_that_cannot_begin_is_told_and_the_next_comes(kind: type[Exception]) -> None:
    async def story(desk: Desk) -> None:
        desk.breaks, desk.why = "freeze", kind("There is nothing to stop.")
        desk.schedule.add(wanted("freeze", 0.02))
        desk.schedule.add(wanted("slow", 0.05))
        await desk.until(lambda: bool(desk.begun))
        assert desk.schedule.not_begun == "Freeze could not begin: There is nothing to stop."
        desk.schedule.forget()
        assert desk.schedule.not_begun == ""

    at_desk(story)


def test_no_more_wait_than_anybody_means() -> None:
    async def story(desk: Desk) -> None:
        for _ in range(MOST):
            desk.schedule.add(wanted("slow", 600))
        with pytest.raises(LabError, match="heal first"):
            desk.schedule.add(wanted("slow", 600))

    at_desk(story)


@pytest.mark.parametrize("after_s", [-1.0, 86_401.0, float("nan")])
def test_nothing_is_kept_for_longer_than_a_day(after_s: float) -> None:
    with pytest.raises(LabError, match="within a day"):
        wanted("slow", after_s)
