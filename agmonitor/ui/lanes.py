"""Paints the lanes: one row of pixels a lane, stretched to its height, with words where they fit.

A bar too short for a pixel still colours one, the worst of those that share it; a mark above the lane says
where changes were merged, and a count how many. Cost goes with pixels, not with bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

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

from agmonitor.domain.model import Instant
from agmonitor.texts import t, tn
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.lane_row import LaneRow, flickers, lane_row
from agmonitor.ui.lane_tracks import OUTAGE, SERVED_BY
from agmonitor.ui.phrases import lasting
from agmonitor.ui.spans import KINDS, Bar, BarKind, Bars

ELIDED_LEAST_PX = 72
WORDS_MIN_PX = 30.0
WORDS_LEFT_PX, WORDS_SIDES_PX = 7.0, 11.0  # before a bar's words, and on both sides of them
LOW_BAR_PX = 15
ROUNDED_MAX = 120  # more bars than that are narrow ones: plain edges look the same and cost nothing
CORNER_PX = 2.5
MARK_PX = 3.0
JOIN_PX, JOIN_MIN_PX, JOIN_ALPHA = 3.0, 2.0, 0.6
COUNT_PX, COUNT_SIDE_PX = 10, 3.0
WORDS_LEAST_PX = 10.0  # a lane lower than that has no room for any


def kind_colour(kind: BarKind) -> QColor:
    return QColor(_kind_colours(theme.palette())[KINDS.index(kind)])


@lru_cache(maxsize=4)
def _kind_colours(colours: theme.Palette) -> tuple[str, ...]:
    """In the order of ``KINDS``."""
    named = {
        BarKind.PRIMARY: colours.primary,
        BarKind.SECONDARY: colours.secondary,
        BarKind.POINTS: colours.dns,
        BarKind.SERVED: colours.clients,
        BarKind.IDLE: colours.unknown,
        BarKind.APART: colours.warning,
        BarKind.UNREADABLE: colours.warning,
        BarKind.ELSEWHERE: colours.critical,
        BarKind.SILENT: colours.critical,
        BarKind.FAULT: colours.lab,
    }
    return tuple(named[kind] for kind in KINDS)


@lru_cache(maxsize=4)
def _pixels_of(colours: theme.Palette) -> NDArray[np.uint32]:
    """By index into ``KINDS``; the last, which −1 finds, is transparent."""
    return np.array([*(QColor(colour).rgba() for colour in _kind_colours(colours)), 0], np.uint32)


def _image(row: LaneRow) -> QImage:
    table = _pixels_of(theme.palette())
    pixels = np.ascontiguousarray(table[row.kinds])
    return QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_ARGB32).copy()


class Open(NamedTuple):
    """A bar that goes on: its last answer, and the instant that lengths of what goes on are told as of."""

    until_at: Instant
    told_at: Instant


def paint_lane(
    painter: QPainter, bars: Bars, scale: Scale, rect: QRectF, goes_on: Open | None = None
) -> None:
    """One lane: its row of pixels, its merge marks, its counts, its words."""
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
    seen = _in_sight(bars, row.under)
    _paint_joins(painter, seen, scale, rect)
    _paint_merged(painter, row, rect)
    if rect.height() >= WORDS_LEAST_PX:
        taken = _paint_counts(painter, row, rect, ratio)
        _paint_words(painter, seen, scale, rect, taken, goes_on)


def _in_sight(bars: Bars, rows: NDArray[np.intp]) -> Bars:
    """The bars with pixels of their own and those beside them; a line leads to the very next bar only."""
    around = np.sort(np.concatenate((rows - 1, rows, rows + 1)))
    around = around[(around >= 0) & (around < len(bars))]
    around = around[np.concatenate(([True], around[1:] != around[:-1]))] if len(around) else around
    picked = bars.picked(around)
    next_to_it = np.concatenate(([False], around[1:] == around[:-1] + 1))
    return replace(picked, joined=picked.joined & next_to_it)


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
    beside = bars.joined[1:] & (right > scale.begin_at) & (left < scale.end_at)
    wide = (right - left) * scale.width / (scale.end_at - scale.begin_at) >= JOIN_MIN_PX
    kinds = bars.kinds
    for number in np.flatnonzero(beside & wide):
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


def bar_words(bar: Bar, over_at: Instant | None = None) -> tuple[str, ...]:
    """What may stand in a bar, longest first; ``over_at``: the answer that came next and said otherwise.

    A length counts to that answer, as an episode's does; the bar ends at the last look that failed.
    """
    words = bar.value.words
    lasted = lasting((bar.until_at if over_at is None else over_at) - bar.from_at)
    short = words.split(" · ", 1)[0]
    if bar.value.kind is BarKind.FAULT:
        count = words.count(" + ") + 1
        return (words, tn("{n} fault", "{n} faults", count) if count > 1 else words.rpartition(": ")[2])
    if words == OUTAGE:
        return (t("{time} outage", time=lasted), OUTAGE)
    if bar.value.kind in {BarKind.SILENT, BarKind.UNREADABLE, BarKind.ELSEWHERE, BarKind.APART}:
        return (f"{words} · {lasted}", words, short)
    return (words, words.removeprefix(SERVED_BY))


def _paint_counts(painter: QPainter, row: LaneRow, rect: QRectF, ratio: float) -> list[QRectF]:
    """``×7`` on each stretch of merged changes, where there is room; the places that took."""
    painter.setFont(theme.font(COUNT_PX, bold=True))
    metrics = QFontMetricsF(painter.font())
    colours = theme.palette()
    taken: list[QRectF] = []
    for flicker in flickers(row):
        words = f"×{flicker.changes:,}".replace(",", "\u202f")
        width = metrics.horizontalAdvance(words) + 10
        middle = rect.left() + (flicker.begin + flicker.end + 1) / 2 / ratio
        left = min(max(middle - width / 2, rect.left()), rect.right() - width)
        place = QRectF(round(left), rect.top() + 1, round(width), rect.height() - 2)
        if taken and place.left() < taken[-1].right() + 2:
            continue
        taken.append(place)
        painter.fillRect(place, QColor(colours.tip))
        if flicker.worst >= 0:
            side = QRectF(place.left(), place.top(), COUNT_SIDE_PX, place.height())
            painter.fillRect(side, kind_colour(KINDS[flicker.worst]))
        painter.setPen(QColor(colours.text))
        painter.drawText(place.adjusted(COUNT_SIDE_PX, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, words)
    return taken


def _paint_words(
    painter: QPainter,
    bars: Bars,
    scale: Scale,
    rect: QRectF,
    taken: list[QRectF],
    goes_on: Open | None,
) -> None:
    """A bar's words behind the counts that lie on its beginning, and before those on its end."""
    painter.setFont(theme.font(_words_px(rect.height()), bold=True))
    painter.setPen(QColor(theme.palette().on_fill))
    metrics = QFontMetricsF(painter.font())
    per_s = scale.width / (scale.end_at - scale.begin_at)
    seen_s = np.minimum(bars.until_at, scale.end_at) - np.maximum(bars.from_at, scale.begin_at)
    for number in np.flatnonzero(seen_s * per_s > WORDS_MIN_PX):
        bar = bars.bar(int(number))
        begin, end = max(rect.left(), scale.x(bar.from_at)), min(rect.right(), scale.x(bar.until_at))
        left, right = _free(begin, end, taken)
        left, room = left + WORDS_LEFT_PX, right - left - WORDS_SIDES_PX
        words = _fitting(bar_words(bar, _over_at(bars, int(number), goes_on)), metrics, room)
        if words is not None:
            painter.drawText(
                QRectF(left, rect.top(), room + 4, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
            )


def _fitting(told: Sequence[str], metrics: QFontMetricsF, room: float) -> str | None:
    words = next((words for words in told if metrics.horizontalAdvance(words) <= room), None)
    if words is None and room >= ELIDED_LEAST_PX:  # a long name: its ends tell it from others
        return metrics.elidedText(told[-1], Qt.TextElideMode.ElideMiddle, room)
    return words


def words_px(told: Sequence[str], bar: QRectF) -> float:
    """How much of a bar its own words take, from its left on; ``told``: longest first."""
    metrics = QFontMetricsF(theme.font(_words_px(bar.height()), bold=True))
    words = _fitting(told, metrics, bar.width() - WORDS_SIDES_PX)
    return WORDS_LEFT_PX + metrics.horizontalAdvance(words or "")


def _over_at(bars: Bars, number: int, goes_on: Open | None) -> Instant | None:
    """When the next bar began, where nobody looked away in between; of one that goes on, as of now."""
    after = number + 1
    if after < len(bars):
        return float(bars.from_at[after]) if bars.joined[after] else None
    until_at = float(bars.until_at[number])
    return goes_on.told_at if goes_on is not None and goes_on.until_at == until_at else None


def _words_px(bar_px: float) -> int:
    """As large as a bar of that height holds whole, descenders included."""
    return 10 if bar_px < LOW_BAR_PX else 11 if bar_px < 18 else 12


def _free(left: float, right: float, taken: list[QRectF]) -> tuple[float, float]:
    """What of a bar nothing lies on, from its left end."""
    for place in taken:
        if place.left() <= left < place.right():
            left = place.right()
        elif left < place.left() < right:
            right = place.left()
    return left, right
