"""What the one writer thread does to the file: rows in, whole transactions, the tail packed when idle.

Runs in its thread alone and knows no asyncio. Minutes are told by the inputs' own instants; no clock is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from agmonitor.domain.events import Event
from agmonitor.domain.findings import RULES_VERSION
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history import tail
from agmonitor.history.checkpoint import encode_state
from agmonitor.history.codec import encode, encode_event
from agmonitor.history.columns import at_ms_of
from agmonitor.history.drawn_writing import Drawings
from agmonitor.history.forms import Forms
from agmonitor.history.kept import KeptRows, Leaving
from agmonitor.history.packing import Row
from agmonitor.history.regrouping import Regrouping

CHECKPOINT_MS = 3_600_000
CHECKPOINT_INPUTS = 200
"""So far apart at most that any moment is shown at once; each costs half a kilobyte."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call of ``record`` brought: inputs, the events of the last one, and the states around it."""

    group: str
    inputs: Sequence[Input]
    events: Sequence[Event]
    before: GroupState | None = None
    after: GroupState | None = None
    rules: str = str(RULES_VERSION)  # what judged them


@dataclass(slots=True)
class GroupRow:
    """A group as the writer remembers it."""

    id: int
    next_seq: int
    newest_ms: int | None = None
    state: GroupState | None = None  # after its newest input
    checked_ms: int | None = None  # of the newest checkpoint we wrote
    checked_seq: int = 0


@dataclass(slots=True)
class Writer:
    """Puts entries into the tables; the caller begins and ends the transaction."""

    connection: sqlite3.Connection
    groups: dict[str, GroupRow] = field(default_factory=dict)
    period: int = 0  # of lived time; whoever keeps house says which it is
    newest_ms: int | None = None  # of the newest input of all
    forms: Forms = field(init=False)
    kept: KeptRows = field(init=False)
    drawings: Drawings = field(init=False)

    def __post_init__(self) -> None:
        self.forms = Forms(self.connection)
        self.kept = KeptRows(self.connection)
        self.drawings = Drawings(self.connection)

    def forget(self) -> None:
        """A transaction was rolled back: ids and numbers given in it are void."""
        self.groups.clear()
        self.forms.forget()
        self.kept.forget()
        self.drawings.forget()

    def regroup(self, change: Regrouping) -> None:
        """Rename or erase a group; what is remembered of groups is asked anew.

        Raises:
            Refusal: it cannot be.
        """
        self.drawings.write_all()
        change.do(self.connection)
        self.forget()

    def put(self, entry: Entry | Leaving) -> None:
        group = self.group(entry.group)
        if isinstance(entry, Leaving):
            self.kept.leave(group.id, entry.left)
            return
        self._mark_beginning(group, entry)
        first_seq = group.next_seq
        for item in entry.inputs:
            form, at_ms, varying = encode(item)
            row = Row(at_ms, self.forms.id_of(form, self.period), varying)
            tail.put(self.connection, group.id, group.next_seq, row)
            group.next_seq += 1
            self.newest_ms = group.newest_ms = at_ms
        self.kept.follow(group.id, group.state or entry.before, entry.inputs, entry.after)
        group.state = entry.after
        self.drawings.take(group.id, first_seq, entry.inputs, entry.after)
        self.connection.execute("UPDATE groups SET next_seq = ? WHERE id = ?", (group.next_seq, group.id))
        if entry.events:
            self.connection.executemany(
                "INSERT INTO events (group_id, seq, at, kind, severity, sentence, finding, node, episode)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(group.id, group.next_seq - 1, *encode_event(event)) for event in entry.events],
            )

    def _mark_beginning(self, group: GroupRow, entry: Entry) -> None:
        """A checkpoint where the story does not go on from what we wrote last, and now and then within it."""
        at_ms = at_ms_of(entry.inputs[0])
        goes_on = group.checked_ms is not None and entry.before is group.state
        near = group.next_seq - group.checked_seq < CHECKPOINT_INPUTS
        near = near and 0 <= at_ms - (group.checked_ms or 0) < CHECKPOINT_MS
        if goes_on and (near or entry.before is None):
            return
        body = b"" if entry.before is None else encode_state(entry.before)
        row = (group.id, group.next_seq, at_ms, entry.rules, body, not goes_on)
        self.connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)", row)
        group.checked_ms, group.checked_seq = at_ms, group.next_seq

    def group(self, name: str) -> GroupRow:
        """The group of that name, made where it is new."""
        known = self.groups.get(name)
        if known is None:
            self.connection.execute("INSERT OR IGNORE INTO groups (name) VALUES (?)", (name,))
            found = self.connection.execute("SELECT id, next_seq FROM groups WHERE name = ?", (name,))
            known = self.groups[name] = GroupRow(*found.fetchone())
        return known
