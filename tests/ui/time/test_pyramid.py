"""The pyramid against a plain search, for any samples and any range."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agmonitor.ui.pyramid import LEVELS, Pyramid

PIXELS = 40
SAMPLES = st.lists(
    st.tuples(
        st.floats(0.01, 900.0), st.integers(0, 10_000).map(float), st.sampled_from([False] * 9 + [True])
    ),
    min_size=1,
    max_size=400,
)


def _filled(steps: list[tuple[float, float, bool]], **caps: int) -> tuple[Pyramid, list[tuple[float, float]]]:
    made = Pyramid(**caps)
    at, plain = 1_000_000.0, []
    for step_s, value, breaks in steps:
        at += step_s
        if breaks:
            made.break_here()
        made.append(at, value)
        plain.append((at, value))
    return made, plain


@settings(max_examples=150, deadline=None)
@given(SAMPLES, st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_no_extreme_of_a_range_is_lost(
    steps: list[tuple[float, float, bool]], start: float, length: float
) -> None:
    made, plain = _filled(steps)
    whole_s = plain[-1][0] - 1_000_000.0
    from_at = 1_000_000.0 + start * whole_s
    until_at = from_at + max(length * whole_s, 1.0)

    found = made.reduced(from_at, until_at, PIXELS)

    inside = [value for at, value in plain if from_at <= at <= until_at]
    if inside:
        assert float(found.high.max()) >= max(inside)
        assert float(found.low.min()) <= min(inside)
    values = {value for _, value in plain}
    assert {float(v) for v in found.high} | {float(v) for v in found.low} <= values, "nothing is made up"


@settings(max_examples=100, deadline=None)
@given(SAMPLES)
def test_at_most_two_entries_a_pixel_in_order_of_time(steps: list[tuple[float, float, bool]]) -> None:
    made, plain = _filled(steps * 3)
    until_at = plain[-1][0]

    found = made.reduced(1_000_000.0, until_at, PIXELS)

    assert len(found) <= 2 * PIXELS + 2
    assert bool(np.all(np.diff(found.at) >= 0))
    assert bool(np.all(found.low <= found.high))


@settings(max_examples=60, deadline=None)
@given(SAMPLES)
def test_every_entry_stands_within_a_pixel_of_its_samples(steps: list[tuple[float, float, bool]]) -> None:
    made, plain = _filled(steps)
    until_at = plain[-1][0]
    pixel_s = (until_at - 1_000_000.0) / PIXELS

    found = made.reduced(1_000_000.0, until_at, PIXELS)

    for at, high in zip(found.at, found.high, strict=True):
        assert any(value == high and -1e-6 <= sample_at - at <= 2 * pixel_s for sample_at, value in plain)


def test_a_break_stays_a_break_in_every_level() -> None:
    made = Pyramid()
    for number in range(5_000):
        if number == 2_500:
            made.break_here()
        made.append(float(number), 1.0)

    for pixels in (20, 200, 2_500):
        begins = made.reduced(0.0, 5_000.0, pixels).begins
        assert int(begins.sum()) in {1, 2}
        assert bool(begins[0])
    assert int(made.reduced(0.0, 5_000.0, 5_000).begins.sum()) == 2


def test_the_far_past_gets_coarser_and_memory_stays_bounded() -> None:
    made = Pyramid(raw_cap=1_000, level_cap=500)
    held = 0
    for number in range(60_000):
        made.append(float(number), float(number % 97))
        if number == 30_000:
            held = made.bytes_held

    assert made.bytes_held <= held * 1.35, "only wide levels may still grow"
    assert made.bytes_held <= (1_000 + LEVELS * 500) * 17
    old = made.reduced(2_000.0, 20_000.0, 30)
    assert float(old.high.max()) == 96.0
    assert float(old.low.min()) == 0.0
    assert made.oldest_at is not None
    assert made.oldest_at <= 16_384.0


def test_values_between_samples_lie_on_the_line_and_nowhere_after_a_break() -> None:
    made = Pyramid()
    made.append(0.0, 10.0)
    made.append(10.0, 20.0)
    made.break_here()
    made.append(20.0, 5.0)

    assert made.interpolated(-1.0) is None
    assert made.interpolated(0.0) == 10.0
    assert made.interpolated(5.0) == 15.0
    assert made.interpolated(15.0) is None
    assert made.interpolated(20.0) == 5.0
    assert made.interpolated(21.0) is None


def test_a_clock_set_back_cuts_off_what_lies_beyond() -> None:
    made = Pyramid()
    for number in range(1_000):
        made.append(float(number), 1.0)

    made.forget_after(300.0)
    made.append(301.0, 9.0)

    assert made.newest() == (301.0, 9.0)
    found = made.reduced(0.0, 1_000.0, 20)
    assert float(found.at[-1]) <= 301.0
    assert float(found.high.max()) == 9.0


def test_after_a_break_there_is_no_newest_sample() -> None:
    made = Pyramid()
    assert made.newest() is None
    assert made.oldest_at is None
    made.append(1.0, 2.0)

    made.break_here()

    assert made.newest() is None


@pytest.mark.parametrize("pixels", [1, 3, 1_000])
def test_an_empty_range_gives_at_most_its_neighbours(pixels: int) -> None:
    made = Pyramid()
    made.append(0.0, 1.0)
    made.append(100.0, 2.0)

    assert len(made.reduced(40.0, 60.0, pixels)) <= 2
    assert len(Pyramid().reduced(40.0, 60.0, pixels)) == 0


def test_samples_that_share_a_pixel_give_their_extremes() -> None:
    made = Pyramid()
    for number in range(3_600):
        made.append(float(number), {1_801: 900.0, 1_802: -7.0}.get(number, 50.0))

    found = made.reduced(0.0, 3_600.0, 1_000)

    assert len(found) == 1_000
    hit = int(np.searchsorted(found.at, 1_800.0))
    assert (float(found.low[hit]), float(found.high[hit])) == (-7.0, 900.0)
    assert not found.raw


def test_the_benchmarks_curves_are_as_appending_would_leave_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "packaging" / "benchmarks")
    data = importlib.import_module("frame_data")
    appended, filled = Pyramid(), Pyramid()
    chunks = [(at, data.trip_values(at, 0)) for at in data.instants(90_000.0, 3.7)]

    data.fill(filled, iter(chunks))
    for at, values in chunks:
        for row in range(len(at)):
            appended.append(float(at[row]), float(values[row]))

    assert len(chunks) >= 2
    for one, other in zip(appended.levels, filled.levels, strict=True):
        assert (one.count, one.bucket) == (other.count, other.bucket)
        for column in ("at", "low", "high", "begins"):
            assert np.array_equal(getattr(one, column)[: one.count], getattr(other, column))
