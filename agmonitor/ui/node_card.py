"""A node's card: name, badge and six facts, painted in the colour of its state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from agmonitor.ui import theme
from agmonitor.ui.marks import framed
from agmonitor.ui.node_facts import NodeFacts
from agmonitor.ui.phrases import Fact

HEIGHT_PX = 136
EDGE_PX = 18
BETWEEN_PX = 14  # least space between two columns
VALUE_PX = (13, 12, 11)  # the largest size at which all values fit
STRIPE_PX = 4
CUT_GAP_PX = 6
COLUMNS = 3
CAPTION_PX = 10


class NodeCard(QWidget):
    """Painted by hand: eleven labels a card would cost a layout each second."""

    accessible_role = "Grouping"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dashed = False  # the frame: a past moment is shown
        self.beside: NodeCard | None = None  # the other node's card: both are written in one size
        self._facts: NodeFacts | None = None
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(440, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(268, HEIGHT_PX)

    def show_facts(self, facts: NodeFacts) -> None:
        """Take over what is to be said; nothing is painted when nothing changed."""
        if facts != self._facts:
            self._facts = facts
            self.setAccessibleName(facts.spoken)
            self.update()
            if self.beside is not None:
                self.beside.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        if self._facts is not None:
            badge_left = self._paint_badge(painter, self._facts)
            self._paint_heading(painter, self._facts, badge_left)
            size_px, cells = self._cells(self._facts)
            for fact, cell in zip(self._facts.facts, cells, strict=True):
                _paint_fact(painter, fact, cell, size_px)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._facts is not None:
            for fact, cell in zip(self._facts.facts, self._cells(self._facts)[1], strict=True):
                if cell.contains(event.pos()):
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
        painter.setPen(framed(tone if alarmed else now.panel_border, dashed=self.dashed))
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
        _draw(painter, area, facts.name, Qt.TextElideMode.ElideMiddle)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(now.muted))
        _draw(painter, QRectF(EDGE_PX, 36, self.width() - 2 * EDGE_PX, 17), facts.address)  # below the badge

    @property
    def fitting_px(self) -> int:
        """The largest size at which all values fit."""
        room = self.width() - 2 * EDGE_PX - (COLUMNS - 1) * BETWEEN_PX
        facts = self._facts
        fitting = [size for size in VALUE_PX if facts is None or sum(_widths(facts, size)) <= room]
        return fitting[0] if fitting else VALUE_PX[-1]

    def _cells(self, facts: NodeFacts) -> tuple[int, list[QRectF]]:
        """Columns as wide as their contents, the rest shared out evenly; smaller type before cut words."""
        room = self.width() - 2 * EDGE_PX
        size_px = self.fitting_px if self.beside is None else min(self.fitting_px, self.beside.fitting_px)
        widths = _widths(facts, size_px)
        spare = (room - sum(widths)) / COLUMNS
        lefts = [EDGE_PX + sum(widths[:column]) + column * spare for column in range(COLUMNS)]
        cells = []
        for place in range(len(facts.facts)):
            column, row = place % COLUMNS, place // COLUMNS
            width = widths[column] + max(0.0, min(spare, BETWEEN_PX) - 4)
            if spare < 0:  # too narrow for all words: they are cut, but never touch
                width += spare - CUT_GAP_PX
            cells.append(QRectF(lefts[column], 58 + row * 38, width, 34))
        return size_px, cells


def pair_of_cards() -> tuple[NodeCard, NodeCard]:
    """Both nodes' cards, written in one size."""
    first, second = NodeCard(), NodeCard()
    first.beside, second.beside = second, first
    return first, second


def _widths(facts: NodeFacts, size_px: int) -> list[float]:
    return [_widest(facts.facts[column::COLUMNS], size_px) for column in range(COLUMNS)]


def _widest(facts: Sequence[Fact], size_px: int) -> float:
    values = QFontMetricsF(theme.font(size_px, bold=True))
    captions = QFontMetricsF(theme.font(CAPTION_PX, bold=True))
    return max(
        max(values.horizontalAdvance(fact.value), captions.horizontalAdvance(fact.caption)) for fact in facts
    )


def _paint_fact(painter: QPainter, fact: Fact, cell: QRectF, size_px: int) -> None:
    now = theme.palette()
    painter.setFont(theme.font(CAPTION_PX, bold=True))
    painter.setPen(QColor(now.faint))
    _draw(painter, QRectF(cell.left(), cell.top(), cell.width(), 14), fact.caption)
    painter.setFont(theme.font(size_px, bold=True))
    painter.setPen(QColor(getattr(now, fact.tone)))
    _draw(painter, QRectF(cell.left(), cell.top() + 15, cell.width(), 18), fact.value)


def _draw(
    painter: QPainter, area: QRectF, text: str, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, mode, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
