"""What a window needs of any range of time, from at most a few thousand rows, whatever lies in the file.

Changes come exactly: a lane's spans, and heartbeats as far as they are few enough to be told apart. Curves
come as samples for up to an hour, then as lowest and highest value by bucket. Judges and draws nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.events import Episode, Event
from agmonitor.domain.kept import Mark
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.timeline import Span
from agmonitor.history.drawn_beats import Beat
from agmonitor.history.drawn_levels import LEVELS_S, Series
from agmonitor.history.episodes import bare_episodes
from agmonitor.history.faults import Fault, fault
from agmonitor.history.marks import marks_of
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.ranges_curves import Points, level_points, read_trips, series_of
from agmonitor.history.ranges_drawn import Lane, drawn_until, lanes_of, read_beats, read_events, read_lane

RAW_MAX_S = 3_600.0
POINTS_LEAST = 1_500
"""As many points a curve may have on the narrowest screen: a day of minutes, a year of quarters of a day."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Round trips (``trip``, milliseconds) or ages of heartbeats (``age``, seconds) of one node in one role.

    ``clients`` has neither node nor role. ``bucket_s`` 0: samples as they came.
    """

    kind: str
    node: str
    role: Role | None
    bucket_s: int
    points: Points


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of one group's past. ``drawn_until``: what came later is not in it yet; None: nothing is."""

    group: str
    from_at: Instant
    until_at: Instant
    lanes: tuple[Lane, ...] = ()
    curves: tuple[Curve, ...] = ()
    beats: tuple[tuple[str, tuple[Beat, ...]], ...] | None = ()  # by node; None: too many, ``age`` has them
    events: tuple[Event, ...] = ()
    events_left_out: int = 0
    drawn_until: Instant | None = None
    marks: tuple[Mark, ...] = ()  # what people left, pinned within it
    episodes: tuple[Episode, ...] = ()  # the newest that touch it, oldest first

    @property
    def gaps(self) -> tuple[Span, ...]:
        """Times not observed, each once, in order; the key is ``gap:<reason>``."""
        found: dict[tuple[Instant, str], Span] = {}
        for span in (span for lane in self.lanes for span in lane.spans if span.key.startswith("gap:")):
            known = found.get((span.end, span.key))
            if known is None or span.start < known.start:
                found[span.end, span.key] = span
        return tuple(sorted(found.values(), key=lambda span: (span.start, span.end)))


def level_for(span_s: float, width_px: int) -> int:
    """How wide, in seconds, the buckets are that a range of that length is told in."""
    most = max(POINTS_LEAST, width_px)
    return next((level for level in LEVELS_S if span_s / level <= most), LEVELS_S[-1])


def read_range(path: Path, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
    """One group's past between two instants, fit for that many pixels.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return Range(group, from_at, until_at)
        try:
            return _Reader(connection, group, group_id, from_at, until_at, width_px).read()
        except (TypeError, KeyError, ValueError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """One question to one open file."""

    connection: sqlite3.Connection
    group: str
    group_id: int
    from_at: Instant
    until_at: Instant
    width_px: int

    @property
    def ends_ms(self) -> tuple[int, int]:
        return round(self.from_at * 1000), round(self.until_at * 1000)

    def read(self) -> Range:
        connection, group_id, ends_ms = self.connection, self.group_id, self.ends_ms
        series = series_of(connection, group_id)
        beats = read_beats(connection, group_id, ends_ms)
        events, left_out = read_events(connection, group_id, ends_ms)
        return Range(
            self.group,
            self.from_at,
            self.until_at,
            tuple(self._lanes(series)),
            tuple(self._curves(series, ages=beats is None)),
            beats,
            events,
            left_out,
            drawn_until(connection, group_id),
            tuple(marks_of(connection, group_id, ends_ms)),
            tuple(bare_episodes(connection, group_id, ends_ms)),
        )

    def _lanes(self, series: list[Series]) -> Iterator[Lane]:
        level = level_for(self.until_at - self.from_at, self.width_px)
        for lane in lanes_of(self.connection, self.group_id):
            keys = [one.word for one in series if one.kind == "short" and one.name == lane]
            yield read_lane(self.connection, self.group_id, lane, self.ends_ms, level, keys)

    def _curves(self, series: list[Series], *, ages: bool) -> Iterator[Curve]:
        span_s = self.until_at - self.from_at
        trips = read_trips(self.connection, self.group_id, self.ends_ms) if span_s <= RAW_MAX_S else {}
        for one, points in trips.items():
            yield _curve(one, 0, points)
        wanted = {"age"} if ages else set()
        wanted |= set() if trips else {"trip", "clients"}
        level = level_for(span_s, self.width_px)
        for one in series:
            if one.kind in wanted:
                points = level_points(self.connection, self.group_id, one, level, self.ends_ms)
                if len(points):
                    yield _curve(one, level, points)


def _curve(series: Series, bucket_s: int, points: Points) -> Curve:
    return Curve(series.kind, series.name, Role(series.word) if series.word else None, bucket_s, points)
