"""What ``status`` meets in the field: one look, its second looks honoured, one verdict.

The servers here answer by a function of how often they were asked; the look asks as the monitor does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from agmonitor.domain import group
from agmonitor.domain.model import (
    Answer,
    DnsAnswer,
    DnsLink,
    HeartbeatMethod,
    Instant,
    Members,
    Role,
    Severity,
)
from agmonitor.domain.observations import NodeObservation, Observation, Tick
from agmonitor.domain.state import GroupState, Look, Mode
from tests.builders import FQDN, T, configuration, dns, dns_lost, failed, heard, load, settings

Ask = Callable[[int, Instant], Observation]
P, S, NONE = Role.PRIMARY, Role.SECONDARY, Role.NOT_IN_GROUP
DEADLINE_S = 5.0
BOUND_S = 2 * DEADLINE_S + 6


def node(name: str, role: Role | None = None, **changes: Any) -> Ask:
    return lambda _, at: heard(name, role, at + 0.02, **changes)


def fails(name: str, answer: Answer) -> Ask:
    took_s = DEADLINE_S if answer is Answer.TIMEOUT else 0.01
    return lambda _, at: failed(name, answer, at + took_s, took_s)


def in_turn(*asks: Ask) -> Ask:
    """The first answer to the first question and so on; the last one to all others."""
    return lambda asked, at: asks[min(asked, len(asks) - 1)](asked, at)


def swapping(name: str, *roles: Role) -> Ask:
    return lambda asked, at: heard(name, roles[asked % len(roles)], at + 0.02)


def zone(names: str | list[str] = "gw-1", **changes: Any) -> Ask:
    return lambda _, at: dns(names, at + 0.01, **changes)


def no_zone(answer: DnsAnswer = DnsAnswer.TIMEOUT, **changes: Any) -> Ask:
    took_s = DEADLINE_S if answer is DnsAnswer.TIMEOUT else 0.01
    return lambda _, at: dns_lost(at + took_s, answer, sent_at=at, **changes)


class Situation(NamedTuple):
    id: str
    first: Ask
    second: Ask
    dns: Ask
    verdict: str
    severity: Severity
    extra: tuple[Observation, ...] = ()


def run(situation: Situation, *, mirrored: bool = False) -> GroupState:
    """One look at a situation; the nodes given in either order."""
    given = settings(nodes=settings().nodes[::-1]) if mirrored else settings()
    state = group.initial(given, Mode.SINGLE_LOOK, T)
    asks = {"gw-1": situation.first, "gw-2": situation.second, "dns": situation.dns}
    asked = dict.fromkeys(asks, 0)
    coming: list[tuple[Instant, str, Observation]] = []

    def ask(subject: str, at: Instant) -> None:
        observation = asks[subject](asked[subject], at)
        asked[subject] += 1
        heapq.heappush(coming, (observation.received_at, subject, observation))

    for subject in asks:
        ask(subject, T)
    seen: set[Look] = set()
    for extra in situation.extra:
        state, _ = group.step(state, extra)
    while coming:
        at, _, observation = heapq.heappop(coming)
        assert at <= T + BOUND_S, "a look that does not end"
        state, _ = group.step(state, observation)
        for look in set(state.looks) - seen:
            ask(look.subject, max(look.at, at) + 0.001)
        seen |= set(state.looks)
    assert not state.looks
    return group.step(state, Tick(state.now))[0]


OLD, FRESH = 400.0, 3.0
HANG, DEAD = Answer.TIMEOUT, Answer.REFUSED
OUTSIDER = {"members": None, "configuration": None}
OK, N, W, U, C = Severity

SITUATIONS = [
    Situation("all is well", node("gw-1"), node("gw-2"), zone(), "healthy", OK),
    Situation(
        "well, no DNS server to be found", node("gw-1"), node("gw-2"), no_zone(server=None), "healthy", OK
    ),
    Situation("Secondary dead", node("gw-1"), fails("gw-2", DEAD), zone(), "no_standby", W),
    Situation("Secondary hangs", node("gw-1"), fails("gw-2", HANG), zone(), "no_standby", W),
    Situation("Secondary resets", node("gw-1"), fails("gw-2", Answer.CLOSED), zone(), "no_standby", W),
    Situation(
        "Secondary lost once", node("gw-1"), in_turn(fails("gw-2", HANG), node("gw-2")), zone(), "healthy", OK
    ),
    Situation(
        "Primary lost once",
        in_turn(fails("gw-1", Answer.CLOSED), node("gw-1")),
        node("gw-2"),
        zone(),
        "healthy",
        OK,
    ),
    Situation(
        "Secondary too large", node("gw-1"), fails("gw-2", Answer.TOO_LARGE), zone(), "cannot_read_node", W
    ),
    Situation(
        "Secondary of unknown role",
        node("gw-1"),
        fails("gw-2", Answer.MALFORMED),
        zone(),
        "cannot_read_node",
        W,
    ),
    Situation(
        "Secondary redirects", node("gw-1"), fails("gw-2", Answer.REDIRECTED), zone(), "cannot_read_node", W
    ),
    Situation(
        "Secondary's certificate wrong",
        node("gw-1"),
        fails("gw-2", Answer.TLS),
        zone(),
        "cannot_read_node",
        W,
    ),
    Situation(
        "permission missing on one",
        fails("gw-1", Answer.FORBIDDEN),
        node("gw-2"),
        zone(),
        "cannot_read_node",
        W,
    ),
    Situation(
        "permission missing on both",
        fails("gw-1", Answer.FORBIDDEN),
        fails("gw-2", Answer.FORBIDDEN),
        zone(),
        "cannot_read_node",
        U,
    ),
    Situation(
        "wrong password",
        fails("gw-1", Answer.SIGN_IN_REFUSED),
        fails("gw-2", Answer.SIGN_IN_REFUSED),
        zone(),
        "cannot_read_node",
        U,
    ),
    Situation(
        "one forbidden, one dead",
        fails("gw-1", Answer.FORBIDDEN),
        fails("gw-2", DEAD),
        zone(),
        "cannot_read_node",
        U,
    ),
    Situation(
        "Primary unreadable, beat late",
        fails("gw-1", Answer.HTTP_STATUS),
        node("gw-2", beat_age_s=40),
        zone(txt_age_s=40),
        "takeover_due",
        W,
    ),
    Situation("Primary dead just now", fails("gw-1", DEAD), node("gw-2"), zone(), "takeover_due", W),
    Situation(
        "Primary hangs",
        fails("gw-1", HANG),
        node("gw-2", beat_age_s=30),
        zone(txt_age_s=30),
        "takeover_due",
        W,
    ),
    Situation(
        "Primary dead, window open",
        fails("gw-1", DEAD),
        node("gw-2", beat_age_s=70),
        zone(txt_age_s=70),
        "takeover_due",
        W,
    ),
    Situation(
        "Primary dead, window closed",
        fails("gw-1", DEAD),
        node("gw-2", beat_age_s=OLD),
        zone(txt_age_s=OLD),
        "takeover_overdue",
        C,
    ),
    Situation(
        "both paths cut", node("gw-1"), node("gw-2", beat_age_s=70), zone(txt_age_s=70), "takeover_due", W
    ),
    Situation(
        "both paths cut for long",
        node("gw-1"),
        node("gw-2", beat_age_s=OLD),
        zone(txt_age_s=OLD),
        "takeover_overdue",
        C,
    ),
    Situation(
        "direct path cut",
        node("gw-1", heartbeat_method=HeartbeatMethod.DNS),
        node("gw-2", heartbeat_method=HeartbeatMethod.DNS, beat_age_s=25),
        zone(),
        "heartbeat_by_dns",
        W,
    ),
    Situation(
        "beat late", node("gw-1"), node("gw-2", beat_age_s=40), zone(txt_age_s=40), "heartbeat_late", W
    ),
    Situation(
        "no beat ever",
        node("gw-1"),
        node("gw-2", last_heartbeat_at=None),
        zone(txt_age_s=None),
        "not_enough_evidence",
        U,
    ),
    Situation("both dead", fails("gw-1", DEAD), fails("gw-2", DEAD), zone(txt_age_s=OLD), "group_down", C),
    Situation(
        "both dead, fresh TXT",
        fails("gw-1", DEAD),
        fails("gw-2", DEAD),
        zone(txt_age_s=FRESH),
        "group_down",
        C,
    ),
    Situation(
        "both hang, fresh TXT",
        fails("gw-1", HANG),
        fails("gw-2", HANG),
        zone(txt_age_s=FRESH),
        "nodes_hidden_from_here",
        U,
    ),
    Situation(
        "both hang, old TXT", fails("gw-1", HANG), fails("gw-2", HANG), zone(txt_age_s=OLD), "group_down", C
    ),
    Situation(
        "both hang, no TXT",
        fails("gw-1", HANG),
        fails("gw-2", HANG),
        zone(txt_age_s=None),
        "not_enough_evidence",
        U,
    ),
    Situation(
        "one dead, one hangs, fresh TXT",
        fails("gw-1", DEAD),
        fails("gw-2", HANG),
        zone(txt_age_s=FRESH),
        "nodes_hidden_from_here",
        U,
    ),
    Situation(
        "one dead, one hangs, old TXT",
        fails("gw-1", DEAD),
        fails("gw-2", HANG),
        zone(txt_age_s=OLD),
        "group_down",
        C,
    ),
    Situation(
        "nothing comes back",
        fails("gw-1", HANG),
        fails("gw-2", Answer.UNREACHABLE),
        no_zone(),
        "observer_isolated",
        U,
    ),
    Situation("two Primaries", node("gw-1"), node("gw-2", P), zone(), "two_primaries", C),
    Situation(
        "two Primaries, one then dies",
        in_turn(node("gw-1"), fails("gw-1", DEAD)),
        node("gw-2", P),
        zone(),
        "two_primaries",
        C,
    ),
    Situation(
        "two Primaries, one then unreadable",
        in_turn(node("gw-1"), fails("gw-1", Answer.TLS)),
        node("gw-2", P),
        zone(),
        "two_primaries",
        C,
    ),
    Situation(
        "a swap between two questions",
        in_turn(node("gw-1"), node("gw-1", S)),
        node("gw-2", P),
        zone("gw-2"),
        "healthy",
        OK,
    ),
    Situation(
        "roles that swap at each question",
        swapping("gw-1", P, S),
        swapping("gw-2", S, P),
        zone(),
        "healthy",
        OK,
    ),
    Situation("two Secondaries", node("gw-1", S), node("gw-2"), zone(), "no_primary", C),
    Situation(
        "two Secondaries for a moment",
        in_turn(node("gw-1", S), node("gw-1")),
        node("gw-2"),
        zone(),
        "healthy",
        OK,
    ),
    Situation(
        "Secondary beside an outsider", node("gw-1", NONE), node("gw-2"), zone("gw-2"), "no_primary", C
    ),
    Situation("Primary beside an outsider", node("gw-1"), node("gw-2", NONE), zone(), "no_standby", W),
    Situation(
        "both outside",
        node("gw-1", NONE),
        node("gw-2", NONE),
        no_zone(DnsAnswer.NXDOMAIN, server=None),
        "not_in_group",
        N,
    ),
    Situation(
        "an outsider beside the dead",
        node("gw-1", NONE),
        fails("gw-2", DEAD),
        zone(),
        "not_enough_evidence",
        U,
    ),
    Situation(
        "same Gateway twice, as Primary",
        node("gw-1", P),
        node("gw-2", P, configuration=configuration("gw-1")),
        zone(),
        "group_misconfigured",
        U,
    ),
    Situation(
        "same Gateway twice, as Secondary",
        node("gw-1", S, configuration=configuration("gw-2")),
        node("gw-2", S),
        zone(),
        "group_misconfigured",
        U,
    ),
    Situation(
        "two groups",
        node("gw-1"),
        node("gw-2", configuration=configuration("gw-2", group_fqdn="b.example.net")),
        zone(),
        "group_misconfigured",
        U,
    ),
    Situation(
        "record names the Secondary", node("gw-1"), node("gw-2"), zone("gw-2"), "dns_points_elsewhere", C
    ),
    Situation(
        "record names nobody",
        node("gw-1"),
        node("gw-2"),
        zone(answer=DnsAnswer.NXDOMAIN),
        "dns_points_elsewhere",
        C,
    ),
    Situation(
        "record names a stranger", node("gw-1"), node("gw-2"), zone("198.51.100.7"), "dns_points_elsewhere", C
    ),
    Situation(
        "record still moving", node("gw-1"), node("gw-2"), in_turn(zone("gw-2"), zone("gw-1")), "healthy", OK
    ),
    Situation("name server silent", node("gw-1"), node("gw-2"), no_zone(), "dns_witness_silent", W),
    Situation(
        "name server refuses", node("gw-1"), node("gw-2"), no_zone(DnsAnswer.REFUSED), "dns_witness_silent", W
    ),
    Situation(
        "cut from DNS",
        node("gw-1"),
        node("gw-2", dns_link=DnsLink.DISCONNECTED),
        zone(),
        "node_dns_disconnected",
        W,
    ),
    Situation("skewed", node("gw-1"), node("gw-2", skew_s=30), zone(), "clock_skew", W),
    Situation("skewed beyond TSIG", node("gw-1"), node("gw-2", skew_s=-400), zone(), "clock_skew", C),
    Situation(
        "Primary skewed",
        node("gw-1", skew_s=120),
        node("gw-2"),
        in_turn(lambda _, at: dns("gw-1", at + 0.01, heartbeat_at=at + 115)),
        "clock_skew",
        W,
    ),
    Situation(
        "both off from us",
        node("gw-1", skew_s=90),
        node("gw-2", skew_s=90),
        in_turn(lambda _, at: dns("gw-1", at + 0.01, heartbeat_at=at + 85)),
        "healthy",
        OK,
    ),
    Situation(
        "a proxy writes Date",
        node("gw-1"),
        node("gw-2", skew_s=30, probe={"http_date": T}),
        zone(),
        "clock_skew",
        W,
        (load("gw-2", at=T + 0.001, skew_s=30),),
    ),
    Situation(
        "overloaded", node("gw-1"), node("gw-2"), zone(), "overloaded", C, (load("gw-1", 0.91, T + 0.001),)
    ),
    Situation(
        "not checking", node("gw-1"), node("gw-2", last_updated_at=T - 100), zone(), "standby_not_checking", W
    ),
    Situation(
        "settings differ",
        node("gw-1"),
        node("gw-2", configuration=configuration("gw-2", health_check_interval=20)),
        zone(),
        "settings_differ",
        W,
    ),
    Situation(
        "members differ",
        node("gw-1", members=Members("192.0.2.11", None)),
        node("gw-2"),
        zone(),
        "settings_differ",
        W,
    ),
    Situation("TXT stale", node("gw-1"), node("gw-2"), zone(txt_age_s=OLD), "heartbeat_txt_stale", W),
]


@pytest.mark.parametrize("mirrored", [False, True], ids=["", "mirrored"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.id)
def test_one_look_gives_the_right_verdict(situation: Situation, mirrored: bool) -> None:
    state = run(situation, mirrored=mirrored)

    assert (state.verdict.name, state.verdict.severity) == (situation.verdict, situation.severity), (
        state.verdict
    )


def test_our_clock_off_is_said_beside_health() -> None:
    both_off = next(s for s in SITUATIONS if s.id == "both off from us")

    assert [finding.name for finding in run(both_off).verdict.findings] == ["our_clock_off"]


def test_an_unanswered_second_look_is_said() -> None:
    dies = next(s for s in SITUATIONS if s.id == "two Primaries, one then dies")

    assert "Not re-confirmed (gw-1: connection refused)." in run(dies).verdict.sentence


def test_time_that_runs_out_counts_as_a_second_look_without_an_answer() -> None:
    state = group.initial(settings(), Mode.SINGLE_LOOK, T)
    first = heard("gw-1", at=T + 0.1), heard("gw-2", Role.PRIMARY, at=T + 0.1)
    for observation in first:
        state, _ = group.step(state, observation)
    assert state.verdict.name == "not_enough_evidence"

    state, _ = group.step(state, Tick(T + 15))

    assert state.verdict.name == "two_primaries"
    assert "no time was left" in state.verdict.sentence


def test_the_name_is_taken_from_the_nodes_where_it_is_not_set() -> None:
    state = group.initial(settings(fqdn=None), Mode.SINGLE_LOOK, T)

    for name in ("gw-1", "gw-2"):
        observation = heard(name, at=T + 0.1)
        assert isinstance(observation, NodeObservation)
        state, _ = group.step(state, observation)

    assert state.verdict.name == "not_enough_evidence"  # a witness is known, and has yet to speak
    assert state.node("gw-1").configuration == configuration("gw-1", group_fqdn=FQDN)
