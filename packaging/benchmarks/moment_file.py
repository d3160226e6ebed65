"""A history file of a week of one-second samples of a pair, with genuine inputs where it will be looked at.

Stepping two million inputs would take minutes. So only some stretches hold inputs of their own, written as
the writer would; all other minutes and checkpoints are there by number and size and are never opened.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Instant
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import Mode
from agmonitor.history.checkpoint import encode_state
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.opening import connect, transaction
from agmonitor.history.writer import CHECKPOINT_INPUTS, Entry, Writer
from day import BEGIN, observed
from ours import settings_for

WEEK_MIN = 7 * 1_440
STRETCHES, STRETCH_MIN = 12, 12
ROUNDS = 60  # a minute
GROUP = "bench"


def make(path: Path) -> tuple[int, list[tuple[Instant, Instant]]]:
    """How many inputs a week comes to, and from when to when any moment may be asked for."""
    picks = random.Random(1)
    starts = sorted(picks.sample(range(0, WEEK_MIN - STRETCH_MIN, 4 * STRETCH_MIN), STRETCHES))
    genuine = {minute for start in starts for minute in range(start, start + STRETCH_MIN)}
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        writer = Writer(connection)
        with transaction(connection):
            state = initial(settings_for(GROUP, [1, 2]), Mode.WATCHING, BEGIN)
            for item in (item for number in range(30) for item in observed(BEGIN - 30 + number, number)):
                state, _ = step(state, rounded(item))  # as it is while all is well
            group, usual = writer.group(GROUP), encode_state(state)
            rows = sum(len(list(observed(BEGIN, number))) for number in range(ROUNDS))
            for minute in range(WEEK_MIN):
                begin = BEGIN + 60 * minute
                if minute not in genuine:
                    _fill(connection, group.id, group.next_seq, rows, begin, usual)
                    group.next_seq += rows
                    continue
                for number in range(ROUNDS):
                    for given in observed(begin + number, number):
                        item, before = rounded(given), state
                        state, events = step(before, item)
                        writer.put(Entry(GROUP, (item,), events, before, state))
                _pack(connection, group.id)
            inputs = group.next_seq - 1
            writer.drawings.write_all()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return inputs, [(BEGIN + 60 * start + 1, BEGIN + 60 * (start + STRETCH_MIN) - 1) for start in starts]


def _pack(connection: sqlite3.Connection, group_id: int) -> None:
    """All that is in the tail, as when the next minutes have come."""
    while pack_oldest(connection, group_id, 1 << 60, KnownForms(connection)):
        pass


def _fill(
    connection: sqlite3.Connection, group_id: int, seq: int, rows: int, begin: Instant, state: bytes
) -> None:
    """A minute that nobody opens."""
    body = bytes(3 * rows)
    at_ms = round(begin * 1000)
    connection.execute(
        "INSERT INTO packs VALUES (?, ?, ?, ?, ?, ?)", (group_id, seq, rows, at_ms, at_ms + 59_000, body)
    )
    for place in range(-seq % CHECKPOINT_INPUTS, rows, CHECKPOINT_INPUTS):
        row = (group_id, seq + place, at_ms, "0", state, 0)
        connection.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)", row)
