"""How long something took, in words that never round a real time to nothing."""

from __future__ import annotations

import pytest

from agmonitor.report.words import calendar, took


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0001, "0.1 ms"),
        (0.0094, "9.4 ms"),
        (0.04, "40 ms"),
        (0.9994, "999 ms"),
        (1.0, "1.0 s"),
        (72.0, "72 s"),
    ],
)
def test_below_a_second_there_are_milliseconds(seconds: float, told: str) -> None:
    assert took(seconds) == told


@pytest.mark.parametrize("at", [1e12, -1e12, float("inf"), float("-inf"), float("nan")])
def test_an_instant_that_no_calendar_holds_can_be_told_all_the_same(at: float) -> None:
    assert calendar(at).astimezone().year in {1, 9999}
