"""How a drill's steps stand, in marks and words that say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.model import Role, Severity
from agmonitor.domain.observations import HookCall, HookOutcome
from agmonitor.drill.scenario_shelf import scenario
from agmonitor.drill.stage import Breach, HookSeen, Played
from agmonitor.drill.stepper import Stepper
from agmonitor.drill.virtual import VirtualStage, finished, play
from agmonitor.ui.drill_rows import result_row, rows, tags

DRILL = scenario("primary-killed")


@pytest.fixture(scope="module")
def played() -> Played:
    return play(DRILL)


def test_a_step_under_way_and_one_that_holds_already_are_told_apart() -> None:
    stepper = Stepper(DRILL, VirtualStage(DRILL))

    first, second, third, *_ = rows(DRILL, stepper, None, 3.0)

    assert (first.mark, first.word) == (Severity.NOTICE, "under way for 3 s")
    assert (second.mark, second.word) == (Severity.UNKNOWN, "")  # something to do, not to expect
    assert third.word == "does not hold yet"

    finished(stepper.next())
    finished(stepper.next())
    finished(stepper.next())
    done, _, _, fourth, *_ = rows(DRILL, stepper, None, None)

    assert (done.mark, done.word.split()[0]) == (Severity.OK, "passed")
    assert fourth.word == "next, does not hold yet"


def test_what_never_may_be_and_was_is_told_with_what_was_seen(played: Played) -> None:
    seen = replace(played, never=(Breach("Never: x.", passed=False, seen="both primary", at=0.0),))

    row = rows(DRILL, None, seen, None)[len(played.steps)]

    assert (row.mark, row.seen) == (Severity.CRITICAL, "both primary")
    assert row.word.startswith("SEEN at ")
    assert result_row(seen, stopped=False).sentence.startswith("What never may be was seen, after")


@pytest.mark.parametrize(
    ("outcome", "mark"),
    [
        (HookOutcome.RETURNED, Severity.OK),
        (HookOutcome.RAISED, Severity.CRITICAL),
        (HookOutcome.RUNNING, Severity.NOTICE),
    ],
)
def test_each_hook_that_ran_is_told_after_the_steps(
    played: Played, outcome: HookOutcome, mark: Severity
) -> None:
    call = HookCall("wf", "on_role", Role.SECONDARY, Role.PRIMARY, 0.0, 12.0, outcome, "KeyError: 'zone'")

    row = rows(DRILL, None, replace(played, hooks=(HookSeen("gw-2", call, ""),)), None)[-1]

    assert row.mark is mark
    assert row.text == (
        "Hook on gw-2: wf on_role (secondary → primary)\n" + f"{outcome.value} after 12 ms: KeyError: 'zone'"
    )


def test_tags_tell_what_is_broken_and_what_is_shown() -> None:
    assert tags(DRILL) == "breaks kill · shows Takeover due and No standby"
