"""What people left: notes pinned to an instant, and acknowledgements; and what a lab had broken when.

Only ever added, never changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path

from agmonitor.domain.kept import LEFT_BY_PEOPLE, Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.history.codec import storable
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.scale import FOREVER_MS, limits_ms, ms

_PUT = """
INSERT INTO marks (group_id, at_ms, kind, episode, who, text, written_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_GET = """
SELECT id, at_ms, kind, episode, who, text, written_ms FROM marks
WHERE group_id = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms, id
"""


def put_mark(connection: sqlite3.Connection, group_id: int, mark: Mark) -> None:
    said = storable(mark.who), storable(mark.text)
    row = (group_id, ms(mark.at), mark.kind.value, mark.episode, *said, ms(mark.written_at))
    connection.execute(_PUT, row)


def marks_of(
    connection: sqlite3.Connection,
    group_id: int,
    limits: tuple[int, int] = (-FOREVER_MS, FOREVER_MS),
    kinds: Collection[MarkKind] = LEFT_BY_PEOPLE,
) -> list[Mark]:
    wanted = {kind.value for kind in kinds}
    return [
        Mark(at_ms / 1000, MarkKind(kind), who, text, written_ms / 1000, episode, number)
        for number, at_ms, kind, episode, who, text, written_ms in connection.execute(
            _GET, (group_id, *limits)
        )
        if kind in wanted
    ]


def read_marks(
    path: Path,
    group: str,
    since: Instant,
    until: Instant | None,
    kinds: Collection[MarkKind] = LEFT_BY_PEOPLE,
) -> list[Mark]:
    """Marks pinned within the range, in order of time.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        return [] if group_id is None else marks_of(connection, group_id, limits_ms(since, until), kinds)
