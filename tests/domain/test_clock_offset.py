"""A node's clock as an interval: narrowed over rounds, widened for drift, started anew at a step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.clock_offset import by_date, by_own_word, offset_of, own_counts, widened
from agmonitor.domain.memory import ClockEvidence
from agmonitor.domain.state import ClockOffset
from tests.builders import ROUND_TRIP_S, T, fold_all, heard, initial, load


def told(skew_s: float, *instants: float, rtt_s: float = 0.01) -> ClockEvidence:
    """``current_time`` of a node whose clock is ``skew_s`` ahead, asked at these instants."""
    clock = ClockEvidence()
    for at in instants:
        clock, _ = by_own_word(clock, float(int(at - rtt_s / 2 + skew_s)), at - rtt_s, at)
    return clock


@given(
    st.floats(-1000, 1000),
    st.lists(st.floats(0, 500), min_size=1, max_size=20).map(sorted),
    st.floats(0.001, 3),
)
def test_the_interval_always_holds_the_truth(skew_s: float, instants: list[float], rtt_s: float) -> None:
    clock = told(skew_s, *(T + at for at in instants), rtt_s=rtt_s)

    offset = offset_of(clock, T + 500)

    assert offset is not None
    assert offset.low_s - 1e-6 <= skew_s <= offset.high_s + 1e-6


def test_rounds_narrow_it() -> None:
    one, many = offset_of(told(7.25, T), T), offset_of(told(7.25, *(T + i * 0.73 for i in range(40))), T + 40)

    assert one is not None
    assert many is not None
    assert one.uncertainty_s == pytest.approx(0.507, abs=0.001)
    assert many.uncertainty_s < 0.05
    assert many.middle_s == pytest.approx(7.25, abs=0.05)


def test_time_widens_it() -> None:
    wide = widened(ClockOffset(-0.5, 0.5, T), T + 500)

    assert (wide.low_s, wide.high_s, wide.at) == (-1.0, 1.0, T + 500)


@pytest.mark.parametrize("away", [1, -1])
def test_two_clocks_that_ntp_slews_apart_have_not_been_set(away: int) -> None:
    clock, steps_s = ClockEvidence(), set()
    for at in (T + 2 * number for number in range(1000)):
        skew_s = away * (at - T) * 2 * 500e-6  # ours the one way, the node's the other
        clock, step_s = by_own_word(clock, float(int(at + skew_s)), at - 0.01, at)
        steps_s.add(step_s)

    assert steps_s == {0.0}


def test_an_empty_intersection_is_a_step() -> None:
    clock, step_s = by_own_word(told(0, T), T + 62, T + 2 - ROUND_TRIP_S, T + 2)

    offset = offset_of(clock, T + 2)
    assert step_s == pytest.approx(60, abs=1.1)
    assert offset is not None
    assert offset.middle_s == pytest.approx(60, abs=1.1)


def test_a_date_that_lags_by_a_second_is_no_step() -> None:
    clock = ClockEvidence()
    for at, date in ((T + 0.9, T), (T + 2.1, T + 2), (T + 4.05, T + 3)):
        clock, step_s = by_date(clock, date, at - ROUND_TRIP_S, at)
        assert step_s == 0


def test_a_date_that_jumps_is_a_step_and_counts_unless_the_node_knows_better() -> None:
    only_date, _ = by_date(ClockEvidence(), T, T - ROUND_TRIP_S, T)

    assert by_date(only_date, T + 62, T + 1.99, T + 2)[1] == pytest.approx(60, abs=1.1)
    assert [own_counts(told(0, T), T + later_s) for later_s in (2, 202)] == [True, False]
    assert not own_counts(only_date, T)


def test_the_nodes_own_word_outweighs_a_proxys_date() -> None:
    clock, _ = by_date(told(30, T), T, T - ROUND_TRIP_S, T)

    own = offset_of(clock, T)
    late = offset_of(clock, T + 121)

    assert own is not None
    assert own.middle_s == pytest.approx(30, abs=1.1)
    assert late is not None
    assert late.middle_s == pytest.approx(0.5, abs=0.01)


def test_a_date_that_agrees_narrows_it() -> None:
    clock, _ = by_date(told(0.6, T), T + 1, T + 0.49, T + 0.5)

    offset = offset_of(clock, T + 0.5)

    assert offset is not None
    assert offset.uncertainty_s < 0.5


def test_nothing_told_is_nothing_known() -> None:
    assert offset_of(ClockEvidence(), T) is None


def test_a_step_of_a_nodes_clock_is_an_event() -> None:
    _, events = fold_all(
        initial(),
        heard("gw-1"),
        load("gw-1"),
        load("gw-1", at=T + 10, skew_s=-90),
        load("gw-1", None, T + 20, skew_s=-90),
    )

    steps = [event for event in events if event.kind == "clock_stepped"]
    assert [(event.node, event.sentence) for event in steps] == [
        ("gw-1", "The clock of gw-1 was set back by 90 s.")
    ]
