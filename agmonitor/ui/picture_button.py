"""A small button with the picture of the window: pressed it copies, dragged it carries a PNG out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from agmonitor.texts import t
from agmonitor.ui.copying import Carried, carried, drag

WORD = t("Picture")


class PictureButton(QPushButton):
    """Emits ``clicked`` as any button; ``take`` is called for what is dragged.

    ``dragged`` follows when the pointer has let go of it.
    """

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(WORD, parent)
        self.setToolTip(t("Copy the window's picture (Ctrl+Shift+I), or drag it out as a PNG"))
        self._pressed_at: QPoint | None = None
        self.picture_of: Callable[[], QWidget | None] = self.window
        self.name_of: Callable[[], str] = lambda: "agmonitor"
        self.carry: Callable[[QWidget, Carried], object] = drag

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        away = self._pressed_at is not None and (
            (event.position().toPoint() - self._pressed_at).manhattanLength()
            >= QApplication.startDragDistance()
        )
        shown = self.picture_of() if away else None
        if shown is None:
            super().mouseMoveEvent(event)
            return
        self._pressed_at = None
        self.setDown(False)  # it is carried, not pressed
        with carried(shown, self.name_of()) as what:
            self.carry(self, what)
        self.dragged.emit()
