"""Any range of time: whole where it is short, bounded where it is long, exact in what changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agmonitor.domain import group
from agmonitor.domain.model import Role
from agmonitor.domain.observations import GapReason, Input
from agmonitor.domain.state import GroupState
from agmonitor.history.drawn_levels import LEVELS_S
from agmonitor.history.opening import connect
from agmonitor.history.ranges import Curve, Range, level_for, read_range
from agmonitor.history.ranges_drawn import EVENTS_MAX, SPANS_MAX
from agmonitor.history.store import Store
from agmonitor.history.writer import Entry, Writer
from tests.builders import T, clients, dns, failed, gap, healthy_round, heard, initial

NAME = "gw-prod"
DAY_S, HOUR_S = 86_400.0, 3_600.0
WIDTH_PX = 1_400
ROWS_MOST = 12_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


async def recorded(path: Path, *inputs: Input) -> GroupState:
    store, state = Store.open(path), initial()
    for item in inputs:
        before, (state, events) = state, group.step(state, item)
        await store.record(NAME, (item,), events, before, state)
    await store.close()
    return state


def written(path: Path, *inputs: Input) -> None:
    """As the store would, in one transaction."""
    connection = connect(path)
    writer, state = Writer(connection), initial()
    connection.execute("BEGIN")
    for item in inputs:
        before, (state, events) = state, group.step(state, item)
        writer.put(Entry(NAME, (item,), events, before, state))
    writer.drawings.write_all()
    connection.execute("COMMIT")
    connection.close()


def rounds(count: int, every_s: float = 2.0, begin: float = T) -> list[Input]:
    return [
        item
        for n in range(count)
        for item in (*healthy_round(begin + n * every_s), clients(begin + n * every_s))
    ]


def curve_of(told: Range, kind: str, node: str = "") -> Curve:
    (found,) = (curve for curve in told.curves if (curve.kind, curve.node) == (kind, node))
    return found


def lane_of(told: Range, name: str) -> list[tuple[float, float, str]]:
    (found,) = (lane for lane in told.lanes if lane.name == name)
    return [(span.start, span.end, span.key) for span in found.spans]


def test_a_short_range_has_every_round_trip_packed_or_not(path: Path) -> None:
    asyncio.run(recorded(path, *rounds(300), failed(at=T + 600), *rounds(5, begin=T + 602)))

    told = read_range(path, NAME, T + 10, T + 700, WIDTH_PX)

    trips = curve_of(told, "trip", "gw-1")
    assert trips.bucket_s == 0
    assert trips.points.at == tuple(T + 2 * n for n in range(5, 306) if n != 300)
    assert [at for at, begins in zip(trips.points.at, trips.points.begins, strict=True) if begins] == [
        T + 10,
        T + 602,
    ]
    assert set(trips.points.low) == set(trips.points.high) == {10.0}
    assert curve_of(told, "clients").points.at[-1] == T + 610
    assert told.drawn_until == T + 610


def test_spans_that_only_touch_the_range_come_whole(path: Path) -> None:
    written(path, heard(at=T), heard(at=T + 40), heard(at=T + 42, role=Role.SECONDARY), heard(at=T + 60))

    told = read_range(path, NAME, T + 20, T + 42, WIDTH_PX)

    assert lane_of(told, "gw-1") == [(T, T + 40, "primary"), (T + 42, T + 42, "secondary")]
    assert lane_of(read_range(path, NAME, T + 41, T + 41.5, WIDTH_PX), "gw-1") == []


def test_gaps_are_told_once_with_their_reason(path: Path) -> None:
    written(path, *healthy_round(T), gap(T + 2, T + 62), *healthy_round(T + 64))

    (asleep,) = read_range(path, NAME, T, T + 100, WIDTH_PX).gaps

    assert (asleep.start, asleep.end, asleep.key) == (T + 2, T + 62, f"gap:{GapReason.ASLEEP.value}")


def test_beats_come_with_the_one_that_was_open_at_the_begin(path: Path) -> None:
    written(path, *(heard(at=T + n, last_heartbeat_at=T + n - n % 20) for n in range(0, 100, 5)))

    told = read_range(path, NAME, T + 30, T + 50, WIDTH_PX)

    assert told.beats is not None
    ((node, beats),) = told.beats
    assert node == "gw-1"
    assert [beat.stamp - T for beat in beats] == [20, 40]
    assert beats[0].until_at == T + 40


def test_a_longer_range_has_lowest_and_highest_by_the_minute(path: Path) -> None:
    slow = [heard(at=T + 1 + 2 * n, probe={"round_trip_ms": 5.0 + n % 30}) for n in range(300)]
    written(path, *slow)

    told = read_range(path, NAME, T - 5 * HOUR_S, T + HOUR_S, WIDTH_PX)

    trips = curve_of(told, "trip", "gw-1")
    assert (trips.bucket_s, len(trips.points)) == (60, 10)
    assert set(trips.points.low) == {5.0}
    assert max(trips.points.high) == 34.0
    assert trips.points.begins == (True, *(False,) * 9)


def test_where_minutes_are_forgotten_wider_buckets_tell(path: Path) -> None:
    hours = [heard(at=T + n * 300) for n in range(24)]
    written(path, *hours)
    border = int(T + HOUR_S)
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM levels WHERE level = 60 AND bucket < ?", (border // 60,))
        file.execute("DELETE FROM tail")
    file.close()

    points = curve_of(read_range(path, NAME, T, T + 2 * HOUR_S, WIDTH_PX), "trip", "gw-1").points

    old, new = [at for at in points.at if at < border], [at for at in points.at if at >= border]
    assert (len(old), len(new)) == (12, 12), "neither lost nor told twice"


def test_a_short_range_whose_inputs_are_pruned_is_told_by_the_minute(path: Path) -> None:
    written(path, *rounds(60))
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM tail")
    file.close()

    told = read_range(path, NAME, T, T + 200, WIDTH_PX)

    assert curve_of(told, "trip", "gw-1").bucket_s == 60
    assert told.beats


@pytest.mark.parametrize(
    ("span_s", "level"),
    [(300, 60), (DAY_S, 60), (7 * DAY_S, 1_800), (30 * DAY_S, 1_800), (366 * DAY_S, 21_600)],
)
def test_the_buckets_suit_the_range(span_s: float, level: int) -> None:
    assert level_for(span_s, WIDTH_PX) == level
    assert level_for(1000 * DAY_S, WIDTH_PX) == LEVELS_S[-1]


class Counted(sqlite3.Connection):
    """Counts the rows it hands out."""

    handed = 0

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        cursor = super().execute(*asked)
        cursor.row_factory = Counted._count
        return cursor

    @staticmethod
    def _count(_cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        Counted.handed += 1
        return row


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many rows were read since it was last asked."""
    plain = sqlite3.connect

    def counting(*places: Any, **how: Any) -> sqlite3.Connection:
        return plain(*places, **how, factory=Counted)

    monkeypatch.setattr("agmonitor.history.opening.sqlite3.connect", counting)

    def rows() -> int:
        counted, Counted.handed = Counted.handed, 0
        return counted

    return rows


def flapping(path: Path, days: int, spans_a_day: int) -> None:
    """A lane that changes all the time, its levels and the other curves full."""
    connection = connect(path)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO groups (id, name, next_seq, drawn_seq) VALUES (1, ?, 9, 9)", (NAME,))
    begin, every_s = int(T // 21_600) * 21_600, DAY_S / spans_a_day
    rows = []
    for number in range(days * spans_a_day):
        start_ms = round((begin + number * every_s) * 1000)
        rows.append((1, "dns", start_ms, number, start_ms + 1, f"dns:gw-{number % 2}", "x", 0))
    connection.executemany("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    for series in (
        '["trip","primary","gw-1"]',
        '["age","primary","gw-1"]',
        '["short","dns:gw-0","dns"]',
        '["clients","",""]',
    ):
        for level in LEVELS_S:
            buckets = range(begin // level, int(begin + min(days * DAY_S, DAY_S + 1_600 * level)) // level)
            told = [
                (1, series, level, bucket, 9, bucket * level, (bucket + 0.5) * level, 1) for bucket in buckets
            ]
            connection.executemany("INSERT INTO levels VALUES (?, ?, ?, ?, ?, ?, ?, ?)", told)
    connection.executemany(
        "INSERT INTO events (group_id, seq, at, kind, severity, sentence)"
        " VALUES (1, 1, ?, 'record_moved', 1, 'x')",
        [(begin + n * DAY_S / 100,) for n in range(days * 100)],
    )
    connection.execute("COMMIT")
    connection.close()


def test_whatever_lies_in_the_file_a_range_reads_few_rows(path: Path, handed: Callable[[], int]) -> None:
    flapping(path, 370, 500)
    begin = int(T // 21_600) * 21_600

    for span_s in (HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S, 365 * DAY_S):
        told = read_range(path, NAME, begin + DAY_S, begin + DAY_S + span_s, WIDTH_PX)
        assert handed() <= ROWS_MOST
        assert len(told.events) <= EVENTS_MAX
        assert len(told.events) + told.events_left_out == span_s / DAY_S * 100 + 1 or span_s == HOUR_S
        (lane,) = told.lanes
        assert len(lane.spans) <= SPANS_MAX
        assert bool(lane.short) == (span_s > DAY_S)


def test_no_question_goes_through_a_whole_table(path: Path) -> None:
    """Every table of any size is entered by a key or an index, never read from end to end."""
    flapping(path, 2, 10)
    asked: list[str] = []
    plain = sqlite3.connect(path)
    plain.set_trace_callback(asked.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agmonitor.history.opening.sqlite3.connect", lambda *_, **__: plain)
        read_range(path, NAME, T, T + HOUR_S, WIDTH_PX)
    check = sqlite3.connect(path)

    for statement in asked:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            plan = [row[3] for row in check.execute(f"EXPLAIN QUERY PLAN {statement}")]
            assert not [
                step for step in plan if step.startswith("SCAN") and "found" not in step and "(" not in step
            ]
    assert len(asked) > 10
    check.close()


def test_a_group_nobody_watched_has_an_empty_past(path: Path) -> None:
    connect(path).close()

    assert read_range(path, "nobody", T, T + 60, WIDTH_PX) == Range("nobody", T, T + 60)


def test_a_range_of_changing_dns_tells_each_change(path: Path) -> None:
    written(path, *healthy_round(T), *(dns(f"gw-{1 + n % 2}", at=T + 2 * n) for n in range(1, 40)))

    keys = [key for _, _, key in lane_of(read_range(path, NAME, T, T + 100, WIDTH_PX), "dns")]

    assert keys == ["dns:gw-1", *(f"dns:gw-{1 + n % 2}" for n in range(1, 40))]
