"""From every older layout of the file to this one, inside the transaction that opens it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType

from agmonitor.history import tail
from agmonitor.history.codec import encode, of_version_1
from agmonitor.history.packing import Row
from agmonitor.history.schema import TABLES
from agmonitor.history.tail import sum_of

BATCH = 1_000
_OLD = ("groups", "forms", "inputs", "events")
_NUMBERED = """
CREATE TEMP TABLE numbered (id INTEGER PRIMARY KEY, group_id INTEGER, seq INTEGER);
INSERT INTO numbered
SELECT id, group_id, row_number() OVER (PARTITION BY group_id ORDER BY id) FROM old_inputs
"""


def from_1(connection: sqlite3.Connection) -> None:
    """Version 1 kept each input as two texts in one table; nothing was packed, drawn or pruned."""
    for table in _OLD:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for index in ("inputs_by_time", "events_by_input"):
        connection.execute(f"DROP INDEX IF EXISTS {index}")
    for statement in TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO groups (id, name) SELECT id, name FROM old_groups")
    for statement in _NUMBERED.split(";\n"):
        connection.execute(statement)
    _inputs_from_1(connection)
    connection.execute("""
        INSERT INTO events (id, group_id, seq, at, kind, severity, sentence, finding, node, episode)
        SELECT old.id, numbered.group_id, seq, at, kind, severity, sentence, finding, node, episode
        FROM old_events AS old JOIN numbered ON numbered.id = input_id ORDER BY old.id
    """)
    connection.execute("DROP TABLE numbered")
    for table in reversed(_OLD):
        connection.execute(f"DROP TABLE old_{table}")


def _inputs_from_1(connection: sqlite3.Connection) -> None:
    forms: dict[str, int] = {}
    bodies = dict(connection.execute("SELECT id, body FROM old_forms"))
    rows = connection.execute("""
        SELECT seq, old.group_id, form_id, varying FROM old_inputs AS old JOIN numbered USING (id) ORDER BY id
    """)
    for seq, group_id, form_id, varying in rows:
        form, at_ms, numbers = encode(of_version_1(bodies[form_id], json.loads(varying)))
        if form not in forms:
            put = "INSERT INTO forms (body, period) VALUES (?, 0)"
            forms[form] = int(connection.execute(put, (form,)).lastrowid or 0)
        tail.put(connection, group_id, seq, Row(at_ms, forms[form], numbers))
    connection.execute("""
        UPDATE groups SET next_seq = coalesce((SELECT max(seq) + 1 FROM tail WHERE group_id = id), 1)
    """)


def from_2(connection: sqlite3.Connection) -> None:
    """Version 2 had no checksums in the tail."""
    connection.execute("ALTER TABLE tail ADD COLUMN sum INTEGER NOT NULL DEFAULT 0")
    connection.create_function("sum_of", 5, sum_of, deterministic=True)
    connection.execute("UPDATE tail SET sum = sum_of(group_id, seq, at_ms, form_id, varying)")


STEPS: Mapping[int, Callable[[sqlite3.Connection], None]] = MappingProxyType({1: from_1, 2: from_2})
