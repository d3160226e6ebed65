"""Heartbeats put together again from what nodes report, judged by a pair in virtual time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agmonitor.domain.heartbeats import BeatFollower, Heartbeat, missed_in, missing_since
from agmonitor.domain.model import HeartbeatMethod, Role
from agmonitor.domain.observations import NodeObservation
from agmonitor.protocol.faults import Link
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.truth import Truth
from agmonitor.protocol.world.world import NODES, World
from tests.builders import T, report

DEMO = Timers(2, 3, 6)
POLL_S, LIFE_S = 0.25, 60
DWELL_S = 3 * POLL_S
"""What was the newest for so long was asked about at least once, answers under way included."""
Told = tuple[str, float]


@dataclass
class Follower:
    """One node as the window follows it: two failed probes running end what is known."""

    beats: list[Heartbeat] = field(default_factory=list)
    follower: BeatFollower = field(default_factory=BeatFollower)
    failures: int = 0

    def take(self, seen: NodeObservation) -> None:
        if seen.report is None:
            self.failures += 1
            if self.failures == 2:
                self.follower.break_here()
            return
        self.failures = 0
        beat = self.follower.feed(seen.report, seen.received_at, 0.0)
        if beat is not None:
            self.beats.append(beat)

    @property
    def told(self) -> list[Told]:
        return [key for key, _ in groupby((beat.role.value, beat.stamp) for beat in self.beats)]


@dataclass(frozen=True)
class Dwelt:
    """A beat that really was the newest a node knew of, and until when."""

    role: str
    stamp: float
    from_at: float
    until_at: float
    methods: frozenset[str | None]


def really(history: list[tuple[float, Truth]], node: str, end_at: float) -> list[Dwelt]:
    """What the node knew of, while it ran."""
    found: list[Dwelt] = []
    for place, (at, truth) in enumerate(history):
        until_at = history[place + 1][0] if place + 1 < len(history) else end_at
        one = truth.node(node)
        if not one.runs or one.last_beat_at is None or one.role == "not_in_group":
            continue
        stamp = float(math.floor(one.last_beat_at))
        last = found[-1] if found else None
        if last is not None and (last.role, last.stamp, last.until_at) == (one.role, stamp, at):
            methods = last.methods | {one.heartbeat_method}
            found[-1] = Dwelt(one.role, stamp, last.from_at, until_at, methods)
        else:
            found.append(Dwelt(one.role, stamp, at, until_at, frozenset({one.heartbeat_method})))
    return found


def watched(seed: int, faults: list[tuple[str, str, float, float]]) -> tuple[World, dict[str, Follower]]:
    """A life of the pair with its faults, each node asked four times a second."""
    world = World.formed(DEMO, seed=seed, skew_s=0.0, drift_ppm=0.0)
    world.truth.record()
    followers = {name: Follower() for name in NODES}
    start = world.settings.start
    for name, node, after_s, for_s in faults:
        link = Link.HEARTBEAT if name in {"lossy", "slow"} else None
        world.at(start + after_s, partial(_begin, world, name, node, link, for_s))
    for turn in range(round(LIFE_S / POLL_S)):
        for name in NODES:
            world.ask_group(name, 2.0, followers[name].take)
        world.run(start + turn * POLL_S)
    world.run(start + LIFE_S + 2)
    return world, followers


def _begin(world: World, name: str, node: str, link: Link | None, for_s: float) -> None:
    if not any(fault.name == name for fault in world.active_faults):
        world.fault(name, node, link=link, for_s=None if name == "restart" else for_s)


FAULTS = st.tuples(
    st.sampled_from(["cut_heartbeat", "cut_dns", "cut_both", "lossy", "slow", "kill", "restart"]),
    st.sampled_from(NODES),
    st.floats(1, 40),
    st.floats(2, 25),
)


def judge(seed: int, faults: list[tuple[str, str, float, float]]) -> None:
    world, followers = watched(seed, faults)
    end_at = world.settings.start + LIFE_S - POLL_S  # the last question
    for node, follower in followers.items():
        known = really(world.truth.history, node, end_at)
        real = [key for key, _ in groupby((one.role, one.stamp) for one in known)]
        sure = [(one.role, one.stamp) for one in known if min(one.until_at, end_at) - one.from_at >= DWELL_S]
        told = follower.told

        unreal = [one for one in told if one not in real]
        assert not unreal, f"{node} never knew of these"
        left = iter(told)
        missed = [one for one, _ in groupby(sure) if one not in left]
        assert not missed, f"{node} knew of these, and in this order"
        for beat in follower.beats:
            methods = {
                method
                for one in known
                if (one.role, one.stamp) == (beat.role.value, beat.stamp)
                for method in one.methods
            }
            assert (beat.method.value if beat.method is not None else None) in methods
            assert beat.at == beat.stamp


@pytest.mark.parametrize("seed", range(3))
def test_in_good_health_every_beat_is_told_once(seed: int) -> None:
    world, followers = watched(seed, [])

    judge(seed, [])
    for follower in followers.values():
        assert len(follower.beats) >= LIFE_S / DEMO.report_s - 2
        assert len({beat.stamp for beat in follower.beats}) == len(follower.beats)
        known = [beat.interval_s for beat in follower.beats[1:]]
        assert all(interval_s is not None and 1 <= interval_s <= 3 for interval_s in known)
    assert world.truth.now.record == "192.0.2.11"


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), faults=st.lists(FAULTS, max_size=3))
def test_the_beats_told_are_those_really_received(
    seed: int, faults: list[tuple[str, str, float, float]]
) -> None:
    judge(seed, faults)


@pytest.mark.long
@settings(max_examples=1_500)
@given(seed=st.integers(0, 10**9), faults=st.lists(FAULTS, max_size=5))
def test_in_many_lives_too(seed: int, faults: list[tuple[str, str, float, float]]) -> None:
    judge(seed, faults)


def test_a_cut_path_shows_beats_by_dns() -> None:
    _, followers = watched(1, [("cut_heartbeat", "gw-1", 10, 30)])

    assert any(beat.by_dns for beat in followers["gw-2"].beats)
    assert not followers["gw-2"].beats[1].by_dns


def test_over_a_time_not_watched_no_interval_is_claimed() -> None:
    follower = BeatFollower()
    first = follower.feed(report(Role.SECONDARY, T, beat_age_s=5), T, 0.0)
    assert first is not None
    assert first.interval_s is None
    assert follower.feed(report(Role.SECONDARY, T + 2, beat_age_s=7), T + 2, 0.0) is None
    second = follower.feed(report(Role.SECONDARY, T + 20, beat_age_s=5), T + 20, 0.0)
    assert second is not None
    assert second.interval_s == 20

    follower.break_here()

    third = follower.feed(report(Role.SECONDARY, T + 90, beat_age_s=5), T + 90, 0.0)
    assert third is not None
    assert third.interval_s is None


def test_a_change_of_role_begins_anew_and_no_group_has_no_beats() -> None:
    follower = BeatFollower()
    follower.feed(report(Role.SECONDARY, T, beat_age_s=5), T, 0.0)
    promoted = follower.feed(report(Role.PRIMARY, T + 20, beat_age_s=25), T + 20, 0.0)  # the same stamp
    assert promoted is not None
    assert (promoted.interval_s, promoted.role) == (None, Role.PRIMARY)

    assert follower.feed(report(Role.NOT_IN_GROUP, T + 22), T + 22, 0.0) is None
    assert not follower.knows(report(Role.PRIMARY, T + 20, beat_age_s=25))


def test_a_beat_stands_on_our_clock_and_never_after_it_was_told() -> None:
    told = BeatFollower().feed(
        report(Role.SECONDARY, T, beat_age_s=5, heartbeat_method=HeartbeatMethod.DNS), T + 1, 30.0
    )
    ahead = BeatFollower().feed(report(Role.SECONDARY, T, beat_age_s=5), T + 1, -30.0)

    assert told is not None
    assert ahead is not None
    assert (told.at, told.by_dns) == (T - 35, True)
    assert ahead.at == T + 1


@pytest.mark.parametrize(
    ("interval_s", "report_s", "missed"),
    [
        (20, 20, 0),
        (21, 20, 0),
        (29, 20, 0),
        (40, 20, 1),
        (41, 20, 1),
        (60, 20, 2),
        (3, 2, 0),
        (5, 2, 1),
        (9, 0, 0),
    ],
)
def test_missed_beats_between_two(interval_s: float, report_s: float, missed: int) -> None:
    assert missed_in(interval_s, report_s) == missed


@pytest.mark.parametrize(("age_s", "missing"), [(5, 0), (21.9, 0), (22, 1), (41, 1), (42, 2), (61, 2)])
def test_missing_beats_since_the_newest(age_s: float, missing: int) -> None:
    assert missing_since(age_s, 20) == missing
