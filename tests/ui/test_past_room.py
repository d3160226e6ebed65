"""On a small screen a past moment takes no room from what it is looked at for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.ui import phrases
from agmonitor.ui.past_strip import PastStrip
from agmonitor.ui.style import style_sheet
from agmonitor.ui.theme import DARK
from tests.ui.golden.plays import BEGAN_AT
from tests.ui.golden.windows import WINDOWS, Window, shown

LAPTOP = QSize(1280, 708)  # less a panel of the desktop
LANES = 8
BROKEN_AT = BEGAN_AT + 100


@pytest.fixture
def past(qtbot: QtBot) -> Window:
    """A past moment of a group of which there is everything to be seen."""
    phrases.use_utc(True)
    window = WINDOWS["past"]()
    window.top.setStyleSheet(style_sheet(DARK))
    watched = window.view._watched
    assert watched is not None
    broken = Mark(BROKEN_AT, MarkKind.BROKEN, "", "kill gw-1", BROKEN_AT)
    healed = Mark(BROKEN_AT + 60, MarkKind.BROKEN, "", "", BROKEN_AT + 60)
    noted = Mark(BROKEN_AT + 30, MarkKind.NOTE, "anna", "Pulled the plug.", BROKEN_AT + 30)
    watched.take_marks([broken, noted, healed])
    window.view.show_earlier()
    shown(qtbot, window, LAPTOP)
    return window


def test_the_heartbeats_stay_in_sight_beside_every_lane(past: Window) -> None:
    layout = past.axis.picture().layout

    assert len(layout.lanes) == LANES
    assert not layout.heartbeat.folded


def test_which_moment_it_is_can_be_read_in_full(past: Window) -> None:
    strip = past.view.findChild(PastStrip)

    assert strip is not None
    words = strip.words
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()


def test_a_roomy_window_keeps_its_buttons(past: Window) -> None:
    header = past.view.header
    assert not header.picture.isVisible()

    past.top.resize(1600, 1000)

    assert header.picture.isVisible()
