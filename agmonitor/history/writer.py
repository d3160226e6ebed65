"""What the one writer thread does to the file: rows in, whole transactions, the tail packed when idle.

Runs in its thread alone and knows no asyncio. Minutes are told by the inputs' own instants; no clock is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from agmonitor.domain.events import Event
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.codec import encode, encode_event
from agmonitor.history.forms import Forms

MS_A_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call of ``record`` brought: inputs, the events of the last one, and the state after it."""

    group: str
    inputs: Sequence[Input]
    events: Sequence[Event]
    state: GroupState | None = None


@dataclass(slots=True)
class GroupRow:
    """A group as the writer remembers it."""

    id: int
    next_seq: int
    newest_ms: int | None = None


@dataclass(slots=True)
class Writer:
    """Puts entries into the tables; the caller begins and ends the transaction."""

    connection: sqlite3.Connection
    groups: dict[str, GroupRow] = field(default_factory=dict)
    forms: Forms = field(init=False)

    def __post_init__(self) -> None:
        self.forms = Forms(self.connection)

    def forget(self) -> None:
        """A transaction was rolled back: ids and numbers given in it are void."""
        self.groups.clear()
        self.forms.forget()

    def put(self, entry: Entry) -> None:
        group = self.group(entry.group)
        for item in entry.inputs:
            form, at_ms, varying = encode(item)
            row = (group.id, group.next_seq, at_ms, self.forms.id_of(form, at_ms // MS_A_DAY), varying)
            self.connection.execute("INSERT INTO tail VALUES (?, ?, ?, ?, ?)", row)
            group.next_seq += 1
            group.newest_ms = at_ms
        self.connection.execute("UPDATE groups SET next_seq = ? WHERE id = ?", (group.next_seq, group.id))
        if entry.events:
            self.connection.executemany(
                "INSERT INTO events (group_id, seq, at, kind, severity, sentence, finding, node, episode)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(group.id, group.next_seq - 1, *encode_event(event)) for event in entry.events],
            )

    def group(self, name: str) -> GroupRow:
        """The group of that name, made where it is new."""
        known = self.groups.get(name)
        if known is None:
            self.connection.execute("INSERT OR IGNORE INTO groups (name) VALUES (?)", (name,))
            found = self.connection.execute("SELECT id, next_seq FROM groups WHERE name = ?", (name,))
            known = self.groups[name] = GroupRow(*found.fetchone())
        return known
