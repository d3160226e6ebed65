"""What the honest numbers of a range are counted from: bars, heartbeats, episodes, marks, events, as stored.

Reads what was drawn while writing, never the inputs, so a year costs little. Counts nothing itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from math import inf
from pathlib import Path

from agmonitor.domain.events import EventKind
from agmonitor.domain.kept import MarkKind
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.numbers import EventRef, Seen
from agmonitor.domain.numbers_beats import ToldBeat
from agmonitor.domain.timeline import CLIENTS, DNS, RESOLVER, Span
from agmonitor.history.checkpoint import decode_state
from agmonitor.history.drawn import LANES_OF
from agmonitor.history.drawn_beats import HOUR_MS, Beat, beats_in
from agmonitor.history.drawn_levels import Series
from agmonitor.history.episodes import episodes_of
from agmonitor.history.faults import Fault, fault
from agmonitor.history.marks import marks_of
from agmonitor.history.opening import reading
from agmonitor.history.queries import id_of
from agmonitor.history.scale import limits_ms

DECODED_ALL_HOURS = 48
"""In longer ranges hours in which no heartbeat can have been missed are counted without reading them."""
AGED = 1.4
"""Where none grew this many report intervals old, none was missed: we ask at least every half of one."""
_AGE_LEVEL_S = 1_800
_SPANS = """
SELECT start_ms, end_ms, key, label FROM spans
WHERE group_id = :group AND lane = :lane AND start_ms <= :until AND start_ms >= coalesce(
    (SELECT max(start_ms) FROM spans WHERE group_id = :group AND lane = :lane AND start_ms <= :since), :since)
ORDER BY start_ms, number
"""
_BEATS = """
SELECT hour, count, body FROM beats WHERE group_id = ? AND node = ? AND hour BETWEEN ? AND ? ORDER BY hour
"""
_AGES = """
SELECT bucket, high FROM levels WHERE group_id = ? AND series = ? AND level = ? AND bucket BETWEEN ? AND ?
"""
_EVENTS = """
SELECT id, at, kind, finding, node, episode FROM events WHERE group_id = ? AND at BETWEEN ? AND ? ORDER BY id
"""
_CHECKPOINT = """
SELECT body FROM checkpoints WHERE group_id = ? AND at_ms <= ? AND length(body) > 0 ORDER BY seq DESC LIMIT 1
"""
_FORMS = """
SELECT body, (SELECT max(seq) FROM tail WHERE group_id = :group AND form_id = forms.id) AS newest FROM forms
WHERE id IN (SELECT DISTINCT form_id FROM tail WHERE group_id = :group) ORDER BY newest DESC
"""
COUNTED = frozenset(
    {
        EventKind.CLIENTS_LOST,
        EventKind.CLIENTS_RETURNED,
        EventKind.NODE_LOST,
        EventKind.NODE_RETURNED,
        EventKind.NODE_UNREADABLE,
        EventKind.ROLE_CHANGED,
        EventKind.EPISODE_BEGAN,
        EventKind.EPISODE_ENDED,
    }
)


def read_seen(path: Path, group: str, since: Instant, until: Instant) -> Seen:
    """All that was recorded of a group between two instants; nothing where the group is not known.

    Raises:
        HistoryError: the file cannot be read.
    """
    with reading(path) as connection:
        group_id = id_of(connection, group)
        if group_id is None:
            return Seen(group, since, until, (), {})
        try:
            return _Reader(connection, group_id, since, until).seen(group)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise fault(Fault.DAMAGED, path) from None


class _Reader:
    """One question to one open file."""

    def __init__(self, connection: sqlite3.Connection, group_id: int, since: Instant, until: Instant) -> None:
        self._connection = connection
        self._group_id = group_id
        self._since, self._until = since, until
        self._since_ms, self._until_ms = limits_ms(since, until)
        self._calm_beats = 0

    def seen(self, group: str) -> Seen:
        lanes = {lane: spans for lane in self._lanes() if (spans := list(self._spans(lane)))}
        names, report_s = self._known()
        of_nodes = (lane for lane in lanes if lane not in {DNS, CLIENTS} and not lane.startswith(RESOLVER))
        nodes = dict.fromkeys((*names, *of_nodes))
        limits = self._since_ms, self._until_ms
        marks = marks_of(self._connection, self._group_id, limits)
        return Seen(
            group,
            self._since,
            self._until,
            tuple(nodes),
            lanes,
            [beat for node in nodes for beat in self._beats(node, report_s)],
            report_s,
            episodes_of(self._connection, self._group_id, *limits),
            [mark for mark in marks if mark.kind is MarkKind.NOTE],
            list(self._events()),
            self._calm_beats,
        )

    def _lanes(self) -> list[str]:
        found = self._connection.execute(LANES_OF, {"group": self._group_id}).fetchall()
        return [str(lane) for (lane,) in found]

    def _spans(self, lane: str) -> Iterator[Span]:
        asked = {"group": self._group_id, "lane": lane, "since": self._since_ms, "until": self._until_ms}
        for start_ms, end_ms, key, label in self._connection.execute(_SPANS, asked):
            if end_ms >= self._since_ms:
                yield Span(start_ms / 1000, end_ms / 1000, key, label)

    def _known(self) -> tuple[tuple[str, ...], float | None]:
        """The nodes' names, and how often a heartbeat is due, as last told."""
        found = self._connection.execute(_CHECKPOINT, (self._group_id, self._until_ms)).fetchone()
        state = None if found is None else decode_state(found[0])
        names = () if state is None else tuple(node.name for node in state.nodes)
        for body, _ in self._connection.execute(_FORMS, {"group": self._group_id}):
            report_s = _report_s(body)
            if report_s is not None:
                return names, report_s
        told = state is not None and not state.timers.assumed
        return names, state.timers.report_s if told and state is not None else None

    def _events(self) -> Iterator[EventRef]:
        rows = self._connection.execute(_EVENTS, (self._group_id, self._since, self._until))
        for number, at, kind, finding, node, episode in rows:
            if kind in COUNTED or finding == "heartbeat_late":
                yield EventRef(number, at, EventKind(kind), finding, node, episode)

    # -- heartbeats -----------------------------------------------------------------------------------------

    def _beats(self, node: str, report_s: float | None) -> Iterator[ToldBeat]:
        """Those that the node told as Secondary; where none can be missing they are counted alone."""
        hours = self._since_ms // HOUR_MS, self._until_ms // HOUR_MS
        calm = self._calm_hours(node, hours, report_s)
        rows = self._connection.execute(_BEATS, (self._group_id, node, *hours))
        running: list[Beat] = []
        for hour, count, body in rows:
            if hour in calm:
                yield from _told(node, running)
                running = []
                self._calm_beats += int(count)
                continue
            running += beats_in(hour, body)
        yield from _told(node, running)

    def _calm_hours(self, node: str, hours: tuple[int, int], report_s: float | None) -> set[int]:
        if hours[1] - hours[0] <= DECODED_ALL_HOURS:
            return set()
        limit_s = inf if report_s is None else AGED * report_s  # none can be said to be missed
        buckets = HOUR_MS // 1000 // _AGE_LEVEL_S
        limits = hours[0] * buckets, (hours[1] + 1) * buckets
        ages = {
            role: self._connection.execute(
                _AGES, (self._group_id, Series("age", role.value, node).text, _AGE_LEVEL_S, *limits)
            ).fetchall()
            for role in (Role.PRIMARY, Role.SECONDARY)
        }
        told = {bucket // buckets for bucket, _ in ages[Role.SECONDARY]}
        other = {bucket // buckets for bucket, _ in ages[Role.PRIMARY]}
        aged = {bucket // buckets for bucket, high in ages[Role.SECONDARY] if high >= limit_s}
        edges = {hours[0], hours[1]}
        return {hour for hour in told - other - aged - edges if hour + 1 not in aged and hour - 1 not in aged}


def _told(node: str, beats: list[Beat]) -> Iterator[ToldBeat]:
    for beat, after in pairwise([*beats, None]):
        if beat is not None and beat.role is Role.SECONDARY:
            joined_on = after is not None and after.joined and after.role is Role.SECONDARY
            yield ToldBeat(node, beat.beat_at, beat.until_at, joined_on)


def _report_s(form: str) -> float | None:
    _word, body, *_ = json.loads(form)
    configuration = ((body.get("report") or {}).get("configuration") or {}) if isinstance(body, dict) else {}
    seconds = configuration.get("health_report_interval")
    return float(seconds) if isinstance(seconds, int) and 0 < seconds < 86_400 else None
