"""Bars as columns, and their reduction to a row of pixels."""

from __future__ import annotations

import numpy as np
import pytest

from agmonitor.ui.lane_row import flickers, lane_row
from agmonitor.ui.spans import KINDS, Bar, BarKind, BarValue, SpanTrack

PRIMARY = BarValue(BarKind.PRIMARY, "primary")
SECONDARY = BarValue(BarKind.SECONDARY, "secondary")
SILENT = BarValue(BarKind.SILENT, "no answer")


def _kind(row: int) -> BarKind | None:
    return KINDS[row] if row >= 0 else None


def test_a_growing_bar_is_one_bar() -> None:
    track = SpanTrack()

    track.take(0, 0, PRIMARY)
    track.take(0, 2, PRIMARY)
    track.take(0, 4, PRIMARY)

    assert len(track) == 1
    assert track.last() == Bar(0, 4, PRIMARY)


def test_a_bar_ends_where_it_was_last_confirmed() -> None:
    track = SpanTrack()
    track.take(0, 10, PRIMARY)
    track.take(12, 20, SILENT)

    assert track.at(10) == Bar(0, 10, PRIMARY)
    assert track.at(11) is None
    assert track.at(12) == Bar(12, 20, SILENT)


def test_a_change_between_two_answers_joins_their_bars() -> None:
    track = SpanTrack()
    track.take(0, 10, PRIMARY)
    track.take(12, 20, SILENT, hole_s=5)
    track.take(26, 30, PRIMARY, hole_s=5)

    assert track.around(11) == (Bar(0, 10, PRIMARY), Bar(12, 20, SILENT))
    assert track.around(23) is None, "too long ago for two answers running"
    assert list(track.between(0, 30).joined) == [False, True, False]


@pytest.mark.parametrize(
    ("broken_at", "joined"), [(11, False), (12, True), (15, True)], ids=["in the hole", "its end", "later"]
)
def test_a_failed_probe_in_the_hole_keeps_bars_apart(broken_at: float, joined: bool) -> None:
    track = SpanTrack()
    track.take(0, 10, PRIMARY)
    track.break_at(broken_at)
    track.take(12, 20, SILENT, hole_s=5)

    assert (track.around(11) is not None) is joined


def test_a_break_is_over_when_the_bar_grows_on() -> None:
    track = SpanTrack()
    track.take(0, 10, PRIMARY)
    track.break_at(11)
    track.take(0, 12, PRIMARY)
    track.take(14, 20, SECONDARY, hole_s=5)

    assert track.around(13) is not None


def test_equal_bars_over_a_short_hole_are_one() -> None:
    track = SpanTrack()
    track.take(0, 10, SILENT)

    track.take(13, 20, SILENT, hole_s=5)
    track.take(40, 41, SILENT, hole_s=5)

    assert [track.at(at) for at in (15, 41)] == [Bar(0, 20, SILENT), Bar(40, 41, SILENT)]


def test_the_oldest_bars_are_forgotten_in_chunks() -> None:
    track = SpanTrack(cap=80)
    for number in range(1_000):
        track.take(number, number + 0.5, PRIMARY if number % 2 else SECONDARY)

    assert 70 <= len(track) <= 80
    assert track.last() == Bar(999, 999.5, PRIMARY)
    assert track.at(10) is None


def test_a_clock_set_back_cuts_bars() -> None:
    track = SpanTrack()
    track.take(0, 50, PRIMARY)
    track.take(50, 90, SECONDARY)

    track.forget_after(30)

    assert track.last() == Bar(0, 30, PRIMARY)
    assert len(track) == 1


def test_a_row_colours_pixels_under_bars_only() -> None:
    track = SpanTrack()
    track.take(10, 40, PRIMARY)
    track.take(50, 100, SILENT)

    row = lane_row(track.between(0, 100), 0, 100, 100)

    assert [_kind(int(row.kinds[x])) for x in (5, 20, 45, 70)] == [
        None,
        BarKind.PRIMARY,
        None,
        BarKind.SILENT,
    ]
    assert not row.merged.any()


@pytest.mark.parametrize("length_s", [0.0, 0.001, 0.6])
def test_a_flicker_of_less_than_a_pixel_still_shows(length_s: float) -> None:
    track = SpanTrack()
    track.take(0, 500, PRIMARY)
    track.take(500.2, 500.2 + length_s, SILENT)
    track.take(502, 1_000, PRIMARY)

    row = lane_row(track.between(0, 1_000), 0, 1_000, 250)

    assert _kind(int(row.kinds[125])) is BarKind.SILENT
    assert bool(row.merged[125]), "and says that changes were merged"


def test_a_hundred_thousand_flickers_colour_their_worst_and_are_marked() -> None:
    track = SpanTrack()
    for number in range(100_000):
        track.take(number, number + 0.9, (PRIMARY, SECONDARY, PRIMARY, SILENT)[number % 4])

    row = lane_row(track.between(0, 100_000), 0, 100_000, 1_000)

    assert bool(np.all(row.kinds == KINDS.index(BarKind.SILENT)))
    assert bool(row.merged.all())


def test_flickers_are_told_with_their_number_however_wide_the_range() -> None:
    track = SpanTrack()
    track.take(0, 500, PRIMARY)
    for number in range(7):
        track.take(500 + number, 500.9 + number, SILENT if number % 2 else SECONDARY)
    track.take(507, 1_000, PRIMARY)

    for width in (50, 200, 1_000):
        (told,) = flickers(lane_row(track.between(0, 1_000), 0, 1_000, width))
        assert told.changes == 8, "seven, and the one that ended them"
        assert KINDS[told.worst] is BarKind.SILENT
        assert told.begin == width // 2
    assert flickers(lane_row(track.between(490, 520), 490, 520, 900)) == [], "told apart, each is a bar"


def test_a_bar_that_stands_for_several_counts_as_those() -> None:
    track = SpanTrack()
    track.take(0, 500, PRIMARY)
    track.take(500, 501, SILENT, count=40)
    track.take(502, 1_000, PRIMARY)

    (told,) = flickers(lane_row(track.between(0, 1_000), 0, 1_000, 100))

    assert told.changes == 41


def test_going_on_after_a_gap_as_before_is_no_change() -> None:
    track = SpanTrack()
    for day in range(300):
        track.take(day * 100, day * 100 + 90, PRIMARY)
    track.take(30_000, 30_010, SILENT)

    row = lane_row(track.between(0, 30_010), 0, 30_010, 100)

    assert int(row.changes.sum()) == 2
    assert flickers(row) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_row_is_what_looking_at_each_bar_by_itself_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    track, at = SpanTrack(), 0.0
    for _ in range(600):
        at += float(rng.exponential(2.0)) * (rng.random() < 0.5)
        until_at = at + float(rng.exponential((0.2, 5.0, 60.0)[rng.integers(3)]))
        track.take(at, until_at, (PRIMARY, SECONDARY, SILENT)[rng.integers(3)])
        at = until_at
    begin_at, end_at, width = at * 0.1, at * 0.9, 300
    bars = track.between(begin_at, end_at)

    row = lane_row(bars, begin_at, end_at, width)

    pixel_s = (end_at - begin_at) / width
    expected = np.full(width, -1)
    changes = np.zeros(width, int)
    for number in range(len(bars)):
        bar = bars.bar(number)
        for column in range(width):
            if bar.from_at <= begin_at + (column + 0.5) * pixel_s <= bar.until_at:
                expected[column] = KINDS.index(bar.value.kind)
    for number in range(len(bars)):
        bar = bars.bar(number)
        column = int((bar.from_at - begin_at) // pixel_s)
        if not 0 <= column < width:
            continue
        before = bars.bar(number - 1).value if number else None
        changes[column] += before != bar.value
        if bar.until_at - bar.from_at < 1.5 * pixel_s:
            kind = KINDS.index(bar.value.kind)
            places = [column, column + 1] if kind >= KINDS.index(BarKind.UNREADABLE) else [column]
            for place in (place for place in places if place < width):
                expected[place] = max(expected[place], kind)
    assert list(row.changes) == list(changes)
    assert list(row.kinds) == list(expected)


def test_an_empty_lane_is_an_empty_row() -> None:
    row = lane_row(SpanTrack().between(0, 10), 0, 10, 7)

    assert list(row.kinds) == [-1] * 7
