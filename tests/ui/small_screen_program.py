"""Run on a small screen: prints of every window and dialog whether it and its buttons are on that screen.

A line for each: its name, and what is wrong with it.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEventLoop, QPoint, QRect, QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from agmonitor.ui import theme
from agmonitor.ui.app import application
from agmonitor.ui.dialog import Dialog
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.style import style_sheet
from tests.ui.golden.dialogs import DIALOGS
from tests.ui.surfaces import SURFACES

FRAME_PX = 4  # that a dialog is given here


def outside(top: QWidget) -> list[str]:
    """What of it is off the screen, or below its own edge."""
    room = top.screen().availableGeometry().adjusted(-FRAME_PX, -FRAME_PX, FRAME_PX, FRAME_PX)
    wrong = [] if room.contains(top.geometry()) else [f"is {top.width()}x{top.height()}"]
    for button in top.findChildren(QPushButton):
        below = button.parentWidget() is top and not button.isHidden()
        place = QRect(button.mapTo(top, QPoint()), button.size())
        if below and not top.rect().contains(place):
            wrong.append(f"hides {button.text()}")
    return wrong


def settle() -> None:
    """A dialog finds its size after it was shown, in a turn of the loop of its own."""
    loop = QEventLoop()
    for _ in range(3):
        QTimer.singleShot(0, loop.quit)
        loop.exec()


def main() -> None:
    application().setStyleSheet(style_sheet(theme.palette()))
    for name, make in {**SURFACES, **DIALOGS}.items():
        top = make()
        if isinstance(top, Dialog | MainWindow):
            top.show()
            settle()
            sys.stdout.write(f"{name}: {', '.join(outside(top)) or 'fits'}\n")
            top.hide()


if __name__ == "__main__":
    main()
