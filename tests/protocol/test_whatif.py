"""What-if runs: the documented window, the same figures for the same seed, and no shortcut that lies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.protocol.prediction import STEPS, Trigger, WhatIf
from agmonitor.protocol.whatif import calculated, counted, course, whatif
from agmonitor.protocol.world.world import World

RUNS = 400
JITTER_S = 0.2  # clocks that differ by up to 0.1 s, and answers under way


def test_with_the_documented_defaults_a_dead_primary_is_replaced_within_40_to_90_s() -> None:
    told = whatif(WhatIf(), RUNS, seed=1)

    assert told.take_over_s.least >= 40.0 - JITTER_S
    assert told.take_over_s.most <= 90.0 + JITTER_S
    assert 62.0 <= told.take_over_s.p50 <= 68.0
    assert told.take_over_s.p95 - told.take_over_s.p5 > 30.0
    assert told.outage_s.most <= 90.0 + 30.0 + JITTER_S
    assert told.outage_s.least >= told.take_over_s.least - JITTER_S


@pytest.mark.parametrize(
    ("settings", "least_s", "most_s"),
    [
        (WhatIf(2, 3, 6, 3), 4.0, 9.0),
        (WhatIf(20, 10, 60, 30), 40.0, 70.0),
        (WhatIf(20, 45, 30, 30), 25.0, 90.0),  # A ≤ C: from C on, by direct beats
        (WhatIf(10, 30, 45, 0), 35.0, 75.0),
    ],
    ids=str,
)
def test_the_takeover_lies_within_the_window_of_the_settings(
    settings: WhatIf, least_s: float, most_s: float
) -> None:
    told = whatif(settings, 150, seed=3)

    assert told.take_over_s.least >= least_s - JITTER_S
    assert told.take_over_s.most <= most_s + JITTER_S
    assert told.outage_s.most <= most_s + settings.ttl_s + JITTER_S


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    first = whatif(WhatIf(), 50, seed=1)

    assert whatif(WhatIf(), 50, seed=1) == first
    assert whatif(WhatIf(), 50, seed=2).outages_s != first.outages_s


def test_a_run_does_not_depend_on_those_before_it() -> None:
    alone = course(WhatIf(loss_share=0.05), 7, 3)

    course(WhatIf(), 7, 2)

    assert course(WhatIf(loss_share=0.05), 7, 3) == alone


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("loss_share", [0.0, 0.02])
def test_the_outage_is_the_one_the_world_would_have_come_to(
    trigger: Trigger, loss_share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds: list[World] = []
    formed = World.formed

    def kept(*given: object, **options: object) -> World:
        worlds.append(formed(*given, **options))  # type: ignore[arg-type]  # as it was called
        return worlds[-1]

    monkeypatch.setattr(World, "formed", kept)
    settings = WhatIf(trigger=trigger, loss_share=loss_share)

    for number in range(12):
        begun = course(settings, 11, number)
        world, clients = worlds[-1], worlds[-1].clients[0]
        if begun.ends_s[-1] == float("inf"):
            continue
        world.run(world.now + settings.ttl_s + 1)

        assert clients.without_service_s() == pytest.approx(begun.outage_s, abs=1e-6)
        assert clients.served


@pytest.mark.parametrize("trigger", [Trigger.YIELD, Trigger.TAKE_OVER])
def test_an_ordered_failover_is_quick_and_costs_no_service(trigger: Trigger) -> None:
    told = whatif(WhatIf(trigger=trigger), 200, seed=1)

    assert told.take_over_s.most < 0.2
    assert told.outage_s.most == 0.0
    clients = told.steps[-1].end_s
    assert clients.least < 5.0
    assert 25.0 < clients.most < 30.2
    assert [one.step for one in told.steps] == list(STEPS[trigger])


def test_the_steps_come_in_their_order() -> None:
    for trigger in Trigger:
        for number in range(40):
            ends_s = course(WhatIf(trigger=trigger), 2, number).ends_s
            in_order = ends_s[:2] == tuple(sorted(ends_s[:2]))
            assert in_order, (trigger, number)


def test_a_checks_interval_that_is_shorter_shortens_the_takeover() -> None:
    slow, quick = whatif(WhatIf(), 150, seed=1), whatif(replace(WhatIf(), check_s=10), 150, seed=1)

    assert quick.take_over_s.p95 < slow.take_over_s.p95 - 10


def test_an_order_that_loss_swallows_is_never_carried_out() -> None:
    told = whatif(WhatIf(trigger=Trigger.YIELD, loss_share=0.5), 40, seed=1)

    assert told.take_over_s.never > 0


def test_a_pair_that_loses_nothing_keeps_its_primary() -> None:
    assert counted(WhatIf(), 1, 0, days=0.25) == 0
    assert calculated(WhatIf()) == 0.0


def test_a_pair_that_loses_much_does_not() -> None:
    assert counted(WhatIf(loss_share=0.7), 1, 0, days=0.25) > 5
