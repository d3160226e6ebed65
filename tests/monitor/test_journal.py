"""Recording and telling: in order, and never held up for long."""

from __future__ import annotations

import asyncio

import pytest

from agmonitor.domain.group import initial
from agmonitor.domain.observations import Tick
from agmonitor.domain.state import Mode
from agmonitor.monitor import journal
from agmonitor.monitor.journal import Journal
from agmonitor.monitor.ports import GroupChange
from tests.fakes import EPOCH, FakeClock, FakeRecorder, settle
from tests.monitor.watching import settings

STATE = initial(settings(), Mode.WATCHING, EPOCH)


def change(number: int) -> GroupChange:
    return GroupChange("g", Tick(EPOCH + number), STATE, ())


class Desk:
    """A journal and all it says."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.recorder = FakeRecorder()
        self.told: list[GroupChange] = []
        self.journal = Journal(self.recorder, self.clock, self.told.append)

    def ticks(self) -> list[float]:
        return [told.input.at - EPOCH for told in self.told if isinstance(told.input, Tick)]

    def recorded(self) -> list[float]:
        return [item.at - EPOCH for item in self.recorder.inputs if isinstance(item, Tick)]


def test_what_comes_while_the_disk_is_busy_waits_its_turn() -> None:
    async def main() -> None:
        desk = Desk()
        desk.recorder.hold = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(desk.journal.run())
            for number in range(3):
                desk.journal.add(change(number))
            await settle()
            desk.journal.add(change(3))
            assert desk.told == []
            desk.recorder.hold.set()
            assert await desk.journal.settled() == ""
            running.cancel()
        assert desk.ticks() == desk.recorded() == [0, 1, 2, 3]

    asyncio.run(main())


def test_whoever_waits_while_it_ends_does_not_wait_for_ever() -> None:
    async def main() -> None:
        desk = Desk()
        desk.recorder.hold = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(desk.journal.run())
            desk.journal.add(change(0))
            early = tasks.create_task(desk.journal.settled())
            await settle()
            late = tasks.create_task(desk.journal.settled())
            await settle()
            running.cancel()
            await settle()
            desk.recorder.hold.set()
            await desk.journal.end()
            assert list(await asyncio.wait_for(asyncio.gather(early, late), 10)) == ["", ""]

    asyncio.run(main())


def test_a_disk_that_hangs_is_given_up_on_and_things_are_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "ANSWER_S", 0.02)

    async def main() -> None:
        desk = Desk()
        desk.recorder.hold = asyncio.Event()
        desk.journal.add(change(1))
        await desk.journal.flush()
        assert [told.recorded for told in desk.told] == [False]
        assert desk.told[0].why_not == "The history did not answer within 0.02 s."
        desk.recorder.hold = None
        await desk.clock.advance(journal.RETRY_S)
        desk.journal.add(change(2))
        await desk.journal.flush()
        assert desk.recorded() == [2]  # the first may still be on its way; twice would be worse
        assert desk.told[1].recorded

    asyncio.run(main())


def test_what_was_missed_is_kept_up_to_a_limit() -> None:
    async def main() -> None:
        desk = Desk()
        desk.recorder.fails = OSError("no")
        for number in range(journal.KEPT_MAX + 50):
            desk.journal.add(change(number))
            await desk.journal.flush()
        assert desk.recorder.attempts == 1
        desk.recorder.fails = None
        await desk.clock.advance(journal.RETRY_S)
        desk.journal.add(change(9_999))
        await desk.journal.flush()
        assert desk.recorded() == [*range(50, journal.KEPT_MAX + 50), 9_999]

    asyncio.run(main())


def test_whoever_waits_for_it_to_settle_may_leave() -> None:
    async def main() -> None:
        desk = Desk()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(desk.journal.run())
            left = tasks.create_task(desk.journal.settled())
            await asyncio.sleep(0)
            left.cancel()
            assert await desk.journal.settled() == ""
            running.cancel()

    asyncio.run(main())
