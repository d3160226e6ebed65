"""What is remembered of a value is what was worked out of it."""

from __future__ import annotations

from agmonitor.domain.remembering import MOST, remembered
from agmonitor.domain.state import Timers


def test_it_works_once_for_the_very_same_value_and_anew_for_another() -> None:
    asked: list[Timers] = []

    @remembered
    def checks_s(timers: Timers) -> float:
        asked.append(timers)
        return 2 * timers.check_s

    short, long = Timers(check_s=10.0), Timers(check_s=60.0)

    assert [checks_s(short), checks_s(long), checks_s(short), checks_s(long)] == [20.0, 120.0, 20.0, 120.0]
    assert asked == [short, long]


def test_values_that_are_gone_are_never_taken_for_new_ones() -> None:
    @remembered
    def checks_s(timers: Timers) -> float:
        return 2 * timers.check_s

    told = [checks_s(Timers(check_s=float(n))) for n in range(3 * MOST)]

    assert told == [2.0 * n for n in range(3 * MOST)]
