"""The statistics of a prediction: exact, whatever the order of the runs."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.protocol.prediction import (
    KNOBS,
    NEVER,
    STEPS,
    Course,
    Trigger,
    WhatIf,
    prediction,
    quantile,
    spread,
)

SECONDS = st.floats(0, 1e6) | st.just(NEVER)


@given(st.lists(SECONDS, min_size=1), st.sampled_from([0.05, 0.5, 0.95, 1.0]))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = quantile(sorted(values), share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_percentiles_of_a_hundred_numbers_are_those_of_the_book() -> None:
    values = [float(number) for number in range(1, 101)]
    random.Random(3).shuffle(values)  # noqa: S311 - nothing secret

    told = spread(values)

    assert told.figures == (1.0, 5.0, 50.0, 95.0, 100.0)
    assert told.never == 0


def test_runs_that_never_got_there_rank_above_all_others() -> None:
    told = spread([NEVER, 2.0, 1.0, NEVER])

    assert told.figures == (1.0, 1.0, 2.0, NEVER, NEVER)
    assert told.never == 2


def test_each_step_is_told_alone_and_since_the_trigger() -> None:
    courses = [Course((40.0, 41.0, 50.0), 50.0), Course((60.0, 62.0, 62.0), 62.0)]

    told = prediction(WhatIf(), 1, courses)

    assert [one.step.name for one in told.steps] == ["detection", "promotion", "clients"]
    assert [one.took_s.least for one in told.steps] == [40.0, 1.0, 0.0]
    assert [one.took_s.most for one in told.steps] == [60.0, 2.0, 9.0]
    assert told.take_over_s.figures == (41.0, 41.0, 41.0, 62.0, 62.0)
    assert told.outages_s == (50.0, 62.0)
    assert told.false_failovers is None


def test_a_step_after_one_that_never_ended_never_ends() -> None:
    told = prediction(WhatIf(), 1, [Course((40.0, NEVER, NEVER), NEVER)])

    assert [one.took_s.never for one in told.steps] == [0, 1, 1]
    assert math.isinf(told.outage_s.p50)


def test_the_order_of_the_runs_does_not_matter() -> None:
    rng = random.Random(5)  # noqa: S311 - nothing secret
    courses = [Course((a := rng.random(), a + 1, a + rng.random() + 1), a) for _ in range(50)]
    turned = courses[::-1]

    assert prediction(WhatIf(), 1, courses) == prediction(WhatIf(), 1, turned)


@pytest.mark.parametrize("trigger", Trigger)
def test_every_course_ends_with_its_clients_and_knows_when_it_was_taken_over(trigger: Trigger) -> None:
    steps = STEPS[trigger]
    course = Course(tuple(float(place) for place in range(len(steps))), 0.0)

    told = prediction(WhatIf(trigger=trigger), 1, [course])

    assert steps[-1].name == "clients"
    assert told.take_over_s.p50 == [step.name for step in steps].index("promotion")


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_settings_beyond_what_can_be_simulated_are_a_mistake_of_ours(knob: object) -> None:
    with pytest.raises(AssertionError):
        WhatIf(**{knob.field: knob.most * 2})  # type: ignore[attr-defined]
