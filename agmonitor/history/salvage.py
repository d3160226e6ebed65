"""What can still be read of a damaged file goes into a fresh one, each row looked at before it is believed.

Tables are read in the order of their keys, a few rows a step; where a page cannot be read, reading goes on at
the next key that can. Holds the rows of a step and the ids of forms in memory, never a table. Changes nothing
in the damaged file but what SQLite itself does to read its log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agmonitor.history.believing import NAMELESS, Beliefs, Columns, sealed
from agmonitor.history.opening import connect, transaction
from agmonitor.history.salvage_1 import is_version_1, rescued
from agmonitor.history.skipping import UNKNOWN_PERIOD, Table, chunks, forms_by_index
from agmonitor.history.stand_in import connected, readable

_FIRST = ("groups", "forms")  # what other rows are believed by
_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid
"""
_PERIODS = """
UPDATE forms SET period = (SELECT max(
    coalesce((SELECT max(period) FROM forms), 0), coalesce((SELECT max(id) FROM periods), 0),
    coalesce((SELECT max(period) FROM lived), 0)
)) WHERE period = ?
"""
_HOLES = """
CREATE TEMP TABLE holes AS SELECT group_id, seq, at_ms FROM (
    SELECT group_id, seq, at_ms, lag(after) OVER (PARTITION BY group_id ORDER BY seq) AS went_on FROM (
        SELECT group_id, seq, seq + count AS after, from_ms AS at_ms FROM packs
        UNION ALL SELECT group_id, seq, seq + 1, at_ms FROM tail
    )
) WHERE went_on IS NOT seq
"""


@dataclass(slots=True)
class Salvaged:
    """How far it has come: inputs kept and, at the end, how many of those that must have been are lost."""

    kept: int = 0
    lost: int | None = 0  # None: it cannot be told


def salvaging(damaged: Path, fresh: Path, so_far: Salvaged) -> Iterator[None]:
    """Fill a fresh history; each step is short. The fresh file is on disk, whole, when the last one is done.

    Raises:
        HistoryError, sqlite3.Error, OSError: the fresh file cannot be written.
    """
    source = yield from _of_this_version(damaged, fresh)
    yield from _salvaging(source, fresh, so_far)
    if source != damaged:
        so_far.lost = None  # their numbers told nothing of holes
    yield


def _of_this_version(damaged: Path, fresh: Path) -> Generator[None, None, Path]:
    """The file that the rows are read from: the damaged one, or what could be read of one of version 1."""
    older = fresh.with_name(f"{fresh.name}-version-1")
    with closing(connected(damaged)) as source:
        if not is_version_1(source):
            return damaged
        yield from rescued(source, older)
    connect(older).close()
    return older


def _salvaging(damaged: Path, fresh: Path, so_far: Salvaged) -> Iterator[None]:
    with closing(connect(fresh)) as target, readable(damaged, fresh) as source:
        target.execute("PRAGMA synchronous=OFF")  # nothing counts before the whole does
        beliefs = Beliefs()
        tables = [name for (name,) in target.execute(_TABLES)]
        for table in (*_FIRST, *(name for name in tables if name not in _FIRST)):
            columns = _columns(target, table)
            for rows in _read(source, columns):
                believed = [row for row in rows if _believed(source, beliefs, columns, row)]
                with transaction(target):
                    _take(target, columns, believed)
                    _name_groups(target, beliefs)
                so_far.kept = beliefs.inputs
                yield
        with transaction(target):
            target.execute(_PERIODS, (UNKNOWN_PERIOD,))
            lost = _close_up(target, beliefs)
        so_far.lost = lost if beliefs.told_groups and beliefs.inputs else None
        target.execute("PRAGMA synchronous=FULL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.execute("PRAGMA journal_mode=DELETE")


def _read(source: sqlite3.Connection, columns: Columns) -> Iterator[list[tuple[Any, ...]]]:
    there = {row[1] for row in source.execute(f"PRAGMA table_info({columns.table})")}
    names = tuple(name if name in there or not there else f"NULL AS {name}" for name in columns.names)
    yield from chunks(source, Table(columns.table, columns.key, columns.counted), names)
    if columns.table == "forms":
        yield from forms_by_index(source)


def _believed(source: sqlite3.Connection, beliefs: Beliefs, columns: Columns, row: tuple[Any, ...]) -> bool:
    return beliefs.sound(columns, row) and (
        columns.table != "forms" or beliefs.form_stands(row[0], _listed(source, row))
    )


def _listed(source: sqlite3.Connection, form: tuple[Any, ...]) -> int:
    """The id under which the index has a form; it holds a copy of its body, so that damage to one shows."""
    try:
        row = source.execute("SELECT id FROM forms WHERE body = ?", (form[1],)).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return int(form[0])  # nothing speaks against it
    return 0 if row is None else int(row[0])


def _columns(target: sqlite3.Connection, table: str) -> Columns:
    found = target.execute(f"PRAGMA table_info({table})").fetchall()
    needed = tuple(bool(row[3] or row[5]) and row[1] != "sum" for row in found)  # older files have none
    key = tuple(row[1] for row in sorted(found, key=lambda row: row[5]) if row[5])
    return Columns(table, tuple(row[1] for row in found), tuple(row[2] for row in found), needed, key)


def _take(target: sqlite3.Connection, columns: Columns, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(columns.names))
    put = f"INSERT OR IGNORE INTO {columns.table} VALUES ({marks})"  # noqa: S608 - our own words
    target.executemany(put, [sealed(columns, row) for row in rows])


def _name_groups(target: sqlite3.Connection, beliefs: Beliefs) -> None:
    """A group whose name was lost gets it back from its state, or one that says so."""
    for group, name in beliefs.unnamed():
        nameless = f"{NAMELESS} {group}"
        target.execute("INSERT OR IGNORE INTO groups (id, name) VALUES (?, ?)", (group, nameless))
        target.execute("UPDATE OR IGNORE groups SET name = ? WHERE id = ?", (name, group))


def _close_up(target: sqlite3.Connection, beliefs: Beliefs) -> int:
    """No number is given twice, no replay crosses a hole; how many inputs are lost."""
    target.execute("""
        UPDATE groups SET next_seq = max(next_seq,
            coalesce((SELECT max(seq) + 1 FROM tail WHERE group_id = id), 1),
            coalesce((SELECT max(seq + count) FROM packs WHERE group_id = id), 1),
            coalesce((SELECT max(seq) FROM checkpoints WHERE group_id = id), 1),
            coalesce((SELECT max(seq) + 1 FROM events WHERE group_id = id), 1))
    """)
    target.execute(_HOLES)
    target.execute(
        "UPDATE checkpoints SET begins = 1 WHERE (group_id, seq) IN (SELECT group_id, seq FROM holes)"
    )
    target.execute("""
        INSERT OR IGNORE INTO checkpoints SELECT group_id, seq, at_ms, '', X'', 1 FROM holes
    """)
    target.execute("DROP TABLE holes")
    there = target.execute("""
        SELECT sum(next_seq - min(next_seq, coalesce((SELECT min(seq) FROM
            (SELECT min(seq) AS seq FROM packs WHERE group_id = id
             UNION ALL SELECT min(seq) FROM tail WHERE group_id = id
             UNION ALL SELECT min(seq) FROM checkpoints WHERE group_id = id)), next_seq))) FROM groups
    """).fetchone()[0]
    return max(0, (there or 0) - beliefs.inputs)
