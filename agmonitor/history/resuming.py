"""Where a new session takes up the story: the newest state kept while watching, and the inputs since.

A failover ordered between two sessions leaves inputs of its own; they are part of what has to be stepped.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from agmonitor.domain.kept import Story
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState, Mode
from agmonitor.history import tail
from agmonitor.history.checkpoint import decode_state
from agmonitor.history.codec import decoder
from agmonitor.history.faults import Fault, fault
from agmonitor.history.forms import KnownForms
from agmonitor.history.opening import reading
from agmonitor.history.packing import unpack
from agmonitor.history.queries import id_of

INPUTS_MAX = 30_000
"""More than an hour's worth lies between two checkpoints only where something went wrong."""
LOOKED_AT = 8  # newest checkpoints: orders given between sessions leave a few that are no use
_CHECKPOINTS = """
SELECT seq, body FROM checkpoints WHERE group_id = ? AND length(body) > 0 ORDER BY seq DESC LIMIT ?
"""
_PACKS = """
SELECT seq, body FROM packs WHERE group_id = ?1
AND seq >= coalesce((SELECT max(seq) FROM packs WHERE group_id = ?1 AND seq <= ?2), ?2) ORDER BY seq
"""


def read_last_story(path: Path, group: str) -> Story | None:
    """The newest story that can be gone on with; None: there is none.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        start = None if group_id is None else _start(connection, group_id)
        if group_id is None or start is None:
            return None
        seq, state = start
        (count,) = connection.execute(
            "SELECT next_seq - ? FROM groups WHERE id = ?", (seq, group_id)
        ).fetchone()
        if count > INPUTS_MAX:
            return None
        try:
            return Story(state, _inputs(connection, group_id, seq))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None


def _start(connection: sqlite3.Connection, group_id: int) -> tuple[int, GroupState] | None:
    for seq, body in connection.execute(_CHECKPOINTS, (group_id, LOOKED_AT)):
        try:
            state = decode_state(body)
        except ValueError:
            continue  # kept by some other version: an older one may do
        if state.mode is Mode.WATCHING:
            return int(seq), state
    return None


def _inputs(connection: sqlite3.Connection, group_id: int, start: int) -> tuple[Input, ...]:
    forms, decode = KnownForms(connection), decoder()
    rows = [
        row
        for first, body in connection.execute(_PACKS, (group_id, start))
        for place, row in enumerate(unpack(body, forms.width))
        if first + place >= start
    ]
    rows += (row for _, row in tail.by_number(connection, group_id, start))
    return tuple(decode(forms.body(row.form), row.at_ms, row.varying) for row in rows)
