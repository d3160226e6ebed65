"""What one node showed over time: age of its newest heartbeat, round trips. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from agmonitor.domain.heartbeats import BeatFollower
from agmonitor.domain.model import UNREADABLE, Answer, Instant, Role
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import Condition, NodeState
from agmonitor.ui.beat_columns import BeatColumns
from agmonitor.ui.beat_seen import APART_S, KnownBeat
from agmonitor.ui.pyramid import Pyramid

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class _Tooth:
    """The heartbeat a node knows of, from when we first saw it there. Instants on our clock."""

    role: Role
    stamp: Instant  # as reported, on the node's clock
    beat_at: Instant  # the same on ours
    until_at: Instant  # last answer that still told of this one

    @property
    def age_s(self) -> float:
        return max(0.0, self.until_at - self.beat_at)


class NodeSeries:
    """Columns of one node. Curves are kept per role, so that each is drawn in its role's colour."""

    __slots__ = ("_fed_at", "_follower", "_tooth", "ages", "beats", "name", "round_trips")

    def __init__(self, name: str) -> None:
        self.name = name
        self.beats = BeatColumns()
        self._follower = BeatFollower()
        self.ages: dict[Role, Pyramid] = {}
        self.round_trips: dict[Role | None, Pyramid] = {}
        self._tooth: _Tooth | None = None
        self._fed_at: Instant | None = None

    def feed(self, seen: NodeObservation, node: NodeState, at: Instant, patience_s: float) -> None:
        """Fold in one probe; ``node`` is the state after it. A pause over ``patience_s`` ends every line."""
        if self._fed_at is not None and at - self._fed_at > patience_s:
            self.break_here()
        self._fed_at = at
        self._feed_round_trip(seen, at)
        self._feed_age(seen, node, at)

    def break_here(self) -> None:
        """A gap: nothing is claimed from the last answer to the next."""
        self._end_tooth()
        for curve in self.round_trips.values():
            curve.break_here()

    def forget_after(self, at: Instant) -> None:
        self.beats.forget_after(at)
        self._follower.break_here()
        self._tooth = None
        self._fed_at = None
        for curve in (*self.ages.values(), *self.round_trips.values()):
            curve.forget_after(at)

    def open_tooth(self) -> tuple[Role, Instant, float, Instant, float] | None:
        """The line that still grows: role, its last vertex, and where it has got to."""
        if self._tooth is None:
            return None
        vertex = self.ages[self._tooth.role].newest()
        if vertex is None:
            return None
        return self._tooth.role, *vertex, self._tooth.until_at, self._tooth.age_s

    def age_at(self, at: Instant, hole_s: float = 0.0) -> float | None:
        """Seconds since the last heartbeat this node knew of, at an instant; None where it was not heard.

        So long as ``hole_s`` after the newest answer: as that one told it.
        """
        grown = self.open_tooth()
        if grown is not None and grown[1] <= at <= grown[3]:
            return grown[2] + at - grown[1]
        if grown is not None and 0.0 < at - grown[3] <= hole_s:
            return grown[4]
        known = (curve.interpolated(at) for curve in self.ages.values())
        return next((age for age in known if age is not None), None)

    def round_trip_at(self, at: Instant, hole_s: float = 0.0) -> float | None:
        """Milliseconds; so long as ``hole_s`` after the newest answer: as that one took."""
        newest = max(
            (found for curve in self.round_trips.values() if (found := curve.newest())), default=None
        )
        if newest is not None and 0.0 <= at - newest[0] <= hole_s:
            return newest[1]
        known = (curve.interpolated(at) for curve in self.round_trips.values())
        return next((trip for trip in known if trip is not None), None)

    @property
    def newest_round_trip_ms(self) -> float | None:
        found = [newest for curve in self.round_trips.values() if (newest := curve.newest()) is not None]
        return max(found)[1] if found else None

    @property
    def known_beat(self) -> KnownBeat | None:
        """The heartbeat it tells of; None where it is not heard."""
        return None if self._tooth is None else KnownBeat(self._tooth.stamp, self._tooth.beat_at)

    def newest_age_s(self, now: Instant) -> float | None:
        """How old that one is by now, on our clock."""
        return None if self._tooth is None else max(0.0, now - self._tooth.beat_at)

    def _feed_round_trip(self, seen: NodeObservation, at: Instant) -> None:
        role = seen.report.role if seen.report is not None else None
        readable = seen.answer is Answer.OK or seen.answer in UNREADABLE
        for other, curve in self.round_trips.items():
            if other is not role or not readable:
                curve.break_here()
        if readable and seen.round_trip_ms is not None:
            _curve(self.round_trips, role).append(at, seen.round_trip_ms)

    def _feed_age(self, seen: NodeObservation, node: NodeState, at: Instant) -> None:
        report = seen.report
        offset_s = node.offset.middle_s if node.offset is not None else 0.0
        beat = self._follower.feed(report, at, offset_s) if report is not None else None
        if beat is not None:
            self.beats.append(beat)
        elif self._follower.knows(report):
            self.beats.still(at)
        if report is None:
            if node.condition is not Condition.HEARD:
                self._end_tooth()
            return
        stamp = report.last_heartbeat_at
        if stamp is None or report.role is Role.NOT_IN_GROUP:
            self._end_tooth()
            return
        tooth = self._tooth
        if tooth is not None and tooth.role is report.role and tooth.stamp == stamp:
            # The offset is told ever better; but a clock that was set says nothing of a stamp from before.
            better_at = min(stamp - offset_s, at)
            beat_at = better_at if abs(better_at - tooth.beat_at) <= APART_S else tooth.beat_at
            self._tooth = _Tooth(tooth.role, stamp, beat_at, at)
            return
        curve = _curve(self.ages, report.role)
        if tooth is not None:
            # The old line rises until the very answer that told of the new beat.
            self.ages[tooth.role].append(at, max(0.0, at - tooth.beat_at))
            if tooth.role is not report.role:
                self.ages[tooth.role].break_here()
        self._tooth = _Tooth(report.role, stamp, min(stamp - offset_s, at), at)
        curve.append(at, self._tooth.age_s)

    def _end_tooth(self) -> None:
        self._follower.break_here()
        if self._tooth is not None:
            curve = self.ages[self._tooth.role]
            curve.append(self._tooth.until_at, self._tooth.age_s)
            curve.break_here()
            self._tooth = None


def _curve(curves: dict[Key, Pyramid], key: Key) -> Pyramid:
    """The one kept under ``key``; an empty one is only made where there is none: it is no small thing."""
    curve = curves.get(key)
    if curve is None:
        curve = curves[key] = Pyramid()
    return curve
