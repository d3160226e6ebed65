"""Situations for finding 16: how many changes of Primary, within how long, and which of them count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from agmonitor.domain.model import Role, Severity
from agmonitor.domain.observations import FailoverOrdered, GapReason, Input, Tick
from agmonitor.domain.state import GroupState
from tests.builders import T, gap, healthy_round, heard, looked, watched

W = Severity.WARNING
TEN_WINDOWS_S = 940.0  # ten times 60 + 30 + 1 + 1 + 2


class FlappingCase(NamedTuple):
    """As ``cases.Case``."""

    id: str
    number: int
    severity: Severity | None
    state: Callable[[], GroupState]


def swaps(*at: float) -> Iterator[Input]:
    """The pair changes places at each of these seconds after ``T``."""
    for place, second in enumerate(at):
        old, new = ("gw-1", "gw-2") if place % 2 == 0 else ("gw-2", "gw-1")
        yield heard(old, Role.SECONDARY, T + second)
        yield heard(new, Role.PRIMARY, T + second)


def watch(*inputs: Input) -> Callable[[], GroupState]:
    return lambda: watched(*healthy_round(), *inputs)


ORDERS = [FailoverOrdered(T + at, "gw-1", "patch day", "root") for at in (9, 199, 399)]
SET_BACK = gap(T + 410, T - 3190, GapReason.CLOCK_STEPPED)
FLAPPING_CASES = [
    FlappingCase("two changes of Primary", 16, None, watch(*swaps(10, 200))),
    FlappingCase("three changes of Primary", 16, W, watch(*swaps(10, 200, 400))),
    FlappingCase("three within one window, a bounce among them", 16, W, watch(*swaps(10, 20, 30))),
    FlappingCase(
        "three, the first of them ten windows ago",
        16,
        W,
        watch(*swaps(10, 200, 400), Tick(T + 10 + TEN_WINDOWS_S)),
    ),
    FlappingCase(
        "three, the first of them longer ago",
        16,
        None,
        watch(*swaps(10, 200, 400), Tick(T + 10.1 + TEN_WINDOWS_S)),
    ),
    FlappingCase("three far apart", 16, None, watch(*swaps(10, 500, 951))),
    FlappingCase(
        "three that were ordered here",
        16,
        W,
        watch(
            *(
                item
                for order, both in zip(ORDERS, (0, 2, 4), strict=True)
                for item in (order, *list(swaps(10, 200, 400))[both : both + 2])
            )
        ),
    ),
    FlappingCase("three, our clock set back since", 16, W, watch(*swaps(10, 200, 400), SET_BACK)),
    FlappingCase(
        "three, ten windows past since our clock was set back",
        16,
        None,
        watch(*swaps(10, 200, 400), SET_BACK, Tick(T - 3190 + TEN_WINDOWS_S)),
    ),
    FlappingCase("a single look has seen no change", 16, None, lambda: looked(*healthy_round())),
]
