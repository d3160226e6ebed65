"""What a window draws of any range, folded from inputs and the states after them as they are written.

Spans, heartbeats and levelled curves of one group. ``write`` puts what has come into the tables and tells how
far they reach; what was not written is folded again from the inputs (``drawn_again``). Judges nothing.
"""

from __future__ import annotations

import sqlite3
from typing import TypeGuard

from agmonitor.domain.model import UNREADABLE, Answer, Instant, Role
from agmonitor.domain.observations import ClientObservation, Gap, Input, NodeObservation
from agmonitor.domain.soundness import sound
from agmonitor.domain.state import Condition, GroupState, NodeState
from agmonitor.domain.timeline import BROKEN_AFTER_DEADLINES, CLIENTS, DNS, RESOLVER, Lanes, Span
from agmonitor.history.codec import storable
from agmonitor.history.drawn_back import FAR_MS, Row, make_room
from agmonitor.history.drawn_beats import BeatFold
from agmonitor.history.drawn_levels import LevelSums, Series, size_of

LANES_OF = """
WITH RECURSIVE found (name) AS (
    SELECT min(lane) FROM spans WHERE group_id = :group
    UNION ALL SELECT (SELECT min(lane) FROM spans WHERE group_id = :group AND lane > name)
    FROM found WHERE name IS NOT NULL
) SELECT name FROM found WHERE name IS NOT NULL
"""
NODES_OF = LANES_OF.replace("lane", "node").replace("spans", "beats")
_NEWEST = """
SELECT number, start_ms, end_ms, key, label FROM spans WHERE group_id = ? AND lane = ?
ORDER BY number DESC, start_ms LIMIT 1
"""
_FARTHEST = (
    "SELECT number FROM spans WHERE group_id = ? AND lane = ? ORDER BY start_ms DESC, number DESC LIMIT 1"
)
_PUT = """
INSERT INTO spans (group_id, lane, start_ms, number, end_ms, key, label, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (group_id, lane, start_ms, number) DO UPDATE SET end_ms = excluded.end_ms, size = excluded.size
"""
_CUT = "UPDATE spans SET end_ms = ? WHERE group_id = ? AND lane = ? AND start_ms < ? AND end_ms > ?"
_CUT_OFF = "DELETE FROM spans WHERE group_id = ? AND lane = ? AND start_ms >= ?"
_CLIENTS = Series("clients")
LONGEST_TRIP_MS = 1e9


class Drawing:
    """One group's. ``next_seq`` is the input it waits for."""

    __slots__ = (
        "_apart",
        "_back",
        "_beats",
        "_cuts",
        "_first",
        "_lanes",
        "_series",
        "_sums",
        "_written_seq",
        "next_seq",
    )

    def __init__(self, next_seq: int) -> None:
        self.next_seq = next_seq
        self._written_seq = next_seq
        self._lanes = Lanes()
        self._first: dict[str, int] = {}  # the number of a lane's first span that is held
        self._cuts: dict[str, int] = {}  # what the file has beyond is cut off: our clock was set back
        self._back = False  # it was set far back: lanes are drawn over what they call the future
        self._apart: list[tuple[str, int, Span]] = []  # seen before that and not in the file yet
        self._beats: dict[str, BeatFold] = {}
        self._sums = LevelSums()
        self._series: dict[tuple[str, Role | None, str], Series] = {}

    @classmethod
    def resumed(cls, connection: sqlite3.Connection, group_id: int) -> Drawing:
        """Go on where the tables end."""
        found = connection.execute("SELECT drawn_seq FROM groups WHERE id = ?", (group_id,)).fetchone()
        drawing = cls(int(found[0]))
        for (lane,) in connection.execute(LANES_OF, {"group": group_id}).fetchall():
            number, start_ms, end_ms, key, label = connection.execute(_NEWEST, (group_id, lane)).fetchone()
            drawing._lanes.resume(lane, Span(start_ms / 1000, end_ms / 1000, key, label))
            drawing._first[lane] = number
            farthest = connection.execute(_FARTHEST, (group_id, lane)).fetchone()
            drawing._back = drawing._back or farthest != (number,)
        for (node,) in connection.execute(NODES_OF, {"group": group_id}).fetchall():
            drawing._beats[node] = BeatFold.resumed(connection, group_id, node)
        return drawing

    def feed(self, item: Input, after: GroupState) -> None:
        """The next input, with the state after it."""
        self.next_seq += 1
        if not sound(item):
            return
        if isinstance(item, Gap):
            self._set_back(item, after)
        self._lanes.feed(item, after)
        match item:
            case NodeObservation():
                self._feed_node(item, after)
            case ClientObservation():
                if item.answer is Answer.OK and _is_trip(item.round_trip_ms):
                    self._sums.add(_CLIENTS, _ms(item.received_at), item.round_trip_ms)
            case Gap():
                for beats in self._beats.values():
                    beats.end()
            case _:
                pass

    def write(self, connection: sqlite3.Connection, group_id: int) -> None:
        """All that has come, into the caller's transaction. Where that fails this drawing is void."""
        if self._written_seq == self.next_seq:
            return
        for lane, cut_ms in self._cuts.items():
            connection.execute(_CUT_OFF, (group_id, lane, cut_ms))
            connection.execute(_CUT, (cut_ms, group_id, lane, cut_ms, cut_ms))
        self._cuts.clear()
        for one in self._apart:  # each before the next: it may have been set back several times since
            connection.executemany(_PUT, make_room(connection, [_row(group_id, *one)]))
        self._apart.clear()
        for lane in self._lanes.names():
            self._write_lane(connection, group_id, lane)
        self._lanes.forget_settled()
        for node, beats in self._beats.items():
            beats.write(connection, group_id, node)
        self._sums.write(connection, group_id)
        connection.execute("UPDATE groups SET drawn_seq = ? WHERE id = ?", (self.next_seq, group_id))
        self._written_seq = self.next_seq

    def _write_lane(self, connection: sqlite3.Connection, group_id: int, lane: str) -> None:
        spans = self._lanes.spans(lane)
        first = self._first.get(lane, 0)
        rows = [_row(group_id, lane, number, span) for number, span in enumerate(spans, first)]
        for span in spans[:-1]:
            self._sums.add_short(lane, span.key, _ms(span.start), _ms(span.end))
        connection.executemany(_PUT, make_room(connection, rows) if self._back else rows)
        self._first[lane] = first + max(0, len(spans) - 1)

    def _feed_node(self, seen: NodeObservation, after: GroupState) -> None:
        node = next((node for node in after.nodes if node.name == seen.node), None)
        if node is None:
            return
        at_ms, report = _ms(seen.received_at), seen.report
        readable = seen.answer is Answer.OK or seen.answer in UNREADABLE
        if readable and _is_trip(seen.round_trip_ms):
            role = report.role if report is not None else None
            self._sums.add(self._known("trip", role, node.name), at_ms, seen.round_trip_ms)
        if node.last is seen:
            self._feed_beat(seen, node, at_ms, after)

    def _feed_beat(self, seen: NodeObservation, node: NodeState, at_ms: int, after: GroupState) -> None:
        report = seen.report
        beats = self._beats.setdefault(node.name, BeatFold())
        if report is None:
            if node.condition is not Condition.HEARD:
                beats.end()  # one lost probe is no event
            return
        stamp, role = report.last_heartbeat_at, report.role
        if stamp is None or role is Role.NOT_IN_GROUP:
            beats.end()
            return
        offset_s = node.offset.middle_s if node.offset is not None else 0.0
        patience_s = BROKEN_AFTER_DEADLINES * max(after.settings.timeout_s, after.settings.cadence_s)
        method = report.heartbeat_method
        beat_ms, ended = beats.feed(at_ms, role, method, _ms(stamp), _ms(offset_s), _ms(patience_s))
        if ended is not None:  # that one aged until this very answer
            self._sums.reach(self._known("age", ended[0], node.name), at_ms, (at_ms - ended[1]) / 1000)
        self._sums.add(self._known("age", role, node.name), at_ms, (at_ms - beat_ms) / 1000)

    def _set_back(self, gap: Gap, after: GroupState) -> None:
        """Our clock may have been set back: from here on it shows instants that it showed before."""
        cut_ms = _ms(gap.until_at)
        back_ms = _ms(gap.from_at) - cut_ms
        if back_ms <= 0:
            return
        if self._back or back_ms > FAR_MS:
            self._set_apart()
            return
        resolvers = (lane for lane in self._lanes.names() if lane.startswith(RESOLVER))
        for lane in (*(node.name for node in after.nodes), DNS, *resolvers, CLIENTS):
            self._cuts[lane] = min(cut_ms, self._cuts.get(lane, cut_ms))

    def _set_apart(self) -> None:
        """What was seen so far is settled as it stands; new spans begin, with higher numbers."""
        for lane in self._lanes.names():
            for span in self._lanes.spans(lane):
                number = self._first.get(lane, 0)
                self._apart.append((lane, number, span))
                self._sums.add_short(lane, span.key, _ms(span.start), _ms(span.end))
                self._first[lane] = number + 1
        self._lanes = Lanes()
        self._back = True

    def _known(self, kind: str, role: Role | None, node: str) -> Series:
        """The same object each time: it is looked up with every sample."""
        key = kind, role, node
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series(kind, role.value if role is not None else "", node)
        return series


def _row(group_id: int, lane: str, number: int, span: Span) -> Row:
    start_ms, end_ms = _ms(span.start), _ms(span.end)
    size = size_of(start_ms, end_ms)
    return group_id, lane, start_ms, number, end_ms, span.key, storable(span.label), size


def _is_trip(trip_ms: float | None) -> TypeGuard[float]:
    """Whether it is a number that a curve can have."""
    return trip_ms is not None and 0 <= trip_ms < LONGEST_TRIP_MS


def _ms(seconds: Instant) -> int:
    return round(seconds * 1000)
