"""The history file: whole transactions, in order, acknowledged only when they are on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.no_history import NoHistory
from agmonitor.history.opening import connect
from agmonitor.history.queries import Past
from agmonitor.history.schema import VERSION
from agmonitor.history.store import Store
from tests.history.rows import START, event, tick


def with_store(path: Path, story: Callable[[Store], Awaitable[None]]) -> None:
    async def main() -> None:
        store = Store.open(path)
        try:
            await story(store)
        finally:
            await store.close()

    asyncio.run(main())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


def test_what_was_recorded_comes_back_in_order_with_its_events(path: Path) -> None:
    async def story(store: Store) -> None:
        await store.record("g", [tick(1)], [event(1), event(2)])
        await store.record("other", [tick(2)], [event(9)])
        await store.record("g", [tick(3), tick(2)], [event(3)])

        assert await store.past("g", START) == [
            Past(tick(1), (event(1), event(2))),
            Past(tick(3), ()),
            Past(tick(2), (event(3),)),
        ]

    with_store(path, story)


def test_past_is_cut_at_both_ends_and_newest_is_known(path: Path) -> None:
    async def story(store: Store) -> None:
        for number in range(5):
            await store.record("g", [tick(number)], [])

        assert [row.input for row in await store.past("g", START + 1, START + 3)] == [
            tick(1),
            tick(2),
            tick(3),
        ]
        assert await store.last_at("g") == START + 4
        assert await store.last_at("nobody") is None
        assert await store.past("nobody", 0) == []

    with_store(path, story)


def test_it_is_all_there_after_opening_again(path: Path) -> None:
    async def write(store: Store) -> None:
        await store.record("g", [tick(1)], [event(1)])

    async def read(store: Store) -> None:
        await store.record("g", [tick(2)], [])
        assert len(await store.past("g", 0)) == 2

    with_store(path, write)
    with_store(path, read)


def test_many_at_once_all_get_in_with_few_commits_and_in_order(path: Path) -> None:
    async def story(store: Store) -> None:
        await asyncio.gather(*(store.record("g", [tick(number)], []) for number in range(2_000)))

        assert [row.input for row in await store.past("g", 0)] == [tick(number) for number in range(2_000)]

    with_store(path, story)


def test_a_waiter_that_was_cancelled_harms_nobody(path: Path) -> None:
    async def story(store: Store) -> None:
        async with asyncio.TaskGroup() as tasks:
            given_up = tasks.create_task(store.record("g", [tick(1)], []))
            await asyncio.sleep(0)
            given_up.cancel()
        await store.record("g", [tick(2)], [])

        assert [row.input for row in await store.past("g", 0)] == [tick(1), tick(2)]

    with_store(path, story)


def test_a_second_program_may_read_but_not_write(path: Path) -> None:
    async def story(store: Store) -> None:
        await store.record("g", [tick(1)], [])

        assert fault_of(path).fault is Fault.OWNED
        absent = NoHistory(fault_of(path), path)
        assert len(await absent.past("g", 0)) == 1
        assert await absent.last_at("g") == START + 1
        with pytest.raises(HistoryError, match="only reads"):
            await absent.record("g", [tick(2)], [])

    with_store(path, story)
    asyncio.run(Store.open(path).close())


def test_finished_minutes_are_packed_and_read_back_in_order(path: Path) -> None:
    numbers = [*range(400), *range(300, 700)]  # our clock was set back on the way

    async def write(store: Store) -> None:
        for number in numbers:
            await store.record("g", [tick(number)], [event(number)])

    async def read(store: Store) -> None:
        past = await store.past("g", 0)
        assert [row.input for row in past] == [tick(number) for number in numbers]
        assert [row.events for row in past] == [(event(number),) for number in numbers]
        assert await store.last_at("g") == START + 699

    with_store(path, write)
    with sqlite3.connect(path) as file:
        packs, packed = file.execute("SELECT count(*), sum(count) FROM packs").fetchone()
        left = file.execute("SELECT count(*) FROM tail").fetchone()[0]
    file.close()
    assert packs > 5
    assert packed + left == len(numbers)
    assert left <= 180
    with_store(path, read)


def test_a_failed_write_is_told_to_its_waiter_and_the_next_succeeds(path: Path) -> None:
    async def story(store: Store) -> None:
        await store.record("g", [tick(1)], [])
        with sqlite3.connect(path, isolation_level=None) as locker:
            locker.execute("BEGIN IMMEDIATE")
            with pytest.raises(HistoryError) as caught:
                await store.record("g", [tick(2)], [])
            locker.execute("ROLLBACK")
        locker.close()
        await store.record("new", [tick(3)], [])
        await store.record("g", [tick(4)], [])

        assert caught.value.fault is Fault.LOCKED
        assert [row.input for row in await store.past("g", 0)] == [tick(1), tick(4)]

    with_store(path, story)


def test_a_record_that_cannot_be_written_leaves_nothing_behind_and_harms_no_later_one(path: Path) -> None:
    class Strange:
        at = START

    async def story(store: Store) -> None:
        with pytest.raises(HistoryError, match="cannot be used"):
            await store.record("g", [tick(1), Strange()], [])  # type: ignore[list-item]
        await store.record("g", [tick(2)], [event(2)])

        assert await store.past("g", 0) == [Past(tick(2), (event(2),))]

    with_store(path, story)


def test_what_is_acknowledged_has_reached_the_disk(path: Path) -> None:
    connection = connect(path)

    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_closed_history_refuses(path: Path) -> None:
    async def main() -> None:
        store = Store.open(path)
        await store.record("g", [tick(1)], [])
        await store.close()
        with pytest.raises(HistoryError) as caught:
            await store.record("g", [tick(2)], [])
        assert caught.value.fault is Fault.CLOSED

    asyncio.run(main())


def test_closing_writes_what_still_waits(path: Path) -> None:
    async def main() -> None:
        store = Store.open(path)
        async with asyncio.TaskGroup() as tasks:
            for number in range(50):
                tasks.create_task(store.record("g", [tick(number)], []))
            await asyncio.sleep(0)
            await store.close()

    asyncio.run(main())

    async def count(store: Store) -> None:
        assert len(await store.past("g", 0)) == 50

    with_store(path, count)


def fault_of(path: Path) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        Store.open(path)
    assert str(path) in str(caught.value)
    assert isinstance(caught.value, OSError)
    return caught.value


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    connect(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version={VERSION + 1}")
    newer.close()

    assert fault_of(path).fault is Fault.NEWER


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE inputs (id)")
    foreign.close()

    assert fault_of(path).fault is Fault.FOREIGN


def test_a_lock_is_named(path: Path) -> None:
    connect(path).close()
    locker = sqlite3.connect(path, isolation_level=None)
    locker.execute("BEGIN EXCLUSIVE")

    assert fault_of(path).fault is Fault.LOCKED
    locker.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert fault_of(tmp_path / "file" / "history.db").fault is Fault.READ_ONLY
    assert fault_of(tmp_path).fault is Fault.READ_ONLY


def test_a_history_that_vanished_is_told_when_read(path: Path) -> None:
    async def story(store: Store) -> None:
        await asyncio.to_thread(path.unlink)
        with pytest.raises(HistoryError):
            await store.past("g", 0)
        with pytest.raises(HistoryError):
            await store.last_at("g")

    with_store(path, story)


def test_without_a_history_every_record_says_why() -> None:
    async def main() -> None:
        absent = NoHistory(HistoryError(Fault.DAMAGED, "The history is damaged."))
        with pytest.raises(HistoryError, match="damaged"):
            await absent.record("g", [tick(1)], [])
        assert await absent.past("g", 0) == []
        assert await absent.last_at("g") is None
        await absent.close()

    asyncio.run(main())


def test_a_folder_made_for_the_history_is_for_the_user_alone(tmp_path: Path) -> None:
    asyncio.run(Store.open(tmp_path / "data" / "history.db").close())

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
