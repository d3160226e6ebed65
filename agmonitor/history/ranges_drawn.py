"""Changes of a range: a lane's spans, heartbeats, events; each bounded, and what is left out is told."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.timeline import Span
from agmonitor.history.codec import decode_event
from agmonitor.history.drawn import LANES_OF, NODES_OF
from agmonitor.history.drawn_beats import HOUR_MS, Beat, beats_in
from agmonitor.history.drawn_levels import LEVELS_S, Series

SPANS_MAX = 1_000
"""Of one lane that are told each: more are narrower than a pixel, and told by how many they are."""
BEATS_MAX = 3_000
BEAT_HOURS_MAX = 48
EVENTS_MAX = 1_000
LEFT_OUT_MAX = 100_000
_FIRST = """
SELECT start_ms FROM spans WHERE group_id = ? AND lane = ? AND start_ms <= ? ORDER BY start_ms DESC LIMIT 1
"""
_COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM spans WHERE group_id = ? AND lane = ? AND start_ms BETWEEN ? AND ? LIMIT ?)
"""
_SPANS = """
SELECT start_ms, end_ms, key, label, number FROM spans
WHERE group_id = ? AND lane = ? AND start_ms BETWEEN ? AND ?
"""
_LONG = """
SELECT start_ms, end_ms, key, label, number FROM spans
WHERE group_id = ? AND lane = ? AND size = ? AND start_ms BETWEEN coalesce(
    (SELECT max(start_ms) FROM spans WHERE group_id = ? AND lane = ? AND size = ? AND start_ms <= ?), ?) AND ?
"""
_NEWEST = """
SELECT start_ms, end_ms, key, label, number FROM spans
WHERE group_id = ? AND lane = ? ORDER BY start_ms DESC, number DESC LIMIT 1
"""
_SHORT = """
SELECT low, high, count, total FROM levels
WHERE group_id = ? AND series = ? AND level = ? AND bucket BETWEEN ? AND ?
"""
_BEATS = "SELECT hour, body FROM beats WHERE group_id = ? AND node = ? AND hour BETWEEN ? AND ? ORDER BY hour"
_BEAT_BEFORE = (
    "SELECT hour, body FROM beats WHERE group_id = ? AND node = ? AND hour < ? ORDER BY hour DESC LIMIT 1"
)
_BEAT_COUNT = "SELECT sum(count) FROM beats WHERE group_id = ? AND node = ? AND hour BETWEEN ? AND ?"
_EVENTS = """
SELECT at, kind, severity, sentence, finding, node, episode FROM events
WHERE group_id = ? AND at BETWEEN ? AND ? ORDER BY at DESC, id DESC LIMIT ?
"""
_EVENT_COUNT = "SELECT count(*) FROM (SELECT 1 FROM events WHERE group_id = ? AND at BETWEEN ? AND ? LIMIT ?)"
_DRAWN_UNTIL = """
SELECT coalesce(
    (SELECT at_ms FROM tail WHERE group_id = groups.id AND seq = drawn_seq - 1),
    (SELECT until_ms FROM packs WHERE group_id = groups.id AND seq < drawn_seq ORDER BY seq DESC LIMIT 1)
) FROM groups WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class ShortSpans:
    """Spans of one key that began in one bucket and are shorter than it: first start, last end, how many."""

    key: str
    from_at: Instant
    until_at: Instant
    count: int
    total_s: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane. ``short``: spans too many to be told each; then ``spans`` has the long ones alone."""

    name: str
    spans: tuple[Span, ...]
    short: tuple[ShortSpans, ...] = ()


def lanes_of(connection: sqlite3.Connection, group_id: int) -> list[str]:
    return [str(lane) for (lane,) in connection.execute(LANES_OF, {"group": group_id}).fetchall()]


def read_lane(
    connection: sqlite3.Connection,
    group_id: int,
    lane: str,
    ends_ms: tuple[int, int],
    level: int,
    keys: list[str],
) -> Lane:
    """The spans that touch a range; ``keys``: of which short ones are summed up by the levels."""
    from_ms, until_ms = ends_ms
    first = connection.execute(_FIRST, (group_id, lane, from_ms)).fetchone()
    begin_ms = from_ms if first is None else int(first[0])
    counted = connection.execute(_COUNT, (group_id, lane, begin_ms, until_ms, SPANS_MAX + 1)).fetchone()[0]
    if counted <= SPANS_MAX:
        rows = connection.execute(_SPANS, (group_id, lane, begin_ms, until_ms)).fetchall()
        return Lane(lane, _spans(rows, from_ms))
    rows = connection.execute(_NEWEST, (group_id, lane)).fetchall()
    for size in range(LEVELS_S.index(level) + 1, len(LEVELS_S) + 1):
        one = group_id, lane, size
        rows += connection.execute(_LONG, (*one, *one, from_ms, from_ms, until_ms)).fetchall()
    rows = [row for row in dict.fromkeys(rows) if row[0] <= until_ms]
    short = [
        one
        for key in keys
        for one in _short(connection, group_id, Series("short", key, lane), ends_ms, level)
    ]
    return Lane(lane, _spans(rows, from_ms), tuple(sorted(short, key=lambda one: one.from_at)))


def _spans(rows: list[tuple[int, int, str, str, int]], from_ms: int) -> tuple[Span, ...]:
    ordered = sorted((row for row in rows if row[1] >= from_ms), key=lambda row: (row[0], row[4]))
    return tuple(
        Span(start_ms / 1000, end_ms / 1000, key, label) for start_ms, end_ms, key, label, _ in ordered
    )


def _short(
    connection: sqlite3.Connection, group_id: int, series: Series, ends_ms: tuple[int, int], level: int
) -> list[ShortSpans]:
    limits = ends_ms[0] // (level * 1000), ends_ms[1] // (level * 1000)
    rows = connection.execute(_SHORT, (group_id, series.text, level, *limits)).fetchall()
    return [ShortSpans(series.word, *row) for row in rows]


def read_beats(
    connection: sqlite3.Connection, group_id: int, ends_ms: tuple[int, int]
) -> tuple[tuple[str, tuple[Beat, ...]], ...] | None:
    """Each node's heartbeats that were the newest told at some time of the range; None: they are too many.

    Raises:
        ValueError: a blob is damaged.
    """
    hours = ends_ms[0] // HOUR_MS, ends_ms[1] // HOUR_MS
    if hours[1] - hours[0] > BEAT_HOURS_MAX:
        return None
    nodes = [str(node) for (node,) in connection.execute(NODES_OF, {"group": group_id}).fetchall()]
    counts = [connection.execute(_BEAT_COUNT, (group_id, node, *hours)).fetchone()[0] for node in nodes]
    if sum(count or 0 for count in counts) > BEATS_MAX:
        return None
    return tuple((node, _beats(connection, group_id, node, hours, ends_ms)) for node in nodes)


def _beats(
    connection: sqlite3.Connection, group_id: int, node: str, hours: tuple[int, int], ends_ms: tuple[int, int]
) -> tuple[Beat, ...]:
    rows = connection.execute(_BEAT_BEFORE, (group_id, node, hours[0])).fetchall()
    rows += connection.execute(_BEATS, (group_id, node, *hours)).fetchall()
    from_at, until_at = ends_ms[0] / 1000, ends_ms[1] / 1000
    return tuple(
        beat
        for hour, body in rows
        for beat in beats_in(hour, body)
        if beat.seen_at <= until_at and beat.until_at >= from_at
    )


def read_events(
    connection: sqlite3.Connection, group_id: int, ends_ms: tuple[int, int]
) -> tuple[tuple[Event, ...], int]:
    """The newest events of a range, oldest first, and how many are left out (as far as is worth counting)."""
    limits = group_id, ends_ms[0] / 1000, ends_ms[1] / 1000
    rows = connection.execute(_EVENTS, (*limits, EVENTS_MAX)).fetchall()
    events = tuple(decode_event(row) for row in reversed(rows))
    if len(events) < EVENTS_MAX:
        return events, 0
    counted = connection.execute(_EVENT_COUNT, (*limits, LEFT_OUT_MAX + EVENTS_MAX)).fetchone()[0]
    return events, int(counted) - len(events)


def drawn_until(connection: sqlite3.Connection, group_id: int) -> Instant | None:
    """The newest input that spans, beats and levels hold."""
    found = connection.execute(_DRAWN_UNTIL, (group_id,)).fetchone()[0]
    return None if found is None else int(found) / 1000
