"""What a node keeps over a restart: its settings, whether it is in a group, and with whom.

Written to the state file on each change, whole or not at all. Knows no roles: the host record says those.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agmonitor.lab.node.configuration import (
    ALL,
    RUNNING,
    Configuration,
    Value,
    configuration_of,
    merged,
)

_LOG = logging.getLogger("gateway.state")


@dataclass(frozen=True, slots=True)
class Kept:
    """One consistent picture of it."""

    configuration: Configuration
    member: bool = False
    peer: str | None = None
    revision: int = 0  # of the settings both nodes share; the higher one wins


class NotKeptError(Exception):
    """The file cannot be written: what was to be kept is as it was."""


class Membership:
    """Guards the picture and its file; any thread may ask or change."""

    def __init__(self, state_file: Path, preset: Configuration) -> None:
        self._file = state_file
        self._lock = threading.Lock()
        self._kept = self._load(preset)

    @property
    def now(self) -> Kept:
        return self._kept

    def save(self, sent: Mapping[str, Value]) -> None:
        """Keep settings of this node alone."""
        with self._lock:
            self._write(replace(self._kept, configuration=merged(self._kept.configuration, sent)))

    def change_shared(self, sent: Mapping[str, Value]) -> None:
        """Keep settings that the peer shall take over: a new revision."""
        with self._lock:
            configuration = merged(self._kept.configuration, sent)
            self._write(replace(self._kept, configuration=configuration, revision=self._kept.revision + 1))

    def shared(self) -> tuple[int, dict[str, Value]]:
        """The revision, and the settings that belong to it."""
        kept = self._kept
        return kept.revision, {name: kept.configuration[name] for name in RUNNING}

    def adopt(self, revision: int, settings: Mapping[str, Value], *, joining: bool = False) -> bool:
        """Take over the peer's settings if they are newer (always when joining); says whether it did."""
        with self._lock:
            if revision <= self._kept.revision and not joining:
                return False
            known = {name: value for name, value in settings.items() if name in RUNNING}
            configuration = merged(self._kept.configuration, known)
            self._write(replace(self._kept, configuration=configuration, revision=revision))
        return True

    def remember(self, *, member: bool, peer: str | None) -> None:
        """Keep who it is in the group. Where that fails it goes on; the next time is another try."""
        with self._lock:
            if (member, peer) == (self._kept.member, self._kept.peer):
                return
            try:
                self._write(replace(self._kept, member=member, peer=peer))
            except NotKeptError as error:
                _LOG.error("%s After a restart it will not know its group.", error)

    def _write(self, kept: Kept) -> None:
        document = {
            "configuration": dict(kept.configuration),
            "member": kept.member,
            "peer": kept.peer,
            "revision": kept.revision,
        }
        fresh = self._file.with_suffix(".new")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds the TSIG secret
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(document, file)
            fresh.replace(self._file)
        except OSError as error:
            reason = error.strerror or error
            raise NotKeptError(f"The node cannot keep its state in {self._file}: {reason}.") from error
        self._kept = kept

    def _load(self, preset: Configuration) -> Kept:
        try:
            document = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Kept(preset)
        saved = {name: value for name, value in document["configuration"].items() if name in ALL}
        return Kept(configuration_of(saved), document["member"], document["peer"], document["revision"])
