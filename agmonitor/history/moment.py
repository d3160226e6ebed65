"""The state of a group at any past moment: the nearest one kept, and the inputs since then stepped again.

Reads no more than lies between two checkpoints. Whatever is missing is said, and nothing is made up: where
the moment was not observed, the last state before is told as just that.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.group import step
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Sure, Then, then_of
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.checkpoint import decode_state
from agmonitor.history.codec import decode_event
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.scale import ms
from agmonitor.history.story import Lost, inputs_between

AHEAD = 12  # inputs after the moment among which the gap would be that it lies in
LOOKED_AT = 4  # checkpoints back, where the nearest cannot be read
_PACK_AROUND = """
SELECT seq + count - 1, from_ms, until_ms FROM packs
WHERE group_id = ? AND until_ms >= ? ORDER BY until_ms LIMIT 4
"""
_PACK_BEFORE = """
SELECT seq + count - 1, from_ms, until_ms FROM packs
WHERE group_id = ? AND until_ms < ? ORDER BY until_ms DESC LIMIT 1
"""
_LAST_TAIL = """
SELECT seq, at_ms, at_ms FROM tail WHERE group_id = ? AND at_ms <= ? ORDER BY at_ms DESC, seq DESC LIMIT 1
"""
_CHECKPOINTS = """
SELECT seq, body, begins FROM checkpoints
WHERE group_id = ? AND seq <= ? AND at_ms <= ? ORDER BY seq DESC LIMIT ?
"""
_SPANS = """
SELECT lane, label FROM spans WHERE group_id = ? AND start_ms <= ? AND end_ms >= ? ORDER BY lane, start_ms
"""
_EARLIER = """
SELECT at, kind, severity, sentence, finding, node, episode FROM events
WHERE group_id = ? AND at < ? ORDER BY at DESC, id DESC LIMIT 20
"""
_LATER = """
SELECT at, kind, severity, sentence, finding, node, episode FROM events
WHERE group_id = ? AND at > ? ORDER BY at, id LIMIT 20
"""


@dataclass(slots=True)
class _Reached:
    """Where stepping has come to, and the inputs that follow."""

    state: GroupState
    at: Instant
    cut: bool = False  # what came next cannot be read
    following: list[Input] = field(default_factory=list)


def read_moment(path: Path, group: str, at: Instant) -> Then:
    """What was known of a group at an instant.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return Then(at, Sure.NOTHING, why=f"Nothing was ever recorded of {group}.")
        last = _last_input(connection, group_id, ms(at))
        reached = None if last is None else _stepped(connection, group_id, last, at)
        if reached is None:
            return _without_state(connection, group_id, at)
        if reached.cut:
            why = "What was recorded between them cannot be read."
            return Then(at, Sure.UNRECORDED, reached.state, reached.at, why=why)
        return then_of(at, reached.state, reached.at, reached.following)


def read_neighbour(path: Path, group: str, at: Instant, *, later: bool) -> Event | None:
    """The event nearest to an instant, on that side of it; None: there is none.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        for row in connection.execute(_LATER if later else _EARLIER, (group_id, at)):
            with contextlib.suppress(ValueError):  # of a kind that a newer program knows
                return decode_event(row)
    return None


def _last_input(connection: sqlite3.Connection, group_id: int, at_ms: int) -> int | None:
    """The number up to which inputs may have come by then: what is packed is told by the minute.

    Where our clock was set back there may be more than one; the nearest to the instant is it.
    """
    found = [
        row
        for query in (_LAST_TAIL, _PACK_AROUND, _PACK_BEFORE)
        for row in connection.execute(query, (group_id, at_ms))
    ]
    near = [(min(until_ms, at_ms), int(last)) for last, from_ms, until_ms in found if from_ms <= at_ms]
    return max(near)[1] if near else None


def _stepped(connection: sqlite3.Connection, group_id: int, last: int, at: Instant) -> _Reached | None:
    """From the nearest checkpoint that can be read up to the instant; None: there is none."""
    start = _start(connection, group_id, last, ms(at))
    if start is None:
        return None
    expected, state = start
    reached = _Reached(state, state.now)
    for part in inputs_between(connection, group_id, expected, last + AHEAD):
        if isinstance(part, Lost) and part.seq + part.count <= expected:
            continue
        if isinstance(part, Lost) or part.seq != expected:
            reached.cut = not reached.following
            break
        expected += 1
        if not reached.following and part.at <= at and part.seq <= last:
            reached.state, _ = step(reached.state, part.input)
            reached.at = part.at
        else:
            reached.following.append(part.input)
            if len(reached.following) == AHEAD:
                break
    return reached


def _start(
    connection: sqlite3.Connection, group_id: int, last: int, at_ms: int
) -> tuple[int, GroupState] | None:
    for seq, body, begins in connection.execute(_CHECKPOINTS, (group_id, last, at_ms, LOOKED_AT)):
        try:
            return int(seq), decode_state(body)
        except ValueError:
            if begins or not body:
                return None  # the story before it is another one
    return None


def _without_state(connection: sqlite3.Connection, group_id: int, at: Instant) -> Then:
    at_ms = ms(at)
    lanes = tuple(connection.execute(_SPANS, (group_id, at_ms, at_ms)).fetchall())
    if lanes:
        return Then(
            at, Sure.LANES_ONLY, lanes=lanes, why="What was asked and answered then is not kept any more."
        )
    return Then(at, Sure.NOTHING, why="Nothing is recorded of that moment.")
