"""Silences and maintenance in one small file that a window, a headless watch and scripts share.

Written whole under a lock and put in place at once, so that nobody reads a half. A file that cannot be read
silences nothing: better loud than deaf.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agmonitor.alerts.model import Maintenance, Quiet, Silence
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace
from agmonitor.file_lock import FileLock

LARGEST = 1_000_000
LOCK_WAIT_S = 10.0  # who writes holds it for a moment
TEXTS = ("id", "group", "who", "reason")
FARTHEST_AT = 250_000_000_000.0  # the year 9892; no local time is past 9999
KEPT_S = 86_400.0  # what is over is dropped when something is written, after a day


class QuietError(OSError):
    """The file cannot be read or written; the sentence says which and why."""


class QuietFile:
    """All methods block for as long as the disk does; call them off the loop."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamp(self) -> object:
        """Changes when the file does; None: there is none."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def read(self) -> Quiet:
        """What is kept quiet.

        Raises:
            QuietError: the file is there and cannot be read.
        """
        try:
            body = self.path.read_bytes()[:LARGEST]
        except FileNotFoundError:
            return Quiet()
        except OSError as error:
            raise QuietError(f"{self.path} cannot be read: {error.strerror}.") from error
        try:
            raw = json.loads(body)
            silences = tuple(_silence(one) for one in raw["silences"])
            return Quiet(silences, tuple(_maintenance(one) for one in raw["maintenance"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise QuietError(
                f"{self.path} is damaged, so nothing is silenced; remove it and silence anew."
            ) from error

    def change(self, changed: Callable[[Quiet], Quiet], now: Instant) -> Quiet:
        """Read, change and write in one go; what is written.

        Raises:
            QuietError: it cannot be read or written; nothing has changed.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), wait_s=LOCK_WAIT_S):
                after = _without_old(changed(self.read()), now)
                _put(self.path, after)
        except QuietError:
            raise
        except OSError as error:
            raise QuietError(f"{self.path} cannot be written: {error.strerror or error}.") from error
        return after


def new_id() -> str:
    """Short enough to be typed."""
    return uuid.uuid4().hex[:6]


def with_silence(silence: Silence) -> Callable[[Quiet], Quiet]:
    """Put it in, in place of one of the same finding."""

    def changed(quiet: Quiet) -> Quiet:
        same = (silence.group, silence.finding)
        others = [one for one in quiet.silences if (one.group, one.finding) != same]
        return Quiet((*others, silence), quiet.maintenance)

    return changed


def with_maintenance(maintenance: Maintenance) -> Callable[[Quiet], Quiet]:
    return lambda quiet: Quiet(quiet.silences, (*quiet.maintenance, maintenance))


def without(ids: frozenset[str]) -> Callable[[Quiet], Quiet]:
    """Take these out, silences and maintenance alike."""
    return lambda quiet: Quiet(
        tuple(one for one in quiet.silences if one.id not in ids),
        tuple(one for one in quiet.maintenance if one.id not in ids),
    )


def taking_out(ids: frozenset[str], ended: list[Silence | Maintenance]) -> Callable[[Quiet], Quiet]:
    """As ``without``; ``ended`` then holds what was still in: of several that end it, one finds it."""

    def changed(quiet: Quiet) -> Quiet:
        ended[:] = [one for one in quiet.silences if one.id in ids]
        ended.extend(one for one in quiet.maintenance if one.id in ids)
        return without(ids)(quiet)

    return changed


def renamed(before: str, after: str) -> Callable[[Quiet], Quiet]:
    """A group has another name from now on."""
    return lambda quiet: Quiet(
        tuple(replace(one, group=after) if one.group == before else one for one in quiet.silences),
        tuple(replace(one, group=after) if one.group == before else one for one in quiet.maintenance),
    )


def _without_old(quiet: Quiet, now: Instant) -> Quiet:
    return Quiet(
        tuple(one for one in quiet.silences if one.until > now - KEPT_S),
        tuple(one for one in quiet.maintenance if one.until > now - KEPT_S),
    )


def _silence(raw: dict[str, Any]) -> Silence:
    texts = {key: _text(raw[key]) for key in TEXTS}
    finding = None if raw["finding"] is None else _text(raw["finding"])
    made_at, until = (instant_read(raw[key]) for key in ("made_at", "until"))
    return Silence(finding=finding, made_at=made_at, until=until, **texts)


def _maintenance(raw: dict[str, Any]) -> Maintenance:
    texts = {key: _text(raw[key]) for key in TEXTS}
    made_at, from_at, until = (instant_read(raw[key]) for key in ("made_at", "from_at", "until"))
    return Maintenance(made_at=made_at, from_at=from_at, until=until, **texts)


def instant_read(value: object) -> Instant:
    """What a file has for an instant.

    Raises:
        TypeError: it is no number.
        ValueError: no calendar has that moment.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not 0 <= value <= FARTHEST_AT:
        raise ValueError("no moment")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _put(path: Path, quiet: Quiet) -> None:
    table = {
        "schema": 1,
        "silences": [asdict(one) for one in quiet.silences],
        "maintenance": [asdict(one) for one in quiet.maintenance],
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            json.dump(table, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
