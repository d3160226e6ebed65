"""Draws what was written but not drawn: after a crash, a failed commit, or from an older layout.

Inputs are stepped again from the last checkpoint, a few at a time, so that the writer never waits long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings, NodeAddress
from agmonitor.domain.observations import Input, LoadObservation, NodeObservation, instant_of
from agmonitor.domain.state import GroupState, Mode
from agmonitor.history import tail
from agmonitor.history.checkpoint import decode_state
from agmonitor.history.codec import decoder
from agmonitor.history.drawn import Drawing
from agmonitor.history.forms import KnownForms
from agmonitor.history.packing import Row, unpack

AT_ONCE = 100
"""Inputs in one step: some tens of milliseconds."""
_BEHIND = "SELECT id FROM groups WHERE drawn_seq < next_seq ORDER BY id"
_CHECKPOINT = """
SELECT seq FROM checkpoints WHERE group_id = ? AND seq <= ? AND length(body) > 0 ORDER BY seq DESC LIMIT 1
"""
_CHECKPOINTS = """
SELECT seq, body FROM checkpoints WHERE group_id = ? AND seq BETWEEN ? AND ? AND length(body) > 0
"""
_PACK = "SELECT seq, body FROM packs WHERE group_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
_PACKS = "SELECT seq, body FROM packs WHERE group_id = ? AND seq > ? ORDER BY seq"


def behind(connection: sqlite3.Connection) -> list[int]:
    """The groups with inputs that are not drawn."""
    return [int(group_id) for (group_id,) in connection.execute(_BEHIND)]


class DrawingAgain:
    """Steps one group's inputs until its drawing has seen them all."""

    def __init__(self, connection: sqlite3.Connection, group_id: int, drawing: Drawing) -> None:
        self._connection = connection
        self._group_id = group_id
        self._drawing = drawing
        self._decode = decoder()
        self._state: GroupState | None = None
        found = connection.execute(_CHECKPOINT, (group_id, drawing.next_seq)).fetchone()
        self._seq = 0 if found is None else int(found[0])

    def go_on(self, limit: int = AT_ONCE) -> bool:
        """Step some more; whether there are others left.

        Raises:
            ValueError: what is stored cannot be read.
        """
        found = self._inputs(limit)
        if not found:
            return False
        checkpoints = dict(
            self._connection.execute(_CHECKPOINTS, (self._group_id, found[0][0], found[-1][0])).fetchall()
        )
        for seq, item in found:
            before = self._before(checkpoints.get(seq), item, found)
            self._state, _ = step(before, item)
            if seq >= self._drawing.next_seq:
                self._drawing.next_seq = seq  # what was pruned before it was drawn is gone
                self._drawing.feed(item, self._state)
        self._seq = found[-1][0] + 1
        return True

    def _before(self, checkpoint: bytes | None, item: Input, found: list[tuple[int, Input]]) -> GroupState:
        if checkpoint is not None:
            try:
                return decode_state(checkpoint)
            except ValueError:
                pass  # of other rules: the state we have is the next best
        if self._state is not None:
            return self._state
        return initial(_settings_of([each for _, each in found]), Mode.WATCHING, instant_of(item))

    def _inputs(self, limit: int) -> list[tuple[int, Input]]:
        forms = KnownForms(self._connection)
        rows: list[tuple[int, Input]] = []
        for seq, row in self._rows(forms):
            rows.append((seq, self._decode(forms.body(row.form), row.at_ms, row.varying)))
            if len(rows) == limit:
                break
        return rows

    def _rows(self, forms: KnownForms) -> Iterator[tuple[int, Row]]:
        """Inputs from the next one on."""
        packs = self._connection.execute(_PACK, (self._group_id, self._seq)).fetchall()
        last = packs[0][0] if packs else -1
        for packed in (packs, self._connection.execute(_PACKS, (self._group_id, last))):
            for first, body in packed:
                for seq, row in enumerate(unpack(body, forms.width), first):
                    if seq >= self._seq:
                        yield seq, row
        yield from tail.by_number(self._connection, self._group_id, self._seq)


def _settings_of(inputs: list[Input]) -> GroupSettings:
    """Where no checkpoint tells: two nodes of the names that answered."""
    named = [item.node for item in inputs if isinstance(item, NodeObservation | LoadObservation)]
    one, two, *_ = [*dict.fromkeys(named), "node 1", "node 2"]
    return GroupSettings("", (NodeAddress(one, ""), NodeAddress(two, "")))
