"""Whatever our clock does, time recorded makes sense: no negative length, nothing lost, nothing told twice.

The monitor watches a pair in virtual time while its clock is set, steps, sleeps and lags; all it stepped goes
through a real store, is replayed, and is drawn.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agmonitor.domain.events import Episode
from agmonitor.domain.model import Answer
from agmonitor.domain.observations import Gap, Input, Tick, instant_of
from agmonitor.domain.timeline import CLIENTS, DNS, Lanes, Span
from agmonitor.history.ranges import read_range
from agmonitor.history.replay import check, moments
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.series import GroupHistory
from tests.fakes import EPOCH, FakeClock
from tests.history.recorded import Change, record
from tests.monitor.watching import Watch, watching

DAY_S = 86_400.0
BEFORE_2038 = 2.0**31 - 40  # the seconds run out of 31 bits on the way
BEFORE_LEAP = 1_483_228_790.0  # 2016-12-31T23:59:50Z: a second was inserted ten seconds later
BEFORE_DST = 1_774_745_990.0  # 2026-03-29T00:59:50Z: clocks in Berlin leap from two to three
PEACE = ("watch", 20.0)
Deed = tuple[str, float]

DEEDS = st.one_of(
    st.tuples(st.just("watch"), st.floats(0.1, 60.0)),
    st.tuples(
        st.just("set"), st.sampled_from([-DAY_S, -3600.0, -61.0, -1.0, -0.4, 0.4, 1.0, 30.0, 3600.0, DAY_S])
    ),
    st.tuples(st.just("sleep"), st.floats(1.0, 2 * DAY_S)),
    st.tuples(st.just("sleep untold"), st.floats(3.0, DAY_S)),
    st.tuples(st.just("stand still"), st.floats(0.5, 300.0)),
    st.tuples(st.just("pause"), st.floats(0.0, 600.0)),
    st.just(("kill", 0.0)),
    st.just(("flip", 0.0)),
    st.just(("heal", 0.0)),
    st.just(("no clients", 0.0)),
    st.tuples(st.just("slow"), st.floats(0.0, 6.0)),
)


async def do(watch: Watch, deed: Deed) -> None:  # noqa: C901 - a table
    what, number = deed
    clock, prober = watch.clock, watch.prober
    match what:
        case "watch":
            await clock.advance(number)
        case "set":
            clock.set_wall(number)
            await clock.advance(3.0)
        case "sleep" | "sleep untold":
            clock.fall_asleep(number, told=what == "sleep")
            await clock.advance(3.0)
        case "stand still":
            clock.block(number)
            await clock.advance(3.0)
        case "pause":
            watch.monitor.pause()
            await clock.advance(number)
            watch.monitor.resume()
            await clock.advance(1.0)
        case "kill":
            prober.answers[prober.primary] = Answer.REFUSED
            prober.beat_at = clock.now()
        case "flip":
            prober.flip()
            prober.beat_at = None
        case "heal":
            prober.answers.clear()
            prober.beat_at = None
            prober.clients_answer = Answer.OK
        case "no clients":
            prober.clients_answer = Answer.TIMEOUT
        case "slow":
            prober.delays_s = {"node gw-1": number, "dns": number / 2}


def lived(deeds: list[Deed], began_at: float = EPOCH) -> list[GroupChange]:
    """Everything the monitor published."""

    async def story(watch: Watch) -> None:
        for deed in [PEACE, *deeds, PEACE]:
            await do(watch, deed)

    return watching(story, clock=FakeClock(began_at)).changes


def spans_of(lanes: Lanes) -> Iterator[tuple[str, list[Span]]]:
    for name in lanes.names():
        yield name, lanes.spans(name)


def assert_sensible(episode: Episode) -> None:
    lengths = (episode.measured_takeover_s, episode.clients_without_service_s, episode.bounce_s)
    assert all(length is None or length >= 0 for length in lengths), episode
    assert episode.ended_at is None or episode.ended_at >= episode.began_at, episode
    assert all(phase.until_at is None or phase.until_at >= phase.from_at for phase in episode.phases), episode


def assert_told_once(changes: list[GroupChange]) -> None:
    """Each state goes on from the one before; nothing is stepped twice."""
    for one, other in pairwise(changes):
        assert other.before is one.state
        assert other.input is not one.input


def judge(changes: list[GroupChange], folder: Path) -> None:
    assert_told_once(changes)
    lanes, drawn = Lanes(), GroupHistory(changes[0].state.settings)
    for change in changes:
        for episode in (*change.state.episodes, *filter(None, [change.state.episode])):
            assert_sensible(episode)
        lanes.feed(change.input, change.state)
        drawn.feed(change.input, change.state, change.events)
        if isinstance(change.input, Gap):
            assert change.state.last_gap is not None
    for name, spans in spans_of(lanes):
        assert all(span.end >= span.start for span in spans), name
        assert all(late.start >= early.end for early, late in pairwise(spans)), name
    for name, track in drawn.lanes():
        bars = track.between(-1e15, 1e15)
        assert bool((bars.until_at >= bars.from_at).all()), name
        assert bool((bars.from_at[1:] >= bars.until_at[:-1]).all()), name
    assert_kept(changes, folder)


def assert_kept(changes: list[GroupChange], folder: Path) -> None:
    """What was told is what was stored, each input once and in its order, and it replays; ranges add up."""
    path = folder / "history.db"
    session = [Change(one.input, one.events, one.before or one.state, one.state) for one in changes]
    record(path, session)
    told = list(moments(path, "g"))
    assert [one.input for one in told] == [one.input for one in session]
    assert (check(told).different, check(told).inputs) == (0, len(session))
    instants = [one.at for one in told]
    span = read_range(path, "g", min(instants) - 1, max(instants) + 1, 1_000)
    for lane in span.lanes:
        observed_s = 0.0
        for stretch in lane.spans:
            assert stretch.end >= stretch.start
            observed_s += stretch.end - stretch.start
        share = observed_s / (span.until_at - span.from_at)
        assert 0 <= share <= 1, lane.name


@settings(max_examples=15)
@given(st.lists(DEEDS, max_size=8))
@example([("set", -DAY_S), PEACE, ("kill", 0.0), PEACE, ("set", DAY_S), ("flip", 0.0), PEACE])
@example(
    [("kill", 0.0), ("watch", 5.0), ("set", -DAY_S), ("watch", 70.0), ("flip", 0.0), PEACE, ("heal", 0.0)]
)
@example([("no clients", 0.0), PEACE, ("set", -3600.0), PEACE, ("heal", 0.0), PEACE])
@example([("kill", 0.0), ("watch", 8.0), ("sleep", 300.0), ("flip", 0.0), PEACE, ("heal", 0.0), PEACE])
@example([("sleep", 93_400.0), PEACE, ("set", -DAY_S), ("set", -61.0), ("set", 3600.0), PEACE])
@example(
    [
        *[("sleep", 93_400.0), ("pause", 37.0), ("watch", 5.6), ("set", -DAY_S), ("set", -61.0)],
        *[("set", 3600.0), ("stand still", 115.0)],
    ]
)
def test_any_misfortune_of_our_clock_leaves_sense(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[Deed]
) -> None:
    judge(lived(deeds), tmp_path_factory.mktemp("time"))


@pytest.mark.long
@settings(max_examples=1_000)
@given(st.lists(DEEDS, max_size=14))
def test_any_longer_misfortune_of_our_clock_leaves_sense(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[Deed]
) -> None:
    judge(lived(deeds), tmp_path_factory.mktemp("time"))


@pytest.mark.parametrize("began_at", [BEFORE_2038, BEFORE_LEAP, BEFORE_DST, 10.0, 253_402_300_700.0])
def test_any_date_is_like_any_other(tmp_path: Path, began_at: float) -> None:
    deeds: list[Deed] = [("watch", 60.0), ("kill", 0.0), ("watch", 70.0), ("flip", 0.0), ("watch", 10.0)]
    told, usual = lived(deeds, began_at), lived(deeds)

    judge(told, tmp_path)
    assert [event.kind for one in told for event in one.events] == [
        event.kind for one in usual for event in one.events
    ]
    shift = began_at - EPOCH
    assert [round(instant_of(one.input) - shift, 3) for one in told] == [
        round(instant_of(one.input), 3) for one in usual
    ]


def test_a_leap_second_as_clocks_show_it_is_no_gap(tmp_path: Path) -> None:
    changes = lived([("set", -1.0), ("watch", 30.0)], BEFORE_LEAP)

    judge(changes, tmp_path)
    assert not [one for one in changes if isinstance(one.input, Gap)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"])
def test_the_zone_of_the_machine_changes_nothing(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    def inputs() -> list[Input]:
        return [one.input for one in lived([("watch", 30.0)], BEFORE_DST)]

    before = inputs()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert inputs() == before
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert "TZ" not in os.environ


def test_a_clock_set_back_by_a_day_loses_and_doubles_nothing(tmp_path: Path) -> None:
    changes = lived([("watch", 30.0), ("set", -DAY_S), ("watch", 30.0)])

    judge(changes, tmp_path)
    gaps = [one.input for one in changes if isinstance(one.input, Gap)]
    assert [round(gap.until_at - gap.from_at) for gap in gaps] == [-86_398]
    asked = [instant_of(one.input) for one in changes if not isinstance(one.input, Gap | Tick)]
    steps = [late - early for early, late in pairwise(asked)]
    assert min(steps) < -DAY_S + 10
    assert sum(step < 0 for step in steps) == 1
    lanes = Lanes()
    for change in changes:
        lanes.feed(change.input, change.state)
    assert {"gw-1", "gw-2", DNS, CLIENTS} <= set(lanes.names())


@pytest.mark.parametrize("by_s", [-DAY_S, -3600.0, 3600.0, DAY_S])
def test_an_episode_lasts_as_long_as_it_did_whatever_the_clock_was_set_to(
    tmp_path: Path, by_s: float
) -> None:
    changes = lived([("kill", 0.0), ("watch", 20.0), ("set", by_s), ("watch", 20.0), ("heal", 0.0)])

    judge(changes, tmp_path)
    (episode,) = changes[-1].state.episodes
    assert episode.ended_at is not None
    assert 30 < episode.ended_at - episode.began_at < 60
    connection = sqlite3.connect(tmp_path / "history.db")
    rows = connection.execute("SELECT number, began_ms, ended_ms FROM episodes").fetchall()
    connection.close()
    assert rows == [(1, round(episode.began_at * 1000), round(episode.ended_at * 1000))]
