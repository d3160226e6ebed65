"""A row that is asked in one circumstance only can hold in no other."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from agmonitor.domain import group
from agmonitor.domain.conditions import Within
from agmonitor.domain.facts import Facts
from agmonitor.domain.findings import TABLE
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState, Mode
from agmonitor.drill.observer import Observer
from agmonitor.drill.random_run import run
from agmonitor.protocol.world.world import World
from tests.builders import T, settings
from tests.domain.cases import CASES, Case
from tests.domain.streams import STREAMS, in_order

ROWS = [(row.name, row.when) for row in TABLE if isinstance(row.when, Within)]
slow_start = effort(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=100)


def passed_over(state: GroupState) -> list[str]:
    """Rows that would hold, and are not asked."""
    f = Facts(state)
    return [name for name, when in ROWS if when.part.holds(f) and not when.circumstance(f)]


def test_many_rows_have_a_circumstance() -> None:
    assert len(ROWS) > 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.id}")
def test_no_case_of_the_table_is_passed_over(case: Case) -> None:
    assert passed_over(case.state()) == []


@slow_start
@given(st.one_of(STREAMS.map(in_order), STREAMS), st.sampled_from(Mode))
def test_no_stream_makes_a_row_hold_that_is_not_asked(stream: Iterable[Input], mode: Mode) -> None:
    state = group.initial(settings(judge_clients=True), mode, T - 100)

    for item in stream:
        state, _ = group.step(state, item)
        assert passed_over(state) == []


def test_no_random_drill_makes_a_row_hold_that_is_not_asked() -> None:
    steps = 0

    def told(_at: float, _item: Input, state: GroupState, _events: object) -> None:
        nonlocal steps
        steps += 1
        assert passed_over(state) == []

    def watch(_world: World, observer: Observer) -> None:
        observer.on_change(told)

    for seed in (3, 7, 11):
        run(seed, watch)
    assert steps > 1000
