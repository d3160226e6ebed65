"""A group renamed or erased in the history: all of its past or none, and nobody else's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.no_history import NoHistory
from agmonitor.history.opening import connect
from agmonitor.history.queries import Past
from agmonitor.history.regrouping import TABLES
from agmonitor.history.store import Store
from tests.history.recorded import record, watched
from tests.history.rows import event, tick


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
    return tmp_path / "history.db"


def nothing() -> None:
    """The settings were changed all right."""


def test_a_renamed_group_keeps_its_past_and_goes_on_with_it(path: Path) -> None:
    async def story(store: Store) -> None:
        await store.record("old", [tick(1)], [event(1)])
        await store.rename("old", "new", nothing)
        await store.record("new", [tick(2)], [])

        assert await store.past("new", 0) == [Past(tick(1), (event(1),)), Past(tick(2), ())]
        assert await store.past("old", 0) == []

    with_store(path, story)


def test_what_fails_with_the_settings_leaves_the_history_as_it_was(path: Path) -> None:
    def break_down() -> None:
        raise LookupError("the settings cannot be written")

    async def story(store: Store) -> None:
        await store.record("old", [tick(1)], [])
        with pytest.raises(LookupError, match="cannot be written"):
            await store.rename("old", "new", break_down)
        await store.record("old", [tick(2)], [])

        assert len(await store.past("old", 0)) == 2
        assert await store.past("new", 0) == []

    with_store(path, story)


def test_a_name_the_history_knows_is_refused_and_the_settings_not_touched(path: Path) -> None:
    touched: list[int] = []

    async def story(store: Store) -> None:
        await store.record("old", [tick(1)], [])
        await store.record("new", [tick(2)], [])
        with pytest.raises(ValueError, match="another group called 'new'"):
            await store.rename("old", "new", lambda: touched.append(1))

        assert len(await store.past("old", 0)) == 1

    with_store(path, story)
    assert touched == []


def test_what_others_record_in_the_same_instant_is_kept_whatever_becomes_of_it(path: Path) -> None:
    def break_down() -> None:
        raise LookupError

    async def story(store: Store) -> None:
        await store.record("old", [tick(0)], [])
        done = await asyncio.gather(
            store.record("other", [tick(1)], []),
            store.rename("old", "new", break_down),
            store.record("other", [tick(2)], []),
            return_exceptions=True,
        )

        assert [type(one) for one in done] == [type(None), LookupError, type(None)]
        assert [row.input for row in await store.past("other", 0)] == [tick(1), tick(2)]

    with_store(path, story)


def test_a_group_of_which_nothing_was_recorded_is_renamed_in_the_settings_alone(path: Path) -> None:
    told: list[str] = []

    async def story(store: Store) -> None:
        await store.rename("old", "new", lambda: told.append("settings"))

    with_store(path, story)
    assert told == ["settings"]


def test_while_another_copy_writes_nothing_is_renamed(path: Path) -> None:
    async def main() -> None:
        store = Store.open(path)
        try:
            with pytest.raises(HistoryError) as refused:
                Store.open(path)
            other = NoHistory(refused.value, path, lambda: Store.open(path))
            with pytest.raises(HistoryError) as error:
                await other.rename("old", "new", nothing)
            assert error.value.fault is Fault.OWNED
        finally:
            await store.close()

    asyncio.run(main())


def test_an_erased_group_leaves_no_row_behind_and_the_other_whole(path: Path) -> None:
    for group in ("gone", "stays"):
        record(path, watched(3), group=group)

    def rows() -> dict[str, set[int]]:
        with contextlib.closing(connect(path)) as connection:
            found = {}
            for table in TABLES:
                groups = connection.execute(f"SELECT DISTINCT group_id FROM {table}").fetchall()  # noqa: S608 - ours
                found[table] = {row[0] for row in groups}
            return found

    before = rows()

    async def story(store: Store) -> None:
        kept = await store.past("stays", 0)
        await store.erase("gone")

        assert kept
        assert await store.past("stays", 0) == kept
        assert await store.past("gone", 0) == []

    with_store(path, story)
    after = rows()
    assert {table: len(ids) for table, ids in before.items() if len(ids) == 2}, "both had left something"
    assert all(len(ids) <= 1 for ids in after.values())


def test_every_table_of_groups_is_erased_from(path: Path) -> None:
    with contextlib.closing(connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        of_groups = {
            table
            for table in tables
            if any(column[1] == "group_id" for column in connection.execute(f"PRAGMA table_info({table})"))
        }

    assert of_groups == set(TABLES)
