"""Reads a table of a damaged file in the order of its key, going round what cannot be read. Judges no row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CHUNK = 200
UNKNOWN_PERIOD = -1
_FARTHEST = 46  # leaps of up to 2 to this: further than any number of ours
_TEXTS = frozenset(("lane", "key", "node", "series"))  # parts of keys that are no numbers
_GROUPS = 32  # so many are tried when a group's own rows lead nowhere

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its key; ``counted``: the parts of the key that are numbers, the first tried first."""

    name: str
    key: tuple[str, ...]
    counted: tuple[int, ...]


def chunks(source: sqlite3.Connection, table: Table, columns: tuple[str, ...]) -> Iterator[list[Row]]:
    """Its readable rows, a few at a time; an empty list where a step found none."""
    reader = _Reader(source, table, columns)
    while not reader.done:
        yield reader.chunk()
    yield from reader.backwards()


def forms_by_index(source: sqlite3.Connection) -> Iterator[list[Row]]:
    """Forms as their index has them, for the table's own pages may be damaged; read from both ends."""
    for way in ("", " DESC"):
        try:
            found = source.execute(f"SELECT id, body FROM forms ORDER BY body{way}")  # noqa: S608 - our own words
            while rows := found.fetchmany(CHUNK):
                yield [(form, body, UNKNOWN_PERIOD) for form, body in rows]
        except (sqlite3.Error, UnicodeDecodeError):
            continue  # as far as it goes
        return


class _Reader:
    """Where reading has come to in one table."""

    def __init__(self, source: sqlite3.Connection, table: Table, columns: tuple[str, ...]) -> None:
        self._source = source
        self._table = table
        self._select = f"SELECT {', '.join(columns)} FROM {table.name}"  # noqa: S608 - our own words
        self._places = [columns.index(name) for name in table.key]
        self._last: Row | None = None  # the key after which it goes on
        self._vain = 0  # leaps since a row was found
        self._stuck = False  # forwards nothing more can be reached
        self.done = False

    def chunk(self) -> list[Row]:
        found: list[Row] = []
        try:
            for row in self._read(">", self._last, CHUNK):
                key = self._key(row)
                if _is_after(key, self._last):
                    found.append(row)
                    self._last, self._vain = key, 0
            self.done = not found
        except (sqlite3.Error, UnicodeDecodeError):
            self._leap()
        return found

    def backwards(self) -> Iterator[list[Row]]:
        """From the end down to what could not be passed, where something could not."""
        before: Row | None = None
        while self._stuck:
            found: list[Row] = []
            try:
                for row in self._read("<", before, CHUNK):
                    key = self._key(row)
                    if not _is_after(key, self._last) or (before is not None and not _is_after(before, key)):
                        break
                    found.append(row)
                    before = key
                self._stuck = len(found) == CHUNK
            except (sqlite3.Error, UnicodeDecodeError):
                self._stuck = False
            yield found

    def _leap(self) -> None:
        """Go on at the nearest key that can be read again, in this group or a later one."""
        nothing: Row = tuple("" if name in _TEXTS else 0 for name in self._table.key)
        last = nothing if self._last is None else self._last
        later = ((group, *nothing[1:]) for group in range(last[0] + 1, last[0] + _GROUPS))
        for base in (last, *later):
            for place in self._table.counted:
                step = self._step(base, place)
                if step is not None:
                    self._last = _leapt(base, place, step)
                    self._vain += 1
                    return
        self.done = self._stuck = True

    def _step(self, base: Row, place: int) -> int | None:
        """The shortest leap that leads on; each in vain makes the next one twice as far at least."""
        far = range(self._vain, _FARTHEST)
        reached = next((one for one in far if self._reads(_leapt(base, place, 1 << one), base)), None)
        if reached is None:
            return None
        low, high = (1 << reached) >> 1, 1 << reached
        while high - low > 1 and not self._vain:
            middle = (low + high) // 2
            low, high = (low, middle) if self._reads(_leapt(base, place, middle), base) else (middle, high)
        return high

    def _reads(self, key: Row, base: Row) -> bool:
        """Whether the row after that, or the table's end, can be reached."""
        try:
            rows = self._read(">", key, 1).fetchall()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            return False
        return not rows or _is_after(self._key(rows[0]), base)

    def _read(self, sign: str, key: Row | None, most: int) -> sqlite3.Cursor:
        names, way = self._table.key, "" if sign == ">" else " DESC"
        where = "" if key is None else f" WHERE ({', '.join(names)}) {sign} ({', '.join('?' * len(names))})"
        order = ", ".join(name + way for name in names)
        return self._source.execute(f"{self._select}{where} ORDER BY {order} LIMIT {most}", key or ())

    def _key(self, row: Row) -> Row:
        return tuple(row[place] for place in self._places)


def _leapt(key: Row, place: int, step: int) -> Row:
    return (*key[:place], key[place] + step, *key[place + 1 :])


def _is_after(key: Row, last: Row | None) -> bool:
    """Whether it can be the key that follows; damage may lead reading in circles."""
    try:
        "".join(part for part in key if isinstance(part, str)).encode()
        return all(isinstance(part, int | str) for part in key) and (last is None or key > last)
    except (TypeError, UnicodeEncodeError):  # numbers where there were texts; half characters
        return False
