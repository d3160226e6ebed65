"""Spans drawn after our clock was set far back, into a lane that holds what the file calls the future.

A clock may be wrong for a minute and right again: nothing goes before something else was seen in its place.
So spans of a lane never overlap, and what nobody saw anew stays, however far back the clock was set.
"""

from __future__ import annotations

import sqlite3

from agmonitor.history.drawn_levels import size_of

FAR_MS = 3_600_000
"""Set back by more than that the lanes are drawn over; by less, what they call the future is cut off."""
_GAP = "gap:"
_WITHIN = """
SELECT number, start_ms, end_ms, key, label FROM spans
WHERE group_id = ?1 AND lane = ?2 AND start_ms >= ?3 AND start_ms < ?4 AND number < ?5
"""
_BEFORE = """
SELECT number, start_ms, end_ms, key, label FROM spans
WHERE group_id = ?1 AND lane = ?2 AND start_ms < ?3 AND number < ?4 AND end_ms > start_ms
ORDER BY start_ms DESC, number DESC LIMIT 1
"""
_DELETE = "DELETE FROM spans WHERE group_id = ? AND lane = ? AND start_ms = ? AND number = ?"
_INSERT = "INSERT OR REPLACE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

Row = tuple[int, str, int, int, int, str, str, int]
"""Of the table: group, lane, start, number, end, key, label, size."""
_Old = tuple[int, int, int, str, str]  # number, start, end, key, label


def make_room(connection: sqlite3.Connection, rows: list[Row]) -> list[Row]:
    """Take out of the table what older spans hold in the place of these; the rows as they are to be put.

    A gap takes no room: it is shortened to where nothing was seen, and left out where all of it was.
    """
    return [put for row in rows if (put := _with_room(connection, row)) is not None]


def _with_room(connection: sqlite3.Connection, row: Row) -> Row | None:
    group, lane, start_ms, number, end_ms, key, label, _ = row
    older = _overlapping(connection, row)
    if key.startswith(_GAP):
        after_ms = max((one[2] for one in older if not one[3].startswith(_GAP)), default=start_ms)
        if start_ms < after_ms and end_ms <= after_ms:
            return None
        start_ms = max(start_ms, after_ms)
        row = group, lane, start_ms, number, end_ms, key, label, size_of(start_ms, end_ms)
        older = _overlapping(connection, row)
    for one in older:
        _cut_out(connection, row, one)
    return row


def _overlapping(connection: sqlite3.Connection, row: Row) -> list[_Old]:
    group, lane, start_ms, number, end_ms, *_ = row
    found: list[_Old] = connection.execute(_BEFORE, (group, lane, start_ms, number)).fetchall()
    found += connection.execute(_WITHIN, (group, lane, start_ms, end_ms, number)).fetchall()
    return [one for one in found if one[2] > start_ms]


def _cut_out(connection: sqlite3.Connection, row: Row, old: _Old) -> None:
    """Leave of an older span what lies before and behind the row."""
    group, lane, start_ms, _, end_ms, *_ = row
    number, old_start_ms, old_end_ms, key, label = old
    connection.execute(_DELETE, (group, lane, old_start_ms, number))
    for left_ms, right_ms in ((old_start_ms, start_ms), (end_ms, old_end_ms)):
        if left_ms < right_ms:
            size = size_of(left_ms, right_ms)
            connection.execute(_INSERT, (group, lane, left_ms, number, right_ms, key, label, size))
