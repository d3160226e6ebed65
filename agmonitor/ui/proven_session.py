"""Keeps the window's word on when a failover of the shown group was last proven.

Asks when a group is shown and after each of its episodes; counts the days on by itself. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agmonitor.domain.events import EventKind
from agmonitor.domain.model import Instant
from agmonitor.monitor.ports import GroupChange, TellsResolved
from agmonitor.report.failover import proven_words
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_view import GroupView


class ProvenSession(QObject):
    """Lives as long as the desk."""

    def __init__(self, view: GroupView, bridge: Bridge, note: Callable[[str], None]) -> None:
        """``note``: where it is told that the outcome of another program's order has become known."""
        super().__init__(view)
        self._note = note
        if isinstance(bridge.workspace, TellsResolved):
            bridge.workspace.tell_resolved_to(self._on_resolved)
        self._view, self._bridge = view, bridge
        self._group: str | None = None  # what is known is of that one
        self._at: Instant | None = None
        self._shown = ""

    def show_group(self, name: str) -> None:
        """Ask for that group; until it is told nothing stands there."""
        self._group, self._shown = None, ""
        self._view.tabs.show_proven("")
        self._ask(name)

    def take(self, change: GroupChange) -> None:
        """An episode that ended may have been a failover."""
        ended = any(event.kind is EventKind.EPISODE_ENDED for event in change.events)
        if ended and change.group == self._view.group:
            self._ask(change.group)

    def refresh(self) -> None:
        """Days go by."""
        if self._group is None or self._group != self._view.group:
            return
        words = proven_words(self._at, self._bridge.now())
        if words != self._shown:
            self._shown = words
            self._view.header.show_proven(words)
            self._view.tabs.show_proven(words)

    def _on_resolved(self, name: str, sentence: str) -> None:
        self._note(t("Failover of {name}: {sentence}", name=name, sentence=sentence))
        if name == self._view.group:
            self._ask(name)

    def _ask(self, name: str) -> None:
        self._bridge.submit(
            t("Could not read when a failover of {group} was last proven", group=name),
            lambda: self._read(name),
        )

    async def _read(self, name: str) -> None:
        if name not in self._bridge.workspace.groups:
            return
        at = await self._bridge.workspace.proven_at(name)
        if name == self._view.group:
            self._group, self._at = name, at
            self.refresh()
