"""The program's symbol, drawn: two nodes, the heartbeat between them. Also the window's icon."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from agmonitor.ui.theme import DARK, Palette

SIZES = (16, 24, 32, 48, 64, 128, 256)
# The heartbeat's course in hundredths of the symbol's side.
_BEAT = ((8, 62), (30, 62), (38, 44), (50, 82), (60, 54), (66, 62), (92, 62))


def paint_symbol(painter: QPainter, area: QRectF, colours: Palette) -> None:
    """Fill ``area`` with the symbol."""
    side = min(area.width(), area.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(side / 100, side / 100)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.panel))
    painter.drawRoundedRect(QRectF(0, 0, 100, 100), 22, 22)
    painter.setBrush(QColor(colours.primary))
    painter.drawRoundedRect(QRectF(14, 16, 30, 18), 5, 5)
    painter.setBrush(QColor(colours.secondary))
    painter.drawRoundedRect(QRectF(56, 16, 30, 18), 5, 5)
    pen = QPen(QColor(colours.text), 6)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in _BEAT]))
    painter.restore()


def window_icon() -> QIcon:
    """The symbol in every size a desktop asks for."""
    icon = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_symbol(painter, QRectF(0, 0, size, size), DARK)
        painter.end()
        icon.addPixmap(pixmap)
    return icon
