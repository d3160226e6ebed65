"""Paints the lanes: one row of pixels a lane, stretched to its height, with words where they fit.

A bar too short for a pixel still colours one, the worst of those that share it, and a mark above the lane
says that changes were merged there. Cost goes with pixels, not with bars.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QTransform,
)

from agmonitor.domain.model import Severity
from agmonitor.domain.words import duration
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.hook_marks import HookMark, HookMarkKind, summary
from agmonitor.ui.marks import paint_mark
from agmonitor.ui.spans import KINDS, Bar, BarKind, Bars

TINY_PX = 1.5
WORDS_MIN_PX = 30.0
ROUNDED_MAX = 120  # more bars than that are narrow ones: plain edges look the same and cost nothing
CORNER_PX = 2.5
MARK_PX = 3.0
JOIN_PX, JOIN_MIN_PX, JOIN_ALPHA = 3.0, 2.0, 0.6
CLUSTER_PX = 14.0
DIAMOND_PX = 5.5
_WORTH_TWO_PIXELS = KINDS.index(BarKind.UNREADABLE)


@dataclass(frozen=True, slots=True)
class LaneRow:
    """Per pixel column the index into ``KINDS`` (−1: nothing known), and where changes were merged."""

    kinds: NDArray[np.int32]
    merged: NDArray[np.bool_]


def lane_row(bars: Bars, begin_at: float, end_at: float, width: int) -> LaneRow:
    """Reduce the bars of a range to one row of pixels; nothing is dropped, the worst of a pixel shows."""
    row = np.full(width, -1, np.int32)
    merged = np.zeros(width, np.bool_)
    if not len(bars):
        return LaneRow(row, merged)
    per_s = width / (end_at - begin_at)
    left = (bars.from_at - begin_at) * per_s
    right = (bars.until_at - begin_at) * per_s
    kinds = bars.kinds
    middles = np.arange(width) + 0.5
    under = np.searchsorted(left, middles, "right") - 1
    hit = (under >= 0) & (middles <= right[np.maximum(under, 0)])
    row[hit] = kinds[under[hit]]
    tiny = np.flatnonzero(right - left < TINY_PX)
    columns = np.clip(np.floor(left[tiny]).astype(np.intp), 0, width - 1)
    np.maximum.at(row, columns, kinds[tiny])
    grave = kinds[tiny] >= _WORTH_TWO_PIXELS
    np.maximum.at(row, np.minimum(columns[grave] + 1, width - 1), kinds[tiny][grave])
    begins = np.floor(left[left >= 0]).astype(np.intp)
    merged[:] = np.bincount(np.minimum(begins, width - 1), minlength=width) >= 2
    return LaneRow(row, merged)


def kind_colour(kind: BarKind) -> QColor:
    colours = theme.palette()
    return QColor(
        {
            BarKind.PRIMARY: colours.primary,
            BarKind.SECONDARY: colours.secondary,
            BarKind.POINTS: colours.dns,
            BarKind.SERVED: colours.clients,
            BarKind.IDLE: colours.unknown,
            BarKind.UNREADABLE: colours.warning,
            BarKind.ELSEWHERE: colours.critical,
            BarKind.SILENT: colours.critical,
        }[kind]
    )


def _image(row: LaneRow) -> QImage:
    table = np.array([*(kind_colour(kind).rgba() for kind in KINDS), 0], np.uint32)  # −1: transparent
    pixels = np.ascontiguousarray(table[row.kinds])
    return QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_ARGB32).copy()


def paint_lane(painter: QPainter, bars: Bars, scale: Scale, rect: QRectF) -> None:
    """One lane: its row of pixels, its merge marks, its words."""
    ratio = painter.device().devicePixelRatioF()
    row = lane_row(bars, scale.begin_at, scale.end_at, max(1, round(rect.width() * ratio)))
    image = _image(row)
    if len(bars) <= ROUNDED_MAX:
        brush = QBrush(image.scaled(image.width(), 1))
        brush.setTransform(QTransform.fromTranslate(rect.left(), rect.top()).scale(1 / ratio, 1 / ratio))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(_outlines(bars, scale, rect), brush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    else:
        painter.drawImage(rect, image)
    _paint_joins(painter, bars, scale, rect)
    _paint_merged(painter, row, rect)
    _paint_words(painter, bars, scale, rect)


def _outlines(bars: Bars, scale: Scale, rect: QRectF) -> QPainterPath:
    """Rounded bars with a seam between neighbours, plain where they are too narrow for that."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for number in range(len(bars)):
        left = max(rect.left(), scale.x(float(bars.from_at[number])))
        right = min(rect.right(), scale.x(float(bars.until_at[number])))
        if right - left < 4 * CORNER_PX:
            left = min(np.floor(left), rect.right() - 2)
            path.addRect(QRectF(left, rect.top(), max(2.0, right - left), rect.height()))
        else:
            path.addRoundedRect(
                QRectF(left, rect.top(), right - left - 1, rect.height()), CORNER_PX, CORNER_PX
            )
    return path


def _paint_joins(painter: QPainter, bars: Bars, scale: Scale, rect: QRectF) -> None:
    """Between two answers a value changed: a thin line runs from the one's colour into the other's."""
    if len(bars) < 2:
        return
    left, right = bars.until_at[:-1], bars.from_at[1:]
    seen = bars.joined[1:] & (right > scale.begin_at) & (left < scale.end_at)
    wide = (right - left) * scale.width / (scale.end_at - scale.begin_at) >= JOIN_MIN_PX
    kinds = bars.kinds
    for number in np.flatnonzero(seen & wide):
        begin, end = scale.x(float(left[number])), scale.x(float(right[number]))
        fade = QLinearGradient(begin, 0, end, 0)
        for place, row in ((0.0, number), (1.0, number + 1)):
            colour = kind_colour(KINDS[int(kinds[row])])
            colour.setAlphaF(JOIN_ALPHA)
            fade.setColorAt(place, colour)
        begin, end = max(begin, rect.left()), min(end, rect.right())
        painter.fillRect(QRectF(begin, rect.center().y() - JOIN_PX / 2, end - begin, JOIN_PX), QBrush(fade))


def _paint_merged(painter: QPainter, row: LaneRow, rect: QRectF) -> None:
    columns = np.flatnonzero(row.merged)
    if not len(columns):
        return
    colour = QColor(theme.palette().text).rgba()
    pixels = np.zeros(len(row.merged), np.uint32)
    pixels[columns] = colour
    image = QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_ARGB32).copy()
    painter.drawImage(QRectF(rect.left(), rect.top() - MARK_PX, rect.width(), MARK_PX - 1), image)


def bar_words(bar: Bar) -> tuple[str, ...]:
    """What may stand in a bar, longest first."""
    words = bar.value.words
    lasted = duration(bar.until_at - bar.from_at)
    short = words.split(" · ", 1)[0]
    if words == "outage":
        return (f"{lasted} outage", "outage")
    if bar.value.kind in {BarKind.SILENT, BarKind.UNREADABLE, BarKind.ELSEWHERE}:
        return (f"{words} · {lasted}", words, short)
    return (words, words.removeprefix("served by "))


def _paint_words(painter: QPainter, bars: Bars, scale: Scale, rect: QRectF) -> None:
    painter.setFont(theme.font(11 if rect.height() < 18 else 12, bold=True))
    painter.setPen(QColor(theme.palette().on_fill))
    metrics = QFontMetricsF(painter.font())
    per_s = scale.width / (scale.end_at - scale.begin_at)
    seen_s = np.minimum(bars.until_at, scale.end_at) - np.maximum(bars.from_at, scale.begin_at)
    for number in np.flatnonzero(seen_s * per_s > WORDS_MIN_PX):
        bar = bars.bar(int(number))
        left = max(rect.left(), scale.x(bar.from_at)) + 7
        room = min(rect.right(), scale.x(bar.until_at)) - left - 4
        fitting = (words for words in bar_words(bar) if metrics.horizontalAdvance(words) <= room)
        words = next(fitting, None)
        if words is not None:
            painter.drawText(
                QRectF(left, rect.top(), room + 4, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
            )


def hook_clusters(marks: list[HookMark], scale: Scale) -> list[list[HookMark]]:
    """Calls that would touch on screen, together."""
    clusters: list[list[HookMark]] = []
    for mark in marks:
        if clusters and scale.x(mark.at) - scale.x(clusters[-1][-1].at) < CLUSTER_PX:
            clusters[-1].append(mark)
        else:
            clusters.append([mark])
    return clusters


def paint_hooks(painter: QPainter, marks: list[HookMark], scale: Scale, rect: QRectF) -> None:
    """A shape a call or missed call, and the summary of each cluster where there is room."""
    colours = theme.palette()
    clusters = hook_clusters(marks, scale)
    painter.setFont(theme.font(11, bold=True))
    metrics = QFontMetricsF(painter.font())
    for number, cluster in enumerate(clusters):
        for mark in sorted(cluster[-24:], key=lambda each: each.wrong):
            _paint_hook(painter, mark, scale.x(mark.at), rect)
        words = summary(cluster)
        left, right = scale.x(cluster[0].at) - 10, scale.x(cluster[-1].at) + 10
        following = scale.x(clusters[number + 1][0].at) - 10 if number + 1 < len(clusters) else rect.right()
        before = scale.x(clusters[number - 1][-1].at) + 10 if number else rect.left()
        width = metrics.horizontalAdvance(words)
        painter.setPen(QColor(colours.critical if any(mark.wrong for mark in cluster) else colours.muted))
        if width <= following - right:
            painter.drawText(
                QRectF(right, rect.top(), width + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
            )
        elif number == 0 and width <= left - before:
            painter.drawText(
                QRectF(left - width, rect.top(), width + 2, rect.height()),
                Qt.AlignmentFlag.AlignVCenter,
                words,
            )


HOOK_SHAPES = {
    HookMarkKind.RETURNED: Severity.NOTICE,  # a diamond
    HookMarkKind.RAISED: Severity.CRITICAL,  # a square
    HookMarkKind.RUNNING: Severity.UNKNOWN,  # a ring: nobody knows yet how it ends
    HookMarkKind.MISSED: Severity.WARNING,  # a triangle
}


def _paint_hook(painter: QPainter, mark: HookMark, x: float, rect: QRectF) -> None:
    """The outcome's shape on a ground of its own, so that neighbours stay apart."""
    severity = HOOK_SHAPES[mark.kind]
    reach = min(DIAMOND_PX, rect.height() / 2)
    area = QRectF(x - reach, rect.center().y() - reach, 2 * reach, 2 * reach)
    ground = area.adjusted(-1.5, -1.5, 1.5, 1.5)
    paint_mark(painter, ground, severity, theme.palette().panel)
    paint_mark(painter, area, severity, theme.severity_colour(severity))
