"""The newest inputs, row by row, each with a checksum: what was bent on disk is found out, as in a pack."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

from agmonitor.history.packing import Row

FARTHEST = 1 << 62
_MIDDLE = 1 << 31  # sums are told from minus to plus this: four bytes in the file
_PUT = "INSERT INTO tail VALUES (?, ?, ?, ?, ?, ?)"
_BY_NUMBER = """
SELECT seq, at_ms, form_id, varying, sum FROM tail WHERE group_id = ? AND seq BETWEEN ? AND ? ORDER BY seq
"""
_BY_TIME = """
SELECT seq, at_ms, form_id, varying, sum FROM tail WHERE group_id = ? AND at_ms BETWEEN ? AND ? ORDER BY seq
"""
_ALL = "SELECT group_id, seq, at_ms, form_id, varying, sum FROM tail"


class TornError(ValueError):
    """A row is not what was written."""


def sum_of(group_id: int, seq: int, at_ms: int, form_id: int, varying: bytes) -> int:
    """The checksum over all of a row."""
    return zlib.crc32(varying, zlib.crc32(b"%d %d %d %d" % (group_id, seq, at_ms, form_id))) - _MIDDLE


def put(connection: sqlite3.Connection, group_id: int, seq: int, row: Row) -> None:
    told = group_id, seq, row.at_ms, row.form, row.varying
    connection.execute(_PUT, (*told, sum_of(*told)))


def any_by_number(
    connection: sqlite3.Connection, group_id: int, first: int, last: int = FARTHEST
) -> Iterator[tuple[int, Row, bool]]:
    """A group's rows of those numbers, each with whether it is as it was written."""
    for seq, at_ms, form, varying, told in connection.execute(_BY_NUMBER, (group_id, first, last)):
        yield seq, Row(at_ms, form, varying), told == sum_of(group_id, seq, at_ms, form, varying)


def by_number(
    connection: sqlite3.Connection, group_id: int, first: int, last: int = FARTHEST
) -> Iterator[tuple[int, Row]]:
    """A group's rows of those numbers.

    Raises:
        TornError: from here on they cannot be believed.
    """
    for seq, row, sound in any_by_number(connection, group_id, first, last):
        if not sound:
            raise TornError(f"input {seq} is damaged")
        yield seq, row


def by_time(
    connection: sqlite3.Connection, group_id: int, from_ms: int, until_ms: int
) -> Iterator[tuple[int, Row]]:
    """A group's rows of that time, in the order they were stepped.

    Raises:
        TornError: from here on they cannot be believed.
    """
    for seq, at_ms, form, varying, told in connection.execute(_BY_TIME, (group_id, from_ms, until_ms)):
        if told != sum_of(group_id, seq, at_ms, form, varying):
            raise TornError(f"input {seq} is damaged")
        yield seq, Row(at_ms, form, varying)


def all_sound(connection: sqlite3.Connection) -> bool:
    """Whether all rows of all groups are as they were written."""
    return all(told == sum_of(*row) for *row, told in connection.execute(_ALL))
