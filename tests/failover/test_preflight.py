"""May a failover be ordered: one row for every guard, and every guard missed when it is taken out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from agmonitor.domain.memory import HookTrouble, HookTroubleKind
from agmonitor.domain.model import Answer, DnsAnswer, DnsLink, HeartbeatMethod, Members, Role
from agmonitor.domain.state import Condition, GroupState
from agmonitor.failover import preflight as preflights
from agmonitor.failover.guards import FRESH_S, Guard, Intent, Kind, Result, Surroundings
from agmonitor.failover.machine import Failover, arm, check
from agmonitor.failover.preflight import TABLES, Plan, overridable, preflight
from tests.failover.evidence import SETTINGS, Evidence, configured
from tests.fakes import ADDRESSES, EPOCH, FQDN, report

PRIMARY, SECONDARY = Role.PRIMARY, Role.SECONDARY


def planned(evidence: Evidence | None = None) -> Plan:
    made = preflight((evidence or Evidence()).state(), Kind.PLANNED)
    assert made.clean, made.failed
    assert made.plan is not None
    return made.plan


def test_a_healthy_pair_gives_one_put_to_the_primary() -> None:
    made = planned()

    assert (made.target, made.word) == ("gw-1", "Yield")
    assert (made.old_primary, made.new_primary) == ("gw-1", "gw-2")
    assert made.new_address == ADDRESSES["gw-2"]
    assert made.sentence == "gw-1 will yield: gw-2 becomes Primary and gw-1 Secondary."
    assert made.watch_s == 60 + 30 + 30 + 30


def test_the_order_of_the_nodes_does_not_matter() -> None:
    first, second = report(SECONDARY, "gw-1"), report(PRIMARY, "gw-2")

    made = planned(Evidence(first=first, second=second, addresses=(ADDRESSES["gw-2"],)))

    assert (made.target, made.new_primary) == ("gw-2", "gw-1")


def test_a_silent_primary_gives_one_put_to_the_secondary() -> None:
    made = preflight(OVERDUE, Kind.EMERGENCY)

    assert made.clean, made.failed
    assert made.plan is not None
    assert (made.plan.target, made.plan.word) == ("gw-2", "Take over")
    assert made.plan.old_address == ADDRESSES["gw-1"]


def test_short_timers_are_watched_for_a_minute_all_the_same() -> None:
    short: dict[str, Any] = {
        "allowed_absence_interval": 6,
        "health_check_interval": 3,
        "group_fqdn_ttl": 3,
        "health_report_interval": 2,
    }
    first, second = configured(PRIMARY, "gw-1", **short), configured(SECONDARY, "gw-2", **short)

    assert planned(Evidence(first=first, second=second)).watch_s == 60


@pytest.mark.parametrize("skew_s", [0.0, 500.0, -500.0])
def test_when_a_takeover_comes_is_told_by_the_clock_of_whoever_takes_over(skew_s: float) -> None:
    state = replace(DEAD, beat_age_s=5, skew_s=skew_s).state()

    (due,) = (one for one in preflight(state, Kind.EMERGENCY).failed if one.guard is Guard.TAKEOVER_DUE)

    assert re.fullmatch(r"in 5\d(\.\d)? s to 8\d(\.\d)? s|in 5\d s to 1 min \d+ s", due.value), due.value


def with_trouble(state: GroupState) -> GroupState:
    trouble = HookTrouble(HookTroubleKind.RAISED, "gw-2", SECONDARY, "w", "f", "raised KeyError")
    return replace(state, memory=replace(state.memory, hook_troubles=(trouble,)))


CALM = Surroundings()
CUT = DnsLink.DISCONNECTED
NO_ORDER = replace(SETTINGS, failover_allowed=False)
DEAD = Evidence(first_answer=Answer.TIMEOUT, beat_age_s=200)
OVERDUE = DEAD.state()
DUE = replace(DEAD, beat_age_s=5).state()
STRANGERS = Members("192.0.2.9", ADDRESSES["gw-2"])
PLANNED_CASES: list[tuple[Guard, GroupState, Surroundings, str]] = [
    (Guard.NOT_ALLOWED, Evidence(settings=NO_ORDER).state(), CALM, "not allowed for g"),
    (Guard.UNDER_WAY, Evidence().state(), Surroundings(under_way=True), "under way already"),
    (Guard.COOLING_DOWN, Evidence().state(), Surroundings(cools_until=EPOCH + 100), "cool-down are left"),
    (
        Guard.COOLING_DOWN,
        Evidence().state(),
        Surroundings(cools_until=Evidence().state().now + 0.1),
        "cool-down are left",
    ),
    (Guard.NOT_HEARD, Evidence(first_answer=Answer.TIMEOUT).state(), CALM, "gw-1 is not heard (timeout)"),
    (Guard.NOT_HEARD, Evidence(second_answer=Answer.FORBIDDEN).state(), CALM, "not heard (forbidden)"),
    (Guard.NOT_HEARD, Evidence(second_answer=Answer.SIGN_IN_REFUSED).state(), CALM, "(sign_in_refused)"),
    (Guard.NO_PAIR, Evidence(second=report(PRIMARY, "gw-2")).state(), CALM, "do not agree on one"),
    (Guard.NO_PAIR, Evidence(first=report(SECONDARY, "gw-1")).state(), CALM, "do not agree on one"),
    (Guard.NO_PAIR, Evidence(second=report(Role.NOT_IN_GROUP, "gw-2")).state(), CALM, "not_in_group"),
    (
        Guard.NO_ADDRESS,
        Evidence(first=report(PRIMARY, "gw-1", configuration=None)).state(),
        CALM,
        "gw-1 did not tell",
    ),
    (
        Guard.NO_ADDRESS,
        Evidence(second=report(SECONDARY, "gw-2", configuration=None)).state(),
        CALM,
        "gw-2 did not tell",
    ),
    (
        Guard.ONE_GATEWAY,
        Evidence(second=configured(SECONDARY, "gw-2", external_ipv4_address=ADDRESSES["gw-1"])).state(),
        CALM,
        "Both nodes give 192.0.2.11",
    ),
    (
        Guard.OTHER_NAME,
        Evidence(second=configured(SECONDARY, "gw-2", group_fqdn="other.example.net")).state(),
        CALM,
        "different names",
    ),
    (
        Guard.OTHER_MEMBERS,
        Evidence(second=report(SECONDARY, "gw-2", members=STRANGERS)).state(),
        CALM,
        "gw-2 lists other members: Primary 192.0.2.9",
    ),
    (
        Guard.OTHER_MEMBERS,
        Evidence(first=report(PRIMARY, "gw-1", members=Members(ADDRESSES["gw-1"], None))).state(),
        CALM,
        "Secondary nobody",
    ),
    (
        Guard.CUT_FROM_DNS,
        Evidence(first=report(PRIMARY, "gw-1", dns_link=CUT)).state(),
        CALM,
        "gw-1 says it is disc",
    ),
    (
        Guard.CUT_FROM_DNS,
        Evidence(second=report(SECONDARY, "gw-2", dns_link=CUT)).state(),
        CALM,
        "gw-2 says it is disc",
    ),
    (Guard.NO_DNS_WITNESS, Evidence(ask_dns=False).state(), CALM, "No authoritative DNS server"),
    (Guard.NO_RECORD, Evidence(dns_answer=DnsAnswer.TIMEOUT, addresses=()).state(), CALM, "record (timeout)"),
    (
        Guard.NO_RECORD,
        Evidence(dns_answer=DnsAnswer.NXDOMAIN, addresses=()).state(),
        CALM,
        "record (nxdomain)",
    ),
    (
        Guard.RECORD_ELSEWHERE,
        Evidence(addresses=(ADDRESSES["gw-2"],)).state(),
        CALM,
        "names 192.0.2.12, not the Primary",
    ),
    (Guard.RECORD_ELSEWHERE, Evidence(addresses=()).state(), CALM, "names nobody, not the Primary"),
    (
        Guard.RECORD_ELSEWHERE,
        Evidence(addresses=tuple(ADDRESSES.values())).state(),
        CALM,
        "192.0.2.11, 192.0.2.12, not",
    ),
    (Guard.HEARTBEAT_LATE, Evidence(beat_age_s=50).state(), CALM, "heartbeat"),
    (
        Guard.HEARTBEAT_BY_DNS,
        Evidence(second=report(SECONDARY, "gw-2", heartbeat_method=HeartbeatMethod.DNS)).state(),
        CALM,
        "DNS",
    ),
    (Guard.CLOCKS_APART, Evidence(skew_s=40).state(), CALM, "clock"),
    (Guard.OVERLOADED, Evidence(loads=(0.1, 0.7)).state(), CALM, "gw-2"),
    (Guard.HOOK_TROUBLE, with_trouble(Evidence().state()), CALM, "hook"),
    (Guard.OLD_EVIDENCE, Evidence(age_s=FRESH_S + 1).state(), CALM, "The answer of gw-1 is 16 s old"),
    (
        Guard.OLD_EVIDENCE,
        replace(Evidence().state(), now=EPOCH - FRESH_S - 1),
        CALM,
        "The answer of gw-1 is ",
    ),
    (Guard.NO_AUDIT, Evidence().state(), Surroundings(audit_fault="No space left."), "No space left"),
]
EMERGENCY_CASES: list[tuple[Guard, GroupState, Surroundings, str]] = [
    (Guard.NOT_ALLOWED, replace(OVERDUE, settings=NO_ORDER), CALM, "not allowed for g"),
    (Guard.UNDER_WAY, OVERDUE, Surroundings(under_way=True), "under way already"),
    (Guard.NOT_HEARD, replace(DEAD, second_answer=Answer.SIGN_IN_REFUSED).state(), CALM, "nobody to order"),
    (Guard.NO_PAIR, replace(DEAD, second=report(PRIMARY, "gw-2")).state(), CALM, "is Secondary"),
    (
        Guard.NO_ADDRESS,
        replace(DEAD, second=report(SECONDARY, "gw-2", configuration=None)).state(),
        CALM,
        "gw-2 did not tell",
    ),
    (
        Guard.CUT_FROM_DNS,
        replace(DEAD, second=report(SECONDARY, "gw-2", last_heartbeat_at=EPOCH - 200, dns_link=CUT)).state(),
        CALM,
        "gw-2 says it is",
    ),
    (Guard.PRIMARY_LIVES, replace(DEAD, first_answer=Answer.HTTP_STATUS).state(), CALM, "something is there"),
    (Guard.PRIMARY_LIVES, replace(DEAD, clients=ADDRESSES["gw-1"]).state(), CALM, "still reaches gw-1"),
    (Guard.PRIMARY_LIVES, Evidence().state(), CALM, "order a planned failover instead"),
    (Guard.TAKEOVER_DUE, DUE, CALM, "takes over by itself in"),
    (Guard.OLD_EVIDENCE, replace(DEAD, age_s=FRESH_S + 1).state(), CALM, "s old"),
    (Guard.NO_AUDIT, OVERDUE, Surroundings(audit_fault="No space left."), "No space left"),
]
CASES = [
    *[(Kind.PLANNED, *case) for case in PLANNED_CASES],
    *[(Kind.EMERGENCY, *case) for case in EMERGENCY_CASES],
]


def refused(kind: Kind, state: GroupState, around: Surroundings) -> Failover:
    wish = Intent("patch day", kind, "g")
    return arm(check(Failover(), state, kind, around), state, wish, around)


@pytest.mark.parametrize(("kind", "guard", "state", "around", "part"), CASES)
def test_every_guard_refuses_with_its_reason(
    kind: Kind, guard: Guard, state: GroupState, around: Surroundings, part: str
) -> None:
    made = preflight(state, kind, around)

    (failed,) = [one for one in made.failed if one.guard is guard]
    assert part in failed.sentence
    assert guard in refused(kind, state, around).guards


@pytest.mark.parametrize(("kind", "guard", "state", "around", "part"), CASES)
def test_a_guard_that_is_taken_out_is_missed(
    kind: Kind,
    guard: Guard,
    state: GroupState,
    around: Surroundings,
    part: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del part
    before = refused(kind, state, around)
    rows = tuple(row for row in TABLES[kind] if row.guard is not guard)
    monkeypatch.setattr(preflights, "TABLES", {**TABLES, kind: rows})

    assert refused(kind, state, around).objections != before.objections


@pytest.mark.parametrize("kind", Kind)
def test_every_row_that_can_fail_has_a_case(kind: Kind) -> None:
    shown = {guard for of, guard, *_ in CASES if of is kind}

    assert {row.guard for row in TABLES[kind]} - shown <= {Guard.NO_RECORD}  # in an emergency a notice


@pytest.mark.parametrize("kind", Kind)
def test_an_override_lifts_just_the_check_it_names(kind: Kind) -> None:
    for of, guard, state, around, _ in CASES:
        made = preflight(state, kind, around)
        if of is not kind or {one.guard for one in made.failed} != {guard}:
            continue
        left = [one.guard for one in made.standing({guard})]
        assert (left == []) is (guard in overridable(kind) and made.plan is not None), guard
        assert made.standing({"another"}) == made.standing(())


def test_what_decides_whom_to_order_what_cannot_be_overridden() -> None:
    never = {Guard.NOT_ALLOWED, Guard.UNDER_WAY, Guard.NOT_HEARD, Guard.NO_PAIR, Guard.OLD_EVIDENCE}

    assert not never & ({*overridable(Kind.PLANNED)} | {*overridable(Kind.EMERGENCY)})


def test_no_override_makes_an_emergency_of_two_healthy_nodes() -> None:
    made = preflight(Evidence().state(), Kind.EMERGENCY)

    assert made.standing({guard.value for guard in Guard}) != ()


def test_only_the_guard_that_fails_is_named() -> None:
    second = report(SECONDARY, "gw-2", dns_link=CUT)

    assert [one.guard for one in preflight(Evidence(second=second).state(), Kind.PLANNED).failed] == [
        Guard.CUT_FROM_DNS
    ]


def test_every_check_tells_value_limit_and_age() -> None:
    made = preflight(Evidence().state(), Kind.PLANNED)

    assert all(check.value and check.limit and check.title for check in made.checks)
    of_nodes = {
        Guard.NOT_HEARD,
        Guard.NO_PAIR,
        Guard.RECORD_ELSEWHERE,
        Guard.HEARTBEAT_LATE,
        Guard.OVERLOADED,
    }
    assert all(check.age_s is not None for check in made.checks if check.guard in of_nodes)


def test_unknown_hooks_are_a_notice_and_stop_nothing() -> None:
    made = preflight(Evidence().state(), Kind.PLANNED)

    (hooks,) = [check for check in made.checks if check.guard is Guard.HOOK_TROUBLE]
    assert hooks.result is Result.NOTICE
    assert made.clean


def test_nothing_asked_yet_is_refused() -> None:
    made = preflight(
        Evidence(first_answer=Answer.REFUSED, second_answer=Answer.REFUSED).state(), Kind.PLANNED
    )

    assert made.plan is None
    assert all(node.condition is not Condition.HEARD for node in OVERDUE.nodes[:1])
    assert "gw-1 is not heard (refused)" in made.failed[0].sentence


def test_names_that_differ_in_case_or_a_final_dot_are_one() -> None:
    second = configured(SECONDARY, "gw-2", group_fqdn=FQDN.upper() + ".")

    assert preflight(Evidence(second=second).state(), Kind.PLANNED).clean


def test_in_an_emergency_what_the_record_names_is_told_and_stops_nothing() -> None:
    def record(state: GroupState) -> tuple[Result, str]:
        made = preflight(state, Kind.EMERGENCY)
        (row,) = [check for check in made.checks if check.guard is Guard.NO_RECORD]
        assert Guard.NO_RECORD not in {one.guard for one in made.failed}
        return row.result, row.sentence

    unknown = replace(DEAD, dns_answer=DnsAnswer.TIMEOUT, addresses=()).state()
    already = replace(DEAD, addresses=(ADDRESSES["gw-2"],)).state()

    assert record(OVERDUE) == (Result.PASSED, "")
    assert "the outcome may stay unknown" in record(unknown)[1]
    assert record(already) == (Result.NOTICE, "The record names gw-2 already.")
