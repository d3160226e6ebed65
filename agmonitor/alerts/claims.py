"""What programs that alert on one folder tell each other: each writes a claim and reads those of the others.

A claim says what its program sends, and the last word that is known to have been told of each group by each
door, whoever told it. Beside it stands a lock, held for as long as the program lives. Decides nothing. All of
it blocks for as long as the disk does.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agmonitor.alerts.kept import instant_read
from agmonitor.domain.model import Instant
from agmonitor.file_lock import FileLock, is_held

FOLDER = "alert-senders"
LARGEST = 1_000_000
MOST = 100
"""Claims that are read; no account runs so many programs."""
STALE_LOOKS = 20
"""A claim seen unchanged so often running was not renewed: its program was stopped and sends nothing. Counted
in our own looks, one a second, so that neither a clock that is set nor our own sleep makes it stale."""
INHERITED_S = 240.0
"""So long what a program has told counts after its end; its files go then."""


@dataclass(frozen=True, slots=True)
class Told:
    """The last word of one group by one door, and which program told it.

    ``at``: when it was decided; ``noted_at``: when it was sent, by which words are ordered. Not ``sure``: it
    was on its way when this was written, so it may or may not have got out.
    """

    group: str
    door: str
    kind: str
    what: str
    at: Instant
    noted_at: Instant
    by: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What one program sends, and the last words it knows of. ``failing``: doors that did not work last."""

    name: str
    pid: int
    since: Instant
    groups: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


class ClaimFiles:
    """Ours, and those of the others."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._folder = folder / FOLDER
        self._lock: FileLock | None = None
        self._ended = False
        self._unchanged: dict[str, tuple[object, int]] = {}  # by name: its stamp, and our looks since

    def write(self, claim: Claim) -> None:
        """Put ours in place at once.

        Raises:
            OSError: it is not written; what was claimed before is taken back.
        """
        if self._ended:
            return
        file = self._folder / f"{self.name}.json"
        new = file.with_suffix(".new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = FileLock(file.with_suffix(".lock"))
            new.write_text(json.dumps(asdict(claim)), encoding="utf-8")
            new.replace(file)
        except OSError:
            for one in (new, file):
                with contextlib.suppress(OSError):
                    one.unlink(missing_ok=True)
            raise

    def renew(self) -> None:
        """Ours holds on.

        Raises:
            OSError: it is not there any more.
        """
        os.utime(self._folder / f"{self.name}.json")

    def others(self, now: Instant) -> tuple[list[Claim], list[Claim]]:
        """Those of programs that run and renew theirs, and those of all others that ended or were stopped."""
        running, silent = [], []
        for file in self._listed(".json"):
            if file.stem == self.name or (claim := _read(file)) is None:
                continue
            if not is_held(file.with_suffix(".lock")):
                if self._is_old(file, now):
                    _remove(file)
                else:
                    silent.append(claim)
            elif self._renewed(file):
                running.append(claim)
            else:
                silent.append(claim)
        for lock in self._listed(".lock"):  # left by who was killed before it could write
            if self._is_old(lock, now) and not lock.with_suffix(".json").exists() and not is_held(lock):
                _remove(lock)
        return running, silent

    def end(self) -> None:
        """We send nothing any more; our last words stay for whoever takes over."""
        self._ended = True
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _listed(self, suffix: str) -> list[Path]:
        try:
            return sorted(file for file in self._folder.iterdir() if file.suffix == suffix)[:MOST]
        except OSError:
            return []

    def _renewed(self, file: Path) -> bool:
        try:
            found = file.stat()
        except OSError:
            return False
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        before, looks = self._unchanged.get(file.stem, (None, 0))
        looks = looks + 1 if stamp == before else 0
        self._unchanged[file.stem] = (stamp, looks)
        return looks < STALE_LOOKS

    def _is_old(self, file: Path, now: Instant) -> bool:
        try:
            return abs(now - file.stat().st_mtime) > INHERITED_S
        except OSError:
            return False


def _remove(file: Path) -> None:
    for suffix in (".json", ".new", ".lock"):
        with contextlib.suppress(OSError):
            file.with_suffix(suffix).unlink(missing_ok=True)


def _read(file: Path) -> Claim | None:
    """A damaged claim claims nothing."""
    try:
        raw: dict[str, Any] = json.loads(file.read_bytes()[:LARGEST])
        told = tuple(map(_word, raw.pop("told")))
        groups, doors, failing = (tuple(map(str, raw.pop(key))) for key in ("groups", "doors", "failing"))
        pid, since, name = int(raw.pop("pid")), instant_read(raw.pop("since")), str(raw.pop("name"))
        claim = Claim(name, pid, since, groups=groups, doors=doors, failing=failing, told=told, **raw)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return claim if claim.name == file.stem else None


def _word(raw: dict[str, Any]) -> Told:
    group, door, kind, what, by = (str(raw[key]) for key in ("group", "door", "kind", "what", "by"))
    at, noted_at = instant_read(raw["at"]), instant_read(raw["noted_at"])
    return Told(group, door, kind, what, at, noted_at, by=by, sure=raw["sure"] is True)
