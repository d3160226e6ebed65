"""A stored file of every version there was opens as the newest and tells what was recorded in it."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.history import migrations
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.opening import connect
from agmonitor.history.queries import read_past
from agmonitor.history.schema import VERSION
from agmonitor.history.store import Store
from tests.history.filled import of_every_kind
from tests.history.rows import event, tick

FILES = Path(__file__).with_name("files")
VERSIONS = range(1, VERSION + 1)


def stored(version: int, folder: Path) -> Path:
    """The file as that version of the program left it."""
    path = folder / "history.db"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.decompress((FILES / f"version-{version}.db.gz").read_bytes()))
    return path


def check(path: Path) -> None:
    past = read_past(path, "gw-prod", 0, None)
    assert [one.input for one in past] == of_every_kind()
    assert [one.events for one in past] == [(event(n),) if n % 10 == 0 else () for n in range(len(past))]
    others = read_past(path, "gw-test", 0, None)
    assert [one.input for one in others] == [tick(number) for number in range(len(of_every_kind()))]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_there_is_a_file_of_every_version() -> None:
    assert {one.name for one in FILES.iterdir()} == {f"version-{number}.db.gz" for number in VERSIONS}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_any_version_tells_all_it_holds(version: int, tmp_path: Path) -> None:
    path = stored(version, tmp_path)
    asyncio.run(Store.open(path).close())

    check(path)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_lay_unpacked_of_groups_watched_no_more_is_packed(version: int, tmp_path: Path) -> None:
    path = stored(version, tmp_path)
    asyncio.run(Store.open(path).close())

    with closing(sqlite3.connect(path)) as file:
        spans = file.execute("SELECT max(at_ms) - min(at_ms) FROM tail GROUP BY group_id").fetchall()
        assert file.execute("SELECT count(*) FROM packs").fetchone() > (0,)
    assert all(span_ms < 180_000 for (span_ms,) in spans)


@pytest.mark.parametrize("version", VERSIONS)
def test_it_is_written_on_where_it_ended(version: int, tmp_path: Path) -> None:
    path = stored(version, tmp_path)

    async def write() -> None:
        store = Store.open(path)
        await store.record("gw-prod", [tick(9_000)], [])
        await store.close()

    asyncio.run(write())

    assert [one.input for one in read_past(path, "gw-prod", 0, None)] == [*of_every_kind(), tick(9_000)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stored(1, tmp_path)

    def full(connection: sqlite3.Connection) -> None:
        migrations.from_1(connection)
        connection.execute("PRAGMA max_page_count=1")
        connection.execute(
            "CREATE TABLE more AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n"
            " LIMIT 100000) SELECT i FROM n"
        )

    with monkeypatch.context() as patched:
        patched.setattr("agmonitor.history.opening.STEPS", {1: full})
        with pytest.raises(HistoryError) as caught:
            connect(path)
    assert caught.value.fault is Fault.FULL

    asyncio.run(Store.open(path).close())
    check(path)
