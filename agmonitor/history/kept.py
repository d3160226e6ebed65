"""What people and incidents leave, into the tables.

Episodes and acknowledgements with the inputs that made them, notes and evidence as they come. The caller
begins and ends the transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Mark
from agmonitor.domain.observations import Acknowledged, Input
from agmonitor.domain.state import GroupState
from agmonitor.history.episodes import changed, put_episodes
from agmonitor.history.evidence import EvidenceRows
from agmonitor.history.marks import put_mark


@dataclass(frozen=True, slots=True)
class Leaving:
    """A note or evidence of a group, on its way to the writer; no input stands behind it."""

    group: str
    left: Mark | Evidence


@dataclass(slots=True)
class KeptRows:
    """The writer's hand on those tables."""

    connection: sqlite3.Connection
    evidence: EvidenceRows = field(init=False)

    def __post_init__(self) -> None:
        self.evidence = EvidenceRows(self.connection)

    def forget(self) -> None:
        """A transaction was rolled back."""
        self.evidence.forget()

    def leave(self, group_id: int, left: Mark | Evidence) -> None:
        if isinstance(left, Mark):
            put_mark(self.connection, group_id, left)
        else:
            self.evidence.put(group_id, left)

    def follow(
        self, group_id: int, base: GroupState | None, inputs: Sequence[Input], after: GroupState | None
    ) -> None:
        """What some inputs changed; ``base`` is the state that was followed last."""
        for item in inputs:
            if isinstance(item, Acknowledged):
                put_mark(self.connection, group_id, Mark.of(item))
        if base is not None and after is not None:
            put_episodes(self.connection, group_id, changed(base, after))
