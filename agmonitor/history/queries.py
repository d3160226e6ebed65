"""Reading the history: each question opens a connection of its own that cannot write, and closes it again."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.history.codec import decode_event, decoder
from agmonitor.history.faults import from_sqlite
from agmonitor.history.schema import connect_to_read

_FOREVER_MS = 1 << 62
_EVENTS = """
SELECT input_id, events.at, kind, severity, sentence, finding, node, episode
FROM events JOIN inputs ON inputs.id = input_id JOIN groups ON groups.id = group_id
WHERE name = ? AND at_ms BETWEEN ? AND ? ORDER BY events.id
"""
_INPUTS = """
SELECT inputs.id, body, varying
FROM inputs JOIN forms ON forms.id = form_id JOIN groups ON groups.id = group_id
WHERE name = ? AND at_ms BETWEEN ? AND ? ORDER BY inputs.id
"""
_NEWEST = "SELECT max(at_ms) FROM inputs WHERE group_id = (SELECT id FROM groups WHERE name = ?)"


@dataclass(frozen=True, slots=True)
class Past:
    """One recorded input and the events it caused."""

    input: Input
    events: tuple[Event, ...]


def read_past(path: Path, group: str, since: Instant, until: Instant | None) -> list[Past]:
    """What was recorded between two instants, in the order it was stepped.

    Raises:
        HistoryError: the file cannot be read.
    """
    limits = (group, round(since * 1000), _FOREVER_MS if until is None else round(until * 1000))
    events: dict[int, list[Event]] = {}
    decode = decoder()
    try:
        with contextlib.closing(connect_to_read(path)) as connection:
            connection.execute("BEGIN")  # both questions see one state
            for input_id, *row in connection.execute(_EVENTS, limits):
                events.setdefault(input_id, []).append(decode_event(tuple(row)))
            rows = connection.execute(_INPUTS, limits)
            return [Past(decode(body, varying), tuple(events.get(i, ()))) for i, body, varying in rows]
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error


def read_last(path: Path, group: str) -> Instant | None:
    """When the newest input of that group counts from.

    Raises:
        HistoryError: the file cannot be read.
    """
    try:
        with contextlib.closing(connect_to_read(path)) as connection:
            newest = connection.execute(_NEWEST, (group,)).fetchone()[0]
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    return None if newest is None else newest / 1000
