"""What the tests of the window share: the dark theme, and a coroutine run on the window's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from agmonitor.ui import phrases, theme
from agmonitor.ui.furnish import furnish
from agmonitor.ui.host import WindowHost
from agmonitor.ui.loop import WindowLoop
from agmonitor.ui.main_window import MainWindow

LIMIT_S = 30.0
Run = Callable[..., Any]


def shown_host() -> WindowHost:
    """A window on the screen, to be opened on a workspace; called on the loop."""
    window = furnish(MainWindow())
    window.show()
    return WindowHost(window)


@pytest.fixture(autouse=True)
def _dark() -> Iterator[None]:
    theme.use(theme.DARK)
    yield
    theme.use(theme.DARK)
    phrases.use_utc(False)


@pytest.fixture
def run(qapp: QApplication) -> Run:
    """Run one coroutine on a fresh loop, with a time limit."""

    def on_loop(main: Coroutine[Any, Any, Any], limit_s: float = LIMIT_S) -> Any:
        with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
            return runner.run(asyncio.wait_for(main, limit_s))

    return on_loop


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is painted from now on, in its order."""
    texts: list[str] = []
    draw = QPainter.drawText

    def note(self: QPainter, *told: Any) -> Any:
        texts.extend(one for one in told if isinstance(one, str))
        return draw(self, *told)

    monkeypatch.setattr(QPainter, "drawText", note)
    return texts
