"""Paints the two curve panels: heartbeat age with its limits and the takeover band, and response times.

Every curve comes reduced to at most two points a pixel, so a frame costs the same for a minute and a month.
Painted directly: a plot library drew the same points no faster, and wanted its import and a second x axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from agmonitor.domain.model import Role
from agmonitor.domain.state import Timers
from agmonitor.domain.words import number
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.bands import ValueScale, paint_band, polygon
from agmonitor.ui.due_windows import DueWindow
from agmonitor.ui.earlier import Column
from agmonitor.ui.phrases import age, lasting
from agmonitor.ui.pyramid import Pyramid, Reduced
from agmonitor.ui.series import GroupHistory

STRONG_MAX = 100  # points up to which a curve gets a stronger pen; its cost grows faster than their number
STRONG_PX = 1.4
DENSE_ALPHA = 0.72  # strokes stand side by side there: the curve below must show through
SECOND_NODE_TINT = 0.68  # the second node's line, so that two nodes of one role stay apart
BAND_LEAST_PX = 1.5
LABEL_PX = 11
TICK_GAP_PX = 13.0
GUTTER_LEFT_PX = 8.0  # the limits' words end there
WORDS_STRIP_PX = 17.0  # over the curves, where a takeover's band has words
WASH = 0.09  # how thickly the ranges beyond the limits are washed


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of one node in one role; ``tail``: the vertex that is still moving."""

    node: int
    role: Role | None
    points: Reduced
    tail: tuple[float, float] | None = None
    band: bool = False  # entries wider than a pixel: from lowest to highest, not a line

    @property
    def highest(self) -> float:
        known = [float(self.points.high.max())] if len(self.points) else []
        return max([*known, *([self.tail[1]] if self.tail else [])], default=0.0)


def nice_top(highest: float, least: float = 1.0) -> float:
    """The next round number, so that the scale does not move with every sample."""
    wanted = max(highest, least)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(
        step * power for step in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if step * power >= wanted
    )


def role_colour(role: Role | None, node: int) -> QColor:
    colours = theme.palette()
    named = {Role.PRIMARY: colours.primary, Role.SECONDARY: colours.secondary}
    colour = named.get(role, colours.unknown) if role is not None else colours.warning
    return QColor(colour if node == 0 else theme.tint(colour, colours.text, SECOND_NODE_TINT))


def age_curves(history: GroupHistory, scale: Scale) -> list[Curve]:
    """Every saw-tooth in sight."""
    found: list[Curve] = []
    for side, node in enumerate(history.nodes):
        grown = node.open_tooth()
        for role, curve in node.ages.items():
            tail = (grown[3], grown[4]) if grown is not None and grown[0] is role else None
            found.extend(_curve(side, role, curve, scale, tail))
        read = history.earlier_curves(node.name)
        found.extend(_read(history, side, read.ages if read is not None else {}, scale))
    return found


def round_trip_curves(history: GroupHistory, scale: Scale) -> list[Curve]:
    found: list[Curve] = []
    for side, node in enumerate(history.nodes):
        for role, curve in node.round_trips.items():
            found.extend(_curve(side, role, curve, scale, None))
        read = history.earlier_curves(node.name)
        found.extend(_read(history, side, read.trips if read is not None else {}, scale))
    return found


def _read(
    history: GroupHistory, side: int, curves: dict[Role | None, tuple[Column, float]], scale: Scale
) -> Iterator[Curve]:
    """What the history told of a node's curves, up to where our own memory begins."""
    if scale.begin_at >= history.border_at:
        return
    for role, (column, bucket_s) in curves.items():
        pixels = max(1, round(scale.width))
        points = column.reduced(scale.begin_at, scale.end_at, history.border_at, pixels)
        if len(points):
            wide = bucket_s * scale.width > BAND_LEAST_PX * (scale.end_at - scale.begin_at)
            yield Curve(side, role, points, band=wide and not points.raw)


def _curve(
    node: int, role: Role | None, curve: Pyramid, scale: Scale, tail: tuple[float, float] | None
) -> Iterator[Curve]:
    points = curve.reduced(scale.begin_at, scale.end_at, max(1, round(scale.width)))
    if tail is not None and tail[0] < scale.begin_at:
        tail = None
    if len(points):
        yield Curve(node, role, points, tail)


def polylines(curve: Curve, scale: Scale, values: ValueScale) -> list[NDArray[np.float64]]:
    """Runs of (x, y); where entries are ranges, a stroke from low to high and the next from high to low."""
    points = curve.points
    per_s = scale.width / (scale.end_at - scale.begin_at)
    x = scale.left + (points.at - scale.begin_at) * per_s
    if points.raw:
        xy = np.column_stack((x, points.high.astype(np.float64)))
        starts = np.flatnonzero(points.begins)
    else:
        turned = np.arange(len(x)) % 2 == 1
        first = np.where(turned, points.high, points.low)
        second = np.where(turned, points.low, points.high)
        xy = np.column_stack((np.repeat(x, 2), np.column_stack((first, second)).ravel()))
        starts = 2 * np.flatnonzero(points.begins)
    if curve.tail is not None:
        xy = np.vstack((xy, (scale.x(curve.tail[0]), curve.tail[1])))
    xy[:, 1] = values.rect.bottom() - xy[:, 1] * (values.rect.height() / values.top_value)
    return [run for run in np.split(xy, starts[starts > 0]) if len(run)]


def paint_curves(painter: QPainter, curves: Iterable[Curve], scale: Scale, values: ValueScale) -> None:
    """All curves of a panel, clipped to it."""
    painter.save()
    painter.setClipRect(values.rect.adjusted(0, -1, 0, 1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for curve in curves:
        strong = curve.points.raw and len(curve.points) <= STRONG_MAX
        colour = role_colour(curve.role, curve.node)
        if curve.band:
            paint_band(painter, curve.points, scale, values, colour)
            continue
        # Upright strokes, a column wide: smoothing them costs most of a frame and changes no pixel.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, curve.points.raw)
        if not curve.points.raw:
            colour.setAlphaF(DENSE_ALPHA)
        painter.setPen(QPen(colour, STRONG_PX if strong else 1.0))
        for run in polylines(curve, scale, values):
            if len(run) == 1:
                painter.drawEllipse(QPointF(*run[0]), 1.2, 1.2)
            else:
                painter.drawPolyline(polygon(run))
    painter.restore()


def limits(timers: Timers) -> tuple[tuple[str, float, str], ...]:
    """Words, seconds and colour of H, C and A."""
    colours = theme.palette()
    return (
        (t("report every {seconds} s", seconds=number(timers.report_s)), timers.report_s, colours.muted),
        (t("check every {seconds} s", seconds=number(timers.check_s)), timers.check_s, colours.warning),
        (
            t("allowed absence {seconds} s", seconds=number(timers.absence_s)),
            timers.absence_s,
            colours.critical,
        ),
    )


def paint_washes(painter: QPainter, timers: Timers, values: ValueScale) -> None:
    """The ranges beyond the check interval and beyond the allowed absence, thinly coloured."""
    colours = theme.palette()
    absence_y = values.y(timers.absence_s)
    _wash(painter, values.rect, absence_y, values.rect.top(), colours.critical)
    _wash(painter, values.rect, values.y(timers.check_s), absence_y, colours.warning)


def limit_places(timers: Timers, values: ValueScale) -> list[QRectF]:
    """Where the limits' words stand in the gutter, lowest limit first, kept apart from one another."""
    rect = values.rect
    wanted = [values.y(seconds) for _, seconds, _ in sorted(limits(timers), key=_seconds)]
    return [QRectF(rect.left() - 210, y - 8, 200, 16) for y in spread(wanted, rect.top(), rect.bottom())]


def paint_limits(painter: QPainter, timers: Timers, values: ValueScale) -> None:
    """Dashed lines, and in the gutter their words."""
    rect = values.rect
    painter.setFont(theme.font(LABEL_PX))
    rows = sorted(limits(timers), key=_seconds)
    for (words, seconds, colour), place in zip(rows, limit_places(timers, values), strict=True):
        pen = QPen(QColor(colour), 1, Qt.PenStyle.DashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        y = round(values.y(seconds)) + 0.5
        painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
        if place.center().y() > rect.bottom() + LABEL_PX / 2:
            continue  # so flat a graph has no room for all of them: the lowest limit goes without
        painter.setPen(QColor(colour))
        painter.drawLine(QLineF(rect.left() - 7, place.center().y(), rect.left() - 1, y))
        room = int(min(place.width(), place.right() - GUTTER_LEFT_PX))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def _seconds(row: tuple[str, float, str]) -> float:
    return row[1]


def spread(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Places for labels near their lines (lowest value first, so largest y first), none touching another."""
    placed: list[float] = []
    floor = bottom
    for y in wanted:
        floor = min(y, floor if not placed else placed[-1] - TICK_GAP_PX)
        placed.append(floor)
    ceiling = top
    for row in range(len(placed) - 1, -1, -1):  # pushed out at the top: move the pile down again
        placed[row] = max(placed[row], ceiling)
        ceiling = placed[row] + TICK_GAP_PX
    return placed


def _wash(painter: QPainter, rect: QRectF, lower: float, upper: float, colour: str) -> None:
    upper = max(upper, rect.top())
    if lower > upper:
        ground = QColor(theme.tint(colour, theme.palette().panel, WASH))
        painter.fillRect(QRectF(rect.left(), upper, rect.width(), lower - upper), ground)


def paint_values(painter: QPainter, values: ValueScale, taken: list[QRectF], inside_px: float = 0.0) -> None:
    """Grid lines and their numbers, leaving out those that would touch a limit's words.

    ``inside_px``: how far the outer numbers stand inside the graph, where its title and frame are close.
    """
    colours = theme.palette()
    rect = values.rect
    painter.setFont(theme.font(LABEL_PX))
    count = max(1, min(5, int(rect.height() // 26)))
    step = nice_top(values.top_value / count, 0.1)
    for row in range(int(values.top_value / step + 1e-9) + 1):
        y = values.y(row * step)
        painter.setPen(QColor(colours.grid))
        painter.drawLine(QLineF(rect.left(), round(y) + 0.5, rect.right(), round(y) + 0.5))
        place = QRectF(
            rect.left() - 70, min(max(y, rect.top() + inside_px), rect.bottom() - inside_px) - 8, 60, 16
        )
        if any(place.top() + 2 < other.bottom() and other.top() + 2 < place.bottom() for other in taken):
            continue
        painter.setPen(QColor(colours.faint))
        painter.drawText(
            place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(row * step)
        )


def due_words(window: DueWindow, at: float) -> str:
    """How far off the takeover is at an instant at which it is due."""
    if at < window.opens_at:
        first, last = age(window.opens_at - at), age(window.closes_at - at)
        return _assumed(window, t("takeover in {first} to {last}", first=first, last=last))
    if at <= window.closes_at:
        return _assumed(window, t("takeover now, within {time}", time=age(window.closes_at - at)))
    return _assumed(window, t("takeover overdue for {time}", time=age(at - window.closes_at)))


def due_when(window: DueWindow, at: float) -> str:
    """The same, where the takeover is named beside it."""
    if at < window.opens_at:
        first, last = age(window.opens_at - at), age(window.closes_at - at)
        return _assumed(window, t("in {first} to {last}", first=first, last=last))
    if at <= window.closes_at:
        return _assumed(window, t("now, within {time}", time=age(window.closes_at - at)))
    return _assumed(window, t("overdue for {time}", time=age(at - window.closes_at)))


def window_words(window: DueWindow, now: float) -> str:
    """The countdown while a takeover is due; afterwards what was to be expected."""
    if window.live:
        return due_words(window, now)
    if window.beat_at is None:
        # Translators: at some time in the past
        return _assumed(window, t("takeover was due"))
    opens, closes = window.opens_at - window.beat_at, window.closes_at - window.beat_at
    after = t("{first}–{last} s", first=f"{opens:.0f}", last=f"{closes:.0f}")
    if window.took_over_at is None:
        return _assumed(window, t("takeover was due {time} after the last beat", time=after))
    took = lasting(window.took_over_at - window.beat_at)
    return _assumed(
        window, t("took over {time} after the last beat, {expected} expected", time=took, expected=after)
    )


def _assumed(window: DueWindow, words: str) -> str:
    return t("{words} (defaults assumed)", words=words) if window.assumed else words


def paint_windows(painter: QPainter, windows: Iterable[DueWindow], scale: Scale, rect: QRectF) -> None:
    """A takeover's time as an upright band, below the curves."""
    colours = theme.palette()
    band = QColor(colours.accent)
    band.setAlphaF(0.20)
    for _, left, right in _bands(windows, scale, rect):
        painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), band)
        painter.setPen(QPen(QColor(colours.accent), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(left, rect.top(), left, rect.bottom()))
        painter.drawLine(QLineF(right, rect.top(), right, rect.bottom()))


def paint_window_words(
    painter: QPainter, windows: Iterable[DueWindow], scale: Scale, rect: QRectF, now: float
) -> None:
    """The bands' words in the strip that is kept free for them above the curves."""
    colours = theme.palette()
    painter.setFont(theme.font(LABEL_PX, bold=True))
    metrics = QFontMetricsF(painter.font())
    taken_until = rect.left()
    for window, left, _ in _bands(windows, scale, rect):
        words = window_words(window, now)
        width = metrics.horizontalAdvance(words) + 10
        x = left + 4 if left + 4 + width <= rect.right() else rect.right() - width
        if x < taken_until or width > rect.width():
            continue
        taken_until = x + width
        ground = QRectF(x, rect.top(), width, WORDS_STRIP_PX - 2)
        painter.fillRect(ground, QColor(colours.tip))
        painter.setPen(QColor(colours.accent))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)


def in_sight(windows: Iterable[DueWindow], scale: Scale, rect: QRectF) -> bool:
    """Whether any of them has a band there."""
    return any(True for _ in _bands(windows, scale, rect))


def _bands(
    windows: Iterable[DueWindow], scale: Scale, rect: QRectF
) -> Iterator[tuple[DueWindow, float, float]]:
    """The windows in sight with their edges."""
    for window in windows:
        left, right = scale.x(window.opens_at), scale.x(window.ends_at)
        if window.ends_at < window.opens_at or right < rect.left() or left > rect.right():
            continue
        yield window, max(left, rect.left()), min(max(right, left + 1), rect.right())
