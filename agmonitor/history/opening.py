"""How a history file is opened: one program writes, any number read; older ones are brought up to date.

Whoever writes holds a small database beside it locked for as long, which ends with the process however that
ends. ``synchronous=FULL`` with a write-ahead log: what was acknowledged survives a kill and a power cut.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite
from agmonitor.history.migrations import STEPS
from agmonitor.history.schema import APPLICATION_ID, TABLES, VERSION
from agmonitor.history.swapping import GATE

BUSY_S = 2.0
INCREMENTAL = 2  # SQLite's word for a file that can shrink little by little
_OURS = frozenset(("groups", "forms", "events"))  # tables that every version has
_NO_VERSION = 10_000  # no program of ours counts so far
SWAPS_MOST = 5  # running, while one question is asked; more than one was never seen
CHECKPOINT_PAGES = 500  # of the write-ahead log: two megabytes at a time, so that no commit waits long


_NO_NUMBER_TWICE = """
UPDATE groups SET next_seq = after FROM (
    SELECT id AS which, max(
        coalesce((SELECT max(seq) + 1 FROM tail WHERE group_id = id), 1),
        coalesce((SELECT seq + count FROM packs WHERE group_id = id ORDER BY seq DESC LIMIT 1), 1)
    ) AS after FROM groups
) WHERE id = which AND next_seq < after
"""


BENT = (TypeError, ValueError, LookupError, OverflowError)
"""What rows of another kind than their table's, which only damage puts there, come to in Python."""


def is_torn(connection: sqlite3.Connection) -> bool:
    """Whether the file holds what its own tables forbid: values that tripped us up may come of damage."""
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except (sqlite3.Error, UnicodeDecodeError):
        return True


def identity_of(path: Path) -> tuple[int, int]:
    """Which file that name leads to.

    Raises:
        OSError: to none.
    """
    found = path.stat()
    return found.st_dev, found.st_ino


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
        connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")  # heeded where the file is new
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        with transaction(connection):  # finds out now whether we may write
            _bring_up(connection, path)
        _look_over(connection, path)
    except (sqlite3.Error, OSError, *BENT) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, HistoryError):
            raise
        raise told_of(error, path) from error
    return connection


def told_of(error: Exception, path: Path) -> HistoryError:
    """What kept a file from being opened, in our words."""
    return fault(Fault.DAMAGED, path) if isinstance(error, BENT) else from_sqlite(error, path)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written within, or nothing of it; other readers and writers see one or the other."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, in one transaction: all its questions see one state.

    Raises:
        HistoryError: the file cannot be read.
    """
    try:
        with contextlib.closing(_reader_of_this_version(path)) as connection:
            try:
                yield connection
            except BENT as error:
                if isinstance(error, UnicodeDecodeError) or not is_torn(connection):
                    raise
                raise fault(Fault.DAMAGED, path) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise from_sqlite(error, path) from error


def _reader_of_this_version(path: Path) -> sqlite3.Connection:
    """A file that an older program left is brought up first, as whoever writes it would."""
    connection = _reader(path)
    if not 0 < connection.execute("PRAGMA user_version").fetchone()[0] < VERSION:
        return connection
    connection.close()
    try:
        with contextlib.closing(claim(path)):
            connect(path).close()
    except HistoryError as error:
        raise fault(Fault.OLDER, path) from error
    return _reader(path)


def _reader(path: Path) -> sqlite3.Connection:
    """A connection within one transaction; where nothing can be made beside the file, to the file alone."""
    try:
        return _begun(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if from_sqlite(error, path).fault is not Fault.READ_ONLY or not path.is_file():
            raise
        with contextlib.suppress(FileNotFoundError):
            if path.with_name(f"{path.name}-wal").stat().st_size:  # the file alone would not be all of it
                raise fault(Fault.LOG_UNREADABLE, path) from error
        return _begun(path, "mode=ro&immutable=1")


def _begun(path: Path, how: str) -> sqlite3.Connection:
    """Begun anew where a recovered file took the place of this one meanwhile: its log is another one."""
    for _ in range(SWAPS_MOST):
        with GATE.passing():
            before = _identity(path)
            try:
                connection = _opened(path, how)
            except sqlite3.Error:
                if _identity(path) == before:
                    raise
                continue
            if _identity(path) == before:
                return connection
            connection.close()
    return _opened(path, how)


def _identity(path: Path) -> tuple[int, int] | None:
    with contextlib.suppress(OSError):
        return identity_of(path)
    return None


def _opened(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.text_factory = _text
        connection.execute("BEGIN")
        connection.execute("PRAGMA user_version").fetchone()  # opens the file itself
    except BaseException:
        connection.close()
        raise
    return connection


@functools.lru_cache(1_000)
def _text(raw: bytes) -> str:
    """A damaged letter must not keep anybody from reading the rest."""
    return raw.decode("utf-8", "replace")


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Inside one transaction: a kill in between leaves the file as it was."""
    version = version_of(connection, path)
    try:
        if version == 0:
            run_all(connection, TABLES)
        elif version in STEPS:
            STEPS[version](connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_ERROR":  # its tables are not those of the version it claims
            raise fault(Fault.DAMAGED, path) from error
        raise
    if version != VERSION:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={VERSION}")


def _look_over(connection: sqlite3.Connection, path: Path) -> None:
    """What can be told at once of damage: a file cut short, tables whose ends cannot be read."""
    busy, logged, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if not busy and logged == moved and path.stat().st_size < pages * size:
        raise fault(Fault.DAMAGED, path)
    tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    for table, sql in tables:
        key = "rowid" if "WITHOUT ROWID" not in sql else _first_key(connection, table)
        for way in ("", " DESC"):
            connection.execute(f"SELECT * FROM {table} ORDER BY {key}{way} LIMIT 1").fetchone()  # noqa: S608
    with transaction(connection):
        connection.execute(_NO_NUMBER_TWICE)


def _first_key(connection: sqlite3.Connection, table: str) -> str:
    keys = sorted((row[5], row[1]) for row in connection.execute(f"PRAGMA table_info({table})") if row[5])
    return str(keys[0][1])


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema a file was written with; 0: it is new.

    Raises:
        HistoryError: it is newer than this program, or not ours.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and application != APPLICATION_ID and not tables >= _OURS:
        raise fault(Fault.FOREIGN, path)
    if tables and (application != APPLICATION_ID or not 0 < version < _NO_VERSION):
        raise fault(Fault.DAMAGED, path)
    if version > VERSION:
        raise fault(Fault.NEWER, path)
    return version


def run_all(connection: sqlite3.Connection, script: str) -> None:
    """Each statement in turn; ``executescript`` would commit what went before."""
    for statement in script.split(";\n"):
        connection.execute(statement)
