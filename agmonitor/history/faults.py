"""What can be wrong with the history file, each with a sentence. Watching goes on without."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    """The kinds of trouble a caller may want to tell apart."""

    NEWER = "newer"
    FOREIGN = "foreign"
    DAMAGED = "damaged"
    LOCKED = "locked"
    OWNED = "owned"  # another agmonitor writes it; it can be read
    READ_ONLY = "read_only"
    OLDER = "older"
    FULL = "full"
    LOG_UNREADABLE = "log_unreadable"
    CLOSED = "closed"
    OTHER = "other"


class HistoryError(OSError):
    """The history cannot be read or written; ``str()`` is a sentence to show."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


_BY_NAME = {
    "SQLITE_BUSY": Fault.LOCKED,
    "SQLITE_LOCKED": Fault.LOCKED,
    "SQLITE_CORRUPT": Fault.DAMAGED,
    "SQLITE_NOTADB": Fault.DAMAGED,
    "SQLITE_READONLY": Fault.READ_ONLY,
    "SQLITE_PERM": Fault.READ_ONLY,
    "SQLITE_CANTOPEN": Fault.READ_ONLY,
    "SQLITE_FULL": Fault.FULL,
}
_BENT_TEXT = (
    "Could not decode to UTF-8"  # Python's word, without a code; SQLite's own may quote bent text too
)
_SENTENCES = {
    Fault.NEWER: "The history {path} was written by a newer agmonitor; use that one, or move the file away.",
    Fault.FOREIGN: "The file {path} is a database of some other program; move it away.",
    Fault.DAMAGED: "The history {path} is damaged; the next agmonitor that watches recovers what it can.",
    Fault.LOCKED: "The history {path} is locked by another program.",
    Fault.OWNED: "Another agmonitor writes the history {path}; this one only reads it.",
    Fault.READ_ONLY: "The history {path} cannot be opened for writing; check the folder's permissions.",
    Fault.FULL: "The history {path} cannot grow: the disk is full.",
    Fault.LOG_UNREADABLE: (
        "The history {path} has a log beside it that cannot be read in a folder that cannot be written;"
        " copy both to another folder."
    ),
    Fault.OLDER: (
        "The history {path} was written by an older agmonitor and cannot be brought up to date here;"
        " where an older one still runs, end it, else copy the file to a folder that can be written."
    ),
    Fault.CLOSED: "The history {path} is closed.",
}


def fault(kind: Fault, path: Path) -> HistoryError:
    return HistoryError(kind, _SENTENCES[kind].format(path=path))


def from_sqlite(error: Exception, path: Path) -> HistoryError:
    """SQLite's or the system's own error as ours."""
    if isinstance(error, HistoryError):
        return error
    if isinstance(error, UnicodeDecodeError) or str(error).startswith(_BENT_TEXT):
        return fault(Fault.DAMAGED, path)
    name = getattr(error, "sqlite_errorname", None) or ""
    kind = _BY_NAME.get("_".join(name.split("_")[:2]), Fault.OTHER)  # drops the extended part
    if kind is not Fault.OTHER:
        return fault(kind, path)
    if isinstance(error, sqlite3.Error) or not isinstance(error, OSError):
        return HistoryError(Fault.OTHER, f"The history {path} cannot be used: {error}.")
    return HistoryError(Fault.READ_ONLY, f"The history {path} cannot be made: {error.strerror}.")
