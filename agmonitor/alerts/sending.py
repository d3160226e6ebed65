"""One of several programs sends each alert: a window and a headless watch on the same folder do not both.

Whoever holds the lock sends what it claims: its groups, by its doors. What it does not claim the others send
themselves, and where it ends, is killed or is stopped, another takes over with what it may have left untold.
Better told twice than by nobody.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agmonitor.alerts.kept import instant_read
from agmonitor.alerts.model import Alert, AlertKind
from agmonitor.alerts.settings import Doors
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace
from agmonitor.file_lock import FileLock, HeldElsewhereError

DESKTOP = "desktop"
LARGEST = 1_000_000
STALE_S = 20.0
"""A holder that has not renewed its claim for so long was stopped, and claims nothing."""
UNTOLD_S = 120.0
"""Two programs that look at one group decide the same within this; older alerts were the other's to send."""
TOLD_MOST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One alert that got out by one door."""

    group: str
    door: str
    kind: str
    what: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Claim:
    """What one program sends, and what it has sent of late."""

    pid: int
    since: Instant
    groups: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


def door_names(doors: Doors, *, desktop: bool) -> dict[str, str]:
    """The doors that are set, each with what tells it from another one of its kind. Holds no address."""
    found = {DESKTOP: DESKTOP} if desktop and (doors.desktop or doors.sound) else {}
    if doors.command:
        found["command"] = _named("command", *doors.command)
    if doors.webhook is not None:
        found["webhook"] = _named("webhook", doors.webhook)
    return found


class Sender:
    """Whether this process sends. ``look`` blocks for as long as the disk does; the rest does not."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = folder / "alerts-sender.lock"
        self._claim_file = folder / "alerts-sender.json"
        self._lock: FileLock | None = None
        self._mine: Claim | None = None  # as it was written last
        self._before: tuple[Told, ...] = ()  # by whom this one took over from
        self._groups: frozenset[str] = frozenset()  # that this process judges
        self._writing = threading.RLock()  # ``look`` runs in a thread of its own
        self.other: Claim | None = None

    def look(self, groups: Iterable[str], doors: Iterable[str], now: Instant) -> bool:
        """Take the lock if it is free, renew what is claimed, or read what the holder claims.

        Whether it was taken just now. Where nothing can be locked or written, this process sends.
        ``groups``: each by a word that two programs share only where they tell of it by the same limits.
        """
        taken, self._groups = False, frozenset(groups)
        if self._lock is None:
            try:
                self._lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lock = FileLock(self._lock_file)
            except HeldElsewhereError:
                self._heed_holder(now)
                return False
            except OSError:
                self.other = None
                return False
            before = self._parsed()
            self._before = before.told if before is not None else ()
            self._mine, self.other, taken = Claim(os.getpid(), now, told=self._before), None, True
        self._renew(tuple(sorted(self._groups)), tuple(sorted(doors)))
        return taken

    def covers(self, group: str, door: str) -> bool:
        """Whether the other one sends it. What is about no group only one who judges all of ours must see."""
        other = self.other
        if other is None or door not in other.doors:
            return False
        return group in other.groups if group else self._groups <= set(other.groups)

    def was_told(self, alert: Alert, door: str) -> bool:
        """Whether who sent before has told that, of an alert that was kept back; asked in their order.

        Each word of theirs stands for one alert: the same thing may come, go and come again.
        """
        place = next((place for place, one in enumerate(self._before) if _same(one, alert, door)), None)
        if place is None:
            return False
        self._before = self._before[:place] + self._before[place + 1 :]
        return True

    def was_last_word(self, alert: Alert, door: str) -> bool:
        """Whether it is just what who sent before has told last, of an alert that is new here."""
        if alert.kind is AlertKind.TEST or self._lock is None:
            return False
        words = [one for one in self._before if (one.group, one.door) == (alert.group, door)]
        return bool(words) and _same(words[-1], alert, door)

    def note(self, alert: Alert, door: str) -> None:
        """It got out."""
        self._before = tuple(
            one for one in self._before if (one.group, one.door) != (alert.group, door)
        )  # from now on it is our own word that counts
        with self._writing:
            if self._mine is None:
                return
            one = Told(alert.group, door, alert.kind.value, _what(alert), alert.at)
            self._write(replace(self._mine, told=(*self._mine.told, one)[-TOLD_MOST:]))

    def end(self) -> None:
        """Let another one take over."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _renew(self, groups: tuple[str, ...], doors: tuple[str, ...]) -> None:
        with self._writing:
            mine = self._mine
            assert mine is not None
            if (mine.groups, mine.doors) != (groups, doors) or not self._claim_file.exists():
                self._write(replace(mine, groups=groups, doors=doors))
                return
        with contextlib.suppress(OSError):
            os.utime(self._claim_file)

    def _write(self, claim: Claim) -> None:
        self._mine = claim
        new = self._claim_file.with_suffix(".new")
        try:
            new.write_text(json.dumps(asdict(claim)), encoding="utf-8")
            new.replace(self._claim_file)
        except OSError:  # then the others send as well: what was claimed before may hold no more
            with contextlib.suppress(OSError):
                self._claim_file.unlink()

    def _heed_holder(self, now: Instant) -> None:
        """Go by what it claims, while it renews that."""
        claim = self._parsed()
        try:
            stale = abs(now - self._claim_file.stat().st_mtime) > STALE_S
        except OSError:
            stale = True
        self.other = None if stale else claim
        self._before = claim.told if claim is not None else ()

    def _parsed(self) -> Claim | None:
        try:
            raw: dict[str, Any] = json.loads(self._claim_file.read_bytes()[:LARGEST])
            told = tuple(Told(**{**one, "at": instant_read(one["at"])}) for one in raw.pop("told"))
            groups, doors = (tuple(map(str, raw.pop(key))) for key in ("groups", "doors"))
            pid, since = int(raw.pop("pid")), instant_read(raw.pop("since"))
            return Claim(pid, since, groups=groups, doors=doors, told=told, **raw)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _same(told: Told, alert: Alert, door: str) -> bool:
    ours = (alert.group, door, alert.kind.value, _what(alert))
    return (told.group, told.door, told.kind, told.what) == ours and abs(told.at - alert.at) <= UNTOLD_S


def _what(alert: Alert) -> str:
    return " ".join(sorted(finding.name for finding in alert.findings))


def _named(kind: str, *texts: str) -> str:
    return f"{kind} {hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]}"
