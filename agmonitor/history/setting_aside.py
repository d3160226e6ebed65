"""Puts a recovered history in a damaged one's place and keeps the damaged one under a name that is told.

A kill at any moment leaves either the damaged file where it was, or all that is needed to finish: only a
recovery that is complete has the name that ``finish`` looks for at the next start.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from agmonitor.history.swapping import GATE

_LOG, _INDEX = "-wal", "-shm"


def part_of(path: Path) -> Path:
    """Where the recovered history is made."""
    return path.with_name(f"{path.name}.recovering-part")


def clear(path: Path) -> None:
    """Take away what a recovery that did not come to its end has left."""
    part = part_of(path)
    for left in [one for one in path.parent.iterdir() if one.name.startswith(part.name)]:
        left.unlink(missing_ok=True)


def complete(path: Path) -> None:
    """All that could be recovered is in the file, and on disk."""
    part_of(path).replace(_recovered(path))


def finish(path: Path) -> Path | None:
    """Swap the files where a complete recovery waits; the damaged one's new name, None: nothing waits."""
    fresh = _recovered(path)
    if not fresh.exists():
        return None
    with GATE.closed():
        return _swap(path, fresh)


def _swap(path: Path, fresh: Path) -> Path:
    aside = _aside(path)
    if path.exists():
        log = aside.with_name(aside.name + _LOG)
        if not log.exists():  # else a kill came next, and what lies here was made by who read it since
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + _LOG).replace(log)
        path.with_name(path.name + _INDEX).unlink(missing_ok=True)
        path.replace(aside)
    for made in (_LOG, _INDEX):  # by who opened the old one just now; its own log has gone with it
        path.with_name(path.name + made).unlink(missing_ok=True)
    fresh.replace(path)
    return aside


def _aside(path: Path) -> Path:
    """Named by when the damaged file was last written, which a kill on the way does not change."""
    try:
        stamp = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")
    except (FileNotFoundError, OverflowError, ValueError):
        stamp = "undated"
    name, number = f"{path.name}.damaged-{stamp}", 1
    while (aside := path.with_name(name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return aside


def _recovered(path: Path) -> Path:
    return path.with_name(f"{path.name}.recovered")
