"""A group's recorded past as one stream in the order it was stepped: checkpoints, inputs, and what is lost.

Reads bit by bit, however long the past is, and steps nothing; ``replay`` does. What cannot be read is told as
a part of the stream, and reading goes on behind it.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.history import tail
from agmonitor.history.codec import decode_event, decoder
from agmonitor.history.columns import FARTHEST_MS
from agmonitor.history.forms import KnownForms
from agmonitor.history.packing import LONGEST_PACK_MS, Row, unpack

AT_ONCE = 500  # rows of the tail between two questions for events
EVER: Instant = float("-inf")
# +seq: by the index of times, which has all that is asked for; the packs themselves lie far apart
_FIRST = """
SELECT min(seq) FROM (
    SELECT min(+seq) AS seq FROM packs WHERE group_id = :group AND until_ms >= :at
    UNION ALL SELECT min(seq) FROM tail WHERE group_id = :group AND at_ms >= :at)
"""
_LAST = f"""
SELECT max(seq) FROM (
    SELECT seq + count - 1 AS seq FROM packs WHERE group_id = :group AND seq = (
        SELECT max(+seq) FROM packs WHERE group_id = :group AND until_ms <= :at + {LONGEST_PACK_MS})
    UNION ALL SELECT max(seq) FROM tail WHERE group_id = :group AND at_ms <= :at)
"""  # noqa: S608 - a number of ours
_START = "SELECT max(seq) FROM checkpoints WHERE group_id = ? AND seq <= ?"
_CHECKPOINTS = """
SELECT seq, at_ms, rules, body, begins FROM checkpoints
WHERE group_id = ? AND seq BETWEEN ? AND ? ORDER BY seq
"""
_PACKS = """
SELECT seq, count, from_ms, until_ms, body FROM packs
WHERE group_id = ?1 AND seq <= ?3
AND seq >= coalesce((SELECT max(seq) FROM packs WHERE group_id = ?1 AND seq <= ?2), ?2) ORDER BY seq
"""
_EVENTS = """
SELECT seq, at, kind, severity, sentence, finding, node, episode FROM events
WHERE group_id = ? AND seq BETWEEN ? AND ? ORDER BY id
"""

# What a stored thing that cannot be read may raise on the way to a value of the domain.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state before input ``seq``, still packed; ``begins``: it does not come of the input before."""

    seq: int
    at: Instant
    rules: str
    body: bytes
    begins: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One input and the events that were stored with it."""

    seq: int
    at: Instant
    input: Input
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Inputs that were there and cannot be read."""

    seq: int
    count: int
    from_at: Instant
    until_at: Instant


Part = Checkpoint | Recorded | Lost


def story(
    connection: sqlite3.Connection, group_id: int, since: Instant, until: Instant | None
) -> Iterator[Part]:
    """All between two instants, from the last checkpoint before on, so that it can be stepped.

    A checkpoint comes right before its input. What stands before ``since`` or, where our clock was set,
    beyond ``until`` comes along: whoever reads picks by ``at``.
    """
    ends = _ms(since), FARTHEST_MS if until is None else _ms(until)
    first = connection.execute(_FIRST, {"group": group_id, "at": ends[0]}).fetchone()[0]
    last = connection.execute(_LAST, {"group": group_id, "at": ends[1]}).fetchone()[0]
    if first is None or last is None or last < first:
        return
    start = connection.execute(_START, (group_id, first)).fetchone()[0]
    bounds = group_id, first if start is None else start, last
    checkpoints = (
        Checkpoint(seq, at_ms / 1000, rules, body, bool(begins))
        for seq, at_ms, rules, body, begins in connection.execute(_CHECKPOINTS, bounds)
    )
    waiting = next(checkpoints, None)
    for part in inputs_between(connection, *bounds):
        while waiting is not None and waiting.seq <= part.seq:
            yield waiting
            waiting = next(checkpoints, None)
        yield part


def _ms(at: Instant) -> int:
    return round(max(-FARTHEST_MS / 1000, min(FARTHEST_MS / 1000, at)) * 1000)


def inputs_between(
    connection: sqlite3.Connection, group_id: int, first: int, last: int
) -> Iterator[Recorded | Lost]:
    """The inputs of those numbers, and the first and last with them."""
    forms, decode = KnownForms(connection), decoder()
    for chunk in _chunks(connection, group_id, first, last, forms):
        if isinstance(chunk, Lost):
            yield chunk
            continue
        events = _events(connection, group_id, chunk[0][0], chunk[-1][0])
        for seq, row in chunk:
            if not first <= seq <= last:
                continue
            at = row.at_ms / 1000
            try:
                item = decode(forms.body(row.form), row.at_ms, row.varying)
            except UNREADABLE:
                yield Lost(seq, 1, at, at)
                continue
            yield Recorded(seq, at, item, tuple(events.get(seq, ())))


def _chunks(
    connection: sqlite3.Connection, group_id: int, first: int, last: int, forms: KnownForms
) -> Iterator[list[tuple[int, Row]] | Lost]:
    """Rows with their numbers, as many at a time as lie together."""
    for seq, count, from_ms, until_ms, body in connection.execute(_PACKS, (group_id, first, last)):
        try:
            yield list(enumerate(unpack(body, forms.width), seq))
        except UNREADABLE:
            yield Lost(seq, count, from_ms / 1000, until_ms / 1000)
    rows = tail.any_by_number(connection, group_id, first, last)
    while some := list(itertools.islice(rows, AT_ONCE)):
        for sound, together in itertools.groupby(some, key=lambda one: one[2]):
            if sound:
                yield [(seq, row) for seq, row, _ in together]
            else:
                yield from (Lost(seq, 1, row.at_ms / 1000, row.at_ms / 1000) for seq, row, _ in together)


def _events(connection: sqlite3.Connection, group_id: int, first: int, last: int) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = {}
    for seq, *row in connection.execute(_EVENTS, (group_id, first, last)):
        with contextlib.suppress(*UNREADABLE):  # damaged, or of a kind that a newer program knows
            events.setdefault(seq, []).append(decode_event(tuple(row)))
    return events
