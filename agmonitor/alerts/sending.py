"""One of several programs sends each alert: a window and a headless watch on the same folder do not both.

Each program claims its groups, by its doors. Of those that claim a group by a door, the one whose door worked
last comes first, then the one that began first; it sends, the others leave it to that one. Where it ends, is
killed or is stopped, or its door fails, the next one sends, and knows from the claims what was told last.
Where nothing can be written or read, this process sends. Better told twice than by nobody.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from agmonitor.alerts.claims import Claim, ClaimFiles, Told
from agmonitor.alerts.model import Alert
from agmonitor.alerts.settings import Doors
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace

DESKTOP = "desktop"
TOLD_MOST = 2000
A_MOMENT_S = 0.001
Rank = tuple[bool, int, Instant, str]


def door_names(doors: Doors, *, desktop: bool) -> dict[str, str]:
    """The doors that are set, each with what tells it from another one of its kind. Holds no address."""
    found = {DESKTOP: DESKTOP} if desktop and (doors.desktop or doors.sound) else {}
    if doors.command:
        found["command"] = _named("command", *doors.command)
    if doors.webhook is not None:
        found["webhook"] = _named("webhook", doors.webhook)
    return found


class Sender:
    """Whether this process sends. ``look`` and ``publish`` block, and run in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self._files = ClaimFiles(folder)
        self._mine: Claim | None = None  # as the others can read it
        self._running: tuple[Claim, ...] = ()  # the others that send
        self._words: dict[tuple[str, str], Told] = {}  # the last ones, by group and door
        self._failing: frozenset[str] = frozenset()
        self._since: Instant | None = None
        self._writing = threading.RLock()  # the words, and our claim

    @property
    def other(self) -> Claim | None:
        """Who sends by a door of ours what we would send; None: nobody does."""
        mine = self._mine
        if mine is None:
            return min(self._running, key=lambda one: one.since, default=None)
        before = [one for one in self._running if any(self._is_before(one, door) for door in mine.doors)]
        return min(before, key=lambda one: one.since, default=None)

    def look(self, groups: Iterable[str], doors: Iterable[str], now: Instant) -> None:
        """Renew what is claimed, and read what the others claim and have told.

        ``groups``: each by a word that two programs share only where they tell of it by the same limits.
        """
        self._since = now if self._since is None else self._since
        self._renew(tuple(sorted(groups)), tuple(sorted(doors)))
        running, silent = self._files.others(now)
        with self._writing:
            for one in (word for claim in (*running, *silent) for word in claim.told):
                self._learn(one)
        self._running = tuple(running)

    def covers(self, group: str, door: str) -> bool:
        """Whether another one sends it. What is about no group only one who judges all of ours must see."""
        mine, ours = self._mine, None
        if mine is not None and door in mine.doors and (not group or group in mine.groups):
            ours = self._rank(mine, door, group, failing=door in self._failing)
        return any(
            door in one.doors
            and (group in one.groups if group else set(mine.groups if mine else ()) <= set(one.groups))
            and (ours is None or self._rank(one, door, group) < ours)
            for one in self._running
        )

    def last_word(self, group: str, door: str) -> Told | None:
        """What was told last of it there, by whomever."""
        return self._words.get((group, door))

    def is_ours(self, word: Told) -> bool:
        return word.by == self._files.name

    def note(self, alert: Alert, door: str, now: Instant, *, sure: bool) -> None:
        """It is on its way there, or, ``sure``, it got out; the others read it after ``publish``."""
        with self._writing:
            before = self._words.get((alert.group, door))
            if before is not None and now <= before.noted_at:
                now = before.noted_at + A_MOMENT_S  # our clock was set back: it is the last word all the same
            kind, what, by = alert.kind.value, said_of(alert), self._files.name
            word = Told(alert.group, door, kind, what, alert.at, now, by=by, sure=sure)
            self._words[alert.group, door] = word

    def publish(self) -> None:
        """Let the others read what was noted. Blocks for as long as the disk does."""
        with self._writing:
            if self._mine is not None and self._mine.told != (told := self._kept()):
                self._write(replace(self._mine, told=told))

    def came_of(self, door: str, *, works: bool) -> None:
        """How that door did last."""
        self._failing = self._failing - {door} if works else self._failing | {door}

    def end(self) -> None:
        """Let another one take over, and know what was told."""
        with self._writing:
            self.publish()
            self._files.end()

    def _renew(self, groups: tuple[str, ...], doors: tuple[str, ...]) -> None:
        with self._writing:
            assert self._since is not None
            failing = tuple(sorted(self._failing & set(doors)))
            claim = Claim(
                self._files.name,
                os.getpid(),
                self._since,
                groups=groups,
                doors=doors,
                failing=failing,
                told=self._kept(),
            )
            if claim == self._mine:
                with contextlib.suppress(OSError):
                    self._files.renew()
                    return
            self._write(claim)

    def _write(self, claim: Claim) -> None:
        try:
            self._files.write(claim)
            self._mine = claim
        except OSError:  # then the others send as well: what was claimed before may hold no more
            self._mine = None

    def _kept(self) -> tuple[Told, ...]:
        words = sorted(self._words.values(), key=lambda one: (one.noted_at, one.group, one.door))[-TOLD_MOST:]
        return tuple(words)

    def _learn(self, word: Told) -> None:
        before = self._words.get((word.group, word.door))
        if before is None or word.noted_at > before.noted_at:
            self._words[word.group, word.door] = word

    def _is_before(self, one: Claim, door: str) -> bool:
        assert self._mine is not None
        ours = self._rank(self._mine, door, "x", failing=door in self._failing)
        return door in one.doors and self._rank(one, door, "x") < ours

    def _rank(self, claim: Claim, door: str, group: str, *, failing: bool | None = None) -> Rank:
        """The least sends. What is about no group is seen best by who judges most."""
        failing = door in claim.failing if failing is None else failing
        return failing, 0 if group else -len(claim.groups), claim.since, claim.name


def said_of(alert: Alert) -> str:
    """What tells one alert of a kind from another."""
    return " ".join(sorted(finding.name for finding in alert.findings))


def _named(kind: str, *texts: str) -> str:
    return f"{kind} {hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]}"
