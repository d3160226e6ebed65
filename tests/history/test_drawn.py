"""Spans, heartbeats and levels as drawn: equal to a fold of the whole stream, however it was interrupted."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain import group
from agmonitor.domain.model import UNREADABLE, Answer, HeartbeatMethod, Role
from agmonitor.domain.observations import ClientObservation, Gap, GapReason, Input, NodeObservation
from agmonitor.domain.rounding import rounded
from agmonitor.domain.soundness import sound
from agmonitor.domain.state import GroupState
from agmonitor.domain.timeline import Lanes, Span
from agmonitor.history.drawn import LONGEST_TRIP_MS, Drawing
from agmonitor.history.drawn_beats import Beat, beats_in
from agmonitor.history.drawn_levels import LEVELS_S, Series
from agmonitor.history.opening import run_all
from agmonitor.history.schema import TABLES
from agmonitor.history.writer import Entry, Writer
from tests.builders import T, clients, dns, failed, gap, healthy_round, heard, initial
from tests.domain.streams import INPUTS

NAME = "gw-prod"
MOVES = st.sampled_from(["", "", "", "", "write", "crash", "restart", "stateless"])
Stream = list[tuple[Input, str]]


def plausible(steps: list[tuple[str, float]], moves: list[str]) -> Stream:
    """Answers, failures and gaps one after another, beats every twenty seconds; our clock may be set back."""
    now, stream = T, []
    for (kind, pause_s), move in zip(steps, moves, strict=True):
        now += pause_s
        beat: dict[str, Any] = {"last_heartbeat_at": now - now % 20}
        made: dict[str, Input] = {
            "primary": heard(at=now, **beat),
            "secondary": heard(at=now, role=Role.SECONDARY, **beat),
            "failed": failed(at=now),
            "dns": dns(at=now),
            "gap": gap(now - pause_s, now),
            "back": gap(now, now - 45, GapReason.CLOCK_STEPPED),
        }
        stream.append((made[kind], move))
        now -= 45 if kind == "back" else 0
    return stream


KINDS = st.sampled_from(["primary", "primary", "primary", "secondary", "failed", "dns", "gap", "back"])
STEPS = st.lists(st.tuples(KINDS, st.sampled_from([0.0, 1.0, 2.0, 7.5, 61.0, 1800.0])), max_size=30)
PLAUSIBLE = STEPS.flatmap(
    lambda steps: st.lists(MOVES, min_size=len(steps), max_size=len(steps)).map(
        lambda moves: plausible(steps, moves)
    )
)
STREAMS = st.one_of(PLAUSIBLE, st.lists(st.tuples(INPUTS, MOVES), max_size=30))


class InMemory(sqlite3.Connection):
    """Closed when nobody holds it any more: a property makes hundreds."""

    def __del__(self) -> None:
        self.close()


def file() -> sqlite3.Connection:
    # The collector may let go of it in whatever thread it comes to run.
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=InMemory, check_same_thread=False)
    run_all(connection, TABLES)
    return connection


def caught_up(writer: Writer) -> None:
    while writer.drawings.lag:
        writer.drawings.catch_up()
    writer.drawings.write_all()


def written(stream: Stream, connection: sqlite3.Connection) -> Lanes:
    """The stream written with what each move says between; the lanes of a plain fold."""
    writer, lanes, state = Writer(connection), Lanes(), initial()
    for place, (item, move) in enumerate(stream):
        before, (state, events) = state, group.step(state, item)
        lanes.feed(item, state)
        known = move != "stateless" or not place  # how a story began must be told
        states = (before, state) if known else (None, None)
        writer.put(Entry(NAME, (item,), events, *states))
        if move == "write":
            writer.drawings.write_all()
        elif move == "restart":
            writer.drawings.write_all()
            writer = Writer(connection)
        elif move == "crash":
            writer = Writer(connection)
            if len(lanes.names()) % 2:
                caught_up(writer)
    caught_up(writer)
    return lanes


def spans_of(connection: sqlite3.Connection) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    rows = connection.execute(
        "SELECT lane, start_ms, end_ms, key, label FROM spans ORDER BY lane, start_ms, number"
    )
    for lane, start_ms, end_ms, key, label in rows:
        found[lane].append(Span(start_ms / 1000, end_ms / 1000, key, label))
    return found


def beats_of(connection: sqlite3.Connection) -> dict[str, list[Beat]]:
    found: dict[str, list[Beat]] = defaultdict(list)
    for node, hour, body in connection.execute("SELECT node, hour, body FROM beats ORDER BY node, hour"):
        found[node] += beats_in(hour, body)
    return found


def samples_of(items: list[Input]) -> Iterator[tuple[Series, float, float]]:
    """Each round trip that was told: which curve, when, how long."""
    for item in items:
        match item:
            case NodeObservation(round_trip_ms=trip_ms, answer=answer, node=node, report=report):
                if node in {"gw-1", "gw-2"} and (answer is Answer.OK or answer in UNREADABLE):
                    role = report.role.value if report is not None else ""
                    series = Series("trip", role, node)
                else:
                    continue
            case ClientObservation(round_trip_ms=trip_ms, answer=Answer.OK):
                series = Series("clients")
            case _:
                continue
        if sound(item) and trip_ms is not None and 0 <= trip_ms < LONGEST_TRIP_MS:
            yield series, item.received_at, trip_ms


def as_recorded(stream: Stream) -> list[tuple[Input, str]]:
    return [(rounded(item), move) for item, move in stream]


@given(STREAMS)
def test_spans_and_beats_are_those_of_a_plain_fold_however_often_it_is_interrupted(
    stream: Stream,
) -> None:
    stream = as_recorded(stream)
    connection, plain = file(), file()

    lanes = written(stream, connection)
    written([(item, "") for item, _ in stream], plain)

    assert {lane: spans for lane, spans in spans_of(connection).items() if spans} == {
        lane: lanes.spans(lane) for lane in lanes.names() if lanes.spans(lane)
    }
    assert beats_of(connection) == beats_of(plain)
    drawn, following = connection.execute("SELECT drawn_seq, next_seq FROM groups").fetchone() or (1, 1)
    assert drawn == following
    connection.close()
    plain.close()


@given(STREAMS)
def test_each_sample_is_in_one_bucket_of_each_level_and_between_its_ends(
    stream: Stream,
) -> None:
    stream = as_recorded(stream)
    connection = file()

    written(stream, connection)

    wanted: dict[tuple[str, int, int], list[float]] = defaultdict(list)
    for series, at, value in samples_of([item for item, _ in stream]):
        for level in LEVELS_S:
            wanted[series.text, level, int(at // level)].append(value)
    rows = connection.execute("SELECT series, level, bucket, count, low, high, total FROM levels")
    found = {row[:3]: row[3:] for row in rows if Series.parsed(row[0]).kind in {"trip", "clients"}}
    assert found == {
        place: (len(values), min(values), max(values), pytest.approx(sum(values)))
        for place, values in wanted.items()
    }
    connection.close()


@given(STREAMS)
def test_rolling_up_moves_nothing(stream: Stream) -> None:
    connection = file()

    written(as_recorded(stream), connection)

    rows = connection.execute("SELECT series, level, bucket, count, low, high FROM levels").fetchall()
    found = {(series, level, bucket): rest for series, level, bucket, *rest in rows if "short" not in series}
    for fine, coarse in pairwise(LEVELS_S):
        rolled: dict[tuple[str, int, int], list[list[float]]] = defaultdict(list)
        for (series, level, bucket), rest in found.items():
            if level == fine:
                rolled[series, coarse, bucket * fine // coarse].append(rest)
        for place, parts in rolled.items():
            counts, lows, highs = zip(*parts, strict=True)
            assert found[place] == [sum(counts), min(lows), max(highs)]
    connection.close()


def drawn(*inputs: Input) -> sqlite3.Connection:
    connection = file()
    written([(item, "") for item in inputs], connection)
    return connection


def told(beat: Beat) -> tuple[float, float, float, bool]:
    return beat.stamp, beat.seen_at, beat.until_at, beat.joined


def test_a_beat_is_told_until_the_next_is_and_no_longer_than_the_node_is_heard() -> None:
    connection = drawn(
        heard(at=T, last_heartbeat_at=T - 5),
        heard(at=T + 2, last_heartbeat_at=T - 5),
        heard(at=T + 4, last_heartbeat_at=T + 3, heartbeat_method=HeartbeatMethod.DNS),
        heard(at=T + 6, last_heartbeat_at=T + 3),
        failed(at=T + 8),
        failed(at=T + 10),
        heard(at=T + 12, last_heartbeat_at=T + 3),
    )

    beats = beats_of(connection)["gw-1"]

    assert [told(beat) for beat in beats] == [
        (T - 5, T, T + 4, False),
        (T + 3, T + 4, T + 6, True),
        (T + 3, T + 12, T + 12, False),
    ]
    assert [beat.method for beat in beats] == ["direct", "dns", "direct"]
    assert {beat.role for beat in beats} == {Role.PRIMARY}
    connection.close()


def test_beats_of_two_hours_join_over_the_hour() -> None:
    hour = T - T % 3600 + 3600
    connection = drawn(
        heard(at=hour - 4, last_heartbeat_at=hour - 10),
        heard(at=hour - 2, last_heartbeat_at=hour - 10),
        heard(at=hour + 1, last_heartbeat_at=hour),
    )

    assert connection.execute("SELECT count FROM beats").fetchall() == [(1,), (1,)]
    assert [told(beat) for beat in beats_of(connection)["gw-1"]] == [
        (hour - 10, hour - 4, hour + 1, False),
        (hour, hour + 1, hour + 1, True),
    ]
    connection.close()


def test_the_age_of_a_beat_rises_until_the_answer_that_tells_of_the_next() -> None:
    connection = drawn(
        heard(at=T, last_heartbeat_at=T - 5),
        heard(at=T + 30, last_heartbeat_at=T + 15),
        heard(at=T + 50, last_heartbeat_at=T + 45),
    )

    ages = connection.execute("SELECT count, low, high FROM levels WHERE level = 60 AND series LIKE '%age%'")
    ((count, low, high),) = ages.fetchall()
    assert count == 3
    assert 5 <= low < 6
    assert 35 <= high < 36
    connection.close()


def test_a_clock_set_back_cuts_what_the_file_called_the_future() -> None:
    connection = file()
    stream: Stream = [
        (heard(at=T), ""),
        (heard(at=T + 50), "write"),
        (heard(at=T + 60, role=Role.SECONDARY), "restart"),
        (gap(T + 60, T + 30, GapReason.CLOCK_STEPPED), ""),
        (heard(at=T + 31), ""),
    ]

    lanes = written(stream, connection)

    assert spans_of(connection)["gw-1"] == lanes.spans("gw-1")
    assert spans_of(connection)["gw-1"][0].end == T + 30
    connection.close()


@pytest.mark.parametrize("move", ["", "write", "restart", "crash"])
def test_a_clock_wrong_for_a_minute_takes_nothing_of_what_was_seen_before(move: str) -> None:
    year_s, connection = 365 * 86_400, file()
    seen: Stream = [(heard(at=T + 2 * n), "") for n in range(40)]
    seen += [(heard(at=T + 100, role=Role.SECONDARY), ""), (heard(at=T + 102, role=Role.SECONDARY), move)]
    wrong: Stream = [
        (gap(T + 103, T + 103 - year_s, GapReason.CLOCK_STEPPED), ""),
        (heard(at=T + 105 - year_s), ""),
        (heard(at=T + 107 - year_s), move),
    ]
    right: Stream = [
        (gap(T + 108 - year_s, T + 108, GapReason.CLOCK_STEPPED), ""),
        (heard(at=T + 110), ""),
        (heard(at=T + 112), move),
    ]

    written([*seen, *wrong, *right], connection)

    told = [(span.start - T, span.end - T, span.key) for span in spans_of(connection)["gw-1"]]
    assert told[-4:] == [
        (0, 78, "primary"),
        (100, 102, "secondary"),
        (102, 108, "gap:clock_stepped"),
        (110, 112, "primary"),
    ]
    assert (105 - year_s, 107 - year_s, "primary") in told
    connection.close()


def test_a_clock_set_right_by_hours_draws_over_only_what_is_seen_anew() -> None:
    connection = file()
    hours: Stream = [(heard(at=T + n * 10), "") for n in range(1_081)]
    back: Stream = [
        (gap(T + 10_860, T + 3_000, GapReason.CLOCK_STEPPED), "write"),
        (heard(at=T + 3_010, role=Role.SECONDARY), "write"),
        (heard(at=T + 3_040, role=Role.SECONDARY), "restart"),
        (heard(at=T + 3_070, role=Role.SECONDARY), ""),
    ]

    written([*hours, *back], connection)

    told = [
        (span.start - T, span.end - T, span.key)
        for span in spans_of(connection)["gw-1"]
        if span.end > span.start
    ]
    assert told == [
        (0, 3_010, "primary"),
        (3_010, 3_070, "secondary"),
        (3_070, 10_800, "primary"),
    ]
    connection.close()


def test_spans_shorter_than_a_bucket_are_summed_up_where_they_began() -> None:
    names = ["gw-1", "gw-2"] * 10
    connection = drawn(*healthy_round(T), *(dns(name, at=T + 2 * n) for n, name in enumerate(names, 1)))

    rows = connection.execute(
        "SELECT series, bucket, count FROM levels WHERE level = 60 AND series LIKE '%short%' ORDER BY bucket"
    ).fetchall()

    assert sum(count for _, _, count in rows) == len(spans_of(connection)["dns"]) - 1
    assert {bucket for _, bucket, _ in rows} == {int(T // 60)}
    connection.close()


def test_what_is_no_number_spoils_no_curve() -> None:
    connection = drawn(
        heard(at=T, probe={"round_trip_ms": float("nan")}),
        heard(at=T + 2, probe={"round_trip_ms": float("inf")}),
        heard(at=T + 4, probe={"round_trip_ms": 3.0}),
        clients(at=T + 4, round_trip_ms=float("nan")),
    )

    trips = connection.execute(
        "SELECT count, low, high FROM levels WHERE level = 60 AND series LIKE '%trip%'"
    )
    assert trips.fetchall() == [(1, 3.0, 3.0)]
    connection.close()


def test_a_damaged_blob_is_told() -> None:
    with pytest.raises(ValueError, match="cut short"):
        list(beats_in(0, b"\x00\x80"))


def test_drawing_goes_on_in_a_stream_with_an_unknown_future_and_gaps() -> None:
    state: GroupState = initial()
    drawing = Drawing(1)
    for item in (gap(T, T - 5), Gap(T, T + 5, GapReason.LATE), heard(at=T + 6)):
        state, _ = group.step(state, item)
        drawing.feed(item, state)

    assert drawing.next_seq == 4


def test_a_beat_that_ended_before_a_restart_begins_anew_after_it() -> None:
    items: list[Input] = [
        heard(at=T, last_heartbeat_at=T - 5),
        heard(at=T + 2, last_heartbeat_at=T - 5),
        failed(at=T + 4),
        failed(at=T + 6),
        heard(at=T + 8, last_heartbeat_at=T - 5),
    ]
    connection = file()

    written([(item, "restart") for item in items], connection)

    assert [told(beat) for beat in beats_of(connection)["gw-1"]] == [
        (T - 5, T, T + 2, False),
        (T - 5, T + 8, T + 8, False),
    ]
    connection.close()
