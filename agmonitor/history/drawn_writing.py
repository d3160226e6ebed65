"""The drawings of all groups in one file: fed as inputs are written, put down between batches.

Belongs to the writer thread. A drawing that has missed something (a start, a failed commit, inputs without
their states) steps the stored inputs again until it has caught up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.drawn import Drawing
from agmonitor.history.drawn_again import DrawingAgain, behind


class Drawings:
    """By group id. The caller begins and ends transactions, and calls ``forget`` where one failed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._drawings: dict[int, Drawing] = {}
        self._lagging: dict[int, DrawingAgain | None] | None = None  # None: not looked yet

    def forget(self) -> None:
        """What was fed may not be in the file."""
        self._drawings.clear()
        self._lagging = None

    def take(self, group_id: int, seq: int, inputs: Sequence[Input], after: GroupState | None) -> None:
        """Inputs from ``seq`` on were written; ``after`` is the state after the one there is."""
        drawing = self._of(group_id)
        lagging = self._behind()
        if group_id not in lagging and drawing.next_seq == seq and len(inputs) == 1 and after is not None:
            drawing.feed(inputs[0], after)
        else:
            lagging.setdefault(group_id, None)

    def write(self, group_id: int) -> None:
        """One group's into the transaction."""
        drawing = self._drawings.get(group_id)
        if drawing is not None:
            drawing.write(self._connection, group_id)

    def write_all(self) -> None:
        for group_id in self._drawings:
            self.write(group_id)

    @property
    def lag(self) -> bool:
        """Whether a group has inputs that are to be stepped again."""
        return bool(self._behind())

    def catch_up(self) -> None:
        """A few inputs of one group that lags, into the transaction."""
        group_id = next(iter(self._behind()))
        drawing = self._of(group_id)
        again = self._behind()[group_id] or DrawingAgain(self._connection, group_id, drawing)
        self._behind()[group_id] = again
        try:
            more = again.go_on()
        except ValueError:  # damaged: what comes from here on is drawn
            drawing.next_seq = self._next_seq(group_id)
            more = False
        if not more:
            del self._behind()[group_id]
        drawing.write(self._connection, group_id)

    def _behind(self) -> dict[int, DrawingAgain | None]:
        if self._lagging is None:
            self._lagging = dict.fromkeys(behind(self._connection), None)
        return self._lagging

    def _of(self, group_id: int) -> Drawing:
        drawing = self._drawings.get(group_id)
        if drawing is None:
            drawing = self._drawings[group_id] = Drawing.resumed(self._connection, group_id)
        return drawing

    def _next_seq(self, group_id: int) -> int:
        found = self._connection.execute("SELECT next_seq FROM groups WHERE id = ?", (group_id,)).fetchone()
        return int(found[0])
