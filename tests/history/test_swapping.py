"""A recovered file takes a damaged one's place while others open the history: each reads one of the two."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agmonitor.history import setting_aside
from agmonitor.history.opening import connect, reading
from agmonitor.history.setting_aside import complete, finish, part_of

LONG_S = 60.0
WOULD_BE_DONE_S = 0.2
OLD, NEW = 40, 3


def named(path: Path, *names: str) -> None:
    with closing(connect(path)) as file, file:
        for name in names:
            file.execute("INSERT INTO groups (name, next_seq) VALUES (?, 1)", (name,))


def names(connection: sqlite3.Connection) -> int:
    return len(connection.execute("SELECT id, name FROM groups").fetchall())


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A history whose rows are in its log, which somebody reads, and a recovered one that waits."""
    path = tmp_path / "history.db"
    with closing(connect(path)) as writing:
        for number in range(OLD):
            writing.execute("INSERT INTO groups (name, next_seq) VALUES (?, 1)", (f"{number} " * 500,))
        fresh = part_of(path)
        named(fresh, *map(str, range(NEW)))
        with closing(sqlite3.connect(fresh)) as file:
            file.execute("PRAGMA journal_mode=DELETE")
        complete(path)
        with reading(path) as checking:
            assert names(checking) == OLD
            yield path


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have that done once, between opening the file and opening its log."""
    waiting = [do]

    def connected(*args: object, **more: object) -> sqlite3.Connection:
        connection = real(*args, **more)
        if waiting:
            waiting.pop()()
        return connection

    real: Callable[..., sqlite3.Connection] = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connected)


def test_who_opened_the_old_file_reads_it_before_another_takes_its_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapper = threading.Thread(target=finish, args=(path,))

    def swap() -> None:
        swapper.start()
        swapper.join(WOULD_BE_DONE_S)
        assert swapper.is_alive(), "it waits until all of the file is open"

    meanwhile(monkeypatch, swap)
    with reading(path) as connection:
        swapper.join(LONG_S)
        assert not swapper.is_alive(), "and no longer"
        named(path, "written while the old one is still read")
        assert names(connection) == OLD
    with reading(path) as connection:
        assert names(connection) == NEW + 1


def test_who_was_overtaken_by_another_program_reads_the_new_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swapped_elsewhere() -> None:
        setting_aside._swap(path, path.with_name(f"{path.name}.recovered"))
        named(path, "written already")

    meanwhile(monkeypatch, swapped_elsewhere)
    with reading(path) as connection:
        assert names(connection) == NEW + 1


def test_a_log_made_by_who_read_between_a_kill_and_the_next_start_is_no_part_of_the_new_file(
    path: Path,
) -> None:
    log = path.with_name("history.db-wal")
    aside = setting_aside._aside(path)
    kept = aside.with_name(f"{aside.name}-wal")
    log.replace(kept)
    size = kept.stat().st_size
    log.write_bytes(b"")
    assert finish(path) == aside
    assert kept.stat().st_size == size > 0
    assert not log.exists()
    with reading(path) as connection:
        assert names(connection) == NEW
