"""Alerting with a hand on its clock and its rests, and two nodes that break down and recover."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agmonitor.alerts.alerting import Alerting
from agmonitor.alerts.kept import QuietFile
from agmonitor.alerts.model import Alert
from agmonitor.alerts.settings import AlertSettings, Doors, Thresholds
from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from tests.builders import T, failed, fold, healthy_round, heard, initial

LONG_S = 60.0


class Stage:
    """Alerting with a hand on its rests: each ``turn`` lets it look at its file once."""

    def __init__(
        self,
        folder: Path,
        doors: Doors = Doors(),  # noqa: B008 - frozen
        limits: Thresholds = Thresholds(),  # noqa: B008 - frozen
    ) -> None:
        self.now = T
        self._rested = asyncio.Semaphore(0)
        self._resting = asyncio.Semaphore(0)
        self.alerting = Alerting(
            AlertSettings(limits, doors=doors),
            QuietFile(folder / "quiet.json"),
            lambda: self.now,
            self._rest,
            desktop=True,
        )
        self.heard: list[str] = []
        self.changes = 0
        self.changed = asyncio.Event()
        self.why_not = ""  # what the desktop says to an alert
        self.alerting.hear(self._on_alert, self._on_changed)
        self.state: GroupState = fold(initial(), *healthy_round())

    def _on_alert(self, alert: Alert) -> None:
        if not self.why_not:
            self.heard.append(alert.kind.value)
        self.alerting.shown(alert, self.why_not)

    def _on_changed(self) -> None:
        self.changes += 1
        self.changed.set()

    async def _rest(self, _seconds: float) -> None:
        self._resting.release()
        await self._rested.acquire()

    async def turn(self) -> None:
        """One more look at the file, to its end."""
        self._rested.release()
        await self._resting.acquire()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.timeout(LONG_S), asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.alerting.run())
            await self._resting.acquire()
            yield
            task.cancel()

    def take(self, *items: Input) -> None:
        for item in items:
            self.state = fold(self.state, item)
            self.now = self.state.now
            self.alerting.take(self.state)

    def break_down(self) -> None:
        """Both nodes refuse, for as many rounds as it takes."""
        start = self.state.now
        for second in range(2, 12, 2):
            self.take(*(failed(node, Answer.REFUSED, at=start + second) for node in ("gw-1", "gw-2")))

    def recover(self) -> None:
        start = self.state.now
        for second in range(2, 12, 2):
            at = start + second
            self.take(heard("gw-1", Role.PRIMARY, at), heard("gw-2", Role.SECONDARY, at))
