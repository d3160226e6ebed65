"""Start and orderly end of everything Qt: application, loop, net; the shell first, heavy imports after it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from agmonitor.ui import theme
from agmonitor.ui.lab_session import LabSession
from agmonitor.ui.loop import WindowLoop
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.net import Net

if TYPE_CHECKING:
    from agmonitor.ui.bridge import Watching
    from agmonitor.ui.desk import Desk
    from agmonitor.ui.lab_session import Pair
    from agmonitor.ui.orders import SaveGroup

PAINT_LIMIT_S = 10.0
ENDED_BY_SIGNAL = 130


def application() -> QApplication:
    """The one application object, made on first use."""
    there = QApplication.instance()
    app = there if isinstance(there, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("agmonitor")
    app.setDesktopFileName("agmonitor")
    # Fusion looks the same on all platforms and follows the style sheet to the letter.
    app.setStyle("Fusion")
    # The main coroutine ends the loop, in its own time; a closed window only asks for it.
    app.setQuitOnLastWindowClosed(False)
    theme.follow_system()
    return app


def run_window(
    make_workspace: Callable[[], Awaitable[Watching]],
    *,
    start_lab: bool = False,
    make_lab: Callable[[], Pair] | None = None,
    save_group: SaveGroup | None = None,
) -> int:
    """The window until the person closes it, or SIGINT or SIGTERM comes; the exit code."""

    async def main() -> int:
        host = WindowHost()
        await host.show()
        workspace = await make_workspace()
        async with host.open(workspace, make_lab=make_lab, save_group=save_group, start_lab=start_lab):
            await host.closed.wait()
        return 0

    return _run(main())


def run_offscreen(main: Callable[[WindowHost], Awaitable[int]]) -> int:
    """Run a coroutine that opens the window without any display and takes its pictures; its result."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    async def whole() -> int:
        host = WindowHost()
        await host.show()
        return await main(host)

    return _run(whole())


class WindowHost:
    """A main window and what belongs to it. Made on the loop, before anything heavy is imported."""

    def __init__(self) -> None:
        self.window = MainWindow()
        self.closed = asyncio.Event()
        self._painted = asyncio.Event()
        self.window.closing.connect(self.closed.set)
        self.window.painted.connect(self._painted.set)
        self.net = Net(self.window.errors.tell)

    async def show(self) -> None:
        """Show the shell and wait until it is on the screen."""
        self.window.show()
        async with asyncio.timeout(PAINT_LIMIT_S):
            await self._painted.wait()

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
        start_lab: bool = False,
    ) -> AsyncIterator[Desk]:
        """Watch and show the workspace's groups inside the block; at its end everything has ended.

        A block may bring its own lab: then ``make_lab`` is left out.
        """
        desk = self._furnish(workspace, LabSession(make_lab), save_group)
        self.net.spread(asyncio.get_running_loop())
        failure: Exception | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(workspace.run(), name="workspace"),
                    tasks.create_task(desk.bridge.run(), name="bridge"),
                ]
                if start_lab:
                    desk.bridge.submit("open the lab", desk.orders.open_lab)
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

    def _furnish(self, workspace: Watching, lab: LabSession, save_group: SaveGroup | None) -> Desk:
        # The imports that cost: numpy, pyqtgraph and whatever the views bring. The shell is painted already.
        from agmonitor.domain.findings import ledger  # noqa: PLC0415 - see above
        from agmonitor.ui.bridge import Bridge  # noqa: PLC0415 - see above
        from agmonitor.ui.desk import Desk  # noqa: PLC0415 - see above
        from agmonitor.ui.group_view import GroupView  # noqa: PLC0415 - see above
        from agmonitor.ui.time_view import TimeView  # noqa: PLC0415 - see above

        view = GroupView(ledger)
        view.put_axis(TimeView())
        self.window.put_group_view(view)
        return Desk(self.window, view, Bridge(workspace), lab, save_group)


def _run(main: Coroutine[object, object, int]) -> int:
    app = application()
    with asyncio.Runner(loop_factory=lambda: WindowLoop(app)) as runner:
        return runner.run(_heeding_signals(main))


async def _heeding_signals(main: Coroutine[object, object, int]) -> int:
    """SIGINT and SIGTERM end the program as closing the window does: everything is left in order."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    heeded = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    for number in heeded:
        loop.add_signal_handler(number, task.cancel)
    try:
        return await main
    except asyncio.CancelledError:
        return ENDED_BY_SIGNAL
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
