"""Following the present, letting go of it, and coming back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.ui.time_range import LEAD_SHARE_MAX, RANGES, SPAN_MAX_S, SPAN_MIN_S, TimeRange

NOW = 1_000_000.0


def test_live_follows_the_present() -> None:
    shown = TimeRange().at_time(NOW).at_time(NOW + 7)

    assert shown.live
    assert shown.end_at == NOW + 7
    assert shown.begin_at == NOW + 7 - 300


@pytest.mark.parametrize(
    ("watched_s", "span_s"), [(0, 30), (30, 30), (31, 60), (60, 60), (61, 120), (120, 120), (121, 300)]
)
def test_until_somebody_chooses_a_young_group_is_shown_as_long_as_it_was_watched(
    watched_s: float, span_s: float
) -> None:
    shown = TimeRange().at_time(NOW, began_at=NOW - watched_s)

    assert (shown.span_s, shown.shortened, shown.chosen()) == (span_s, span_s < 300, 0)
    chosen = shown.stretched(300).at_time(NOW, began_at=NOW - watched_s)
    assert (chosen.span_s, chosen.shortened, chosen.chosen()) == (300, False, 0)


def test_another_group_that_is_old_has_the_whole_range_and_a_young_one_grows_again() -> None:
    old = TimeRange().at_time(NOW, began_at=NOW - 10).at_time(NOW, began_at=NOW - 5_000)

    assert old.span_s == 300
    assert old.at_time(NOW, began_at=NOW - 10).span_s == 30


def test_a_person_who_has_panned_keeps_the_length() -> None:
    panned = TimeRange().at_time(NOW, began_at=NOW - 10).panned(-5).at_time(NOW + 100, began_at=NOW - 10)

    assert panned.span_s == 30
    assert panned.following().at_time(NOW + 100, began_at=NOW - 10).span_s == 30


def test_panning_lets_go_and_following_returns() -> None:
    shown = TimeRange().at_time(NOW).panned(-60).at_time(NOW + 50)

    assert not shown.live
    assert shown.end_at == NOW - 60
    assert shown.following().end_at == NOW + 50


def test_nobody_pans_beyond_the_present() -> None:
    assert TimeRange().at_time(NOW).panned(500).end_at == NOW


@given(st.floats(0.2, 5.0), st.floats(0.0, 1.0))
def test_zooming_keeps_the_instant_under_the_pointer(factor: float, share: float) -> None:
    shown = TimeRange().at_time(NOW).panned(-5_000)
    around_at = shown.begin_at + share * shown.span_s

    zoomed = shown.zoomed(factor, around_at)

    assert (around_at - zoomed.begin_at) / zoomed.span_s == pytest.approx(share, abs=1e-6)


def test_the_range_has_bounds() -> None:
    shown = TimeRange().at_time(NOW)

    assert shown.stretched(0.1).span_s == SPAN_MIN_S
    assert shown.stretched(1e12).span_s == SPAN_MAX_S


def test_a_takeover_to_come_is_in_sight_but_never_fills_the_picture() -> None:
    shown = TimeRange().at_time(NOW, NOW + 40)
    far = TimeRange().at_time(NOW, NOW + 4_000)

    assert shown.end_at > NOW + 40
    assert far.lead_s == LEAD_SHARE_MAX * far.span_s
    assert TimeRange().at_time(NOW, NOW - 40).end_at == NOW


@pytest.mark.parametrize("number", range(len(RANGES)))
def test_a_chosen_range_is_known_again(number: int) -> None:
    assert TimeRange().stretched(RANGES[number][1]).chosen() == number
    assert TimeRange().stretched(RANGES[number][1] * 1.1).chosen() is None
