"""The predicted course as a picture: a bar for each step with its spread, and the clients' outages.

Painted by hand; its text twin is its accessible name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.protocol.prediction import Prediction, StepSpread
from agmonitor.report.whatif import seconds_words, spread_words
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.phrases import lasting
from agmonitor.ui.whatif_words import AXES, spoken

EDGE_PX = 12.0
AXIS_PX, LOW_AXIS_PX = 30.0, 16.0  # below the rows: ticks, and what they count where there is room for it
LOW_PX = 115
ROW_PX = 46.0  # at most
WORDS_PX, SMALL_PX = 12, 11
STRIP_FROM_PX = 215  # from that height on the outages have a strip of their own
STRIP_SHARE = 0.34
BARS = 40
STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)
LONG_STEPS_S = (60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)
TICK_PX = 64.0
WORDS_HIGH_PX = 15.0
WHISKER_PX = 1.0  # beyond the bar, and short of the words above it
WASH, BACKDROP = 0.30, 0.22


class WhatIfPicture(QWidget):
    """Shows the prediction it was last given; paler while a newer one is being made."""

    accessible_role = "Chart"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: Prediction | None = None
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(t("Predicted course: nothing has been worked out yet."))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 70)

    def show_prediction(self, told: Prediction) -> None:
        """Take over a newer or a finer one."""
        self._told, self._stale = told, False
        self.setAccessibleName(t("Predicted course. {told}", told=spoken(told)))
        self.update()

    def grow_stale(self) -> None:
        """The settings have changed since."""
        if self._told is not None and not self._stale:
            self._stale = True
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._told is None:
            painter.setPen(QColor(theme.palette().muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, t("Working it out…"))
        else:
            painter.setOpacity(0.55 if self._stale else 1.0)
            self._paint(painter, self._told)
        painter.end()

    def _paint(self, painter: QPainter, told: Prediction) -> None:
        high = self.height() >= STRIP_FROM_PX and told.outages_s[-1] > 0.0
        low = self.height() < LOW_PX
        area = QRectF(self.rect()).adjusted(EDGE_PX, 2, -EDGE_PX, -(LOW_AXIS_PX if low else AXIS_PX))
        strip, rows = QRectF(area), QRectF(area)
        if high:
            strip.setTop(area.bottom() - area.height() * STRIP_SHARE)
            rows.setBottom(strip.top() - 6)
        step_px = min(ROW_PX, rows.height() / len(told.steps))
        if not high:  # behind the last bar, and below its words
            strip.setTop(rows.top() + (len(told.steps) - 1) * step_px + WORDS_HIGH_PX)
        scale = TimeScale(_reach_s(told), area)
        scale.paint(painter, "" if low else AXES[told.settings.trigger])
        paint_outages(painter, told.outages_s, scale, strip, named=high)
        before_s = 0.0
        for place, step in enumerate(told.steps):
            row = QRectF(rows.left(), rows.top() + place * step_px, rows.width(), step_px)
            paint_step(painter, step, before_s, scale, row)
            before_s = step.end_s.p50


class TimeScale:
    """Seconds after the trigger to pixels, with ticks that keep apart."""

    def __init__(self, reach_s: float, area: QRectF) -> None:
        self.area = area
        wanted_s = reach_s * TICK_PX / max(area.width(), 1.0)
        self.step_s = next((s for s in (*STEPS_S, *LONG_STEPS_S) if s >= wanted_s), LONG_STEPS_S[-1])
        self.reach_s = math.ceil(reach_s / self.step_s - 1e-9) * self.step_s

    def x(self, seconds: float) -> float:
        """Where that lies; the never of a run that was given up stands at the edge."""
        return self.area.left() + min(seconds / self.reach_s, 1.0) * self.area.width()

    def paint(self, painter: QPainter, title: str) -> None:
        """Lines and their words; below them what is counted."""
        colours = theme.palette()
        painter.setFont(theme.font(SMALL_PX))
        for place in range(round(self.reach_s / self.step_s) + 1):
            seconds = place * self.step_s
            x = self.x(seconds)
            painter.setPen(QPen(QColor(colours.grid), 1))
            painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))
            painter.setPen(QColor(colours.faint))
            told = tick_words(seconds)
            wide = painter.fontMetrics().horizontalAdvance(told)
            left = min(max(x - wide / 2, 0.0), self.area.right() + EDGE_PX - wide)
            painter.drawText(QPointF(left, self.area.bottom() + 12), told)
        below = QRectF(self.area.left(), self.area.bottom() + 14, self.area.width(), 15)
        painter.setPen(QColor(colours.faint))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, title)


def tick_words(seconds: float) -> str:
    """``90 s``, ``2:15 min``: as short as it can be."""
    if not 120 <= seconds < 3600:
        return lasting(seconds) if seconds else "0"
    return t("{n} min", n=f"{seconds // 60:.0f}:{seconds % 60:02.0f}") if seconds % 60 else lasting(seconds)


def paint_step(painter: QPainter, step: StepSpread, before_s: float, scale: TimeScale, row: QRectF) -> None:
    """What the step ends with and when, in words, and below them its bar: median, 5 % and 95 %."""
    colours = theme.palette()
    colour = QColor(_colour(step.step.name))
    words = QRectF(row.left(), row.top(), row.width(), WORDS_HIGH_PX)
    painter.setFont(theme.font(WORDS_PX, bold=True))
    metrics = QFontMetricsF(painter.font())
    value = spread_words(step.end_s)
    if metrics.horizontalAdvance(f"{step.step.mark}  {value}") > row.width():
        value = seconds_words(step.end_s.p50)
    painter.setPen(QColor(colours.text))
    painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
    left = words.adjusted(0, 0, -metrics.horizontalAdvance(value) - 8, 0)
    painter.setPen(QColor(colours.muted))
    shown = metrics.elidedText(step.step.mark, Qt.TextElideMode.ElideRight, left.width())
    painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, shown)
    thick = min(max(4.0, row.height() - 23), 14.0)
    bar = QRectF(0, words.bottom() + WHISKER_PX + 1, 0, thick)
    bar.setLeft(min(scale.x(before_s), scale.area.right() - 2))
    bar.setRight(max(scale.x(step.end_s.p50), bar.left() + 2))
    low, high = scale.x(step.end_s.p5), scale.x(step.end_s.p95)
    pale = QColor(colour)
    pale.setAlphaF(WASH)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(pale)
    painter.drawRect(QRectF(low, bar.top(), high - low, bar.height()))
    painter.setBrush(colour)
    painter.drawRoundedRect(bar, 2, 2)
    if high - low < 2:
        return
    solid, flat = Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap
    painter.setPen(QPen(QColor(colours.text), 1.2, solid, flat))
    for x in (low, high):
        painter.drawLine(QPointF(x, bar.top() - WHISKER_PX), QPointF(x, bar.bottom() + WHISKER_PX))


def paint_outages(
    painter: QPainter, outages_s: Sequence[float], scale: TimeScale, strip: QRectF, *, named: bool
) -> None:
    """How many runs left clients without service for how long, as columns rising from the axis."""
    counts = columns(outages_s, scale.reach_s, BARS)
    most = max(counts)
    if outages_s[-1] == 0.0 or not most:
        return
    if named:
        painter.setFont(theme.font(SMALL_PX))
        painter.setPen(QColor(theme.palette().faint))
        title = QRectF(strip.left(), strip.top(), strip.width(), 14)
        painter.drawText(
            title, Qt.AlignmentFlag.AlignLeft, t("How long clients had no service, over all runs")
        )
    colour = QColor(theme.palette().clients)
    colour.setAlphaF(0.75 if named else BACKDROP)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    top = strip.top() + (16 if named else 0)
    width = strip.width() / BARS
    for place, count in enumerate(counts):
        height = (strip.bottom() - top) * count / most
        painter.drawRect(
            QRectF(strip.left() + place * width + 0.5, strip.bottom() - height, width - 1, height)
        )


def columns(values_s: Sequence[float], reach_s: float, number: int) -> list[int]:
    """How many values lie in each of so many equal parts from nought on; what lies beyond is left out."""
    counts = [0] * number
    for value in values_s:
        if value <= reach_s:
            counts[min(number - 1, int(value / reach_s * number))] += 1
    return counts


def _reach_s(told: Prediction) -> float:
    ends = [spread.p95 for spread in (*(step.end_s for step in told.steps), told.outage_s)]
    known = [seconds for seconds in ends if math.isfinite(seconds)]
    known += [seconds for seconds in told.outages_s[-1:] if math.isfinite(seconds)]
    return max([*known, 0.01])


def _colour(step: str) -> str:
    colours = theme.palette()
    return {
        "detection": colours.warning,
        "record": colours.dns,
        "promotion": colours.primary,
        "yielding": colours.secondary,
        "clients": colours.clients,
    }[step]
