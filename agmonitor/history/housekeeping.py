"""Small steps that keep the file small: the tail's finished minutes become packs.

One step is one short transaction, so that no round ever waits long for it.
"""

from __future__ import annotations

import sqlite3

from agmonitor.history.forms import KnownForms
from agmonitor.history.packing import Row, pack

MINUTE_MS = 60_000
KEPT_OPEN_MS = 2 * MINUTE_MS  # the tail always holds the newest two minutes
PACK_MAX = 2_000  # rows in one step


def pack_oldest(connection: sqlite3.Connection, group_id: int, newest_ms: int, forms: KnownForms) -> int:
    """Pack the oldest finished minute of a group's tail; how many rows that were, 0: nothing is finished.

    Rows stay in the order they were stepped: a minute ends where a row of another minute follows, so one in
    which our clock was set back just makes a pack of its own.
    """
    rows = connection.execute(
        "SELECT seq, at_ms, form_id, varying FROM tail WHERE group_id = ? ORDER BY seq LIMIT ?",
        (group_id, PACK_MAX),
    ).fetchall()
    if not rows:
        return 0
    minute = rows[0][1] // MINUTE_MS
    taken = [row for row in rows if row[0] < _end_of(rows, minute)]
    if abs(newest_ms - taken[-1][1]) < KEPT_OPEN_MS:
        return 0
    body = pack([Row(at_ms, form, varying) for _, at_ms, form, varying in taken], forms.width)
    instants = [at_ms for _, at_ms, _, _ in taken]
    first, last = taken[0][0], taken[-1][0]
    connection.execute(
        "INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?)",
        (group_id, first, len(taken), min(instants), max(instants), body),
    )
    connection.execute("DELETE FROM tail WHERE group_id = ? AND seq <= ?", (group_id, last))
    return len(taken)


def _end_of(rows: list[tuple[int, int, int, bytes]], minute: int) -> int:
    """The seq with which the next minute begins, or one past the last row."""
    return next((row[0] for row in rows if row[1] // MINUTE_MS != minute), rows[-1][0] + 1)
