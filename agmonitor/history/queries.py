"""Reading inputs and events back: each question opens a connection of its own that cannot write."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.history import tail
from agmonitor.history.codec import decode_event, decoder
from agmonitor.history.faults import Fault, fault
from agmonitor.history.forms import KnownForms
from agmonitor.history.opening import reading
from agmonitor.history.packing import LONGEST_PACK_MS, Row, unpack

_FOREVER_MS = 1 << 62
_EVENTS = """
SELECT seq, at, kind, severity, sentence, finding, node, episode FROM events
WHERE group_id = ? AND seq BETWEEN ? AND ? ORDER BY id
"""
# +seq: by time, not all packs of the group in their order
_PACKS = """
SELECT seq, body FROM packs WHERE group_id = ? AND until_ms BETWEEN ? AND ? AND from_ms <= ? ORDER BY +seq
"""
_NEWEST = """
SELECT max(coalesce((SELECT max(at_ms) FROM tail WHERE group_id = id), -1),
           coalesce((SELECT max(until_ms) FROM packs WHERE group_id = id), -1))
FROM groups WHERE name = ?
"""


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
    limits = round(since * 1000), _FOREVER_MS if until is None else round(until * 1000)
    decode = decoder()
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return []
        forms = KnownForms(connection)
        try:
            rows = list(_rows(connection, group_id, limits, forms))
            inputs = [(seq, decode(forms.body(row.form), row.at_ms, row.varying)) for seq, row in rows]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None
        if not inputs:
            return []
        events = _events(connection, group_id, inputs[0][0], inputs[-1][0])
        return [Past(item, tuple(events.get(seq, ()))) for seq, item in inputs]


def read_last(path: Path, group: str) -> Instant | None:
    """When the newest input of that group counts from.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        row = connection.execute(_NEWEST, (group,)).fetchone()
    return None if row is None or row[0] < 0 else row[0] / 1000


def id_of(connection: sqlite3.Connection, group: str) -> int | None:
    row = connection.execute("SELECT id FROM groups WHERE name = ?", (group,)).fetchone()
    return None if row is None else int(row[0])


def _rows(
    connection: sqlite3.Connection, group_id: int, limits: tuple[int, int], forms: KnownForms
) -> Iterator[tuple[int, Row]]:
    """Seq and row of each input between the instants, in order."""
    since_ms, until_ms = limits
    found = group_id, since_ms, until_ms + LONGEST_PACK_MS, until_ms
    for first, body in connection.execute(_PACKS, found):
        for place, row in enumerate(unpack(body, forms.width)):
            if since_ms <= row.at_ms <= until_ms:
                yield first + place, row
    yield from tail.by_time(connection, group_id, since_ms, until_ms)


def _events(connection: sqlite3.Connection, group_id: int, first: int, last: int) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = {}
    for seq, *row in connection.execute(_EVENTS, (group_id, first, last)):
        with contextlib.suppress(ValueError):  # of a kind that a newer program knows
            events.setdefault(seq, []).append(decode_event(tuple(row)))
    return events
