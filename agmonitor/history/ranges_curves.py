"""Curves of a range: samples straight from the inputs, or lowest and highest by bucket from the levels."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from agmonitor.domain.model import UNREADABLE, Answer, Instant
from agmonitor.domain.observations import ClientObservation, Gap, Input, NodeObservation
from agmonitor.domain.timeline import BROKEN_AFTER_DEADLINES
from agmonitor.history import tail
from agmonitor.history.codec import decoder
from agmonitor.history.columns import COLUMNS
from agmonitor.history.drawn import LONGEST_TRIP_MS
from agmonitor.history.drawn_levels import LEVELS_S, Series
from agmonitor.history.forms import KnownForms
from agmonitor.history.numbers import values_of
from agmonitor.history.packing import LONGEST_PACK_MS, Row, unpack

CLIENTS = Series("clients")
PAUSE_MS = 5_000 * BROKEN_AFTER_DEADLINES
"""Samples further apart begin a new run; by the usual deadline, which a group may have set otherwise."""
_SERIES = """
WITH RECURSIVE found (name) AS (
    SELECT min(series) FROM levels WHERE group_id = :group
    UNION ALL SELECT (SELECT min(series) FROM levels WHERE group_id = :group AND series > name)
    FROM found WHERE name IS NOT NULL
) SELECT name FROM found WHERE name IS NOT NULL
"""
_BUCKETS = """
SELECT bucket, low, high FROM levels
WHERE group_id = ? AND series = ? AND level = ? AND bucket BETWEEN ? AND ? ORDER BY bucket
"""
_OLDEST = "SELECT min(bucket) FROM levels WHERE group_id = ? AND series = ? AND level = ?"
# +seq: by time, not all packs of the group in their order
_PACKS = (
    "SELECT body FROM packs WHERE group_id = ? AND until_ms BETWEEN ? AND ? AND from_ms <= ? ORDER BY +seq"
)


@dataclass(frozen=True, slots=True)
class Points:
    """Columns in order of time: each entry's instant, lowest and highest value, and whether a run begins."""

    at: tuple[Instant, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    begins: tuple[bool, ...] = ()

    def __len__(self) -> int:
        return len(self.at)


def series_of(connection: sqlite3.Connection, group_id: int) -> list[Series]:
    """All that the levels hold of a group, found without reading them."""
    return [Series.parsed(text) for (text,) in connection.execute(_SERIES, {"group": group_id}).fetchall()]


def level_points(
    connection: sqlite3.Connection, group_id: int, series: Series, level: int, ends_ms: tuple[int, int]
) -> Points:
    """One curve by bucket; where the fine buckets are forgotten, the oldest part by coarser ones."""
    from_s, until_s = ends_ms[0] / 1000, ends_ms[1] / 1000
    parts: list[tuple[int, list[tuple[int, float, float]]]] = []
    for width in LEVELS_S[LEVELS_S.index(level) :]:
        limits = int(from_s // width), int(until_s // width)
        rows = connection.execute(_BUCKETS, (group_id, series.text, width, *limits)).fetchall()
        if parts:  # a coarse bucket across the border would tell some of it twice
            rows = [row for row in rows if (row[0] + 1) * width <= until_s]
        parts.insert(0, (width, rows))
        oldest = connection.execute(_OLDEST, (group_id, series.text, width)).fetchone()[0]
        if oldest is not None:
            until_s = min(until_s, oldest * width)
        if oldest is not None and until_s <= from_s:
            break
    return _points(parts, ends_ms)


def _points(parts: list[tuple[int, list[tuple[int, float, float]]]], ends_ms: tuple[int, int]) -> Points:
    first, last = ends_ms[0] / 1000, ends_ms[1] / 1000
    at: list[Instant] = []
    low: list[float] = []
    high: list[float] = []
    begins: list[bool] = []
    for width, rows in parts:
        if not rows:
            continue
        buckets, lowest, highest = zip(*rows, strict=True)
        half = width / 2
        at += [bucket * width + half for bucket in buckets]
        low += lowest
        high += highest
        begins.append(not begins)
        begins += _breaks(buckets)
    if at:
        at[0], at[-1] = max(at[0], first), min(at[-1], last)
    return Points(tuple(at), tuple(low), tuple(high), tuple(begins))


def _breaks(buckets: Sequence[int]) -> list[bool]:
    """For each bucket but the first, whether one before it is empty."""
    if buckets[-1] - buckets[0] + 1 == len(buckets):
        return [False] * (len(buckets) - 1)
    return [following - bucket != 1 for bucket, following in pairwise(buckets)]


@dataclass(slots=True)
class _Run:
    """Samples of one curve as they are read."""

    at_ms: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    begins: list[bool] = field(default_factory=list)
    broken: bool = True

    def add(self, at_ms: int, value: float) -> None:
        pause = self.broken or not 0 <= at_ms - self.at_ms[-1] <= PAUSE_MS
        self.begins.append(pause)
        self.at_ms.append(at_ms)
        self.values.append(value)
        self.broken = False

    def points(self) -> Points:
        order = sorted(range(len(self.at_ms)), key=self.at_ms.__getitem__)  # our clock may have been set back
        values = tuple(self.values[row] for row in order)
        at = tuple(self.at_ms[row] / 1000 for row in order)
        return Points(at, values, values, tuple(self.begins[row] for row in order))


class _Trips:
    """Round trips picked out of inputs, most of them without making an input of the row."""

    def __init__(self, forms: KnownForms) -> None:
        self.runs: dict[Series, _Run] = {}
        self._forms = forms
        self._kinds: dict[int, tuple[str, Series | None, int] | None] = {}
        self._decode = decoder()

    def feed(self, row: Row) -> None:
        if row.form not in self._kinds:
            self._kinds[row.form] = _kind_of(self._forms.body(row.form))
        kind = self._kinds[row.form]
        if kind is None:
            return
        node, series, place = kind
        if place < 0:
            self._feed_whole(self._decode(self._forms.body(row.form), row.at_ms, row.varying))
            return
        trip = values_of(row.varying, self._forms.width(row.form))[place] if series is not None else None
        self._put(node, series, row.at_ms, None if trip is None else trip / 10)

    def _feed_whole(self, item: Input) -> None:
        match item:
            case Gap():
                for run in self.runs.values():
                    run.broken = True
            case NodeObservation():
                role = item.report.role.value if item.report is not None else ""
                series = _series(item.answer, "trip", role, item.node)
                self._put(item.node, series, round(item.received_at * 1000), item.round_trip_ms)
            case ClientObservation():
                series = CLIENTS if item.answer is Answer.OK else None
                self._put("", series, round(item.received_at * 1000), item.round_trip_ms)
            case _:
                pass

    def _put(self, node: str, series: Series | None, at_ms: int, trip_ms: float | None) -> None:
        for other, run in self.runs.items():
            if other.name == node and other != series:
                run.broken = True  # another role, or no answer: no line leads across
        if series is not None and trip_ms is not None and 0 <= trip_ms < LONGEST_TRIP_MS:
            self.runs.setdefault(series, _Run()).add(at_ms, trip_ms)


def read_trips(
    connection: sqlite3.Connection, group_id: int, ends_ms: tuple[int, int]
) -> dict[Series, Points]:
    """Every round trip of a short range, as it was; empty where its inputs are no longer there.

    Raises:
        ValueError: a pack is damaged.
    """
    forms = KnownForms(connection)
    trips = _Trips(forms)
    for row in _rows(connection, group_id, ends_ms, forms):
        trips.feed(row)
    return {series: run.points() for series, run in trips.runs.items()}


def _rows(
    connection: sqlite3.Connection, group_id: int, ends_ms: tuple[int, int], forms: KnownForms
) -> Iterator[Row]:
    from_ms, until_ms = ends_ms
    packs = connection.execute(_PACKS, (group_id, from_ms, until_ms + LONGEST_PACK_MS, until_ms))
    for (body,) in packs:
        for row in unpack(body, forms.width):
            if from_ms <= row.at_ms <= until_ms:
                yield row
    for _, row in tail.by_time(connection, group_id, from_ms, until_ms):
        yield row


def _kind_of(form: str) -> tuple[str, Series | None, int] | None:
    """Whose answer a form is, of which curve (None: it breaks them), and where its round trip stands.

    None: of no concern; a place below nought: the input is to be made whole.
    """
    word, plain, *odd = json.loads(form)
    if word == "gap" or (odd and word in {"node", "clients"}):
        return "", None, -1
    if word == "node":
        role = plain.get("report", {}).get("role", "")
        return plain["node"], _series(Answer(plain["answer"]), "trip", role, plain["node"]), _NODE_TRIP
    if word == "clients":
        return "", CLIENTS if plain["answer"] == Answer.OK.value else None, _CLIENT_TRIP
    return None


def _series(answer: Answer, kind: str, role: str, node: str) -> Series | None:
    return Series(kind, role, node) if answer is Answer.OK or answer in UNREADABLE else None


def _place_of_trip(kind: type[Input]) -> int:
    return next(place for place, column in enumerate(COLUMNS[kind]) if column.name == "round_trip_ms")


_NODE_TRIP, _CLIENT_TRIP = _place_of_trip(NodeObservation), _place_of_trip(ClientObservation)
