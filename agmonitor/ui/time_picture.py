"""Draws the whole time view for one range and size into a painter: lanes, curves, gaps, axis.

A plain function of history, range, size and palette; the widget keeps the result and only lays the cross-hair
over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from agmonitor.domain.model import Instant, Role
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.axis import FONT_PX, Scale, Tick, Zone, paint_axis, ticks
from agmonitor.ui.bands import ValueScale
from agmonitor.ui.beat_marks import paint_beats, shown_regularity
from agmonitor.ui.gaps import cut_offs, paint_gaps, visible_gaps
from agmonitor.ui.lane_slots import Slot, slots
from agmonitor.ui.phrases import lasting, told_of
from agmonitor.ui.plots import (
    WORDS_STRIP_PX,
    age_curves,
    in_sight,
    limit_places,
    nice_top,
    paint_curves,
    paint_limits,
    paint_values,
    paint_washes,
    paint_window_words,
    paint_windows,
    role_colour,
    round_trip_curves,
)
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.spans import BarKind
from agmonitor.ui.time_layout import HEADER_PX, Graph, Layout, Panel, arrange, compact, folded_by_itself
from agmonitor.ui.time_range import RANGES, TimeRange
from agmonitor.ui.time_rows import paint_empty_rows, paint_row_marks, paint_rows, paint_times_to_live

AGE_CUT_OFF = 6.0  # a beat of last week must not press today's saw-tooth flat; the title line has its number
AGE_HEADROOM = 1.35  # over the allowed absence, so that its line never lies on the edge
TRIP_LEAST_MS = 5.0
READING = t("reading…")
READING_LEAST_PX = 70.0
NUMBER_INSIDE_PX = 5.0
EMPTY = t("No data yet")
EMPTY_HINT = t("Bars and curves appear with the first answers.")
TITLES = {Graph.HEARTBEAT: t("Heartbeat age"), Graph.RESPONSE: t("Response time")}


@dataclass(frozen=True, slots=True)
class Picture:
    """Where things were drawn, for the cross-hair and the pointer."""

    layout: Layout
    scale: Scale
    rows: tuple[Slot, ...] = ()

    def holds(self, point: QPointF) -> bool:
        """Whether a point lies on the time axis' part of the panels."""
        layout = self.layout
        return layout.left <= point.x() <= layout.right and point.y() >= layout.roles.plot.top()

    def title_at(self, point: QPointF) -> Graph | None:
        """The graph whose title lies there: a press on it folds."""
        wide = self.layout.left
        return next(
            (
                graph
                for graph in Graph
                if self.layout.panel(graph).header.contains(point) and point.x() < wide
            ),
            None,
        )


LANES_EMPTY = 4  # both nodes, DNS, clients: those that there will be


def place(
    history: GroupHistory | None,
    shown: TimeRange,
    width: float,
    height: float,
    folded: dict[Graph, bool] | None = None,
) -> Picture:
    """Where everything stands; ``folded``: the graphs that a person folded or unfolded."""
    rows = () if history is None else slots(history, compact=compact(height))
    lanes = len(rows) or LANES_EMPTY
    layout = arrange(width, height, lanes, folded_by_itself(height, lanes, folded or {}))
    return Picture(layout, Scale(shown.begin_at, shown.end_at, layout.left, layout.right), rows)


LEGEND_NAME_SHARE = 0.2  # of the title line, for each node's name


def axis_ticks(picture: Picture, zone: Zone) -> list[Tick]:
    """The ticks of the one axis below all panels."""
    layout = picture.layout
    metrics = QFontMetricsF(theme.font(FONT_PX))
    edge = QRectF(layout.left - 40, 0, layout.axis.right() - 4 - layout.left + 40, 1)
    return ticks(picture.scale, zone, metrics.horizontalAdvance, edge)


def draw(
    painter: QPainter,
    picture: Picture,
    history: GroupHistory | None,
    shown: TimeRange,
    zone: Zone,
    header_end: float,
    *,
    has_present: bool = True,
    newest: bool = True,
) -> None:
    """All that stands on the ground but the cross-hair; ``header_end``: how far the first title is free.

    ``has_present`` False: a recording, which nobody could follow. ``newest`` False: a past moment is chosen,
    and the newest values have no place beside it.
    """
    layout, scale = picture.layout, picture.scale
    _title(painter, layout.roles, t("Roles"), _following(shown) if has_present else "", "", header_end)
    if history is None or history.empty:
        _title(painter, layout.heartbeat, _foldable(Graph.HEARTBEAT, layout.heartbeat))
        _title(painter, layout.response, _foldable(Graph.RESPONSE, layout.response))
        _nothing(painter, layout)
        return
    found = axis_ticks(picture, zone)
    columns = [tick.x for tick in found]
    _heartbeat(painter, picture, history, shown, columns, newest=newest)
    _response(painter, picture, history, columns, newest=newest)
    gaps = visible_gaps(history.all_gaps(), scale, cut_offs(history))
    paint_rows(painter, picture.rows, layout, scale, history.newest_at)
    paint_gaps(painter, gaps, layout.plots)
    paint_empty_rows(painter, picture.rows, layout, gaps)
    paint_row_marks(painter, picture.rows, layout, scale, history)
    if shown.live:
        paint_times_to_live(painter, picture.rows, layout, scale, history, shown.now)
        _now_line(painter, picture, shown.now)
    _reading(painter, picture, history)
    paint_axis(painter, scale, zone, layout.axis, found)


def _following(shown: TimeRange) -> str:
    """What the range does by itself, where that is not plain."""
    if shown.shortened:
        return t("the first {span}, growing to {range}", span=lasting(shown.span_s), range=RANGES[0][0])
    if shown.live:
        return ""
    behind_s = shown.now - shown.end_at
    return t("held still, ends {time} ago", time=lasting(behind_s)) if behind_s >= 1 else t("held still")


def _title(
    painter: QPainter, panel: Panel, words: str, unit: str = "", more: str = "", end: float | None = None
) -> None:
    """Title and subtitle as far as they fit."""
    colours = theme.palette()
    right = panel.header.right() if end is None else end
    x = panel.header.left()
    for text, colour, bold in (
        (words, colours.text, True),
        (unit, colours.faint, False),
        (more, colours.faint, False),
    ):
        font = theme.font(13 if bold else 11, bold=bold)
        width = QFontMetricsF(font).horizontalAdvance(text)
        if not text or x + width > right:
            continue
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(
            QRectF(x, panel.header.top(), width + 2, panel.header.height()),
            Qt.AlignmentFlag.AlignVCenter,
            text,
        )
        x += width + 12


def _legend(painter: QPainter, panel: Panel, entries: list[tuple[str, QColor]]) -> float:
    """Each node's name and newest value, right-aligned in the title line; the x before them."""
    painter.setFont(theme.font(11, bold=True))
    metrics = QFontMetricsF(painter.font())
    x = panel.header.right()
    for words, colour in reversed(entries):
        width = metrics.horizontalAdvance(words)
        place = QRectF(x - width, panel.header.top(), width + 1, panel.header.height())
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        painter.fillRect(QRectF(x - width - 17, panel.header.center().y() - 1, 12, 2), colour)
        x -= width + 32
    return x


def _reading(painter: QPainter, picture: Picture, history: GroupHistory) -> None:
    """Where the history is still being read stands nothing but that: it is no gap."""
    layout, scale = picture.layout, picture.scale
    known = history.earlier is not None and history.earlier.serves(
        scale.begin_at, scale.end_at, history.border_at
    )
    if not history.reading or known:
        return
    ends = [history.border_at]
    if history.earlier is not None and history.earlier.wish.until_at >= min(scale.end_at, history.border_at):
        ends.append(history.earlier.wish.from_at)
    right = min(layout.right, scale.x(min(*ends, scale.end_at)))
    painter.setPen(QColor(theme.palette().faint))
    painter.setFont(theme.font(12))
    nothing_yet = history.earlier is None  # else bars may reach in there, which words would lie on
    for plot in layout.plots if nothing_yet else layout.plots[1:] or layout.plots:
        area = QRectF(plot.left(), plot.top(), right - plot.left(), plot.height())
        if area.width() > READING_LEAST_PX:
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, READING)


def _newest(
    history: GroupHistory,
    panel: Panel,
    values: list[float | None],
    words: Callable[[float], str],
    *,
    told: bool,
) -> list[tuple[str, QColor]]:
    """The nodes with their newest values; where those are not to be ``told``, by their names alone.

    A long name gives way in its middle: the panel's title keeps its room.
    """
    metrics, most_px = QFontMetricsF(theme.font(11, bold=True)), LEGEND_NAME_SHARE * panel.header.width()
    names = [metrics.elidedText(node.name, Qt.TextElideMode.ElideMiddle, most_px) for node in history.nodes]
    said = [
        t("{node} not heard", node=name) if value is None else f"{name} {words(value)}"
        for name, value in zip(names, values, strict=True)
    ]
    return [
        (newest if told else name, _node_colour(history, side))
        for side, (name, newest) in enumerate(zip(names, said, strict=True))
    ]


def _nothing(painter: QPainter, layout: Layout) -> None:
    colours = theme.palette()
    whole = layout.roles.plot.united(layout.response.plot)
    painter.setPen(QColor(colours.muted))
    painter.setFont(theme.font(15, bold=True))
    middle = layout.heartbeat.plot if layout.heartbeat.plot.height() > 50 else whole
    painter.drawText(middle.translated(0, -12), Qt.AlignmentFlag.AlignCenter, EMPTY)
    painter.setFont(theme.font(12))
    painter.drawText(middle.translated(0, 10), Qt.AlignmentFlag.AlignCenter, EMPTY_HINT)


def _columns(painter: QPainter, panel: Panel, columns: list[float]) -> None:
    """The time axis' grid lines."""
    painter.setPen(QColor(theme.palette().grid))
    for x in columns:
        painter.drawLine(round(x), int(panel.plot.top()), round(x), int(panel.plot.bottom()))


def _now_line(painter: QPainter, picture: Picture, now: Instant) -> None:
    """Where the present is, when a takeover still to come is in sight beyond it."""
    layout, x = picture.layout, picture.scale.x(now)
    if x < layout.right - 1:
        painter.setPen(QColor(theme.palette().muted))
        for plot in layout.plots:
            painter.drawLine(QPointF(round(x) + 0.5, plot.top()), QPointF(round(x) + 0.5, plot.bottom()))


def _node_colour(history: GroupHistory, side: int) -> QColor:
    """The colour of a node's newest role; that of no answer where it gives none."""
    if history.cut_offs.now:
        return QColor(theme.palette().unknown)  # no node is blamed
    last = history.bars.tracks[history.nodes[side].name].last()
    if last is None or last.value.kind is BarKind.SILENT:
        return QColor(theme.palette().critical)
    roles = {
        BarKind.PRIMARY: Role.PRIMARY,
        BarKind.SECONDARY: Role.SECONDARY,
        BarKind.IDLE: Role.NOT_IN_GROUP,
    }
    return role_colour(roles.get(last.value.kind), side)


def _foldable(graph: Graph, panel: Panel) -> str:
    return f"{'▸' if panel.folded else '▾'} {TITLES[graph]}"


def _heartbeat(
    painter: QPainter,
    picture: Picture,
    history: GroupHistory,
    shown: TimeRange,
    columns: list[float],
    *,
    newest: bool,
) -> None:
    panel, timers = picture.layout.heartbeat, history.timers
    assumed = t("documented defaults assumed") if timers.assumed else ""
    told_at = shown.now if history.newest_at is None else told_of(history.newest_at, shown.now)
    ages = _newest(
        history, panel, [node.newest_age_s(told_at) for node in history.nodes], lasting, told=newest
    )
    end = _legend(painter, panel, ages)
    even = shown_regularity(history, picture.scale.begin_at, picture.scale.end_at)
    subtitle = "" if panel.folded else t("seconds since the last heartbeat each node knows of")
    told = (even.words, subtitle) if even is not None else (subtitle, "")
    _title(painter, panel, _foldable(Graph.HEARTBEAT, panel), told[0], assumed or told[1], end)
    if panel.folded:
        return
    curves = age_curves(history, picture.scale)
    least = AGE_HEADROOM * max(timers.absence_s, timers.check_s, timers.report_s)
    highest = max((curve.highest for curve in curves), default=0.0)
    windows = list(history.all_windows())
    strip = WORDS_STRIP_PX if in_sight(windows, picture.scale, panel.plot) else 0.0
    curves_in = panel.plot.adjusted(0, strip, 0, 0)
    values = ValueScale(nice_top(min(highest, AGE_CUT_OFF * least), least), curves_in)
    paint_washes(painter, timers, values)
    _columns(painter, panel, columns)
    paint_values(painter, values, limit_places(timers, values), _inside_px(picture.layout))
    paint_limits(painter, timers, values)
    paint_windows(painter, windows, picture.scale, panel.plot)
    paint_curves(painter, curves, picture.scale, values)
    paint_beats(painter, history, picture.scale, panel.plot)
    paint_window_words(painter, windows, picture.scale, panel.plot, told_at)


def _inside_px(layout: Layout) -> float:
    """Where the title lines are low, a graph's outer numbers would touch the title above or the frame."""
    return NUMBER_INSIDE_PX if layout.roles.header.height() < HEADER_PX else 0.0


def _response(
    painter: QPainter, picture: Picture, history: GroupHistory, columns: list[float], *, newest: bool
) -> None:
    panel = picture.layout.response
    trips = [node.newest_round_trip_ms for node in history.nodes]
    end = _legend(
        painter, panel, _newest(history, panel, trips, lambda trip: t("{n} ms", n=f"{trip:.0f}"), told=newest)
    )
    _title(painter, panel, _foldable(Graph.RESPONSE, panel), t("milliseconds"), "", end)
    if panel.folded:
        return
    curves = round_trip_curves(history, picture.scale)
    values = ValueScale(
        nice_top(max((c.highest for c in curves), default=0.0) * 1.1, TRIP_LEAST_MS), panel.plot
    )
    _columns(painter, panel, columns)
    paint_values(painter, values, [], _inside_px(picture.layout))
    paint_curves(painter, curves, picture.scale, values)
