"""The machine: each step follows from where it stands, and the outcome rests on evidence alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from agmonitor.domain.group import step
from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import FailoverAnswer, Tick
from agmonitor.domain.state import GroupState
from agmonitor.failover.guards import Guard, Intent, Kind, Outcome, Surroundings
from agmonitor.failover.machine import (
    ARMED_S,
    Failover,
    OutOfTurnError,
    Stage,
    answered,
    arm,
    check,
    fire,
    hold,
    sent,
    watch,
)
from agmonitor.failover.preflight import preflight
from agmonitor.failover.proof import REFUSAL_SETTLES_S, outcome
from agmonitor.failover.snapshot import moved, snapshot
from tests.failover.evidence import Evidence, configured
from tests.fakes import ADDRESSES, report

PLANNED, EMERGENCY = Kind.PLANNED, Kind.EMERGENCY
CALM = Surroundings()
HEALTHY = Evidence().state()
WISH = Intent("patch day", PLANNED, "g", who="me")
YES = FailoverAnswer(accepted=True, http_status=200, detail="done")
SWAPPED = Evidence(
    first=report(Role.SECONDARY, "gw-1"),
    second=report(Role.PRIMARY, "gw-2"),
    addresses=(ADDRESSES["gw-2"],),
)
HALF = Evidence(first=report(Role.SECONDARY, "gw-1"), addresses=(ADDRESSES["gw-2"],))


def at(stage: Stage) -> Failover:
    """A machine that was driven there."""
    steps: list[tuple[Stage, Callable[[Failover], Failover]]] = [
        (Stage.CHECKED, lambda m: check(m, HEALTHY, PLANNED, CALM)),
        (Stage.ARMED, lambda m: arm(m, HEALTHY, WISH, CALM)),
        (Stage.FIRED, lambda m: fire(m, HEALTHY, CALM)),
        (Stage.WATCHING, lambda m: sent(m, HEALTHY.now)),
        (Stage.UNKNOWN, lambda m: answered(m, replace(YES, accepted=None), HEALTHY.now)),
    ]
    machine = Failover()
    for reached, go in steps:
        if machine.stage is stage:
            break
        machine = go(machine)
        assert machine.stage is reached
    return machine


STEPS: dict[str, tuple[set[Stage], Callable[[Failover], Failover]]] = {
    "check": ({Stage.IDLE, Stage.CHECKED}, lambda m: check(m, HEALTHY, PLANNED, CALM)),
    "arm": ({Stage.CHECKED}, lambda m: arm(m, HEALTHY, WISH, CALM)),
    "hold": ({Stage.ARMED}, lambda m: hold(m, HEALTHY)),
    "fire": ({Stage.ARMED}, lambda m: fire(m, HEALTHY, CALM)),
    "sent": ({Stage.FIRED}, lambda m: sent(m, HEALTHY.now)),
    "answered": ({Stage.WATCHING}, lambda m: answered(m, YES, HEALTHY.now)),
    "watch": ({Stage.WATCHING, Stage.UNKNOWN}, lambda m: watch(m, HEALTHY)),
}
REACHED = (Stage.IDLE, Stage.CHECKED, Stage.ARMED, Stage.FIRED, Stage.WATCHING, Stage.UNKNOWN)


@pytest.mark.parametrize("stage", REACHED)
@pytest.mark.parametrize("name", STEPS)
def test_each_step_is_taken_in_its_turn_and_in_no_other(stage: Stage, name: str) -> None:
    allowed, go = STEPS[name]
    if stage in allowed:
        assert go(at(stage)) is not None
    else:
        with pytest.raises(OutOfTurnError):
            go(at(stage))


def test_what_has_ended_goes_nowhere() -> None:
    ended = arm(at(Stage.CHECKED), HEALTHY, replace(WISH, reason=""), CALM)

    assert (ended.stage, ended.outcome, ended.guards) == (
        Stage.REFUSED,
        Outcome.REFUSED_HERE,
        (Guard.NO_REASON,),
    )
    for _, go in STEPS.values():
        with pytest.raises(OutOfTurnError):
            go(ended)


def test_firing_twice_from_one_arming_is_out_of_turn() -> None:
    fired = at(Stage.FIRED)

    with pytest.raises(OutOfTurnError):
        fire(fired, HEALTHY, CALM)
    with pytest.raises(OutOfTurnError):
        sent(sent(fired, HEALTHY.now), HEALTHY.now)


@pytest.mark.parametrize(
    ("later_s", "fires"), [(0, True), (ARMED_S - 20, True), (ARMED_S + 0.1, False), (-0.1, False)]
)
def test_what_is_armed_fires_within_half_a_minute(later_s: float, fires: bool) -> None:
    state = replace(Evidence().state(), now=HEALTHY.now + later_s)

    fired = fire(at(Stage.ARMED), state, CALM)

    assert (Guard.ARM_EXPIRED in fired.guards) is not fires


def test_a_check_that_fails_since_arming_refuses_though_nothing_moved() -> None:
    fired = fire(at(Stage.ARMED), Evidence(loads=(0.1, 0.9)).state(), CALM)

    assert fired.guards == (Guard.OVERLOADED,)


def test_an_override_given_at_arming_holds_at_firing() -> None:
    state = Evidence(loads=(0.1, 0.9)).state()
    armed = arm(at(Stage.CHECKED), state, replace(WISH, overrides=frozenset({"overloaded"})), CALM)

    assert fire(armed, state, CALM).stage is Stage.FIRED


def test_silent_still_silent_has_not_moved_and_unreadable_has() -> None:
    def of(answer: Answer) -> GroupState:
        return Evidence(first_answer=answer).state()

    assert moved(snapshot(of(Answer.TIMEOUT)), snapshot(of(Answer.REFUSED))) == ()
    assert moved(snapshot(of(Answer.TIMEOUT)), snapshot(of(Answer.HTTP_STATUS))) == (
        "gw-1 was silent and is an HTTP error.",
    )
    assert moved(snapshot(of(Answer.TIMEOUT)), snapshot(HEALTHY)) == ("gw-1 was silent and is heard.",)


def test_time_alone_moves_nothing() -> None:
    later, _ = step(HEALTHY, Tick(HEALTHY.now + 10))

    assert moved(snapshot(HEALTHY), snapshot(later)) == ()


@pytest.mark.parametrize(
    ("evidence", "accepted", "waited_s", "expected"),
    [
        (SWAPPED, True, 1, Outcome.SUCCEEDED),
        (SWAPPED, None, 1, Outcome.SUCCEEDED),
        (SWAPPED, False, 1, Outcome.SUCCEEDED),
        (SWAPPED, False, 1_000, Outcome.SUCCEEDED),
        (replace(SWAPPED, addresses=(ADDRESSES["gw-1"],)), True, 1, None),
        (replace(SWAPPED, addresses=(ADDRESSES["gw-1"],)), True, 150, Outcome.UNKNOWN),
        (replace(SWAPPED, addresses=(ADDRESSES["gw-2"], "192.0.2.9")), True, 150, Outcome.UNKNOWN),
        (replace(SWAPPED, first_answer=Answer.TIMEOUT), True, 1, None),
        (replace(SWAPPED, second_answer=Answer.TIMEOUT), True, 150, Outcome.UNKNOWN),
        (HALF, True, 1, None),
        (HALF, False, REFUSAL_SETTLES_S, None),
        (HALF, False, 150, Outcome.UNKNOWN),
        (Evidence(), True, 149, None),
        (Evidence(), True, 150, Outcome.UNKNOWN),
        (Evidence(), None, 150, Outcome.UNKNOWN),
        (Evidence(), False, REFUSAL_SETTLES_S - 0.1, None),
        (Evidence(), False, REFUSAL_SETTLES_S, Outcome.REFUSED_BY_NODE),
        (Evidence(second_answer=Answer.TIMEOUT), False, REFUSAL_SETTLES_S, None),
    ],
)
def test_the_outcome_of_a_planned_failover_rests_on_evidence(
    evidence: Evidence, accepted: bool | None, waited_s: float, expected: Outcome | None
) -> None:
    plan = preflight(HEALTHY, PLANNED).plan
    assert plan is not None

    came = outcome(plan, evidence.state(), since=HEALTHY.now, accepted=accepted, waited_s=waited_s)

    assert came is expected


DEAD = Evidence(first_answer=Answer.TIMEOUT, beat_age_s=200)
TAKEN = replace(DEAD, second=report(Role.PRIMARY, "gw-2"), addresses=(ADDRESSES["gw-2"],))


@pytest.mark.parametrize(
    ("evidence", "accepted", "waited_s", "expected"),
    [
        (TAKEN, True, 1, Outcome.SUCCEEDED),
        (TAKEN, None, 1, Outcome.SUCCEEDED),
        (
            replace(TAKEN, first_answer=Answer.OK, first=report(Role.SECONDARY, "gw-1")),
            True,
            1,
            Outcome.SUCCEEDED,
        ),
        (replace(TAKEN, first_answer=Answer.OK, first=report(Role.PRIMARY, "gw-1")), True, 1, None),
        (replace(TAKEN, addresses=(ADDRESSES["gw-1"],)), True, 150, Outcome.UNKNOWN),
        (DEAD, True, 150, Outcome.UNKNOWN),
        (DEAD, False, REFUSAL_SETTLES_S, Outcome.REFUSED_BY_NODE),
    ],
)
def test_the_outcome_of_an_emergency_rests_on_evidence(
    evidence: Evidence, accepted: bool | None, waited_s: float, expected: Outcome | None
) -> None:
    plan = preflight(DEAD.state(), EMERGENCY).plan
    assert plan is not None

    came = outcome(plan, evidence.state(), since=HEALTHY.now, accepted=accepted, waited_s=waited_s)

    assert came is expected


@pytest.mark.parametrize(
    ("at_address", "expected"), [(ADDRESSES["gw-2"], Outcome.SUCCEEDED), (ADDRESSES["gw-1"], None)]
)
def test_a_client_path_that_is_judged_must_lead_to_the_new_primary(
    at_address: str, expected: Outcome | None
) -> None:
    before = Evidence(clients=ADDRESSES["gw-1"]).state()
    plan = preflight(before, PLANNED).plan
    assert plan is not None
    assert plan.clients

    state = replace(SWAPPED, clients=at_address).state()

    assert outcome(plan, state, since=HEALTHY.began_at, accepted=True, waited_s=1) is expected


def test_a_visit_from_before_the_order_proves_no_way_to_the_new_primary() -> None:
    plan = preflight(Evidence(clients=ADDRESSES["gw-1"]).state(), PLANNED).plan
    assert plan is not None
    state = replace(SWAPPED, clients=ADDRESSES["gw-2"]).state()
    assert state.clients is not None

    def came(since: float) -> Outcome | None:
        return outcome(plan, state, since=since, accepted=True, waited_s=1)

    assert came(state.clients.sent_at) is Outcome.SUCCEEDED
    assert came(state.clients.sent_at + 0.1) is None


def test_before_the_answer_is_there_nothing_ends_whatever_is_seen() -> None:
    machine = watch(at(Stage.WATCHING), SWAPPED.state())

    assert not machine.ended
    assert dict(machine.reached_s).keys() == {"record", "promotion", "yielding"}


def test_an_answer_that_was_never_sent_for_is_refused_here() -> None:
    machine = answered(at(Stage.WATCHING), FailoverAnswer(False, None, "Nothing.", sent=False), HEALTHY.now)

    assert (machine.outcome, machine.guards) == (Outcome.REFUSED_HERE, (Guard.NOT_SENT,))


def test_exit_codes_are_the_designs() -> None:
    assert [each.exit_code for each in Outcome][:4] == [0, 1, 2, 3]


def test_the_clients_path_may_not_move_either() -> None:
    old, new = Evidence(clients=ADDRESSES["gw-1"]).state(), Evidence(clients=ADDRESSES["gw-2"]).state()

    assert moved(snapshot(old), snapshot(old)) == ()
    assert moved(snapshot(old), snapshot(new)) == (
        f"The client's path led to {ADDRESSES['gw-1']} and leads to {ADDRESSES['gw-2']}.",
    )


def test_a_plan_that_has_become_another_is_not_fired() -> None:
    armed = at(Stage.ARMED)
    assert armed.plan is not None

    fired = fire(replace(armed, plan=replace(armed.plan, target="gw-2")), HEALTHY, CALM)

    assert fired.guards == (Guard.ROLES_MOVED,)
    assert fired.sentence == "Since it was armed the plan has become another."


def test_settings_that_were_changed_since_arming_refuse() -> None:
    changed = Evidence(second=configured(Role.SECONDARY, "gw-2", group_fqdn_ttl=99)).state()

    assert "The configuration of gw-2 has changed." in moved(snapshot(HEALTHY), snapshot(changed))
