"""A copy of a history that may be written meanwhile: one whole file, as it was when copying began."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from agmonitor.history.faults import Fault, from_sqlite
from agmonitor.history.opening import reading


def copy(path: Path, to: Path) -> None:
    """Copy it; a file that stands there is replaced once the copy is whole.

    Raises:
        HistoryError: the history cannot be read, or the copy not be written; then nothing is left of it.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        part.unlink(missing_ok=True)
        with reading(path) as source:
            _copied(source, part, path, to)
        part.replace(to)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise from_sqlite(error, to) from error


def _copied(source: sqlite3.Connection, part: Path, path: Path, to: Path) -> None:
    try:
        with closing(sqlite3.connect(part)) as target:
            source.backup(target)  # within one read transaction: no commit in between makes it start again
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        theirs = from_sqlite(error, to)  # a disk that is full is the copy's, damage is the history's own
        told = from_sqlite(error, path) if theirs.fault is Fault.DAMAGED else theirs
        raise told from error
