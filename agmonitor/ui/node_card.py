"""A node's card: name, badge and six facts, painted in the colour of its state."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from agmonitor.ui import theme
from agmonitor.ui.node_facts import NodeFacts

HEIGHT_PX = 142
EDGE_PX = 20
STRIPE_PX = 4
COLUMNS = 3


class NodeCard(QWidget):
    """Painted by hand: eleven labels a card would cost a layout each second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: NodeFacts | None = None
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(440, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, HEIGHT_PX)

    def show_facts(self, facts: NodeFacts) -> None:
        """Take over what is to be said; nothing is painted when nothing changed."""
        if facts != self._facts:
            self._facts = facts
            self.setAccessibleName(facts.spoken)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        if self._facts is not None:
            badge_left = self._paint_badge(painter, self._facts)
            self._paint_heading(painter, self._facts, badge_left)
            for place in range(len(self._facts.facts)):
                self._paint_fact(painter, self._facts, place)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._facts is not None:
            for place, fact in enumerate(self._facts.facts):
                if self._cell(place).contains(event.pos()):
                    QToolTip.showText(
                        event.globalPos(), fact.tip or f"{fact.caption.lower()}: {fact.value}", self
                    )
                    return True
        return super().event(event)

    def _paint_frame(self, painter: QPainter) -> None:
        now = theme.palette()
        tone = getattr(now, self._facts.tone) if self._facts is not None else now.unknown
        alarmed = self._facts is not None and self._facts.alarmed
        frame = QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6)
        painter.setPen(QPen(QColor(tone if alarmed else now.panel_border), 1.2))
        painter.setBrush(QColor(now.panel))
        painter.drawRoundedRect(frame, 8, 8)
        painter.save()
        painter.setClipRect(QRectF(0, 0, STRIPE_PX, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(QColor(now.accent), 1.2, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 6, 6)

    def _paint_badge(self, painter: QPainter, facts: NodeFacts) -> float:
        now = theme.palette()
        colour = getattr(now, facts.tone)
        painter.setFont(theme.font(12, bold=True))
        width = QFontMetricsF(painter.font()).horizontalAdvance(facts.badge) + 26
        badge = QRectF(self.width() - 16 - width, 14, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tint(colour, now.panel, theme.TINT)))
        painter.drawRoundedRect(badge, 12, 12)
        painter.setPen(QColor(colour))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, facts.badge)
        return badge.left()

    def _paint_heading(self, painter: QPainter, facts: NodeFacts, right: float) -> None:
        now = theme.palette()
        area = QRectF(EDGE_PX, 11, right - EDGE_PX - 8, 22)
        painter.setFont(theme.font(16, bold=True))
        painter.setPen(QColor(now.text))
        _draw(painter, area, facts.name)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(now.muted))
        _draw(painter, QRectF(EDGE_PX, 33, right - EDGE_PX - 8, 17), facts.address)

    def _paint_fact(self, painter: QPainter, facts: NodeFacts, place: int) -> None:
        now = theme.palette()
        fact = facts.facts[place]
        cell = self._cell(place)
        painter.setFont(theme.font(10, bold=True))
        painter.setPen(QColor(now.faint))
        _draw(painter, QRectF(cell.left(), cell.top(), cell.width(), 14), fact.caption)
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(QColor(getattr(now, fact.tone)))
        _draw(painter, QRectF(cell.left(), cell.top() + 15, cell.width(), 18), fact.value)

    def _cell(self, place: int) -> QRectF:
        width = (self.width() - 2 * EDGE_PX) / COLUMNS
        left = EDGE_PX + (place % COLUMNS) * width
        return QRectF(left, 60 + (place // COLUMNS) * 39, width - 6, 34)


def _draw(painter: QPainter, area: QRectF, text: str) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
