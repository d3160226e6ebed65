"""What can still be read of a damaged file of version 1, in a whole one of that version, to be brought up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from agmonitor.history.codec import decode_event, of_version_1
from agmonitor.history.opening import run_all, transaction
from agmonitor.history.schema import APPLICATION_ID
from agmonitor.history.skipping import Table, chunks
from agmonitor.history.story import UNREADABLE

_TABLES = """
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE forms (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
CREATE TABLE inputs (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES groups, at_ms INTEGER NOT NULL,
    form_id INTEGER NOT NULL REFERENCES forms, varying TEXT NOT NULL
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY, input_id INTEGER NOT NULL REFERENCES inputs, at REAL NOT NULL, kind TEXT NOT NULL,
    severity INTEGER NOT NULL, sentence TEXT NOT NULL, finding TEXT, node TEXT, episode INTEGER
)
"""
_COLUMNS = {
    "groups": ("id", "name"),
    "forms": ("id", "body"),
    "inputs": ("id", "group_id", "at_ms", "form_id", "varying"),
    "events": ("id", "input_id", "at", "kind", "severity", "sentence", "finding", "node", "episode"),
}
_STEP = 1 << 40  # further than any id of theirs; a row beyond was bent
Row = tuple[Any, ...]


def is_version_1(source: sqlite3.Connection) -> bool:
    """Whether that file, as far as it can be read, is of version 1."""
    try:
        version = source.execute("PRAGMA user_version").fetchone()[0]
        source.execute("SELECT id FROM inputs LIMIT 0")
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return bool(version == 1)


def rescued(source: sqlite3.Connection, whole: Path) -> Iterator[None]:
    """Fill a new file of version 1 with what can be believed; each step is short.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    with closing(sqlite3.connect(whole, isolation_level=None, check_same_thread=False)) as target:
        target.execute("PRAGMA synchronous=OFF")
        run_all(target, _TABLES)
        target.execute(f"PRAGMA application_id={APPLICATION_ID}")
        target.execute("PRAGMA user_version=1")
        beliefs = _Beliefs()
        for table, columns in _COLUMNS.items():
            put = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - ours
            for rows in chunks(source, Table(table, ("id",), (0,)), columns):
                with transaction(target):
                    target.executemany(put, [row for row in rows if beliefs.sound(table, row)])
                yield


class _Beliefs:
    """What has been believed so far, as far as other rows depend on it."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._forms: dict[int, str] = {}
        self._inputs: set[int] = set()
        self._closer: dict[str, Callable[[Row], bool]] = {
            "groups": self._group,
            "forms": self._form,
            "inputs": self._input,
            "events": self._event,
        }

    def sound(self, table: str, row: Row) -> bool:
        if not 0 < row[0] < _STEP or any(_is_bent(value) for value in row):
            return False
        try:
            return self._closer[table](row)
        except (*UNREADABLE, StopIteration, RuntimeError):
            return False

    def _group(self, row: Row) -> bool:
        self._groups.add(row[0])
        return isinstance(row[1], str) and row[1] != ""

    def _form(self, row: Row) -> bool:
        json.loads(row[1])
        self._forms[row[0]] = row[1]
        return True

    def _input(self, row: Row) -> bool:
        _, group, at_ms, form, varying = row
        of_version_1(self._forms[form], json.loads(varying))
        self._inputs.add(row[0])
        return group in self._groups and isinstance(at_ms, int)

    def _event(self, row: Row) -> bool:
        decode_event(row[2:])
        return row[1] in self._inputs and isinstance(row[5], str)


def _is_bent(value: object) -> bool:
    """Text with half characters, which no program of ours has written."""
    return isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value)
