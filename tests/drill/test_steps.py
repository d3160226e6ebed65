"""The course of a drill: what fails, fails loudly; what never may be is watched while it is forbidden."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from agmonitor.drill.scenario import Scenario
from agmonitor.drill.scenario_reading import read_scenario
from agmonitor.drill.stage import Played
from agmonitor.drill.steps import NOT_REACHED, Course
from agmonitor.drill.virtual import VirtualStage, finished, play
from agmonitor.failover.guards import Guard

HEALTHY = '[[steps]]\nexpect = { verdict = "healthy" }\nwithin_s = 70\nlabel = "healthy"\n'
KILL = '[[steps]]\nfault = "kill"\nnode = "primary"\n'
REPLACED = '[[steps]]\nexpect = { gw-2 = "primary" }\nwithin_s = 100\nlabel = "replaced"\n'


def scenario(text: str, head: str = "") -> Scenario:
    found, mistakes = read_scenario("own", tomllib.loads(f'title = "t"\nwhy = "w"\n{head}\n{text}'))
    assert mistakes == ()
    return found


def run(text: str, head: str = "") -> Played:
    return play(scenario(text, head))


def test_an_expectation_that_does_not_come_true_fails_and_the_rest_is_not_reached() -> None:
    one = run(
        HEALTHY + '[[steps]]\nexpect = { gw-2 = "primary" }\nwithin_s = 30\n' + KILL,
    )

    assert not one.passed
    assert [step.passed for step in one.steps] == [True, False, False]
    assert one.steps[1].took_s == pytest.approx(30, abs=0.2)
    assert "gw-1 primary, gw-2 secondary" in one.steps[1].seen
    assert one.steps[2].seen == NOT_REACHED
    assert one.faults == frozenset()


def test_what_must_hold_and_does_not_fails_at_that_moment() -> None:
    one = run(HEALTHY + KILL + '[[steps]]\nhold = { gw-2 = "secondary" }\nfor_s = 200\n')

    assert not one.passed
    assert one.steps[2].took_s < 100


def test_what_must_hold_and_is_not_so_at_first_fails_at_once() -> None:
    one = run(HEALTHY + '[[steps]]\nhold = { gw-2 = "primary" }\nfor_s = 200\n')

    assert one.steps[1].took_s == 0


def test_what_never_may_be_fails_the_drill_though_every_step_passed() -> None:
    one = run(HEALTHY + KILL + REPLACED + '[[never]]\nfinding = "takeover_due"\n')

    assert all(step.passed for step in one.steps)
    assert not one.passed
    (never,) = one.never
    assert never.at is not None
    assert "takeover_due" in never.seen


@pytest.mark.parametrize(
    ("span", "passed"),
    [
        ('after = "replaced"', True),
        ('until = "healthy"', True),
        ('after = "healthy"\nuntil = "replaced"', False),
        ('after = "healthy"', False),
    ],
)
def test_what_never_may_be_is_watched_only_in_its_span(span: str, passed: bool) -> None:
    one = run(HEALTHY + KILL + REPLACED + f'[[never]]\nfinding = "takeover_due"\n{span}\n')

    assert one.passed is passed


def test_an_event_before_the_span_does_not_count_in_it() -> None:
    lost = HEALTHY + KILL + REPLACED + '[[never]]\nevents = "node_lost"\nafter = "replaced"\n'

    assert run(lost).passed


def test_a_guard_that_did_not_refuse_fails_the_step() -> None:
    one = run(
        HEALTHY + '[[steps]]\nfailover = ""\nends = "refused_here"\nguards = ["not_heard"]\n',
    )

    assert not one.passed
    assert one.guards == {Guard.NO_REASON}


def test_what_was_claimed_and_not_shown_is_told() -> None:
    one = run(HEALTHY, head='covers = { findings = ["two_primaries"], faults = ["kill"] }')

    assert one.passed
    assert one.not_shown == ("kill", "two_primaries")


def test_a_step_that_cannot_be_done_fails_with_its_reason() -> None:
    one = run(HEALTHY + KILL + '[[steps]]\nfault = "kill"\nnode = "primary"\n')

    assert one.steps[2].seen == "No node says that it is primary."


def test_steps_can_be_done_one_at_a_time() -> None:
    drill = scenario(HEALTHY + KILL + REPLACED)
    course = Course(drill, VirtualStage(drill))

    numbers = []
    while course.next_step is not None:
        numbers.append(finished(course.step()).number)

    assert numbers == [1, 2, 3]
    assert course.played().passed


def test_two_paces_give_two_lengths() -> None:
    drill = scenario(HEALTHY + KILL + REPLACED)
    slow = play(drill)
    quick = play(replace(drill, pace=replace(drill.pace, report_s=2, check_s=3, absence_s=6, ttl_s=3)))

    assert quick.steps[2].took_s < 12 < slow.steps[2].took_s
