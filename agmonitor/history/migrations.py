"""From every older layout of the file to the next, inside the transaction that opens it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from agmonitor.history.codec import encode, of_version_1
from agmonitor.history.schema import TABLES

BATCH = 1_000
_OLD = ("groups", "forms", "inputs", "events")


def from_1(connection: sqlite3.Connection) -> None:
    """Version 1 kept each input as two texts in one table; nothing was packed, drawn or pruned."""
    for table in _OLD:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for index in ("inputs_by_time", "events_by_input"):
        connection.execute(f"DROP INDEX IF EXISTS {index}")
    for statement in TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO groups (id, name) SELECT id, name FROM old_groups")
    _inputs_from_1(connection)
    connection.execute("""
        INSERT INTO events (id, group_id, seq, at, kind, severity, sentence, finding, node, episode)
        SELECT old.id, old_inputs.group_id, old.input_id, at, kind, severity, sentence, finding, node, episode
        FROM old_events AS old JOIN old_inputs ON old_inputs.id = input_id ORDER BY old.id
    """)
    for table in reversed(_OLD):
        connection.execute(f"DROP TABLE old_{table}")


def _inputs_from_1(connection: sqlite3.Connection) -> None:
    """The old id numbers an input within its group as well: it only ever grew."""
    forms: dict[str, int] = {}
    bodies = dict(connection.execute("SELECT id, body FROM old_forms"))
    rows = connection.execute("SELECT id, group_id, form_id, varying FROM old_inputs ORDER BY id")
    for seq, group_id, form_id, varying in rows:
        form, at_ms, numbers = encode(of_version_1(bodies[form_id], json.loads(varying)))
        if form not in forms:
            put = "INSERT INTO forms (body, period) VALUES (?, 0)"
            forms[form] = int(connection.execute(put, (form,)).lastrowid or 0)
        row = (group_id, seq, at_ms, forms[form], numbers)
        connection.execute("INSERT INTO tail VALUES (?, ?, ?, ?, ?)", row)
    connection.execute("""
        UPDATE groups SET next_seq = coalesce((SELECT max(seq) + 1 FROM tail WHERE group_id = id), 1)
    """)


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (from_1,)
