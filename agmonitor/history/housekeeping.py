"""Small steps that keep the file small: the tail's finished minutes become packs.

One step is one short transaction, so that no round ever waits long for it.
"""

from __future__ import annotations

import itertools
import sqlite3

from agmonitor.history.forms import KnownForms
from agmonitor.history.packing import Row, pack
from agmonitor.history.tail import by_number

MINUTE_MS = 60_000
KEPT_OPEN_MS = 2 * MINUTE_MS  # the tail always holds the newest two minutes
PACK_MAX = 2_000  # rows in one step


def pack_oldest(connection: sqlite3.Connection, group_id: int, newest_ms: int, forms: KnownForms) -> int:
    """Pack the oldest finished minute of a group's tail; how many rows that were, 0: nothing is finished.

    Rows stay in the order they were stepped: a minute ends where a row of another minute follows, so one in
    which our clock was set back just makes a pack of its own.

    Raises:
        TornError: a row is damaged; no checksum is to be put on that.
    """
    rows = itertools.islice(by_number(connection, group_id, 0), PACK_MAX)
    seqs: list[int] = []
    taken: list[Row] = []
    for seq, row in rows:
        if taken and row.at_ms // MINUTE_MS != taken[0].at_ms // MINUTE_MS:
            break
        seqs.append(seq)
        taken.append(row)
    if not taken or abs(newest_ms - taken[-1].at_ms) < KEPT_OPEN_MS:
        return 0
    body = pack(taken, forms.width)
    instants = [row.at_ms for row in taken]
    first, last = seqs[0], seqs[-1]
    connection.execute(
        "INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?)",
        (group_id, first, len(taken), min(instants), max(instants), body),
    )
    connection.execute("DELETE FROM tail WHERE group_id = ? AND seq <= ?", (group_id, last))
    return len(taken)
