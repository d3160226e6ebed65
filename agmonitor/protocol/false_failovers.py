"""False failovers a year: by calculation, which knows rare things too, and by a count, with its limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.protocol.absence_odds import Loss, TooMuchError, mean_time_s, phases
from agmonitor.protocol.state import Timers

DAY_S = 86_400.0
YEAR_S = 365.25 * DAY_S
LEVEL = 0.95  # how sure the limits of a count are


@dataclass(frozen=True, slots=True)
class Count:
    """False failovers that happened in so many simulated days."""

    failovers: int
    days: float

    @property
    def per_year(self) -> float:
        return self._per_year(self.failovers)

    @property
    def least_per_year(self) -> float:
        return self._per_year(poisson_limits(self.failovers)[0])

    @property
    def most_per_year(self) -> float:
        return self._per_year(poisson_limits(self.failovers)[1])

    def _per_year(self, failovers: float) -> float:
        return failovers * YEAR_S / (self.days * DAY_S)


@dataclass(frozen=True, slots=True)
class FalseFailovers:
    """Both numbers; None where the calculation is beyond us, or where nothing was counted."""

    calculated_per_year: float | None
    counted: Count | None = None

    @property
    def how(self) -> str:
        """Which of the two ``per_year`` is: ``calculated``, ``counted`` or ``unknown``."""
        if self.calculated_per_year is not None:
            return "calculated"
        return "counted" if self.counted is not None else "unknown"

    @property
    def per_year(self) -> float | None:
        if self.calculated_per_year is not None:
            return self.calculated_per_year
        return self.counted.per_year if self.counted is not None else None


def calculated_per_year(timers: Timers, loss: Loss) -> float | None:
    """Averaged over how beats and checks may stand to one another; None where that is too much to work out.

    Each failover begins anew, with a pair whose beats have all arrived.
    """
    try:
        rate = sum(phase.weight / mean_time_s(timers, loss, phase) for phase in phases(timers))
    except TooMuchError:
        return None
    return rate * YEAR_S


def poisson_limits(count: int) -> tuple[float, float]:
    """Between which the mean of a Poisson count lies, 95 % sure; a count of 0 has an upper limit only."""
    if count == 0:
        return 0.0, -math.log(1 - LEVEL)
    side = (1 - LEVEL) / 2
    least = _solved(lambda mean: 1 - _at_most(count - 1, mean), side, 10.0 * count + 20)
    most = _solved(lambda mean: 1 - _at_most(count, mean), 1 - side, 10.0 * count + 20)
    return least, most


def _at_most(count: int, mean: float) -> float:
    """The odds of no more than ``count`` where ``mean`` are expected."""
    logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(count + 1))
    return math.fsum(math.exp(one) for one in logs)


def _solved(rising: Callable[[float], float], wanted: float, high: float) -> float:
    """Where a rising function has that value, by halving."""
    low = 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2
