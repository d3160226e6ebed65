"""A damaged file as SQLite can open it: itself or, where its first pages are gone, a copy with fresh ones.

Those tell where each table begins, which is the same in every file that this version made.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

LONGEST = 1 << 24
"""Bytes of a text or blob; one that claims more is damaged."""
_PAGE = 4096
_PAGES_AT = slice(28, 32)  # in the header: how many pages there are
_FREE_AT = slice(32, 40)  # which pages are free


@contextlib.contextmanager
def readable(damaged: Path, fresh: Path) -> Iterator[sqlite3.Connection]:
    """A connection to whatever can be read of it; ``fresh`` is a new file of this version.

    Raises:
        OSError: no copy can be made where one is needed.
    """
    path, stand_in = damaged, fresh.with_name(f"{fresh.name}-stand-in")
    try:
        if not _opens(damaged):
            path = stand_in
            _graft(damaged, stand_in, fresh)
        with closing(connected(path)) as connection:
            yield connection
    finally:
        for suffix in ("", "-wal", "-shm"):
            stand_in.with_name(stand_in.name + suffix).unlink(missing_ok=True)


def connected(path: Path) -> sqlite3.Connection:
    """A connection to a file whatever state it is in; nothing is written by it."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    connection.text_factory = _text
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.execute("PRAGMA writable_schema=ON")  # opens a file that was cut short, too; we write nothing
    return connection


def _opens(path: Path) -> bool:
    try:
        with closing(connected(path)) as connection:
            for table in ("groups", "forms", "packs"):
                connection.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - our own words
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return True


def _graft(damaged: Path, stand_in: Path, fresh: Path) -> None:
    shutil.copyfile(damaged, stand_in)
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(damaged.with_name(f"{damaged.name}-wal"), stand_in.with_name(f"{stand_in.name}-wal"))
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        last = connection.execute("SELECT max(rootpage) FROM sqlite_master").fetchone()[0]
    whole = fresh.read_bytes()
    first, rest = bytearray(whole[:_PAGE]), whole[last * _PAGE :]  # goes on after the tables' own
    first[_PAGES_AT] = (max(stand_in.stat().st_size, len(whole)) // _PAGE).to_bytes(4, "big")
    first[_FREE_AT] = bytes(8)
    with stand_in.open("r+b") as file:
        file.write(first)
        file.seek(last * _PAGE)
        file.write(rest)


def _text(raw: bytes) -> str:
    """Damaged text must cost its row, not the reading."""
    return raw.decode("utf-8", "surrogateescape")
