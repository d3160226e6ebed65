"""The audit of failovers: a file of its own, append-only, hash-chained, flushed to the disk with each entry.

One JSON object a line. Each carries the hash of the one before it, so that nothing can be changed or taken
out unseen; a small head file beside it tells how long it was, so that nothing can be cut off its end. Nothing
here ever rewrites or removes a line. A line torn by a killed writer stays, and the next one vouches for it.
It proves that the file is as this program wrote it to whoever cannot rewrite all of it and the head as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from agmonitor.file_lock import HeldElsewhereError, hold, let_go
from agmonitor.history.audit_reading import Audit, Line, fingerprint, known_by, read_audit, text_of

HEAD_SUFFIX = ".head"
LOCK_WAIT_S = 3.0
"""Who holds the file holds it for a moment; one that was stopped meanwhile must not stop an admin in need."""


class AuditTrail:
    """One file. Several programs may write it; each call holds it alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Mapping[str, Any]) -> str:
        """Write it down for good; gives the line's hash.

        Raises:
            OSError: it is not on the disk.
        """
        created = not self.path.exists()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(number, "r+b", buffering=0) as file, _held(file):
            if created:
                _flush_folder(self.path.parent)
            before = read_audit(file.read(), "")
            torn = hashlib.sha256(before.torn).hexdigest() if before.torn else ""
            line = _line(*_follows(before, self._head()), torn, entry)
            start = b"\n" if before.open_ended else b""
            _write_all(file, start + text_of(line).encode("utf-8") + b"\n")
            os.fsync(file.fileno())
            self._put_head(line)
        return line.hash

    def read(self) -> Audit:
        """All of it, with whatever is wrong.

        Raises:
            OSError: it cannot be read.
        """
        if not self.path.exists():
            return read_audit(b"", self._head())
        with self.path.open("rb") as file, _held(file, shared=True):
            return read_audit(file.read(), self._head())

    def stamp(self) -> object:
        """Changes when something is appended; None: there is no file."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def fault(self) -> str:
        """Why it cannot be written now; nothing where it can, as far as can be told without writing."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
        except OSError as error:
            return f"{error.strerror or error}: {self.path}."
        return ""

    @property
    def _head_path(self) -> Path:
        return self.path.with_name(self.path.name + HEAD_SUFFIX)

    def _head(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self._head_path.read_text(encoding="utf-8", errors="replace").strip()
        return ""

    def _put_head(self, line: Line) -> None:
        """Replaced as a whole; one that stands a line behind is only a writer that was killed."""
        fresh = self._head_path.with_name(self._head_path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(f"{line.number} {line.hash}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._head_path)


def _follows(before: Audit, head: str) -> tuple[int, str]:
    """The number and hash to follow. Where lines were cut off or made anew, that must stay to be seen."""
    told, lines = known_by(head), before.lines
    last = lines[-1].number if lines else 0
    if told is None:
        return last, before.head
    number, known = told
    if number > last:
        return number, known
    made_anew = 0 < number <= len(lines) and lines[number - 1].hash != known
    return last, known if made_anew else before.head


def _line(last: int, previous: str, torn: str, entry: Mapping[str, Any]) -> Line:
    number = last + 1
    # What was written is what is hashed: no value may read back as another. Half a letter, as a terminal
    # of another encoding gives, becomes a "?": it must not cost the entry.
    plain = json.loads(json.dumps(entry, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))
    return Line(number, previous, torn, plain, fingerprint(number, previous, torn, plain))


def _write_all(file: IO[bytes], content: bytes) -> None:
    while content:
        content = content[file.write(content) :]


def _flush_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    if sys.platform == "win32":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _held(file: IO[bytes], *, shared: bool = False) -> Iterator[None]:
    """Nobody else writes meanwhile."""
    try:
        hold(file.fileno(), shared=shared, wait_s=LOCK_WAIT_S)
    except HeldElsewhereError as error:
        raise OSError(error.errno, "Another program holds the audit and does not let go") from None
    try:
        yield
    finally:
        let_go(file.fileno())
