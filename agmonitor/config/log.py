"""The rotating log file, with secrets taken out of every line before it is written.

Taken out are the passwords we know and whatever looks like a credential in a header, a body or a URL, in
messages and tracebacks alike.
"""

from __future__ import annotations

import io
import logging
import os
import re
from collections.abc import Callable, Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

LIMIT_BYTES = 1_000_000
OLD_FILES = 3
_HIDDEN = "•••"
_SHAPES = (
    re.compile(r"(?i)(\b(?:auth|authorization|cookie|set-cookie)[\"']?\s*[:=]\s*[\"']?)([^\"'\r\n]+)"),
    re.compile(
        r"(?i)([\"']?(?:password|passwd|tsig_secret|secret|access_token|token)[\"']?\s*[:=]\s*)"
        r"(\"[^\"]*\"|'[^']*'|[^\s,;&}\]]+)"
    ),
    re.compile(r"(?i)(\b(?:BAMAuthToken:|Basic|Bearer)\s+)([A-Za-z0-9+/=._~-]{6,})"),
    re.compile(r"(//)([^/@\s]+)(?=@)"),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without those secrets and without anything shaped like one."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    for shape in _SHAPES:
        text = shape.sub(rf"\1{_HIDDEN}", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record whole, traceback included, and then takes the secrets out."""

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets())


def open_log(
    path: Path, secrets: Callable[[], Iterable[str]] = tuple, level: int = logging.INFO
) -> logging.Handler:
    """A handler writing to that file, readable by this user alone; add it to the root logger.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFile(path, maxBytes=LIMIT_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    handler.setFormatter(RedactingFormatter(secrets))
    handler.setLevel(level)
    return handler


class _PrivateFile(RotatingFileHandler):
    """Every file it opens, the fresh one after a rotation too, belongs to the user alone."""

    def _open(self) -> io.TextIOWrapper:
        file = io.FileIO(self.baseFilename, "a", opener=lambda path, flags: os.open(path, flags, 0o600))
        return io.TextIOWrapper(
            io.BufferedWriter(file), encoding=self.encoding, errors="backslashreplace", line_buffering=True
        )
