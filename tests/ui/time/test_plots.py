"""Curves, limits and the takeover's words, without a widget."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Role
from agmonitor.domain.state import Timers
from agmonitor.ui.axis import Scale
from agmonitor.ui.bands import ValueScale
from agmonitor.ui.due_windows import DueWindow
from agmonitor.ui.plots import (
    TICK_GAP_PX,
    age_curves,
    limit_places,
    nice_top,
    polylines,
    role_colour,
    spread,
    window_words,
)
from tests.ui.time.scenes import T0, Scene, healthy

RECT = QRectF(152, 0, 900, 100)


@given(st.floats(0.001, 1e7))
def test_the_top_of_a_scale_is_round_and_not_much_too_high(highest: float) -> None:
    top = nice_top(highest, 0.001)

    assert highest <= top * (1 + 1e-9)
    assert top <= highest * 1.6


@given(st.lists(st.floats(0, 90), min_size=3, max_size=3))
def test_limit_labels_never_touch_and_stay_inside(wanted: list[float]) -> None:
    placed = spread(sorted(wanted, reverse=True), 0.0, 90.0)

    assert all(lower - upper >= TICK_GAP_PX - 1e-9 for lower, upper in pairwise(placed))
    assert min(placed) >= 0
    assert max(placed) <= 90


@pytest.mark.parametrize(
    "timers", [Timers(), Timers(2, 3, 6, 3), Timers(20, 20, 20), Timers(60, 30, 20), Timers(1, 1, 600)]
)
def test_the_words_of_limits_keep_apart_for_any_settings(timers: Timers) -> None:
    places = limit_places(timers, ValueScale(nice_top(1.35 * timers.absence_s), RECT))

    assert all(
        not one.adjusted(0, 2, 0, -2).intersects(two.adjusted(0, 2, 0, -2)) for one, two in _pairs(places)
    )


def _pairs(places: list[QRectF]) -> list[tuple[QRectF, QRectF]]:
    return [(one, two) for row, one in enumerate(places) for two in places[row + 1 :]]


def test_the_polyline_has_the_saw_tooths_corners(qtbot: QtBot) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    scale, values = Scale(T0, T0 + 100, 0.0, 1000.0), ValueScale(100.0, QRectF(0, 0, 1000, 100))

    (run,) = polylines(
        next(curve for curve in age_curves(scene.history, scale) if curve.role is Role.SECONDARY),
        scale,
        values,
    )

    drops = np.flatnonzero((np.diff(run[:, 0]) == 0) & (np.diff(run[:, 1]) > 0))
    assert [round(float(x)) for x in run[drops, 0]] == [201, 401, 601]
    assert run[drops, 1] == pytest.approx([79.9] * 3, abs=0.01)
    assert float(run[-1, 0]) == pytest.approx(601, abs=1)


def test_a_month_of_a_curve_has_few_points(qtbot: QtBot) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 4_000)
    scale = Scale(T0 + 4_000 - 30 * 86400, T0 + 4_000, 0.0, 900.0)

    points = sum(
        len(run)
        for curve in age_curves(scene.history, scale)
        for run in polylines(curve, scale, ValueScale(100.0, RECT))
    )

    assert points <= 2 * 2 * 900


def test_two_nodes_of_one_role_have_two_colours(qtbot: QtBot) -> None:
    assert role_colour(Role.PRIMARY, 0) != role_colour(Role.PRIMARY, 1)
    assert role_colour(Role.PRIMARY, 0) != role_colour(Role.SECONDARY, 0)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (48.0, "takeover in 12 s to 45 s"),
        (70.0, "takeover now, within 23 s"),
        (98.0, "takeover overdue for 5 s"),
    ],
)
def test_a_due_takeover_counts_down(now: float, words: str) -> None:
    assert window_words(DueWindow(60.0, 93.0, 0.0, 30.0, now, live=True, assumed=False), now) == words


def test_a_past_window_says_what_was_to_be_expected() -> None:
    past = DueWindow(60.0, 93.0, 0.0, 30.0, 70.0, live=False, assumed=True)

    assert window_words(past, 500.0) == "takeover was due 60–93 s after the last beat (defaults assumed)"
    unknown = DueWindow(60.0, 93.0, None, 30.0, 70.0, live=False, assumed=False)
    assert window_words(unknown, 500.0) == "takeover was due"


def test_a_window_that_ended_in_a_takeover_ends_with_it_and_says_so() -> None:
    over = DueWindow(60.0, 93.0, 0.0, 30.0, 70.0, live=False, assumed=False, took_over_at=69.6)

    assert over.ends_at == 70.0
    assert window_words(over, 500.0) == "took over 70 s after the last beat, 60–93 s expected"
    assert replace(over, due_until=120.0).ends_at == 93.0
    assert replace(over, live=True).ends_at == 93.0
