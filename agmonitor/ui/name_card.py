"""The card between the nodes: the group's name, an arrow to whoever its record names, the heartbeat's way."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.marks import framed
from agmonitor.ui.name_facts import NameFacts, Path
from agmonitor.ui.node_card import HEIGHT_PX

EDGE_PX = 16
HEAD_PX = 9  # length of an arrow's head
TOLD_PX = (12, 11, 10)  # what the heartbeat came to, largest first
_PENS = {
    Path.DIRECT: Qt.PenStyle.SolidLine,
    Path.BY_DNS: Qt.PenStyle.DashLine,
    Path.NONE: Qt.PenStyle.DashLine,
    Path.UNKNOWN: Qt.PenStyle.DotLine,
}


class NameCard(QWidget):
    """Painted by hand; its text twin is its accessible name."""

    accessible_role = "Graphic"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dashed = False  # the frame: a past moment is shown
        self._facts: NameFacts | None = None
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT_PX)

    def show_facts(self, facts: NameFacts) -> None:
        """Take over what is to be said."""
        if facts != self._facts:
            self._facts = facts
            self.setAccessibleName(facts.spoken)
            self.setToolTip(facts.spoken)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(framed(now.panel_border, dashed=self.dashed))
        painter.setBrush(QColor(now.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 8, 8)
        if self._facts is not None:
            self._paint_name(painter, self._facts)
            self._paint_pointer(painter, self._facts)
            self._paint_heartbeat(painter, self._facts)
        painter.end()

    def _paint_name(self, painter: QPainter, facts: NameFacts) -> None:
        now = theme.palette()
        width = self.width() - 2 * EDGE_PX
        painter.setFont(theme.font(14, bold=True))
        painter.setPen(QColor(now.text))
        _centre(painter, QRectF(EDGE_PX, 9, width, 20), facts.fqdn)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(getattr(now, facts.record_tone)))
        _centre(painter, QRectF(EDGE_PX, 28, width, 17), facts.record)

    def _paint_pointer(self, painter: QPainter, facts: NameFacts) -> None:
        """From under the name to the node it names; towards neither: a short stem with a cross."""
        now = theme.palette()
        start = QPointF(self.width() / 2, 48)
        if facts.points_to is None:
            painter.setPen(QPen(QColor(getattr(now, facts.record_tone)), 1.6, Qt.PenStyle.DotLine))
            painter.drawLine(start, start + QPointF(0, 13))
            return
        end = QPointF(EDGE_PX if facts.points_to == 0 else self.width() - EDGE_PX, 68)
        _arrow(painter, start, end, QColor(now.primary))

    def _paint_heartbeat(self, painter: QPainter, facts: NameFacts) -> None:
        now = theme.palette()
        colour = QColor(getattr(now, facts.path_tone))
        left, right, height = 44.0, self.width() - 44.0, 91.0
        painter.setFont(theme.font(11))
        painter.setPen(QColor(now.faint))
        _centre(painter, QRectF(EDGE_PX, 68, self.width() - 2 * EDGE_PX, 15), t("heartbeat"))
        painter.setPen(QPen(colour, 1.8, _PENS[facts.path]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(QPointF(left, height), QPointF(right, height))
        if facts.path is Path.NONE:
            middle = QPointF((left + right) / 2, height)
            painter.setPen(QPen(colour, 2.2))
            painter.drawLine(middle + QPointF(-4.5, -4.5), middle + QPointF(4.5, 4.5))
            painter.drawLine(middle + QPointF(-4.5, 4.5), middle + QPointF(4.5, -4.5))
        elif facts.sender is not None:
            tip, tail = (right, left) if facts.sender == 0 else (left, right)
            _head(painter, QPointF(tail, height), QPointF(tip, height), colour)
        painter.setPen(colour)
        area = QRectF(EDGE_PX, 97, self.width() - 2 * EDGE_PX, 17)
        _centre_whole(painter, area, (facts.heartbeat, *facts.shorter))
        if facts.next_step:
            painter.setPen(QColor(now.warning))
            _centre_whole(painter, area.translated(0, 16.5), (facts.next_step,))


def _arrow(painter: QPainter, start: QPointF, end: QPointF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.8))
    painter.drawLine(start, end)
    _head(painter, start, end, colour)


def _head(painter: QPainter, start: QPointF, end: QPointF, colour: QColor) -> None:
    angle = math.atan2(end.y() - start.y(), end.x() - start.x())
    wings = [
        end - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * HEAD_PX for turn in (0.42, -0.42)
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([end, *wings]))


def fitting(told: Sequence[str], width_px: float) -> tuple[QFont, str]:
    """The longest text that stands there whole, smaller type where none does: an age is never cut."""
    fonts = [theme.font(size_px, bold=True) for size_px in TOLD_PX]
    tried = ((font, words) for font in fonts for words in told)
    whole = (one for one in tried if QFontMetricsF(one[0]).horizontalAdvance(one[1]) <= width_px)
    return next(whole, (fonts[-1], told[-1]))


def _centre_whole(painter: QPainter, area: QRectF, told: Sequence[str]) -> None:
    font, words = fitting(told, area.width())
    painter.setFont(font)
    _centre(painter, area, words)


def _centre(painter: QPainter, area: QRectF, text: str) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
