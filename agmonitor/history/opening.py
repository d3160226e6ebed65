"""How a history file is opened: one program writes, any number read; older ones are brought up to date.

Whoever writes holds a small database beside it locked for as long, which ends with the process however that
ends. ``synchronous=FULL`` with a write-ahead log: what was acknowledged survives a kill and a power cut.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite
from agmonitor.history.migrations import STEPS
from agmonitor.history.schema import APPLICATION_ID, TABLES, VERSION

BUSY_S = 2.0
CHECKPOINT_PAGES = 500  # of the write-ahead log: two megabytes at a time, so that no commit waits long


def claim(path: Path) -> sqlite3.Connection:
    """The right to write to the history there, for as long as the connection lives.

    Raises:
        HistoryError: another program has it, or the folder cannot be written.
    """
    holder = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = path.with_name(f"{path.name}-owner")
        holder = sqlite3.connect(owner, timeout=0, isolation_level=None, check_same_thread=False)
        holder.execute("PRAGMA journal_mode=MEMORY")
        holder.execute("BEGIN EXCLUSIVE")
    except (sqlite3.Error, OSError) as error:
        if holder is not None:
            holder.close()
        told = from_sqlite(error, path)
        raise fault(Fault.OWNED, path) if told.fault is Fault.LOCKED else told from error
    return holder


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the one writer, tables made where there are none and brought up where old.

    Raises:
        HistoryError: newer, foreign, damaged, locked or not writable.
    """
    connection = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the -wal and -shm files beside it too
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
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


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, in one transaction: all its questions see one state.

    Raises:
        HistoryError: the file cannot be read.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(
            sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")
            yield connection
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Inside one transaction: a kill in between leaves the file as it was."""
    version = version_of(connection, path)
    if version == 0:
        run_all(connection, TABLES)
    for step in STEPS[version - 1 :] if version else ():
        step(connection)
    if version != VERSION:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={VERSION}")


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema a file was written with; 0: it is new.

    Raises:
        HistoryError: it is newer than this program, or not ours.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise fault(Fault.FOREIGN, path)
    if version > VERSION:
        raise fault(Fault.NEWER, path)
    return version


def run_all(connection: sqlite3.Connection, script: str) -> None:
    """Each statement in turn; ``executescript`` would commit what went before."""
    for statement in script.split(";\n"):
        connection.execute(statement)
