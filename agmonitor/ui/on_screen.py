"""No window larger than its screen, nor beside it. What then has no room is the window's own matter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

TITLE_BAR_PX = 32  # kept free for the window manager, whose frame is not known before it is drawn


def room_for(window: QWidget) -> QSize:
    """What its screen has for it beside the screen's bars and the window's title, in logical pixels."""
    room = window.screen().availableGeometry()
    return QSize(room.width(), room.height() - TITLE_BAR_PX)


def keep_on_screen(window: QWidget) -> None:
    """No larger than the room there is, its least size apart, and wholly within it."""
    room = window.screen().availableGeometry()
    size = window.size().boundedTo(room_for(window)).expandedTo(window.minimumSize())
    window.resize(size)
    if not room.contains(window.geometry()):
        left = max(room.left(), min(window.x(), room.right() + 1 - size.width()))
        top = max(room.top(), min(window.y(), room.bottom() + 1 - size.height() - TITLE_BAR_PX))
        window.move(QPoint(left, top))
