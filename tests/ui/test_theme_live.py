"""Day and night change while the program runs: every window and dialog then looks as one made anew."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.ui import theme
from agmonitor.ui.style import qt_palette, style_sheet
from tests.ui.surfaces import SURFACES

LIMIT_MS = 10_000
TURNS = 3
DARK_BELOW, LIGHT_ABOVE = 64, 192
SEEN = 24  # of 255: less is a rounding of edges


def pixels(widget: QWidget) -> NDArray[np.int16]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(np.int16)


def shown(qtbot: QtBot, name: str) -> QWidget:
    made = SURFACES[name]()
    qtbot.addWidget(made)
    dress(made)
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def at_rest(qtbot: QtBot, made: QWidget) -> NDArray[np.int16]:
    """Its picture once it changes no more: dialogs grow to their texts after they are shown."""
    seen: list[NDArray[np.int16]] = []

    def unchanged() -> bool:
        seen.append(pixels(made))
        return len(seen) > TURNS and np.array_equal(seen[-1], seen[-2])

    qtbot.waitUntil(unchanged, timeout=LIMIT_MS)
    return seen[-1]


def dress(made: QWidget) -> None:
    """What a dialog has from its window."""
    QApplication.setPalette(qt_palette(theme.palette()))
    if isinstance(made, QDialog):
        made.setStyleSheet(style_sheet(theme.palette()))


@pytest.mark.parametrize("name", SURFACES)
def test_it_looks_as_if_made_in_the_other_light(qtbot: QtBot, name: str) -> None:
    QApplication.setCursorFlashTime(0)
    theme.use(theme.LIGHT)
    fresh = shown(qtbot, name)
    wanted = at_rest(qtbot, fresh)
    fresh.hide()
    theme.use(theme.DARK)
    live = shown(qtbot, name)
    by_night = at_rest(qtbot, live)
    theme.use(theme.LIGHT)
    dress(live)

    def alike() -> bool:
        now = pixels(live)
        return now.shape == wanted.shape and not (np.abs(now - wanted) > SEEN).any()

    qtbot.waitUntil(alike, timeout=LIMIT_MS)
    assert np.median(by_night) < DARK_BELOW
    assert np.median(wanted) > LIGHT_ABOVE
