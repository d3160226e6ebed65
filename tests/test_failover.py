"""May a failover be ordered, and what came of it: one row for every guard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import (
    Answer,
    DnsAnswer,
    DnsLink,
    GroupSettings,
    Members,
    NodeAddress,
    Role,
)
from agmonitor.domain.observations import DnsObservation, NodeObservation, NodeReport, Tick
from agmonitor.domain.state import GroupState, Mode
from agmonitor.failover import FRESH_S, REFUSAL_SETTLES_S, Outcome, Plan, Refusal, outcome, plan
from tests.fakes import ADDRESSES, EPOCH, FQDN, report

SETTINGS = GroupSettings(
    "g",
    (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12")),
    fqdn=FQDN,
    failover_allowed=True,
)


@dataclass
class Evidence:
    """What was read before ordering; a healthy pair unless a test changes something."""

    settings: GroupSettings = SETTINGS
    first: NodeReport | None = None
    second: NodeReport | None = None
    first_answer: Answer = Answer.OK
    second_answer: Answer = Answer.OK
    dns_answer: DnsAnswer = DnsAnswer.OK
    dns_server: str | None = "192.0.2.53:53"
    addresses: tuple[str, ...] = (ADDRESSES["gw-1"],)
    ask_dns: bool = True
    age_s: float = 0.0

    def state(self) -> GroupState:
        state = initial(self.settings, Mode.SINGLE_LOOK, EPOCH)
        first = self.first or report(Role.PRIMARY, "gw-1")
        second = self.second or report(Role.SECONDARY, "gw-2")
        for node, said, answer in (
            ("gw-1", first, self.first_answer),
            ("gw-2", second, self.second_answer),
        ):
            heard = said if answer is Answer.OK else None
            for _ in range(2):  # silence counts twice running
                seen = NodeObservation(node, state.now, state.now + 0.1, answer, "", 1.0, heard, EPOCH, 200)
                state, _ = step(state, seen)
        if self.ask_dns:
            at = state.now
            seen_dns = DnsObservation(
                at, at + 0.1, self.dns_answer, "", 1.0, self.dns_server, self.addresses, 30, EPOCH, True
            )
            state, _ = step(state, seen_dns)
        if self.age_s:
            state, _ = step(state, Tick(state.now + self.age_s))
        return state


def configured(role: Role, node: str, **changes: Any) -> NodeReport:
    said = report(role, node)
    assert said.configuration is not None
    return replace(said, configuration=replace(said.configuration, **changes))


def planned(evidence: Evidence | None = None) -> Plan:
    made = plan((evidence or Evidence()).state())
    assert isinstance(made, Plan), made
    return made


def test_a_healthy_pair_gives_one_put_to_the_primary() -> None:
    made = planned()

    assert (made.target, made.word) == ("gw-1", "Yield")
    assert (made.old_primary, made.new_primary) == ("gw-1", "gw-2")
    assert made.new_address == ADDRESSES["gw-2"]
    assert made.sentence == "gw-1 will yield: gw-2 becomes Primary and gw-1 Secondary."
    assert made.watch_s == 60 + 30 + 30 + 30


def test_the_order_of_the_nodes_does_not_matter() -> None:
    made = planned(
        Evidence(
            first=report(Role.SECONDARY, "gw-1"),
            second=report(Role.PRIMARY, "gw-2"),
            addresses=(ADDRESSES["gw-2"],),
        )
    )

    assert (made.target, made.new_primary) == ("gw-2", "gw-1")


def test_short_timers_are_watched_for_a_minute_all_the_same() -> None:
    short: dict[str, Any] = {
        "allowed_absence_interval": 6,
        "health_check_interval": 3,
        "group_fqdn_ttl": 3,
        "health_report_interval": 2,
    }
    made = planned(
        Evidence(
            first=configured(Role.PRIMARY, "gw-1", **short),
            second=configured(Role.SECONDARY, "gw-2", **short),
        )
    )

    assert made.watch_s == 60


@pytest.mark.parametrize(
    ("evidence", "part"),
    [
        (Evidence(settings=replace(SETTINGS, failover_allowed=False)), "not allowed for g"),
        (Evidence(first_answer=Answer.TIMEOUT), "gw-1 is not heard (timeout)"),
        (Evidence(second_answer=Answer.FORBIDDEN), "gw-2 is not heard (forbidden)"),
        (Evidence(second=report(Role.PRIMARY, "gw-2")), "do not agree on one Primary"),
        (Evidence(first=report(Role.SECONDARY, "gw-1")), "do not agree on one Primary"),
        (Evidence(second=report(Role.NOT_IN_GROUP, "gw-2")), "gw-2 says not_in_group"),
        (Evidence(first=report(Role.PRIMARY, "gw-1", dns_link=DnsLink.DISCONNECTED)), "gw-1 says it is disc"),
        (Evidence(second=report(Role.SECONDARY, "gw-2", dns_link=DnsLink.DISCONNECTED)), "gw-2 says it is d"),
        (Evidence(ask_dns=False), "No authoritative DNS server"),
        (Evidence(dns_server=None), "No authoritative DNS server"),
        (Evidence(dns_answer=DnsAnswer.TIMEOUT, addresses=()), "does not give the group's record (timeout)"),
        (
            Evidence(dns_answer=DnsAnswer.NXDOMAIN, addresses=()),
            "does not give the group's record (nxdomain)",
        ),
        (Evidence(addresses=(ADDRESSES["gw-2"],)), "names 192.0.2.12, not the Primary gw-1"),
        (Evidence(addresses=()), "names nobody, not the Primary gw-1"),
        (Evidence(addresses=(ADDRESSES["gw-1"], ADDRESSES["gw-2"])), "names 192.0.2.11, 192.0.2.12, not"),
        (
            Evidence(first=report(Role.PRIMARY, "gw-1", configuration=None)),
            "gw-1 did not tell its own address",
        ),
        (
            Evidence(second=report(Role.SECONDARY, "gw-2", configuration=None)),
            "gw-2 did not tell its own addr",
        ),
        (
            Evidence(second=configured(Role.SECONDARY, "gw-2", external_ipv4_address=ADDRESSES["gw-1"])),
            "Both nodes give 192.0.2.11",
        ),
        (
            Evidence(second=configured(Role.SECONDARY, "gw-2", group_fqdn="other.example.net")),
            "groups of different names",
        ),
        (
            Evidence(second=report(Role.SECONDARY, "gw-2", members=Members("192.0.2.9", ADDRESSES["gw-2"]))),
            "gw-2 lists other members: Primary 192.0.2.9",
        ),
        (
            Evidence(first=report(Role.PRIMARY, "gw-1", members=Members(ADDRESSES["gw-1"], None))),
            "gw-1 lists other members: Primary 192.0.2.11, Secondary nobody",
        ),
        (Evidence(age_s=FRESH_S + 1), "The answer of gw-1 is 16 s old"),
    ],
)
def test_every_guard_refuses_with_its_reason(evidence: Evidence, part: str) -> None:
    made = plan(evidence.state())

    assert isinstance(made, Refusal)
    assert len(made.guards) == len(made.reasons)  # each reason is a guard's
    assert part in made.sentence


def test_only_the_guard_that_fails_is_named() -> None:
    made = plan(Evidence(second=report(Role.SECONDARY, "gw-2", dns_link=DnsLink.DISCONNECTED)).state())

    assert isinstance(made, Refusal)
    assert len(made.reasons) == 1


def test_all_reasons_are_named_at_once() -> None:
    evidence = Evidence(
        settings=replace(SETTINGS, failover_allowed=False),
        second=report(Role.SECONDARY, "gw-2", dns_link=DnsLink.DISCONNECTED),
        addresses=(),
    )

    made = plan(evidence.state())

    assert isinstance(made, Refusal)
    assert len(made.reasons) == 3


def test_nothing_asked_yet_is_refused() -> None:
    made = plan(initial(SETTINGS, Mode.WATCHING, EPOCH))

    assert isinstance(made, Refusal)
    assert "gw-1 is not heard (not asked)" in made.sentence


def test_names_that_differ_in_case_or_a_final_dot_are_one() -> None:
    evidence = Evidence(second=configured(Role.SECONDARY, "gw-2", group_fqdn=FQDN.upper() + "."))

    assert isinstance(plan(evidence.state()), Plan)


SWAPPED = Evidence(
    first=report(Role.SECONDARY, "gw-1"),
    second=report(Role.PRIMARY, "gw-2"),
    addresses=(ADDRESSES["gw-2"],),
)
HALF = Evidence(first=report(Role.SECONDARY, "gw-1"), addresses=(ADDRESSES["gw-2"],))


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
def test_the_outcome_rests_on_evidence(
    evidence: Evidence, accepted: bool | None, waited_s: float, expected: Outcome | None
) -> None:
    assert outcome(planned(), evidence.state(), accepted=accepted, waited_s=waited_s) is expected


def test_exit_codes_are_the_designs() -> None:
    assert [each.exit_code for each in Outcome] == [0, 1, 2, 3]
