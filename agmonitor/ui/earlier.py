"""A group's past from before the window's own memory, as read from the history: ready to draw, never changed.

Made in a thread, for it may hold a year. Where the window has its own memory that one is drawn. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from agmonitor.domain.events import Event
from agmonitor.domain.model import GroupSettings, Instant, Role
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.domain.timeline import CLIENTS, DNS, RESOLVER, Span
from agmonitor.ui.beat_columns import NONE, Beats, beats_of
from agmonitor.ui.due_windows import DueWindow, windows_of_past
from agmonitor.ui.hook_marks import HookMark, mark_of_event
from agmonitor.ui.lane_tracks import hole_of, is_private, resolvers_value, value_of
from agmonitor.ui.pins import Pin, pins_of_past
from agmonitor.ui.pyramid import Flags, Floats, Reduced, Singles, by_pixel
from agmonitor.ui.spans import SpanTrack

if TYPE_CHECKING:
    from agmonitor.history.drawn_beats import Beat
    from agmonitor.history.ranges import Range
    from agmonitor.history.ranges_curves import Points
    from agmonitor.history.ranges_drawn import Lane

RAW_S = 3_600.0  # as far as the history tells each sample
MARGIN_SHARE = 0.25  # of the range, read on either side, so that not every move reads again
COARSE = 2.0  # what was read for a range so much longer is read again, finer
BORDER_S = 60.0  # read beyond the border, so that lines lead across it
POINTS_LEAST = 1_500
Limits = tuple[Instant, Instant]


@dataclass(frozen=True, slots=True)
class Wish:
    """A view that reaches back beyond the border, and the stretch to be read for it."""

    begin_at: Instant
    end_at: Instant
    border_at: Instant  # our own memory begins there
    from_at: Instant
    until_at: Instant
    width_px: int

    @classmethod
    def of_view(cls, begin_at: Instant, end_at: Instant, border_at: Instant, width: float) -> Wish:
        """What a view needs from before the border, with a margin."""
        span_s = end_at - begin_at
        margin_s = MARGIN_SHARE * span_s
        if span_s <= RAW_S:
            margin_s = min(margin_s, (RAW_S - span_s) / 2)
        until_at = min(end_at + margin_s, border_at + BORDER_S)
        widened = (span_s + 2 * margin_s) / span_s
        width_px = round(max(width, POINTS_LEAST) * widened)
        return cls(begin_at, end_at, border_at, begin_at - margin_s, until_at, width_px)

    @property
    def span_s(self) -> float:
        return self.end_at - self.begin_at


@dataclass(frozen=True, slots=True)
class Column:
    """One curve as columns; ``raw``: each entry is one sample."""

    at: Floats
    low: Singles
    high: Singles
    begins: Flags
    raw: bool

    def reduced(self, from_at: Instant, until_at: Instant, border_at: Instant, pixels: int) -> Reduced:
        """At most two entries a pixel, one more on either side; beyond the border only what leads there."""
        first = max(0, int(np.searchsorted(self.at, from_at, "left")) - 1)
        last = int(np.searchsorted(self.at, min(until_at, border_at), "right")) + (1 if self.raw else 0)
        rows = slice(first, min(last, len(self.at)))
        at, low, high, begins = self.at[rows], self.low[rows], self.high[rows], self.begins[rows]
        if len(at) > 2 * pixels:
            return Reduced(*by_pixel(at, low, high, begins, from_at, until_at, pixels), raw=False)
        return Reduced(at, low, high, begins, raw=self.raw)

    def at_instant(self, at: Instant, bucket_s: float) -> Limits | None:
        """Lowest and highest at an instant: on the line between two samples, or of its bucket."""
        row = int(np.searchsorted(self.at, at, "right")) - 1
        if not self.raw:
            near = [
                n for n in (row, row + 1) if 0 <= n < len(self.at) and abs(self.at[n] - at) <= bucket_s / 2
            ]
            return (float(self.low[near[0]]), float(self.high[near[0]])) if near else None
        if row < 0:
            return None
        before = float(self.high[row])
        if self.at[row] == at:
            return before, before
        if row + 1 == len(self.at) or self.begins[row + 1]:
            return None
        share = (at - self.at[row]) / (self.at[row + 1] - self.at[row])
        value = float(before + share * (float(self.high[row + 1]) - before))
        return value, value


@dataclass(frozen=True, slots=True)
class NodeCurves:
    """Of one node, by role, each with the width of its buckets."""

    ages: dict[Role | None, tuple[Column, float]] = field(default_factory=dict)
    trips: dict[Role | None, tuple[Column, float]] = field(default_factory=dict)
    beats: Beats | None = None  # None: too many to be told apart


def limits_at(curves: dict[Role | None, tuple[Column, float]], at: Instant) -> Limits | None:
    """The first of some curves that tells anything of an instant."""
    known = (column.at_instant(at, bucket_s) for column, bucket_s in curves.values())
    return next((limits for limits in known if limits is not None), None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the history told of a stretch of time."""

    wish: Wish
    lanes: dict[str, SpanTrack] = field(default_factory=dict)
    nodes: dict[str, NodeCurves] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    events: tuple[Event, ...] = ()
    hooks: tuple[HookMark, ...] = ()
    pins: tuple[Pin, ...] = ()
    windows: tuple[DueWindow, ...] = ()
    events_left_out: int = 0  # older ones of that time

    def serves(self, begin_at: Instant, end_at: Instant, border_at: Instant) -> bool:
        """Whether it has all of that view that lies before the border, finely enough."""
        wish = self.wish
        covers = wish.from_at <= begin_at and wish.until_at >= min(end_at, border_at)
        return covers and wish.span_s <= COARSE * (end_at - begin_at)

    @property
    def empty(self) -> bool:
        return not self.gaps and not any(len(track) for track in self.lanes.values())


def earlier_of(told: Range, wish: Wish, settings: GroupSettings, *, judge_clients: bool) -> Earlier:
    """A range as the window draws it."""
    resolvers = [
        lane.name
        for lane in told.lanes
        if lane.name.startswith(RESOLVER) and (not is_private(settings) or _named_somebody(lane))
    ]
    names = [*(node.name for node in settings.nodes), DNS, *resolvers, CLIENTS]
    tracks = {name: SpanTrack() for name in names}
    for lane in told.lanes:
        if lane.name in tracks and (lane.name != CLIENTS or judge_clients or _ever_served(lane)):
            _fill(tracks[lane.name], lane, hole_of(lane.name, settings))
    beats_told = {node: beats_of(beats) for node, beats in told.beats or ()}
    none = NONE if told.beats is not None else None
    nodes = {node.name: NodeCurves(beats=beats_told.get(node.name, none)) for node in settings.nodes}
    for curve in told.curves:
        if curve.node in nodes:
            of_node = nodes[curve.node].ages if curve.kind == "age" else nodes[curve.node].trips
            of_node[curve.role] = _column(curve.points, raw=curve.bucket_s == 0), float(curve.bucket_s)
    for node, beats in told.beats or ():
        if node in nodes:
            nodes[node].ages.update({role: (column, 0.0) for role, column in _ages(beats).items()})
    gaps = tuple(_gap(span) for span in told.gaps)
    return Earlier(
        wish,
        tracks,
        nodes,
        gaps,
        told.events,
        tuple(mark for event in told.events if (mark := mark_of_event(event)) is not None),
        pins_of_past(told.marks, told.events),
        tuple(windows_of_past(told.episodes)),
        events_left_out=told.events_left_out,
    )


def _ever_served(lane: Lane) -> bool:
    return any(key != "clients:lost" for key in _keys(lane) if key.startswith("clients:"))


def _named_somebody(lane: Lane) -> bool:
    return any(key.startswith("dns:") and key != "dns:none" for key in _keys(lane))


def _keys(lane: Lane) -> Iterable[str]:
    yield from (span.key for span in lane.spans)
    yield from (short.key for short in lane.short)


def _fill(track: SpanTrack, lane: Lane, hole_s: float) -> None:
    """Bars in order; short ones that were too many stand where each kind of them began, with their number."""
    told = [(span, 1) for span in lane.spans]
    told += [
        (Span(one.from_at, one.until_at, one.key, one.key.partition(":")[2] or one.key), one.count)
        for one in lane.short
    ]
    if lane.short:
        told.sort(key=lambda row: row[0].start)
    for number, (span, count) in enumerate(told):
        if span.key.startswith("gap:"):
            track.break_at(span.start)
            continue
        following = told[number + 1][0].start if lane.short and number + 1 < len(told) else span.end
        value = value_of(span)
        value = resolvers_value(value) if lane.name.startswith(RESOLVER) else value
        track.take(span.start, min(span.end, following), value, hole_s=hole_s, count=count)


def _gap(span: Span) -> Gap:
    return Gap(span.start, span.end, GapReason(span.key.removeprefix("gap:")))


def _column(points: Points, *, raw: bool) -> Column:
    return Column(
        np.array(points.at, np.float64),
        np.array(points.low, np.float32),
        np.array(points.high, np.float32),
        np.array(points.begins, np.bool_),
        raw,
    )


def _ages(beats: Iterable[Beat]) -> dict[Role, Column]:
    """The saw-tooth of each role: up while a beat is the newest, down where the next one is told."""
    rows: dict[Role, list[tuple[Instant, float, bool]]] = {}
    newest: Instant | None = None
    for beat in beats:
        if newest is not None and beat.seen_at < newest:
            continue  # our clock was set back: the later word holds on the lanes, here the first one
        line = rows.setdefault(beat.role, [])
        line.append((beat.seen_at, max(0.0, beat.seen_at - beat.beat_at), not (beat.joined and line)))
        if beat.until_at > beat.seen_at:
            line.append((beat.until_at, beat.until_at - beat.beat_at, False))
        newest = beat.until_at
    return {role: _of_rows(line) for role, line in rows.items()}


def _of_rows(rows: list[tuple[Instant, float, bool]]) -> Column:
    at, values, begins = zip(*rows, strict=True)
    high = np.array(values, np.float32)
    return Column(np.array(at, np.float64), high, high, np.array(begins, np.bool_), raw=True)
