"""Sees when a widget is painted; imports nothing that the window's start would not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class PaintWatch(QObject):
    """Calls ``seen`` at each paint of a widget; ``afterwards``: once that paint is on the screen."""

    def __init__(self, widget: QWidget, seen: Callable[[], None], *, afterwards: bool = False) -> None:
        super().__init__(widget)
        self.seen, self.afterwards = seen, afterwards
        self.looking = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint and not self.looking:
            if self.afterwards:
                QTimer.singleShot(0, self.look)
            else:
                self.look()
        return False

    def look(self) -> None:
        self.looking = True  # taking a picture paints as well
        self.seen()
        self.looking = False
