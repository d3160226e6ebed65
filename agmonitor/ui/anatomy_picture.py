"""An episode as a waterfall: a bar for each part on one time scale, its words beside it, gaps hatched.

Painted by hand; its text twin is its accessible name. Works nothing out: that is ``domain.anatomy``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.domain.anatomy import Absent, Anatomy, Bar, Part
from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.anatomy_words import Told, told
from agmonitor.ui.whatif_picture import LONG_STEPS_S, STEPS_S, tick_words

EDGE_PX = 12.0
ROW_MOST_PX, ROW_LEAST_PX = 32.0, 13.0
BAR_MOST_PX = 14.0
AXIS_PX = 17.0
AXIS_FROM_PX = 7 * ROW_LEAST_PX + AXIS_PX  # lower than that, the rows have it all
TITLE_SHARE, TITLE_MOST_PX = 0.30, 186.0
BAR_LEAST_PX = 3.0
TICK_PX = 74.0
WORDS_GAP_PX = 7.0
WORDS_SHARE, WORDS_MOST_PX = 0.34, 250.0  # kept free at the right for the words of the longest bar
TORN_PX = 5.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Instants to pixels."""

    begin_at: Instant
    end_at: Instant
    left: float
    right: float

    def x(self, at: Instant) -> float:
        share = (at - self.begin_at) / max(self.end_at - self.begin_at, 1e-9)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Words:
    """A label and where it stands; the bar's own words, or shorter ones where room is short."""

    text: str
    area: QRectF


class AnatomyPicture(QWidget):
    """Shows the episode it was last given."""

    accessible_role = "Chart"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Anatomy | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, round(7 * ROW_LEAST_PX))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(520, round(7 * ROW_MOST_PX + AXIS_PX))

    def show_anatomy(self, shown: Anatomy, spoken: str) -> None:
        """Take over an episode, or more of the same; ``spoken`` is its text twin."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(t("Failover anatomy. {episode}", episode=spoken))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_anatomy(painter, self._shown, QRectF(self.rect()))
        painter.end()


def paint_anatomy(painter: QPainter, shown: Anatomy, area: QRectF) -> None:
    """All rows and, where there is room, the scale below them."""
    area = area.adjusted(EDGE_PX, 2, -EDGE_PX, -1)
    axis = area.height() >= AXIS_FROM_PX
    rows_px = area.height() - (AXIS_PX if axis else 0)
    row_px = min(ROW_MOST_PX, rows_px / len(shown.bars))
    title_px = min(TITLE_MOST_PX, area.width() * TITLE_SHARE)
    words_px = min(WORDS_MOST_PX, (area.width() - title_px) * WORDS_SHARE)
    scale = Scale(shown.begin_at, shown.end_at, area.left() + title_px, area.right() - words_px)
    bottom = area.top() + row_px * len(shown.bars)
    if axis:
        _paint_axis(painter, scale, area.top(), bottom)
    for place, bar in enumerate(shown.bars):
        row = QRectF(area.left(), area.top() + place * row_px, area.width(), row_px)
        _paint_row(painter, bar, shown, scale, row)


def _paint_row(painter: QPainter, bar: Bar, shown: Anatomy, scale: Scale, row: QRectF) -> None:
    words = told(bar, shown)
    colours = theme.palette()
    size_px = 12 if row.height() >= 15 else 11
    painter.setFont(theme.font(size_px, bold=True))
    painter.setPen(QColor(colours.muted))
    title = QRectF(row.left(), row.top(), scale.left - row.left() - 8, row.height())
    shown_title = QFontMetricsF(painter.font()).elidedText(
        words.title, Qt.TextElideMode.ElideMiddle, title.width()
    )
    painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, shown_title)
    drawn = taken = bar_rect(bar, scale, row)
    if bar.part is Part.PROMOTION and shown.due is not None:
        due = _paint_due(painter, shown.due, scale, row)
        taken = due if not drawn.width() and due.width() else taken.united(due)
    if bar.from_at is None:
        _paint_unseen(painter, bar, scale, row)
    else:
        _paint_bar(painter, bar, scale, drawn, torn=bar.until_at is not None and bar.until_at > scale.end_at)
    painter.setFont(theme.font(size_px))
    label = words_beside(words, taken, scale, row, QFontMetricsF(painter.font()))
    painter.setPen(QColor(_words_colour(bar, shown)))
    ground = label.area.adjusted(-2, 1, 2, -1)
    if bar.from_at is None:
        painter.fillRect(ground, QColor(colours.panel))
    painter.drawText(label.area, Qt.AlignmentFlag.AlignVCenter, label.text)


def bar_rect(bar: Bar, scale: Scale, row: QRectF) -> QRectF:
    """Where a bar, or what hides it, stands; of neither, nothing at the left edge."""
    thick = min(max(6.0, row.height() - 9), BAR_MOST_PX)
    top = row.center().y() - thick / 2
    if bar.absent is Absent.IN_A_GAP and bar.unseen:
        left, right = scale.x(bar.unseen[0].from_at), scale.x(bar.unseen[-1].until_at)
        return QRectF(left, top, max(right - left, BAR_LEAST_PX), thick)
    if bar.from_at is None or bar.until_at is None:
        return QRectF(scale.left - WORDS_GAP_PX, top, 0, thick)
    left = min(scale.x(bar.from_at), scale.right - BAR_LEAST_PX)
    return QRectF(left, top, max(scale.x(bar.until_at) - left, BAR_LEAST_PX), thick)


def words_beside(words: Told, bar: QRectF, scale: Scale, row: QRectF, metrics: QFontMetricsF) -> Words:
    """At the bar's right, else at its left, in full or short; else on the roomier side, cut."""
    right_px = row.right() - bar.right() - WORDS_GAP_PX
    left_px = bar.left() - WORDS_GAP_PX - scale.left
    for text in (words.words, words.brief):
        wide = metrics.horizontalAdvance(text) + 1
        if wide <= right_px:
            return Words(text, QRectF(bar.right() + WORDS_GAP_PX, row.top(), wide, row.height()))
        if wide <= left_px:
            return Words(text, QRectF(bar.left() - WORDS_GAP_PX - wide, row.top(), wide, row.height()))
    room = max(right_px, left_px)
    text = metrics.elidedText(words.brief, Qt.TextElideMode.ElideRight, max(0.0, room))
    wide = metrics.horizontalAdvance(text) + 1
    left = bar.right() + WORDS_GAP_PX if right_px >= left_px else bar.left() - WORDS_GAP_PX - wide
    return Words(text, QRectF(left, row.top(), wide, row.height()))


def _paint_bar(painter: QPainter, bar: Bar, scale: Scale, drawn: QRectF, *, torn: bool) -> None:
    colour = QColor(bar_colour(bar.part))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if torn:
        painter.drawPolygon(_torn(drawn))
    else:
        painter.drawRoundedRect(drawn, 2, 2)
    for gap in bar.unseen:
        _hatch(painter, QRectF(scale.x(gap.from_at), drawn.top(), 0, drawn.height()), scale.x(gap.until_at))
    if bar.running:  # the edge that still moves
        painter.setPen(QPen(QColor(theme.palette().text), 2))
        painter.drawLine(QPointF(drawn.right(), drawn.top() - 2), QPointF(drawn.right(), drawn.bottom() + 2))


def _paint_unseen(painter: QPainter, bar: Bar, scale: Scale, row: QRectF) -> None:
    """No bar: the time in which it may have been, hatched."""
    if bar.absent is not Absent.IN_A_GAP:
        return
    thick = min(max(6.0, row.height() - 9), BAR_MOST_PX)
    for gap in bar.unseen:
        left = scale.x(gap.from_at)
        _hatch(painter, QRectF(left, row.center().y() - thick / 2, 0, thick), scale.x(gap.until_at))


def _hatch(painter: QPainter, area: QRectF, right: float) -> None:
    area.setRight(max(right, area.left() + BAR_LEAST_PX))
    colours = theme.palette()
    painter.fillRect(area, QColor(colours.panel))
    painter.fillRect(area, QBrush(QColor(colours.gap), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(QColor(colours.gap), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)


def _paint_due(painter: QPainter, due: Sequence[Instant], scale: Scale, row: QRectF) -> QRectF:
    """When the takeover was to be expected: an outline, dotted, behind the bar; where it stands."""
    if due[0] > scale.end_at or due[1] < scale.begin_at:
        return QRectF()
    left, right = scale.x(due[0]), scale.x(due[1])
    painter.setPen(QPen(QColor(theme.palette().accent), 1, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    area = QRectF(left, row.top() + 1.5, max(right - left, 2.0), row.height() - 3)
    painter.drawRect(area)
    return area


def _torn(drawn: QRectF) -> QPolygonF:
    """A bar whose end lies beyond the picture."""
    right, middle = drawn.right(), drawn.center().y()
    return QPolygonF(
        [
            drawn.topLeft(),
            QPointF(right - TORN_PX, drawn.top()),
            QPointF(right, middle),
            QPointF(right - TORN_PX, drawn.bottom()),
            drawn.bottomLeft(),
        ]
    )


def _paint_axis(painter: QPainter, scale: Scale, top: float, bottom: float) -> None:
    """Seconds since the first instant in the picture; ticks that keep apart."""
    colours = theme.palette()
    painter.setFont(theme.font(11))
    metrics = QFontMetricsF(painter.font())
    reach_s = scale.end_at - scale.begin_at
    wanted_s = reach_s * TICK_PX / max(scale.right - scale.left, 1.0)
    step_s = next((step for step in (*STEPS_S, *LONG_STEPS_S) if step >= wanted_s), 7 * 86400)
    for place in range(int(reach_s / step_s + 1e-9) + 1):
        seconds = place * step_s
        x = round(scale.x(scale.begin_at + seconds)) + 0.5
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom + 2))
        words = f"+{tick_words(seconds)}" if seconds else "0"
        wide = metrics.horizontalAdvance(words)
        left = min(max(x - wide / 2, scale.left - wide / 2), scale.right + EDGE_PX - wide)
        painter.setPen(QColor(colours.faint))
        painter.drawText(QPointF(left, bottom + 13), words)


def bar_colour(part: Part) -> str:
    """Each part in the colour its lane has."""
    colours = theme.palette()
    return {
        Part.BEAT: colours.unknown,
        Part.SILENCE: colours.warning,
        Part.PROMOTION: colours.primary,
        Part.RECORD: colours.dns,
        Part.HOOKS: colours.lab,
        Part.CLIENTS: colours.critical,
        Part.STANDBY: colours.secondary,
    }[part]


def _words_colour(bar: Bar, shown: Anatomy) -> str:
    colours = theme.palette()
    if bar.part is Part.HOOKS and shown.hooks.raised:
        return colours.warning
    return colours.muted if bar.from_at is None else colours.text
