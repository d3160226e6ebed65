"""Thousands of repaints and resizes: no crash, no growth, and None keeps its references."""

from __future__ import annotations

import gc
import random
import sys
import tracemalloc

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from agmonitor.domain.findings import ledger
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui import theme
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.fake_workspace import seen

STATES = (
    staged.healthy,
    staged.primary_silent,
    staged.no_standby,
    staged.two_primaries,
    staged.sign_in_refused,
)


def test_none_keeps_its_references_over_qt_timers(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on CPython 3.11 loses one at each void return, and crashes when none is left."""
    owner = QObject()
    gc.collect()
    before = sys.getrefcount(None)

    for _ in range(200):
        owner.killTimer(owner.startTimer(1000))

    assert sys.getrefcount(None) >= before - 20


class Show:
    """A window on one group, driven frame by frame."""

    def __init__(self, qtbot: QtBot) -> None:
        self.dice = random.Random(3)  # noqa: S311 - a repeatable course, no secret
        self.window = furnish(MainWindow())
        qtbot.addWidget(self.window)
        self.view = GroupView(ledger)
        self.view.put_axis(TimeView())
        self.window.put_group_view(self.view)
        self.window.show()
        self.window.show_view(self.view)
        self.watched = Watched(staged.healthy())
        self.view.show_group(self.watched, staged.NOW)
        self.now = staged.NOW

    def frame(self, number: int) -> None:
        self.now += 0.5
        state = self.dice.choice(STATES)()
        change = GroupChange(state.settings.name, seen(state), state, ())
        self.watched.take(change)
        self.view.take(change, self.now)
        self.view.refresh(self.now)
        if number % 3 == 0:
            self.window.resize(self.dice.randrange(1024, 2000), self.dice.randrange(640, 1200))
        if number % 25 == 0:
            theme.use(theme.LIGHT if theme.palette() is theme.DARK else theme.DARK)
            self.view.tabs.open(number // 25 % 4)
        self.window.grab()


def soak(show: Show, frames: int) -> float:
    """Bytes a frame that stay, after a warm-up as long as the measured part."""
    for number in range(frames):
        show.frame(number)
    gc.collect()
    tracemalloc.start()
    begun, _ = tracemalloc.get_traced_memory()
    for number in range(frames):
        show.frame(number)
    gc.collect()
    ended, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (ended - begun) / frames


def test_repaints_with_resizing_neither_crash_nor_grow(qtbot: QtBot) -> None:
    before = sys.getrefcount(None)

    growth = soak(Show(qtbot), 40)

    assert growth < 20_000  # the history keeps what it is fed; widgets and pictures must not stay
    assert sys.getrefcount(None) > before - 500


@pytest.mark.long
def test_thousands_of_repaints_neither_crash_nor_grow(qtbot: QtBot) -> None:
    before = sys.getrefcount(None)

    growth = soak(Show(qtbot), 2000)

    assert growth < 3_000
    assert sys.getrefcount(None) > before - 500
