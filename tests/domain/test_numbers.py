"""Honest numbers: shares within bounds, nothing claimed where nothing was seen, each outage once."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.events import Episode, EventKind
from agmonitor.domain.kept import KeptEpisode
from agmonitor.domain.numbers import EventRef, Figure, Numbers, Seen, numbers_of
from agmonitor.domain.numbers_beats import ToldBeat, misses
from agmonitor.domain.numbers_service import Ending
from agmonitor.domain.timeline import Span

A, B = "gw-1", "gw-2"
NODES = (A, B)
HOUR = Seen("g", 0, 3600, NODES, {})


def bars(*told: tuple[float, float, str]) -> list[Span]:
    return [Span(start, end, key, key.rpartition(":")[2]) for start, end, key in told]


def kept(number: int, began: float, ended: float | None, **more: object) -> KeptEpisode:
    episode = Episode(number, began, ended, cause="gw-1 stopped answering", **more)  # type: ignore[arg-type]
    return KeptEpisode(episode, (1, 2), (began, ended or began), ())


def test_service_counts_what_clients_got_while_they_were_seen() -> None:
    lane = bars((0, 900, "clients:gw-1"), (900, 1000, "clients:lost"), (1000, 1800, "clients:gw-2"))
    event = EventRef(7, 900, EventKind.CLIENTS_LOST)

    found = numbers_of(replace(HOUR, lanes={"clients": lane}, events=(event,)))

    assert found.service.share == pytest.approx(1700 / 1800)
    assert found.service.coverage.share == 0.5
    assert found.service.coverage.unasked_s == 1800
    assert found.service.events == (event,)


def test_nothing_is_claimed_of_a_gap() -> None:
    lane = bars((0, 100, "clients:gw-1"), (100, 3500, "gap:asleep"), (3500, 3600, "clients:lost"))

    found = numbers_of(replace(HOUR, lanes={"clients": lane, A: bars((100, 3500, "gap:asleep"))}))

    assert found.service.share == 0.5
    (gap,) = found.gaps
    assert (gap.reason, gap.count, gap.total_s) == ("asleep", 1, 3400)
    assert found.watched.gap_s == 3400
    assert found.watched.observed_s == 200
    assert found.nodes[0].answered.share is None
    assert found.nodes[0].answered.coverage.share == 0


def test_outages_are_told_each_with_its_cause_and_its_end() -> None:
    lane = bars(
        (0, 100, "clients:gw-1"),
        (100, 130, "clients:lost"),
        (130, 150, "clients:lost"),
        (152, 200, "clients:gw-2"),
        (300, 310, "clients:lost"),
        (310, 400, "gap:asleep"),
        (400, 410, "clients:lost"),
    )
    lane[1] = replace(lane[1], label="connection refused")

    found = numbers_of(replace(HOUR, lanes={"clients": lane}, episodes=(kept(3, 98, 160),)))

    told = [(each.from_at, each.until_at, each.ending, each.episode, each.cause) for each in found.outages]
    assert told == [
        (100, 152, Ending.BACK, 3, "gw-1 stopped answering"),
        (300, 310, Ending.UNSEEN, None, "lost"),
        (400, 410, Ending.LASTS, None, "lost"),
    ]


def test_a_node_is_counted_by_what_it_answered() -> None:
    lane = bars((0, 600, "primary"), (600, 700, "silent"), (700, 800, "unreadable"), (800, 1000, "secondary"))

    node = numbers_of(replace(HOUR, lanes={A: lane})).nodes[0]

    assert node.answered.share == pytest.approx(0.8)
    times = (node.primary_s, node.secondary_s, node.unreadable_s, node.silent_s)
    assert times == (600, 200, 100, 100)


def test_the_pair_is_judged_where_it_was_seen_or_proven() -> None:
    lanes = {
        A: bars((0, 1000, "primary"), (1000, 2000, "silent")),
        B: bars((500, 1500, "secondary"), (1500, 2000, "primary")),
    }

    found = numbers_of(replace(HOUR, lanes=lanes))

    assert found.primary.share == pytest.approx(1500 / 2000)
    assert found.primary.coverage.observed_s == 2000
    assert found.pair.share == pytest.approx(500 / 1500)


def test_takeovers_have_a_median() -> None:
    times = [61.0, 90.0, 64.0]
    episodes = tuple(kept(n, 100 * n, 100 * n + 90, measured_takeover_s=s) for n, s in enumerate(times, 1))

    found = numbers_of(replace(HOUR, episodes=(*episodes, kept(9, 3000, None))))

    assert [each.measured_s for each in found.takeovers] == times
    assert found.median_takeover_s == 64
    assert numbers_of(HOUR).median_takeover_s is None


def beats(*at: float, until: float | None = None) -> list[ToldBeat]:
    told = [ToldBeat(B, one, other, joined_on=True) for one, other in itertools.pairwise(at)]
    return [*told, ToldBeat(B, at[-1], at[-1] if until is None else until, joined_on=False)]


@pytest.mark.parametrize(
    ("told", "missed"),
    [
        (beats(0, 20, 40, 60), 0),
        (beats(0, 19, 41, 60), 0),
        (beats(0, 20, 60, 80), 1),
        (beats(0, 20, 35, 100), 2),
        (beats(0, 20, until=44), 0),
        (beats(0, 20, until=46), 1),
        (beats(0, 20, until=84), 2),
        (beats(100, 50), 0),
    ],
)
def test_a_missed_heartbeat_is_one_that_was_seen_not_to_come(told: list[ToldBeat], missed: int) -> None:
    assert misses(told, 20, 0, 3600).missed == missed


def test_heartbeats_sent_more_seldom_than_now_set_are_not_missed() -> None:
    told = beats(*(60 * number for number in range(40)))
    assert misses(told, 20, 0, 3600).missed == 0


def test_beats_that_follow_after_a_break_miss_nothing() -> None:
    told = [ToldBeat(B, 0, 10, joined_on=False), ToldBeat(B, 3000, 3010, joined_on=False)]
    assert misses(told, 20, 0, 3600).missed == 0


def test_nobody_told_how_often() -> None:
    found = misses(beats(0, 20, 90), None, 0, 3600)
    assert (found.came, found.missed, found.share) == (3, None, None)


KEYS = ["primary", "secondary", "silent", "unreadable", "not_in_group", "gap:asleep", "gap:late"]
CLIENT_KEYS = ["clients:gw-1", "clients:lost", "clients:stranger", "gap:asleep", "gap:closed"]


def lanes_of(keys: list[str]) -> st.SearchStrategy[list[Span]]:
    """Overlaps and bars that end before they begin too: a clock may have been set."""
    at = st.integers(-50, 250)
    return st.lists(st.builds(lambda s, e, k: Span(s, e, k, k), at, at, st.sampled_from(keys)), max_size=8)


SEEN = st.builds(
    lambda ends, a, b, c, told: Seen(
        "g",
        min(ends),
        max(ends),
        NODES,
        {A: a, B: b, "clients": c},
        [ToldBeat(B, x, y, joined_on=z) for x, y, z in told],
        20.0,
        (kept(1, 10, None),),
    ),
    st.tuples(st.integers(0, 200), st.integers(0, 200)),
    lanes_of(KEYS),
    lanes_of(KEYS),
    lanes_of(CLIENT_KEYS),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.booleans()), max_size=5),
)


def figures(found: Numbers) -> list[Figure]:
    return [found.service, found.primary, found.pair, *(node.answered for node in found.nodes)]


@given(SEEN)
def test_shares_stay_within_bounds_and_the_range_adds_up(seen: Seen) -> None:
    found = numbers_of(seen)

    for figure in figures(found):
        assert figure.share is None or 0 <= figure.share <= 1
        assert (figure.share is None) == (figure.coverage.observed_s == 0)
    range_s = seen.until_at - seen.from_at
    for coverage in (found.watched, found.heartbeat_coverage, *(one.coverage for one in figures(found))):
        assert 0 <= coverage.share <= 1
        assert coverage.observed_s + coverage.gap_s + coverage.unasked_s == pytest.approx(range_s)
    assert sum(gap.total_s for gap in found.gaps) == pytest.approx(found.watched.gap_s)
    for node in found.nodes:
        roles = node.primary_s + node.secondary_s
        assert roles <= (node.answered.share or 0) * node.answered.coverage.observed_s * 2 + 1e-6
    assert found.heartbeats.share is None or 0 <= found.heartbeats.share <= 1
    assert all(outage.length_s >= 0 for outage in found.outages)


@given(SEEN)
def test_what_lies_in_gaps_changes_no_figure(seen: Seen) -> None:
    """Bars cut away wherever a gap lies: the same figures."""
    found = numbers_of(seen)
    gaps = [(start, end) for gap in found.gaps for start, end in gap.gaps]
    cut = {
        name: [
            Span(moment, moment + 1, span.key, span.label)
            for span in lane
            for moment in range(int(span.start), int(span.end))
            if span.key.startswith("gap:") or not any(start <= moment < end for start, end in gaps)
        ]
        for name, lane in seen.lanes.items()
    }

    again = numbers_of(replace(seen, lanes=cut))

    for one, other in zip(figures(found), figures(again), strict=True):
        assert one.share == other.share
        assert one.coverage == other.coverage
