"""False failovers by calculation, held to what happens in the World, and by count, held to the tables."""

from __future__ import annotations

import math

import pytest

from agmonitor.protocol.absence_odds import Loss, TooMuchError, mean_time_s, phases, survival
from agmonitor.protocol.false_failovers import (
    YEAR_S,
    Count,
    FalseFailovers,
    calculated_per_year,
    poisson_limits,
)
from agmonitor.protocol.prediction import WhatIf
from agmonitor.protocol.state import Timers
from agmonitor.protocol.whatif import counted

DAY_S = 86_400.0
SEED = 1_234


@pytest.mark.parametrize(
    ("timers", "loss_share", "until_s", "pairs"),
    [
        (Timers(20, 30, 60), 0.6, 600.0, 400),
        (Timers(20, 30, 50), 0.5, 600.0, 300),
        (Timers(2, 3, 6), 0.6, 90.0, 300),
        (Timers(30, 20, 40), 0.4, 400.0, 300),
        (Timers(20, 10, 45), 0.6, 400.0, 400),
    ],
    ids=str,
)
def test_the_calculation_agrees_with_the_world(
    timers: Timers, loss_share: float, until_s: float, pairs: int
) -> None:
    settings = WhatIf(timers.report_s, timers.check_s, timers.absence_s, loss_share=loss_share)

    whole = sum(counted(settings, SEED, number, until_s / DAY_S) == 0 for number in range(pairs))

    expected = survival(timers, Loss.of_exchanges(loss_share), until_s)
    doubt = math.sqrt(expected * (1 - expected) / pairs)
    assert abs(whole / pairs - expected) < 3.5 * doubt


@pytest.mark.long
def test_the_calculation_agrees_with_the_world_over_thousands_of_pairs() -> None:
    settings, pairs = WhatIf(20, 10, 45, loss_share=0.5), 4_000

    whole = sum(counted(settings, SEED, number, 1200 / DAY_S) == 0 for number in range(pairs))

    expected = survival(settings.timers, Loss.of_exchanges(0.5), 1200)
    assert abs(whole / pairs - expected) < 3 * math.sqrt(expected * (1 - expected) / pairs)


def test_the_mean_time_is_what_survival_adds_up_to() -> None:
    timers, loss = Timers(2, 3, 4), Loss.of_exchanges(0.8)
    means = [mean_time_s(timers, loss, phase) for phase in phases(timers)]
    weights = [phase.weight for phase in phases(timers)]

    step_s = 1.0
    added_s = step_s * sum(survival(timers, loss, (place + 0.5) * step_s) for place in range(300))

    assert sum(weights) == pytest.approx(1.0)
    assert sum(m * w for m, w in zip(means, weights, strict=True)) == pytest.approx(added_s, rel=0.02)


def test_without_loss_good_settings_never_fail_over_falsely() -> None:
    assert calculated_per_year(Timers(), Loss.of_exchanges(0.0)) == 0.0


def test_an_absence_shorter_than_the_report_interval_fails_over_without_any_loss() -> None:
    per_year = calculated_per_year(Timers(60, 10, 30), Loss.of_exchanges(0.0))

    assert per_year is not None
    assert per_year > YEAR_S / 60


def test_more_loss_never_makes_it_safer() -> None:
    rates = [
        calculated_per_year(Timers(), Loss.of_exchanges(share)) for share in (0.001, 0.01, 0.1, 0.3, 0.6)
    ]

    assert all(rate is not None for rate in rates)
    assert rates == sorted(rates, key=float)  # type: ignore[arg-type]  # none is None


def test_a_rare_failover_is_known_too() -> None:
    per_year = calculated_per_year(Timers(), Loss.of_exchanges(0.0001))

    assert per_year is not None
    assert 0 < per_year < 1e-12


@pytest.mark.parametrize("timers", [Timers(299.999, 300.001, 600), Timers(0.1, 3600, 7200)], ids=str)
def test_what_is_too_much_to_work_out_is_said_so(timers: Timers) -> None:
    loss = Loss.of_exchanges(0.3)

    assert calculated_per_year(timers, loss) is None
    with pytest.raises(TooMuchError):
        survival(timers, loss, 1e7)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 2.9957), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_the_limits_of_a_count_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert poisson_limits(count) == pytest.approx((low, high), abs=2e-4)


def test_a_count_is_told_as_a_yearly_rate() -> None:
    count = Count(failovers=2, days=365.25 / 4)

    assert count.per_year == pytest.approx(8.0)
    assert count.least_per_year < 8.0 < count.most_per_year


@pytest.mark.parametrize(
    ("told", "how", "per_year"),
    [
        (FalseFailovers(0.5, Count(0, 1.0)), "calculated", 0.5),
        (FalseFailovers(None, Count(0, 1.0)), "counted", 0.0),
        (FalseFailovers(None), "unknown", None),
    ],
)
def test_which_of_the_two_numbers_it_is_can_be_told(
    told: FalseFailovers, how: str, per_year: float | None
) -> None:
    assert (told.how, told.per_year) == (how, per_year)
