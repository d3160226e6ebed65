"""Alerting behind the window: what a person silences or plans is noted in the history, settings are saved."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agmonitor.alerts.alerting import Alerting
from agmonitor.alerts.model import Maintenance, Silence
from agmonitor.alerts.notifications import Note, Notifications
from agmonitor.alerts.ordering import end_of, note_of
from agmonitor.alerts.settings import AlertSettings
from agmonitor.cli import wiring
from agmonitor.cli.alerting import quiet_file
from agmonitor.config.put_away import PutAway
from agmonitor.config.settings import ConfigError
from agmonitor.domain.model import Instant
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.ports import GroupChange

if TYPE_CHECKING:
    from agmonitor.monitor.workspace import Workspace


class WindowAlerts(Alerting):
    """Fed by the workspace from its making on."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            wiring.load_config().alerts, quiet_file(), workspace.now, SystemClock().sleep, desktop=True
        )
        self._workspace = workspace
        self.away = PutAway(wiring.places().data)
        self._notifications = Notifications(self._on_chosen)
        self._clicked: Callable[[str, str], None] = lambda _subject, _action: None
        workspace.subscribe(self._on_change)

    @property
    def who(self) -> str:
        return wiring.who()

    def hear_clicks(self, chosen: Callable[[str, str], None]) -> None:
        self._clicked = chosen

    async def notify(self, note: Note) -> None:
        await self._notifications.show(note)

    async def probe_notifications(self) -> None:
        await self._notifications.probe()

    async def run(self) -> None:
        """Deliver, heed the file, and hear what is clicked, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._notifications.run(), name="notifications")
            await super().run()

    def _on_chosen(self, subject: str, action: str) -> None:
        self._clicked(subject, action)

    def _on_change(self, change: GroupChange) -> None:
        self.take(change.state)

    def forget(self, group: str) -> None:
        """Removed or renamed: what holds for groups may stand elsewhere in the settings now."""
        super().forget(group)
        with contextlib.suppress(ConfigError):  # said where somebody saves
            self.use(wiring.load_settings().alerts)

    async def keep_silent(self, group: str, finding: str | None, until: Instant, reason: str) -> Silence:
        """Silence it in this account's name."""
        one = await self.silence(group, finding, until, self.who, reason)
        await self._note(one, one.made_at)
        return one

    async def plan(self, group: str, from_at: Instant, until: Instant, reason: str) -> Maintenance:
        """Maintenance in this account's name."""
        one = await self.maintain(group, from_at, until, self.who, reason)
        await self._note(one, one.from_at)
        return one

    async def over(self, ended: Sequence[Silence | Maintenance]) -> None:
        """By a person, or because all is well again: the history is told either way."""
        for one in ended:
            await self._pin(one.group, self._workspace.now(), end_of(one))

    async def keep_settings(self, settings: AlertSettings) -> None:
        """Save them, and go by them.

        Raises:
            OSError: they could not be saved.
        """
        try:
            kept = await asyncio.to_thread(_save, self.settings, settings)
        except ConfigError as error:
            raise OSError(str(error)) from error
        self.use(kept)

    async def _note(self, one: Silence | Maintenance, at: Instant) -> None:
        """In the history, where there is one; it is silenced all the same."""
        moment = dt.datetime.fromtimestamp(one.until, dt.UTC).astimezone()
        await self._pin(one.group, at, note_of(one, f"{moment:%Y-%m-%d %H:%M %Z}"))

    async def _pin(self, group: str, at: Instant, text: str) -> None:
        with contextlib.suppress(OSError, KeyError):
            await self._workspace.note(group, at, text)


def _save(before: AlertSettings, after: AlertSettings) -> AlertSettings:
    """Only what was changed here; the rest stays as it stands in the file, whoever wrote it."""
    config = wiring.load_settings()
    kept = before.applied(after, config.alerts)
    wiring.save_settings(replace(config, alerts=kept))
    return kept
