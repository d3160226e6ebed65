"""A main window with a workspace behind it, on the running loop, until the block around it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from agmonitor.domain.findings import ledger
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge, Watching
from agmonitor.ui.desk import Desk
from agmonitor.ui.group_orders import DropGroup, GroupBook, SaveGroup
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.lab_session import LabSession, Pair
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.net import Net
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.whatif_session import Predictor

if TYPE_CHECKING:
    from agmonitor.ui.alerts_session import Alerts
    from agmonitor.ui.drill_session import LiveDrills


class WindowHost:
    """A furnished main window and what belongs to it. Made on the loop, after the first paint."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.closed = asyncio.Event()
        if not window.isVisible():
            self.closed.set()  # the person was quicker
        window.closing.connect(self.closed.set)
        self.net = Net(window.errors.tell)

    async def settled(self) -> None:
        """Wait until Qt has laid out what was asked for, so that a picture shows it."""
        for _ in range(2):  # the first turn posts what the second delivers
            turned = asyncio.Event()
            QTimer.singleShot(0, turned.set)
            await turned.wait()

    @asynccontextmanager
    async def open(
        self,
        workspace: Watching,
        *,
        make_lab: Callable[[], Pair] | None = None,
        save_group: SaveGroup | None = None,
        drop_group: DropGroup | None = None,
        book: GroupBook | None = None,
        predictor: Predictor | None = None,
        drills: LiveDrills | None = None,
        alerts: Alerts | None = None,
        start_lab: bool = False,
    ) -> AsyncIterator[Desk]:
        """Watch and show the workspace's groups inside the block; at its end everything has ended.

        A block may bring its own lab: then ``make_lab`` is left out.
        """
        desk = self._furnish(
            workspace, LabSession(make_lab), save_group, drop_group, book, predictor, drills, alerts
        )
        self.net.spread(asyncio.get_running_loop())
        failure: Exception | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(workspace.run(), name="workspace"),
                    tasks.create_task(desk.bridge.run(), name="bridge"),
                ]
                if alerts is not None:
                    running.append(tasks.create_task(alerts.run(), name="alerts"))
                if start_lab:
                    desk.bridge.submit(t("Could not open the lab"), desk.orders.open_lab)
                try:
                    yield desk
                except Exception as error:  # noqa: BLE001 - raised again below, as it is and not in a group
                    failure = error
                for task in running:
                    task.cancel()
        finally:
            desk.end()
            await desk.lab.close()
            self.window.hide()
            self.net.fold()
        if failure is not None:
            raise failure

    def _furnish(
        self,
        workspace: Watching,
        lab: LabSession,
        save: SaveGroup | None,
        drop: DropGroup | None,
        book: GroupBook | None,
        predictor: Predictor | None,
        drills: LiveDrills | None,
        alerts: Alerts | None,
    ) -> Desk:
        view = GroupView(ledger)
        view.put_axis(TimeView())
        self.window.put_group_view(view)
        return Desk(self.window, view, Bridge(workspace), lab, save, drop, predictor, drills, book, alerts)
