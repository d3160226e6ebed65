"""Start and orderly end of everything Qt. The shell is painted first; all else is imported after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from agmonitor import texts
from agmonitor.ui import theme
from agmonitor.ui.main_window import MainWindow

if TYPE_CHECKING:
    from agmonitor.ui.alerts_session import Alerts
    from agmonitor.ui.bridge import Watching
    from agmonitor.ui.drill_session import LiveDrills
    from agmonitor.ui.group_orders import DropGroup, GroupBook, SaveGroup
    from agmonitor.ui.host import WindowHost as WindowHost  # noqa: PLC0414 - callers annotate with it
    from agmonitor.ui.lab_session import Pair
    from agmonitor.ui.recording import PlaysBack
    from agmonitor.ui.whatif_session import Predictor

# What is left out here and in what is imported before the first paint: Qt's enums and the style as an object.
# Each costs the first paint some ten milliseconds when Python first touches it.
PAINT_LIMIT_MS = 5_000
ENDED_BY_SIGNAL = 130


class DisplayGoneError(OSError):
    """The display ended under the window; all was put in order."""


_painted_ahead: list[MainWindow] = []


def application() -> QApplication:
    """The one application object, made on first use."""
    there = QApplication.instance()
    # Fusion looks the same on all platforms and follows the style sheet to the letter.
    app = there if isinstance(there, QApplication) else QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("agmonitor")
    app.setDesktopFileName("agmonitor")
    # The main coroutine ends the loop, in its own time; a closed window only asks for it.
    app.setQuitOnLastWindowClosed(False)
    return app


def let_qt_speak(app: QApplication, language: str) -> QTranslator | None:
    """Qt's own texts, such as the buttons of its dialogs, in our language; None: it knows no other for it."""
    translator = QTranslator(app)
    where = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not language or not translator.load(QLocale(language), "qtbase", "_", where):
        return None
    app.installTranslator(translator)
    return translator


def paint_first() -> MainWindow:
    """An empty window, on the screen: the person sees that something comes while the rest is imported."""
    if _painted_ahead:
        return _painted_ahead.pop()
    app = application()
    window = MainWindow()
    window.painted.connect(app.exit)
    QTimer.singleShot(PAINT_LIMIT_MS, window, window.painted.emit)
    window.show()
    app.exec()
    window.painted.disconnect()
    return window


def paint_ahead() -> None:
    """Paint before even the command line is read; ``paint_first`` then finds it done."""
    _painted_ahead.append(paint_first())


def run_window(
    make_workspace: Callable[[], Awaitable[Watching]],
    *,
    start_lab: bool = False,
    make_lab: Callable[[], Pair] | None = None,
    save_group: SaveGroup | None = None,
    drop_group: DropGroup | None = None,
    book: GroupBook | None = None,
    predictor: Predictor | None = None,
    drills: LiveDrills | None = None,
    make_alerts: Callable[[Any], Alerts] | None = None,
    window: MainWindow | None = None,
    at: str | None = None,
) -> int:
    """The window until the person closes it, or a signal ends it; the exit code. ``at``: where to begin."""

    async def main(host: WindowHost) -> int:
        workspace = await make_workspace()
        async with host.open(
            workspace,
            make_lab=make_lab,
            save_group=save_group,
            drop_group=drop_group,
            book=book,
            predictor=predictor,
            drills=drills,
            alerts=make_alerts(workspace) if make_alerts is not None else None,
            start_lab=start_lab,
        ) as desk:
            if at is not None:
                desk.past.go(at)
            await host.closed.wait()
        return 0

    return _run(main, window)


def run_recording(recording: PlaysBack, window: MainWindow | None = None, *, at: float | None = None) -> int:
    """The window on a recording until the person closes it; the exit code. ``at``: where to begin."""

    async def main(host: WindowHost) -> int:
        from agmonitor.ui.recording import RecordingSession  # noqa: PLC0415 - after the first paint

        async with host.open(recording) as desk:
            session = RecordingSession(desk, recording, at)
            await host.closed.wait()
            session.deleteLater()
        return 0

    return _run(main, window)


def run_offscreen(main: Callable[[WindowHost], Awaitable[int]], *, platform: str = "offscreen") -> int:
    """Run a coroutine that opens the window without any display and takes its pictures; its result.

    ``platform``: another of Qt's, for a display that nobody sees.
    """
    os.environ["QT_QPA_PLATFORM"] = platform
    return _run(main, None)


def _run(main: Callable[[WindowHost], Awaitable[int]], painted: MainWindow | None) -> int:
    window = painted or paint_first()
    theme.follow_system()
    let_qt_speak(application(), texts.language())
    import asyncio  # noqa: PLC0415 - from here on everything that takes time to import

    from agmonitor.ui.furnish import furnish  # noqa: PLC0415 - see above
    from agmonitor.ui.loop import WindowLoop  # noqa: PLC0415 - see above

    furnish(window)

    async def whole() -> int:
        from agmonitor.ui.host import WindowHost  # noqa: PLC0415 - the furnished shell is painted meanwhile

        return await main(WindowHost(window))

    with asyncio.Runner(loop_factory=lambda: WindowLoop(application())) as runner:
        return runner.run(_heeding_signals(whole()))


async def _heeding_signals(main: Coroutine[object, object, int]) -> int:
    """SIGINT, SIGTERM or a closed terminal end the program as a closed window does: all is left in order.

    Raises:
        DisplayGoneError: so did a display that is gone.
    """
    import asyncio  # noqa: PLC0415 - see above
    import signal  # noqa: PLC0415 - see above

    from agmonitor.ui.loop import WindowLoop  # noqa: PLC0415 - see above

    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    asked = gone = False

    def end() -> None:
        nonlocal asked
        if not asked:  # a second signal, from an impatient hand, must not cut short what puts things in order
            asked = True
            task.cancel()

    def lose_display() -> None:
        nonlocal gone
        gone = True
        end()

    assert isinstance(loop, WindowLoop)
    loop.when_gone(lose_display)
    wanted = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN]  # as under nohup
    for number in heeded:
        loop.add_signal_handler(number, end)
    try:
        return await main
    except asyncio.CancelledError:
        if gone:
            raise DisplayGoneError(
                "the display has ended the window; what was recorded is kept. Start it again on a display "
                "that is there, or look from here with: agmonitor status, agmonitor watch."
            ) from None
        return ENDED_BY_SIGNAL
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
