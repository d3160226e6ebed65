"""The tables of the history file, its version, and how a connection is set up.

``synchronous=FULL`` with a write-ahead log: what was acknowledged survives a kill and a power cut.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite

VERSION = 1
APPLICATION_ID = 0x61676D31  # "agm1": tells our file from any other SQLite database
BUSY_S = 2.0

_TABLES = """
-- The groups ever watched.
CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- The parts of inputs that stay the same for hours (who answered, what role, which settings), each kept once.
CREATE TABLE forms (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);

-- Every input in the order it was stepped: its form, and the numbers that differ each time.
CREATE TABLE inputs (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES groups,
    at_ms INTEGER NOT NULL,
    form_id INTEGER NOT NULL REFERENCES forms,
    varying TEXT NOT NULL
);
CREATE INDEX inputs_by_time ON inputs (group_id, at_ms);

-- What each input changed.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    input_id INTEGER NOT NULL REFERENCES inputs,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    finding TEXT,
    node TEXT,
    episode INTEGER
);
CREATE INDEX events_by_input ON events (input_id);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the one writer, tables made where there are none yet.

    Raises:
        HistoryError: newer, foreign, damaged, locked or not writable.
    """
    connection = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the -wal and -shm files beside it too
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")  # finds out now whether we may write
        _bring_up(connection, path)
        connection.execute("COMMIT")
    except HistoryError:
        assert connection is not None
        connection.close()
        raise
    except (sqlite3.Error, OSError) as error:
        if connection is not None:
            connection.close()
        raise from_sqlite(error, path) from error
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; the caller closes it."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S, isolation_level=None
    )


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise fault(Fault.FOREIGN, path)
    if version > VERSION:
        raise fault(Fault.NEWER, path)
    if version == 0:
        for statement in _TABLES.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={VERSION}")
