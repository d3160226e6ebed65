"""The shapes that say a state beside its colour: square critical, triangle warning, ring unknown, …."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.domain.model import Severity
from agmonitor.ui import theme
from agmonitor.ui.phrases import SEVERITY_WORDS


def framed(colour: str, *, dashed: bool) -> QPen:
    """The pen of a card's frame; dashed, and in a colour that shows it, where a past moment is shown."""
    if not dashed:
        return QPen(QColor(colour), 1.2)
    plain = colour == theme.palette().panel_border
    return QPen(QColor(theme.palette().accent if plain else colour), 1.4, Qt.PenStyle.DashLine)


def paint_mark(painter: QPainter, area: QRectF, severity: Severity, colour: str) -> None:
    """The severity's shape, filling ``area``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    side = min(area.width(), area.height())
    box = QRectF(0, 0, side, side)
    box.moveCenter(area.center())
    if severity is Severity.CRITICAL:
        inset = side * 0.06
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), side * 0.1, side * 0.1)
    elif severity is Severity.WARNING:
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(box.center().x(), box.top()),
                    QPointF(box.right(), box.bottom() - side * 0.06),
                    QPointF(box.left(), box.bottom() - side * 0.06),
                ]
            )
        )
    elif severity is Severity.UNKNOWN:
        width = max(1.5, side * 0.18)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), width))
        inset = width / 2 + side * 0.04
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
    elif severity is Severity.NOTICE:
        middle = box.center()
        reach = side * 0.42
        painter.drawPolygon(
            QPolygonF(
                [
                    middle + QPointF(0, -reach),
                    middle + QPointF(reach, 0),
                    middle + QPointF(0, reach),
                    middle + QPointF(-reach, 0),
                ]
            )
        )
    else:
        inset = side * 0.04
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
    painter.restore()


def mark_icon(severity: Severity, colour: str) -> QIcon:
    """The shape as an icon for tables and tabs."""
    return QIcon(QPixmap.fromImage(_image(severity, colour)))


@functools.lru_cache(maxsize=64)
def _image(severity: Severity, colour: str) -> QImage:
    # Images, unlike pixmaps, may outlive the application object.
    image = QImage(32, 32, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_mark(painter, QRectF(2, 2, 28, 28), severity, colour)
    painter.end()
    image.setDevicePixelRatio(2)
    return image


class Mark(QWidget):
    """One shape, of a fixed size, repainted when its severity or the theme changes."""

    accessible_role = "Graphic"

    def __init__(self, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = Severity.UNKNOWN
        self.setAccessibleName(SEVERITY_WORDS[self._severity])
        self._size_px = size_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_severity(self, severity: Severity) -> None:
        """Take another shape."""
        if severity is not self._severity:
            self._severity = severity
            self.setAccessibleName(SEVERITY_WORDS[severity])
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size_px, self._size_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), self._severity, theme.severity_colour(self._severity))
        painter.end()
