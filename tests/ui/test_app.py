"""Start, the net, and the orderly end, some of it in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTimer

from agmonitor.ui.app import application, let_qt_speak, run_offscreen, run_window
from agmonitor.ui.host import WindowHost
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace

ROOT = Path(__file__).parent.parent.parent

WINDOW = """
import asyncio, sys
from PySide6.QtCore import QTimer
from agmonitor.ui.app import run_window
from tests.ui import staged
from tests.ui.fake_workspace import FakeWorkspace

workspace = FakeWorkspace(staged.healthy())

async def make():
    print("making", flush=True)
    asyncio.get_running_loop().call_later(0.2, lambda: print("ready", flush=True))
    return workspace

code = run_window(make)
print("ended", workspace.ended, flush=True)
sys.exit(code)
"""


class MishapError(Exception):
    """Something a caller may raise inside the block."""


def test_closing_the_window_ends_everything(qapp: object) -> None:
    workspace = FakeWorkspace(staged.healthy())

    async def make() -> FakeWorkspace:
        def close() -> None:
            for window in qapp.topLevelWidgets():  # type: ignore[attr-defined]  # pytest-qt's QApplication
                window.close()

        QTimer.singleShot(50, close)
        return workspace

    assert run_window(make) == 0
    assert workspace.ended


def test_the_offscreen_coroutines_result_is_the_exit_code(qapp: object) -> None:
    async def main(host: WindowHost) -> int:
        async with host.open(FakeWorkspace(staged.healthy())):
            return 3

    assert run_offscreen(main) == 3


def test_what_the_block_raises_comes_out_as_it_is(run: Run) -> None:
    async def main() -> None:
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy())):
            raise MishapError

    with pytest.raises(MishapError):
        run(main())


def test_a_workspace_that_breaks_is_not_hidden(run: Run) -> None:
    class Broken(FakeWorkspace):
        async def run(self) -> None:
            raise MishapError

    async def main() -> None:
        host = shown_host()
        async with host.open(Broken(staged.healthy())):
            await host.closed.wait()

    with pytest.raises(ExceptionGroup) as caught:
        run(main())
    assert caught.group_contains(MishapError)


def test_an_exception_in_a_slot_is_logged_and_shown(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    def break_down() -> None:
        raise MishapError("a slot broke")

    async def main() -> str:
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy())):
            before = sys.excepthook
            QTimer.singleShot(0, break_down)
            while not host.window.errors.text:
                turn = asyncio.Event()
                QTimer.singleShot(5, turn.set)
                await turn.wait()
            assert sys.excepthook is before
        return host.window.errors.text

    with caplog.at_level(logging.ERROR):
        text = run(main())

    assert text == "Something went wrong in the window: a slot broke"
    assert "MishapError" in caplog.text


def test_qts_own_buttons_speak_the_language_of_our_texts(qapp: object) -> None:
    def cancel() -> str:
        return QCoreApplication.translate("QPlatformTheme", "Cancel")

    assert let_qt_speak(application(), "") is None
    assert let_qt_speak(application(), "xx") is None
    german = let_qt_speak(application(), "de")
    assert german is not None
    try:
        assert cancel() == "Abbrechen"
    finally:
        application().removeTranslator(german)
    assert cancel() == "Cancel"


def test_the_net_is_folded_afterwards(run: Run) -> None:
    before = sys.excepthook

    async def main() -> None:
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy())):
            assert sys.excepthook is not before

    run(main())

    assert sys.excepthook is before


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_window_in_order(number: signal.Signals, tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "AGMONITOR_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "ready":
                break
        child.send_signal(number)
        said, _ = child.communicate(timeout=20)

    assert said.strip() == "ended True"
    assert child.returncode == 130
