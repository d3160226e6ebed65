"""Keeps lived time and has the old pruned: one small step whenever the writer thread asks for one.

Each step is one short transaction. Runs in the writer's thread alone and reads no clock: time is what the
recorded inputs tell, as far as it is believed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import astuple

from agmonitor.domain.retention import Retention
from agmonitor.history.lived import Lived
from agmonitor.history.opening import INCREMENTAL, transaction
from agmonitor.history.pruning import pruning

PERIOD_MS = 6 * 3_600_000
PASS_MS = 3_600_000  # from one look for what is old to the next
SAVED_MS = 60_000  # so much of lived time may be lost with a kill
SPARE_PAGES = 2_048  # free pages are used again; beyond these, and a quarter of the file, it shrinks
SHRUNK_PAGES = 200  # in one step
_BEGUN = "INSERT OR IGNORE INTO periods SELECT id, next_seq, ?, ?, ? FROM groups"
_HIGHEST = (  # the same but in a file that lost a part
    "SELECT coalesce(max(period), 0) FROM lived",
    "SELECT coalesce(max(id), 0) FROM periods",
    "SELECT coalesce(max(period), 0) FROM forms",
)
_SHIFTED = """
UPDATE periods SET from_ms =
    CASE WHEN label_ms BETWEEN min(from_ms, from_ms + ?1) AND ?2 THEN label_ms ELSE ?2 END
WHERE from_ms >= ?3
"""


class Keeper:
    """What is kept how long, in one file."""

    def __init__(self, connection: sqlite3.Connection, retention: Retention) -> None:
        self._connection = connection
        self._retention = retention
        row = connection.execute(
            "SELECT period, began_ms, sure_ms, seen_ms, doubted_ms, watched_ms FROM lived"
        ).fetchone()
        self.period = max(self._number(highest) for highest in _HIGHEST)
        self._began_ms = 0 if row is None else int(row[1])
        self.lived = None if row is None else Lived(*row[2:])
        self._saved = self.lived
        self._looked_ms: int | None = None  # lived time of the newest look for what is old
        self._pruning: Iterator[None] | None = None

    def saw(self, at_ms: int) -> None:
        """An input of that instant has been recorded."""
        self.lived = Lived.beginning(at_ms) if self.lived is None else self.lived.seeing(at_ms)

    def step(self) -> bool:
        """Do one small thing; whether there may be more.

        Raises:
            sqlite3.Error: it was not done; no transaction is left open.
        """
        if self.lived is None:
            return False
        if self._saving_due(self.lived):
            self._save(self.lived)
            return True
        if self._pruning is None and not self._look_due(self.lived):
            return self._shrink()
        if self._pruning is None:
            self._looked_ms = self.lived.sure_ms
            self._pruning = pruning(self._connection, self._retention, self.lived)
        try:
            with transaction(self._connection):
                more = next(self._pruning, self) is None
        except sqlite3.Error:
            self._pruning = None  # the next look begins anew
            raise
        if not more:
            self._pruning = None
        return True

    def _saving_due(self, lived: Lived) -> bool:
        return (
            self._saved is None
            or lived.shift_ms != 0
            or self._period_over(lived)
            or abs(lived.seen_ms - self._saved.seen_ms) >= SAVED_MS
        )

    def _period_over(self, lived: Lived) -> bool:
        return self.period == 0 or not 0 <= lived.sure_ms - self._began_ms < PERIOD_MS

    def _save(self, lived: Lived) -> None:
        """Write lived time down: a new period where one is over, the clock's word where it is believed."""
        shift_ms, settled = lived.shift_ms, lived.settled() if lived.shift_ms else lived
        over = self._period_over(settled)
        period = self.period + over
        began_ms = settled.sure_ms if over else self._began_ms
        row = (period, began_ms, *astuple(settled))
        with transaction(self._connection):
            if shift_ms:
                self._connection.execute(_SHIFTED, (shift_ms, settled.sure_ms, lived.doubted_ms))
            if over:
                self._connection.execute(_BEGUN, (period, settled.sure_ms, settled.seen_ms))
            self._connection.execute("INSERT OR REPLACE INTO lived VALUES (1, ?, ?, ?, ?, ?, ?)", row)
        self.period, self._began_ms, self.lived = period, began_ms, settled
        self._saved = settled

    def _look_due(self, lived: Lived) -> bool:
        return self._looked_ms is None or not 0 <= lived.sure_ms - self._looked_ms < PASS_MS

    def _shrink(self) -> bool:
        """Give the disk a little back where much is free; in a file that can."""
        free, pages = (self._number(f"PRAGMA {name}") for name in ("freelist_count", "page_count"))
        if free <= max(SPARE_PAGES, pages // 4) or self._number("PRAGMA auto_vacuum") != INCREMENTAL:
            return False
        with transaction(self._connection):
            self._connection.execute(f"PRAGMA incremental_vacuum({SHRUNK_PAGES})").fetchall()
        return True

    def _number(self, question: str) -> int:
        return int(self._connection.execute(question).fetchone()[0])
