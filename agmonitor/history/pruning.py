"""What has grown old goes, in small steps; each is to be one short transaction of the caller's.

Inputs go by lived time, found by their numbers, so that no clock set wrong makes any of them old; what is
left of a group begins at a checkpoint wherever there is one, and so replays. The rest goes by its instants.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.retention import Retention
from agmonitor.history.lived import Lived

MS_A_DAY = 86_400_000
PACKS_MAX = 100  # in one step, as the next two
ROWS_MAX = 500
FORMS_MAX = 200


@dataclass(frozen=True, slots=True)
class _Aged:
    """Rows that go by an instant in one of their columns; ``by`` leads an index that goes on with it."""

    table: str
    by: tuple[str, ...]
    column: str
    unit_ms: int
    tier: str  # the field of Retention
    too: str = ""  # a column that must be as old


_AGED = (
    _Aged("spans", ("group_id", "lane"), "start_ms", 1, "kept_days", "end_ms"),
    _Aged("beats", ("group_id", "node"), "hour", 3_600_000, "kept_days"),
    _Aged("episodes", ("group_id",), "coalesce(ended_ms, began_ms)", 1, "kept_days"),
    _Aged("marks", ("group_id",), "at_ms", 1, "kept_days"),
    _Aged("evidence", ("group_id", "subject"), "at_ms", 1, "kept_days"),
)
_HOUR_S = 3600


def pruning(connection: sqlite3.Connection, retention: Retention, lived: Lived) -> Iterator[None]:
    """All that is to go by now; each step deletes a little, or looks and finds nothing."""
    groups = [row[0] for row in connection.execute("SELECT id FROM groups")]
    for group in groups:
        yield from _inputs(connection, group, lived.sure_ms - retention.raw_days * MS_A_DAY)
        yield from _events(connection, group, lived.oldest_now_ms - retention.hours_days * MS_A_DAY)
    yield from _forms(connection)
    yield from _levels(connection, retention, lived.oldest_now_ms)
    for aged in _AGED:
        before_ms = lived.oldest_now_ms - getattr(retention, aged.tier) * MS_A_DAY
        for key in _keys(connection, aged.table, aged.by):
            yield from _by_time(connection, aged, key, before_ms)


def _inputs(connection: sqlite3.Connection, group: int, before_ms: int) -> Iterator[None]:
    """A group's inputs that came before that instant of lived time, as far as they are drawn."""
    found = _one(
        connection, "SELECT max(seq) FROM periods WHERE group_id = ? AND from_ms <= ?", group, before_ms
    )
    if found is None:
        return
    found = min(found, _one(connection, "SELECT drawn_seq FROM groups WHERE id = ?", group) or found)
    start = _one(connection, "SELECT max(seq) FROM checkpoints WHERE group_id = ? AND seq <= ?", group, found)
    over = found == _one(connection, "SELECT next_seq FROM groups WHERE id = ?", group)
    cut = found if start is None or over else start  # of a group no longer watched nothing needs to replay
    for table, last, most in (("packs", "seq + count - 1", PACKS_MAX), ("tail", "seq", ROWS_MAX)):
        yield from _repeated(
            connection,
            f"DELETE FROM {table} WHERE group_id = ?1 AND seq IN (SELECT seq FROM {table}"  # noqa: S608 - ours
            f" WHERE group_id = ?1 AND {last} < ?2 AND seq < ?2 ORDER BY seq LIMIT {most})",
            (group, cut),
        )
    yield from _repeated(
        connection,
        "DELETE FROM checkpoints WHERE group_id = ?1 AND seq IN"  # noqa: S608 - our own words
        f" (SELECT seq FROM checkpoints WHERE group_id = ?1 AND seq < ?2 ORDER BY seq LIMIT {PACKS_MAX})",
        (group, cut),
    )
    oldest = _oldest(connection, group)
    first = found if oldest is None else min(found, oldest)
    connection.execute(
        "DELETE FROM periods WHERE group_id = ?1"
        " AND seq < (SELECT max(seq) FROM periods WHERE group_id = ?1 AND seq <= ?2)",
        (group, first),
    )
    yield


def _events(connection: sqlite3.Connection, group: int, before_ms: int) -> Iterator[None]:
    """Events of old; none that belongs to an input that is still there."""
    oldest = _oldest(connection, group)
    yield from _repeated(
        connection,
        "DELETE FROM events WHERE id IN (SELECT id FROM events"  # noqa: S608 - our own words
        f" WHERE group_id = ? AND at < ? AND seq < ? ORDER BY at LIMIT {ROWS_MAX})",
        (group, before_ms / 1000, 1 << 62 if oldest is None else oldest),
    )


def _forms(connection: sqlite3.Connection) -> Iterator[None]:
    """Forms last used before the period of the oldest input that is left."""
    periods = []
    for (group,) in connection.execute("SELECT id FROM groups").fetchall():
        oldest = _oldest(connection, group)
        if oldest is not None:
            row = connection.execute(
                "SELECT id FROM periods WHERE group_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
                (group, oldest),
            ).fetchone()
            periods.append(0 if row is None else int(row[0]))
    yield
    if periods:
        yield from _repeated(
            connection,
            "DELETE FROM forms WHERE id IN"  # noqa: S608 - our own words
            f" (SELECT id FROM forms WHERE period < ? LIMIT {FORMS_MAX})",
            (min(periods),),
        )


def _levels(connection: sqlite3.Connection, retention: Retention, now_ms: int) -> Iterator[None]:
    by = ("group_id", "series", "level")
    for key in _keys(connection, "levels", by):
        width_s = key[2]
        assert isinstance(width_s, int)
        if width_s <= 0:
            continue  # damaged: nobody looks for it
        days = retention.minutes_days if width_s < _HOUR_S else retention.hours_days
        aged = _Aged("levels", by, "bucket", width_s * 1000, "")
        yield from _by_time(connection, aged, key, now_ms - days * MS_A_DAY)


def _by_time(
    connection: sqlite3.Connection, aged: _Aged, key: tuple[object, ...], before_ms: int
) -> Iterator[None]:
    """Rows of that key whose column's time, its unit included, ended before the instant."""
    limit = before_ms // aged.unit_ms
    where = " AND ".join(f"{column} = ?" for column in aged.by) + f" AND {aged.column} < ?"
    where += f" AND {aged.too} < {limit}" if aged.too else ""
    while True:
        bound = connection.execute(
            f"SELECT {aged.column} FROM {aged.table} WHERE {where}"  # noqa: S608 - our own words
            f" ORDER BY {aged.column} LIMIT 1 OFFSET {ROWS_MAX}",
            (*key, limit),
        ).fetchone()
        until = limit if bound is None else bound[0] + 1
        connection.execute(f"DELETE FROM {aged.table} WHERE {where}", (*key, until))  # noqa: S608 - our own words
        yield
        if bound is None:
            return


def _keys(connection: sqlite3.Connection, table: str, by: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    """The different values of those columns, leaping through the index instead of reading all of it."""
    columns, marks = ", ".join(by), ", ".join("?" * len(by))
    first = f"SELECT {columns} FROM {table} ORDER BY {columns} LIMIT 1"  # noqa: S608 - our own words
    after = f"SELECT {columns} FROM {table} WHERE ({columns}) > ({marks}) ORDER BY {columns} LIMIT 1"  # noqa: S608
    key = connection.execute(first).fetchone()
    while key is not None:
        yield key
        key = connection.execute(after, key).fetchone()


def _repeated(connection: sqlite3.Connection, delete: str, values: tuple[object, ...]) -> Iterator[None]:
    while connection.execute(delete, values).rowcount:
        yield


def _oldest(connection: sqlite3.Connection, group: int) -> int | None:
    """The number of a group's oldest input that is left."""
    found = [
        _one(connection, f"SELECT min(seq) FROM {table} WHERE group_id = ?", group)  # noqa: S608 - our own words
        for table in ("packs", "tail")
    ]
    return min((seq for seq in found if seq is not None), default=None)


def _one(connection: sqlite3.Connection, question: str, *values: object) -> int | None:
    row = connection.execute(question, values).fetchone()
    return None if row[0] is None else int(row[0])
