"""What lies over the finished picture of the time view: cross-hair, chosen moment, where the keyboard is.

Painted anew with every move of the pointer, so nothing here may cost what the picture itself costs.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from agmonitor.domain.model import Instant
from agmonitor.ui import theme
from agmonitor.ui.axis import FONT_PX, Zone
from agmonitor.ui.time_picture import Picture, axis_ticks

MOMENT_PX = 2.0
FLAG_HEIGHT_PX = 15.0
FLAG_PX = 11


def crosshair_place(picture: Picture, pointer: QPointF | None, moment_at: Instant | None) -> QPointF | None:
    """Where the pointer is, else at the chosen moment, as far as that is on screen."""
    scale = picture.scale
    if pointer is not None and picture.holds(pointer):
        return pointer
    if moment_at is not None and scale.begin_at <= moment_at <= scale.end_at:
        return QPointF(scale.x(moment_at), picture.layout.heartbeat.plot.center().y())
    return None


def paint_moment(painter: QPainter, picture: Picture, at: Instant, zone: Zone) -> None:
    """The chosen moment: a full line through every panel, its time on a flag in the axis."""
    scale, layout = picture.scale, picture.layout
    if not scale.begin_at <= at <= scale.end_at:
        return
    colours = theme.palette()
    x = round(scale.x(at)) + 0.5
    painter.setPen(QPen(QColor(colours.accent), MOMENT_PX))
    painter.drawLine(QLineF(x, layout.roles.plot.top() - 4, x, layout.axis.top()))
    words = zone.stamp(at)
    painter.setFont(theme.font(FLAG_PX, bold=True))
    width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 12
    left = min(max(x - width / 2, layout.axis.left()), layout.axis.right() - width)
    flag = QRectF(left, layout.axis.center().y() - FLAG_HEIGHT_PX / 2, width, FLAG_HEIGHT_PX)
    for label in labels_touched(picture, zone, flag):
        painter.fillRect(label, QColor(colours.panel))
    painter.fillRect(flag, QColor(colours.accent))
    painter.setPen(QColor(colours.on_fill))
    painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, words)


def labels_touched(picture: Picture, zone: Zone, flag: QRectF) -> list[QRectF]:
    """The axis' own labels that the flag would cover in part: none may look out from below it."""
    metrics = QFontMetricsF(theme.font(FONT_PX))
    found = []
    for tick in axis_ticks(picture, zone):
        half = metrics.horizontalAdvance(tick.text) / 2 + 2
        found.append(QRectF(tick.x - half, flag.top(), 2 * half, flag.height()))
    return [label for label in found if label.intersects(flag)]


def paint_ring(painter: QPainter, frame: QRectF) -> None:
    """The keyboard is in here."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.palette().accent), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
