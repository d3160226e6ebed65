"""A history that cannot be written: watching goes on, why is told, and what was missed is written later."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.domain.group import initial
from agmonitor.domain.observations import Tick
from agmonitor.domain.state import Mode
from agmonitor.history import no_history
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.no_history import NoHistory
from agmonitor.history.opening import connect
from agmonitor.history.queries import read_past
from agmonitor.history.store import Store
from agmonitor.monitor import journal
from agmonitor.monitor.journal import Journal
from agmonitor.monitor.ports import GroupChange
from tests.fakes import FakeClock
from tests.history.rows import START, tick
from tests.monitor.watching import settings

STATE = initial(settings(name="g"), Mode.WATCHING, START)


class Watching:
    """A group's journal with a history behind it, and what it told."""

    def __init__(self, recorder: Store | NoHistory) -> None:
        self.clock = FakeClock()
        self.recorder = recorder
        self.told: list[GroupChange] = []
        self.journal = Journal(recorder, self.clock, self.told.append)

    async def see(self, *numbers: int) -> str:
        """Step those ticks; why they are not in the history, or nothing."""
        await self.clock.advance(journal.RETRY_S)
        for number in numbers:
            self.journal.add(GroupChange("g", tick(number), STATE, ()))
        await self.journal.flush()
        return self.told[-1].why_not


def watched(recorder: Callable[[], Store | NoHistory], story: Callable[[Watching], Awaitable[None]]) -> None:
    async def main() -> None:
        watching = Watching(recorder())
        try:
            await story(watching)
        finally:
            await watching.recorder.close()

    asyncio.run(main())


def numbers(path: Path) -> list[float]:
    return [one.input.at - START for one in read_past(path, "g", 0, None) if isinstance(one.input, Tick)]


def opened(path: Path) -> Store | NoHistory:
    """As the program opens it."""
    try:
        return Store.open(path)
    except HistoryError as error:
        return NoHistory(error, path, lambda: Store.open(path))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_history, "RETRY_S", 0.0)


def test_a_full_disk_costs_nothing_that_is_missed_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    file = connect(path)  # the writer's own, for the limit counts for one connection
    limit = file.execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr("agmonitor.history.writer_thread.connect", lambda _: file)

    async def story(watching: Watching) -> None:
        file.execute(f"PRAGMA max_page_count={limit}")
        number = 0
        while not (why := await watching.see(*range(number, number + 100))):
            number += 100
        assert why == f"The history {path} cannot grow: the disk is full."
        await watching.see(*range(number + 100, number + 200))
        file.execute("PRAGMA max_page_count=1000000")
        assert await watching.see(number + 200) == ""
        assert [one.input for one in watching.told] == [tick(n) for n in range(number + 201)]
        assert numbers(path) == list(range(number + 201))

    watched(lambda: opened(path), story)


def test_a_file_locked_for_a_while_is_written_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    monkeypatch.setattr("agmonitor.history.opening.BUSY_S", 0.05)

    async def story(watching: Watching) -> None:
        assert await watching.see(1) == ""
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await watching.see(2) == f"The history {path} is locked by another program."
        assert await watching.see(3) == ""
        assert numbers(path) == [1, 2, 3]

    watched(lambda: opened(path), story)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.touch()
    path = folder / "history.db"

    async def story(watching: Watching) -> None:
        assert "cannot be made" in await watching.see(1)
        await asyncio.to_thread(folder.unlink)
        assert await watching.see(2) == ""
        assert numbers(path) == [1, 2]
        assert len(await watching.recorder.past("g", 0)) == 2

    watched(lambda: opened(path), story)


def test_a_newer_file_is_left_alone_until_it_is_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connect(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version=1000")

    async def story(watching: Watching) -> None:
        assert "newer agmonitor" in await watching.see(1)
        assert "newer agmonitor" in await watching.see(2)
        await asyncio.to_thread(path.replace, tmp_path / "newer.db")
        assert await watching.see(3) == ""
        assert numbers(path) == [1, 2, 3]

    watched(lambda: opened(path), story)


def test_a_file_that_vanishes_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "data" / "history.db"

    async def story(watching: Watching) -> None:
        assert await watching.see(1) == ""
        for one in await asyncio.to_thread(lambda: list(path.parent.iterdir())):
            one.unlink()
        path.parent.rmdir()
        assert await watching.see(2) == ""
        assert numbers(path) == [2]
        with pytest.raises(HistoryError):  # the new one is guarded as the first was
            Store.open(path)

    watched(lambda: opened(path), story)


def test_the_second_copy_says_so_and_goes_on_where_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def story(second: Watching) -> None:
        assert await first_one.see(1) == ""
        assert await second.see(2) == f"Another agmonitor writes the history {path}; this one only reads it."
        assert [one.input for one in await second.recorder.past("g", 0)] == [tick(1)]
        await first_one.recorder.close()
        assert await second.see(3) == ""
        assert numbers(path) == [1, 2, 3]
        with pytest.raises(HistoryError) as caught:
            Store.open(path)
        assert caught.value.fault is Fault.OWNED

    first_one = Watching(Store.open(path))
    watched(lambda: opened(path), story)


def test_of_a_long_failure_the_newest_are_kept_within_bounds(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.touch()
    path = folder / "history.db"
    count = journal.KEPT_MAX + 500

    async def story(watching: Watching) -> None:
        for number in range(0, count, 100):
            assert await watching.see(*range(number, number + 100))
        await asyncio.to_thread(folder.unlink)
        assert await watching.see(count) == ""
        assert numbers(path) == list(range(count - journal.KEPT_MAX, count + 1))

    watched(lambda: opened(path), story)


def test_a_copy_made_while_it_is_written_opens_clean(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    async def main() -> None:
        store = Store.open(path)
        going_on = True

        async def write() -> int:
            number = 0
            while going_on:
                await asyncio.gather(*(store.record("g", [tick(number + n)], []) for n in range(20)))
                number += 20
            return number

        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(write())
            for number in range(10):
                await store.record("other", [tick(number)], [])
                await store.copy_to(tmp_path / f"copy-{number}.db")
            going_on = False
        assert writing.result() > 0
        await store.close()

    asyncio.run(main())
    for number in range(10):
        copy = tmp_path / f"copy-{number}.db"
        with closing(sqlite3.connect(copy)) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert numbers(copy) == list(range(len(numbers(copy))))
        assert len(read_past(copy, "other", 0, None)) == number + 1
        asyncio.run(Store.open(copy).close())
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_that_cannot_be_made_leaves_nothing_and_accuses_the_copy(tmp_path: Path) -> None:
    async def main() -> None:
        store = Store.open(tmp_path / "history.db")
        with pytest.raises(HistoryError, match=r"nowhere/copy\.db cannot"):
            await store.copy_to(tmp_path / "nowhere" / "copy.db")
        await store.close()

    asyncio.run(main())
