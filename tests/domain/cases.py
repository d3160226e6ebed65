"""Situations for the rows of the findings table: each rule on both sides of its limit.

Stamps here come without ``Date``, so that offsets are nought and the slack is exactly 2 s; where clocks
matter they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

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
from agmonitor.domain.observations import FailoverOrdered, Input, NodeObservation, Tick
from agmonitor.domain.state import GroupState
from tests.builders import (
    T,
    clients,
    configuration,
    dns,
    dns_lost,
    failed,
    gap,
    healthy_round,
    heard,
    load,
    looked,
    resolver,
    watched,
)
from tests.domain.drill_cases import DRILL_CASES
from tests.domain.flapping_cases import FLAPPING_CASES
from tests.domain.hook_cases import HOOK_CASES

NO_DATE: dict[str, Any] = {"http_date": None}
DAY_S = 86400.0
W, U, C, N = Severity.WARNING, Severity.UNKNOWN, Severity.CRITICAL, Severity.NOTICE


class Case(NamedTuple):
    """A situation, and how bad finding ``number`` is in it; None when it does not hold."""

    id: str
    number: int
    severity: Severity | None
    state: Callable[[], GroupState]


def one(at: Instant = T, **changes: Any) -> NodeObservation:
    return heard("gw-1", at=at, probe=NO_DATE, **changes)


def two(at: Instant = T, role: Role = Role.SECONDARY, **changes: Any) -> NodeObservation:
    return heard("gw-2", role, at, probe=NO_DATE, **changes)


def lost(node: str, at: Instant = T, answer: Answer = Answer.REFUSED) -> tuple[Input, ...]:
    """Silent twice running."""
    return failed(node, answer, at), failed(node, answer, at + 1)


def on_both(**changes: Any) -> tuple[Input, ...]:
    """Both nodes set so."""
    return (
        one(configuration=configuration("gw-1", **changes)),
        two(configuration=configuration("gw-2", **changes)),
        dns(),
    )


def swapped(at: Instant, *between: Input) -> tuple[Input, ...]:
    """Healthy, then the roles swap in good health."""
    return (
        one(),
        two(),
        dns(),
        *between,
        one(at, role=Role.SECONDARY),
        two(at, role=Role.PRIMARY),
        dns("gw-2", at=at),
    )


ORDER = FailoverOrdered(T + 1, "gw-1", "patch day", "root")
OTHER_CERT = {"http_date": None, "certificate_expires_at": T + 60 * DAY_S}


def cert(days: float) -> dict[str, Any]:
    return OTHER_CERT | {"certificate_expires_at": T + days * DAY_S}


def watch(*inputs: Input, **changes: Any) -> Callable[[], GroupState]:
    return lambda: watched(*inputs, **changes)


def look(*inputs: Input, **changes: Any) -> Callable[[], GroupState]:
    return lambda: looked(*inputs, **changes)


PAIR = [
    Case("healthy", 0, Severity.OK, watch(*healthy_round())),
    Case(
        "healthy without a name to ask DNS for",
        0,
        Severity.OK,
        watch(
            one(configuration=configuration(group_fqdn=None)),
            two(configuration=configuration("gw-2", group_fqdn=None)),
            fqdn=None,
        ),
    ),
    Case("healthy beside no DNS witness", 0, Severity.OK, watch(one(), two(), dns_lost(server=None))),
    Case("DNS has yet to answer", 0, None, watch(one(), two())),
    Case("no beat known", 0, None, watch(one(), two(last_heartbeat_at=None), dns(txt_age_s=None))),
    Case(
        "own address not told",
        0,
        None,
        watch(one(members=None, configuration=None), two(members=None), dns()),
    ),
    Case("first round", 29, U, watch(one())),
    Case("nothing asked", 29, U, watch()),
    Case("proven healthy is evidence enough", 29, None, watch(*healthy_round())),
    Case("both primary and asked again", 1, C, watch(one(), two(T + 0.5, Role.PRIMARY), one(T + 1))),
    Case(
        "both primary and staying so",
        1,
        C,
        watch(one(), two(T, Role.PRIMARY), one(T + 1), two(T + 2, Role.PRIMARY), dns(at=T + 2)),
    ),
    Case("both primary, once", 1, None, watch(one(), two(T, Role.PRIMARY))),
    Case(
        "both primary, the wrong one asked again",
        1,
        None,
        watch(one(), two(T + 0.1, Role.PRIMARY), two(T + 1, Role.PRIMARY)),
    ),
    Case(
        "both primary, asked again too early", 1, None, watch(one(), two(T + 1, Role.PRIMARY), one(T + 1.005))
    ),
    Case(
        "both primary, a swap", 1, None, watch(one(), two(T, Role.PRIMARY), one(T + 1, role=Role.SECONDARY))
    ),
    Case("both primary, second look lost", 1, C, watch(one(), two(T, Role.PRIMARY), failed(at=T + 1))),
    Case(
        "both primary, second look unreadable",
        1,
        C,
        look(one(), two(T, Role.PRIMARY), failed(at=T + 1, answer=Answer.HTTP_STATUS)),
    ),
    Case("both primary, lost for good", 1, None, watch(one(), two(T, Role.PRIMARY), *lost("gw-1", T + 1))),
    Case(
        "both primary, unreadable for good",
        1,
        None,
        watch(
            one(),
            two(T, Role.PRIMARY),
            failed(at=T + 1, answer=Answer.TLS),
            failed(at=T + 2, answer=Answer.TLS),
        ),
    ),
    Case(
        "one swaps while the other's second look fails",
        1,
        None,
        watch(one(), two(T, Role.PRIMARY), failed(at=T + 1, answer=Answer.TLS), two(T + 2)),
    ),
    Case(
        "both secondary for 5 s",
        2,
        C,
        watch(one(role=Role.SECONDARY), two(), one(T + 5.1, role=Role.SECONDARY), two(T + 5.1)),
    ),
    Case(
        "both secondary for less",
        2,
        None,
        watch(one(role=Role.SECONDARY), two(), one(T + 4.9, role=Role.SECONDARY), two(T + 4.9)),
    ),
    Case(
        "both secondary, asked again too early",
        2,
        None,
        watch(one(role=Role.SECONDARY), two(), one(T + 5.005, role=Role.SECONDARY), two(T + 5.005)),
    ),
    Case(
        "both secondary, only one asked again",
        2,
        None,
        watch(one(role=Role.SECONDARY), two(), one(T + 5.1, role=Role.SECONDARY)),
    ),
    Case(
        "both secondary, second look lost",
        2,
        C,
        look(one(role=Role.SECONDARY), two(), one(T + 5.1, role=Role.SECONDARY), failed("gw-2", at=T + 5.1)),
    ),
    Case(
        "both secondary, no time to ask again",
        2,
        C,
        look(failed("gw-1", Answer.TIMEOUT, T + 5), one(T + 9, role=Role.SECONDARY), two(T + 9)),
    ),
    Case("secondary beside none", 2, C, watch(one(role=Role.NOT_IN_GROUP), two())),
    Case("primary beside none", 2, None, watch(one(), two(T, Role.NOT_IN_GROUP))),
    Case("both in no group, not 2", 2, None, watch(one(role=Role.NOT_IN_GROUP), two(T, Role.NOT_IN_GROUP))),
    Case("both in no group", 19, N, watch(one(role=Role.NOT_IN_GROUP), two(T, Role.NOT_IN_GROUP))),
    Case("one in no group", 19, None, watch(one(role=Role.NOT_IN_GROUP), two())),
    Case("the other left", 7, W, watch(one(), two(T, Role.NOT_IN_GROUP), dns())),
    Case("the other silent", 7, W, watch(one(), *lost("gw-2"), dns())),
    Case("the other and DNS silent", 7, W, look(one(), *lost("gw-2"), dns_lost(T + 2))),
    Case("the other silent once", 7, None, watch(one(), two(), dns(), failed("gw-2", at=T + 2))),
    Case("the other unreadable", 7, None, watch(one(), failed("gw-2", Answer.TLS), dns())),
    Case(
        "the other silent, direct beats since", 7, None, watch(*lost("gw-2"), dns(), one(T + 3, beat_age_s=1))
    ),
    Case(
        "the other silent, beats by DNS since",
        7,
        W,
        watch(*lost("gw-2"), dns(), one(T + 3, beat_age_s=1, heartbeat_method=HeartbeatMethod.DNS)),
    ),
    Case(
        "the other silent, beats from before it took over",
        7,
        W,
        watch(
            two(),
            *lost("gw-1"),
            two(T + 20, beat_age_s=10),
            two(T + 80, Role.PRIMARY, beat_age_s=70),
            dns("gw-2", T + 80),
        ),
    ),
    Case("silent, direct beats since", 22, W, watch(*lost("gw-2"), dns(), one(T + 3, beat_age_s=1))),
    Case("silent, no beat since", 22, None, watch(*lost("gw-2"), dns(), one(T + 3, beat_age_s=5))),
    Case("silent Primary, beats since", 22, W, watch(*lost("gw-1"), dns(), two(T + 3, beat_age_s=1))),
    Case(
        "silent Primary, a TXT beat since",
        22,
        W,
        watch(
            *lost("gw-1"), two(T + 3, beat_age_s=30, last_updated_at=T - 10), dns("gw-1", T + 3, txt_age_s=1)
        ),
    ),
    Case("silent Primary, no beat since", 22, None, watch(*lost("gw-1"), dns(), two(T + 3, beat_age_s=5))),
    Case(
        "silent Primary, the window has opened on its old beats",
        22,
        None,
        watch(*lost("gw-1"), dns(), two(T + 64, beat_age_s=60)),
    ),
]

SILENCE = [
    Case("both refuse", 3, C, watch(*lost("gw-1"), *lost("gw-2"), dns(at=T + 2))),
    Case(
        "both refuse beside a fresh TXT in a single look",
        3,
        C,
        look(*lost("gw-1"), *lost("gw-2"), dns(txt_age_s=1)),
    ),
    Case("both refuse, TXT since", 3, None, watch(*lost("gw-1"), *lost("gw-2"), dns(at=T + 5, txt_age_s=2))),
    Case("both refuse, once", 3, None, watch(failed("gw-1"), failed("gw-2"), dns())),
    Case(
        "both hang, TXT older than A",
        3,
        C,
        look(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns(txt_age_s=63)),
    ),
    Case(
        "both hang, TXT not older than A",
        3,
        None,
        look(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns(txt_age_s=62)),
    ),
    Case(
        "one refuses, lifeless for A + C",
        3,
        C,
        watch(
            *lost("gw-1"),
            *lost("gw-2", answer=Answer.TIMEOUT),
            failed("gw-1", at=T + 93),
            failed("gw-2", Answer.TIMEOUT, at=T + 93),
        ),
    ),
    Case(
        "one refuses, lifeless for less",
        3,
        None,
        watch(
            *lost("gw-1"),
            *lost("gw-2", answer=Answer.TIMEOUT),
            failed("gw-1", at=T + 91.9),
            failed("gw-2", Answer.TIMEOUT, at=T + 91.9),
        ),
    ),
    Case(
        "none refuses, lifeless for A + C",
        3,
        None,
        watch(
            *lost("gw-1", answer=Answer.TIMEOUT),
            *lost("gw-2", answer=Answer.TIMEOUT),
            failed("gw-1", Answer.TIMEOUT, at=T + 93),
            failed("gw-2", Answer.TIMEOUT, at=T + 93),
        ),
    ),
    Case("both silent, TXT since", 20, U, watch(*lost("gw-1"), *lost("gw-2"), dns(at=T + 5, txt_age_s=2))),
    Case(
        "both silent, TXT before",
        20,
        None,
        watch(
            *lost("gw-1", answer=Answer.TIMEOUT),
            *lost("gw-2", answer=Answer.TIMEOUT),
            dns(at=T + 5, txt_age_s=6),
        ),
    ),
    Case(
        "single look, both silent, TXT not late",
        20,
        U,
        look(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns(txt_age_s=22)),
    ),
    Case(
        "single look, both silent, TXT late",
        20,
        None,
        look(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns(txt_age_s=23)),
    ),
    Case(
        "fresh TXT beside a pair that refuses", 20, None, look(*lost("gw-1"), *lost("gw-2"), dns(txt_age_s=1))
    ),
    Case(
        "nothing came back",
        21,
        U,
        watch(
            *lost("gw-1", answer=Answer.TIMEOUT),
            *lost("gw-2", answer=Answer.UNREACHABLE),
            dns_lost(),
            dns_lost(T + 2),
        ),
    ),
    Case(
        "a refusal is something",
        21,
        None,
        watch(*lost("gw-1"), *lost("gw-2", answer=Answer.UNREACHABLE), dns_lost(), dns_lost(T + 2)),
    ),
    Case(
        "DNS came back",
        21,
        None,
        watch(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns()),
    ),
    Case(
        "DNS was not asked",
        21,
        None,
        watch(*lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT)),
    ),
    Case(
        "a resolver's bare no proves nothing",
        21,
        U,
        watch(
            *lost("gw-1", answer=Answer.TIMEOUT),
            *lost("gw-2", answer=Answer.TIMEOUT),
            dns_lost(),
            resolver(answer=DnsAnswer.NXDOMAIN, addresses=()),
        ),
    ),
    Case(
        "a resolver came back",
        21,
        None,
        watch(
            *lost("gw-1", answer=Answer.TIMEOUT), *lost("gw-2", answer=Answer.TIMEOUT), dns_lost(), resolver()
        ),
    ),
    Case(
        "both unreadable",
        11,
        U,
        watch(failed("gw-1", Answer.SIGN_IN_REFUSED), failed("gw-2", Answer.FORBIDDEN)),
    ),
    Case("one unreadable", 11, W, watch(one(), failed("gw-2", Answer.MALFORMED))),
    Case("one silent is not unreadable", 11, None, watch(one(), *lost("gw-2"))),
    Case("loaded", 13, W, watch(*healthy_round(), load("gw-2", 0.50))),
    Case("not loaded", 13, None, watch(*healthy_round(), load("gw-2", 0.49))),
    Case("overloaded", 13, C, watch(*healthy_round(), load("gw-1", 0.80))),
    Case("nearly overloaded", 13, W, watch(*healthy_round(), load("gw-1", 0.79))),
    Case("loaded, still fresh", 13, W, watch(*healthy_round(), load("gw-1", 0.6), Tick(T + 60))),
    Case("loaded a while ago", 13, None, watch(*healthy_round(), load("gw-1", 0.6), Tick(T + 60.1))),
    Case("same Gateway twice", 26, U, watch(one(), two(configuration=configuration("gw-1")))),
    Case(
        "groups of different names",
        26,
        U,
        watch(one(), two(configuration=configuration("gw-2", group_fqdn="b.example"))),
    ),
    Case(
        "one name in two spellings",
        26,
        None,
        watch(one(), two(configuration=configuration("gw-2", group_fqdn="Gateway.Example.NET."))),
    ),
    Case(
        "no addresses told",
        26,
        None,
        watch(
            one(configuration=configuration(external_ipv4_address=None)),
            two(configuration=configuration(external_ipv4_address=None)),
        ),
    ),
]

BEATS = [
    Case("Primary silent", 4, W, watch(two(), *lost("gw-1"))),
    Case("Primary silent once", 4, None, watch(two(), failed("gw-1"))),
    Case("Primary silent, a beat since", 4, None, watch(*lost("gw-1"), two(T + 3, beat_age_s=1))),
    Case("Primary silent, TXT since", 4, None, watch(two(), *lost("gw-1"), dns(at=T + 5, txt_age_s=2))),
    Case("Primary unreadable, beat late", 4, W, watch(two(beat_age_s=23), failed("gw-1", Answer.TLS))),
    Case("Primary unreadable, beat in time", 4, None, watch(two(beat_age_s=22), failed("gw-1", Answer.TLS))),
    Case("Primary left", 4, None, watch(two(beat_age_s=70), one(role=Role.NOT_IN_GROUP))),
    Case("both paths cut", 4, W, watch(one(), two(beat_age_s=60))),
    Case("both paths nearly cut", 4, None, watch(one(), two(beat_age_s=59))),
    Case("a TXT beat it has yet to read", 4, None, watch(one(), dns(txt_age_s=1), two(beat_age_s=60))),
    Case("a TXT beat it has passed over", 4, W, watch(one(), dns(txt_age_s=20), two(beat_age_s=60))),
    Case(
        "new TXT beats it will pass over too",
        4,
        W,
        watch(
            one(),
            dns(txt_age_s=20),
            two(beat_age_s=60),
            dns(at=T + 2, txt_age_s=1),
            two(T + 3, beat_age_s=63, last_updated_at=T - 3),
        ),
    ),
    Case(
        "no beat ever, its role new", 4, None, watch(one(), two(last_heartbeat_at=None), dns(txt_age_s=None))
    ),
    Case(
        "no beat ever, for the whole window",
        4,
        W,
        watch(one(), two(last_heartbeat_at=None), dns(txt_age_s=None), two(T + 60, last_heartbeat_at=None)),
    ),
    Case(
        "an old beat before it was Secondary",
        4,
        None,
        watch(
            one(role=Role.SECONDARY),
            two(T, Role.PRIMARY),
            one(T + 2, beat_age_s=70),
            two(T + 2),
            one(T + 30, beat_age_s=98),
        ),
    ),
    Case(
        "no beat since it is Secondary",
        4,
        W,
        watch(
            one(role=Role.SECONDARY),
            two(T, Role.PRIMARY),
            one(T + 2, role=Role.PRIMARY),
            two(T + 2, beat_age_s=70),
            two(T + 62, beat_age_s=130),
        ),
    ),
    Case("window not closed", 5, None, watch(two(beat_age_s=94), *lost("gw-1"))),
    Case("window not closed, so 4", 4, W, watch(two(beat_age_s=94), *lost("gw-1"))),
    Case("window closed", 5, C, watch(two(beat_age_s=95), *lost("gw-1"))),
    Case("window closed, so not 4", 4, None, watch(two(beat_age_s=95), *lost("gw-1"))),
    Case("window closed beside a Primary", 5, C, watch(one(), two(beat_age_s=95))),
    Case(
        "window shorter by DNS",
        4,
        W,
        watch(
            two(
                beat_age_s=60,
                heartbeat_method=HeartbeatMethod.DNS,
                configuration=configuration("gw-2", health_check_interval=90),
            ),
            one(),
        ),
    ),
    Case(
        "window longer where C is",
        4,
        None,
        watch(two(beat_age_s=60, configuration=configuration("gw-2", health_check_interval=90)), one()),
    ),
    Case("direct and late", 8, W, watch(one(), two(beat_age_s=23), dns())),
    Case("direct and in time", 8, None, watch(one(), two(beat_age_s=22), dns())),
    Case(
        "by DNS and late",
        8,
        W,
        watch(one(), two(beat_age_s=53, heartbeat_method=HeartbeatMethod.DNS), dns(txt_age_s=40)),
    ),
    Case(
        "by DNS and in time",
        8,
        None,
        watch(one(), two(beat_age_s=52, heartbeat_method=HeartbeatMethod.DNS), dns(txt_age_s=40)),
    ),
    Case("late, below A", 8, W, watch(one(), two(beat_age_s=59), dns(txt_age_s=40))),
    Case("late, at A", 8, None, watch(one(), two(beat_age_s=60), dns(txt_age_s=40))),
    Case(
        "a beat that moves with the check, in time",
        8,
        None,
        watch(
            one(),
            two(),
            two(T + 30, beat_age_s=0),
            two(T + 70, beat_age_s=40, last_updated_at=T + 27),
            dns(at=T + 30, txt_age_s=9),
        ),
    ),
    Case(
        "a beat that has moved alone, late",
        8,
        W,
        watch(
            one(),
            two(),
            two(T + 10, beat_age_s=0, last_updated_at=T - 3),
            two(T + 30, beat_age_s=0),
            two(T + 70, beat_age_s=40, last_updated_at=T + 60),
            dns(at=T + 30, txt_age_s=9),
        ),
    ),
    Case(
        "late before it was Secondary",
        8,
        None,
        watch(
            one(role=Role.SECONDARY),
            two(T, Role.PRIMARY),
            one(T + 2),
            two(T + 2, beat_age_s=40),
            dns("gw-1", T + 2, txt_age_s=30),
        ),
    ),
    Case(
        "late since it is Secondary",
        8,
        W,
        watch(
            one(role=Role.SECONDARY),
            two(T, Role.PRIMARY),
            one(T + 2),
            two(T + 2, beat_age_s=17),
            two(T + 30, beat_age_s=45),
            dns("gw-1", T + 2, txt_age_s=30),
        ),
    ),
    Case("by DNS", 9, W, watch(one(), two(heartbeat_method=HeartbeatMethod.DNS), dns())),
    Case("direct", 9, None, watch(one(), two(), dns())),
    Case("the Primary says dns", 9, None, watch(one(heartbeat_method=HeartbeatMethod.DNS), two(), dns())),
    Case(
        "by DNS where H > C",
        9,
        N,
        watch(
            one(),
            two(
                heartbeat_method=HeartbeatMethod.DNS,
                configuration=configuration("gw-2", health_report_interval=31),
            ),
            dns(),
        ),
    ),
    Case(
        "by DNS where H = C",
        9,
        W,
        watch(
            one(),
            two(
                heartbeat_method=HeartbeatMethod.DNS,
                configuration=configuration("gw-2", health_report_interval=30),
            ),
            dns(),
        ),
    ),
    Case("not checking", 24, W, watch(one(), two(last_updated_at=T - 63))),
    Case("still checking", 24, None, watch(one(), two(last_updated_at=T - 62))),
    Case("never checked", 24, None, watch(one(), two(last_updated_at=None))),
    Case("the Primary does not check", 24, None, watch(one(last_updated_at=T - 600), two())),
    Case("TXT stale", 30, W, watch(one(), two(), dns(txt_age_s=53))),
    Case("TXT not stale", 30, None, watch(one(), two(), dns(txt_age_s=52))),
    Case("TXT never seen", 30, None, watch(one(), two(), dns(txt_age_s=None))),
    Case(
        "TXT of a form we cannot read",
        30,
        None,
        watch(one(), two(), dns(txt_age_s=90), dns(at=T + 1, txt_age_s=None, txt_seen=True)),
    ),
    Case(
        "TXT stale, by DNS",
        30,
        None,
        watch(one(), two(heartbeat_method=HeartbeatMethod.DNS), dns(txt_age_s=53)),
    ),
    Case("TXT stale, beat late", 30, None, watch(one(), two(beat_age_s=30), dns(txt_age_s=53))),
]

PATHS = [
    Case("names the other", 6, C, watch(one(), two(), dns("gw-2"))),
    Case("names the Primary", 6, None, watch(one(), two(), dns("gw-1"))),
    Case("names nobody", 6, C, watch(one(), two(), dns(answer=DnsAnswer.NXDOMAIN))),
    Case("no data", 6, C, watch(one(), two(), dns(answer=DnsAnswer.NODATA))),
    Case("several", 6, C, watch(one(), two(), dns(["gw-1", "gw-2"]))),
    Case("a stranger", 6, C, watch(one(), two(), dns("198.51.100.7"))),
    Case("the server does not answer", 6, None, watch(one(), two(), dns_lost())),
    Case("one lost answer changes nothing", 6, C, watch(one(), two(), dns("gw-2"), dns_lost(T + 2))),
    Case("two lost answers do", 6, None, watch(one(), two(), dns("gw-2"), dns_lost(T + 2), dns_lost(T + 4))),
    Case("only a Secondary, a stranger", 6, C, watch(two(), *lost("gw-1"), dns("198.51.100.7"))),
    Case("only a Secondary, nobody", 6, C, watch(two(), *lost("gw-1"), dns(answer=DnsAnswer.NXDOMAIN))),
    Case("only a Secondary, the silent one", 6, None, watch(two(), *lost("gw-1"), dns("gw-1"))),
    Case("only a Secondary, itself", 6, None, watch(two(), *lost("gw-1"), dns("gw-2"))),
    Case(
        "only a Secondary, members untold",
        6,
        None,
        watch(two(members=None), *lost("gw-1"), dns("198.51.100.7")),
    ),
    Case(
        "own address told by the other's members",
        6,
        C,
        watch(one(members=None, configuration=None), two(), dns("gw-2")),
    ),
    Case(
        "right by the other's members",
        6,
        None,
        watch(one(members=None, configuration=None), two(), dns("gw-1")),
    ),
    Case(
        "own address untold",
        6,
        None,
        watch(one(members=None, configuration=None), two(members=None), dns("gw-2")),
    ),
    Case(
        "beside two Primaries",
        6,
        None,
        watch(one(), two(T, Role.PRIMARY), one(T + 1), dns("198.51.100.7", T + 1)),
    ),
    Case(
        "beside two Primaries, one not re-confirmed",
        6,
        None,
        watch(one(), two(T, Role.PRIMARY), dns("198.51.100.7"), failed(at=T + 1, answer=Answer.TLS)),
    ),
    Case("right after a role change", 6, W, watch(*swapped(T + 10), dns("gw-1", T + 15))),
    Case(
        "long after a role change",
        6,
        C,
        watch(*swapped(T + 10), dns("gw-1", T + 15), two(T + 15.1, role=Role.PRIMARY)),
    ),
    Case("the record moved, the Primary not asked since", 6, W, watch(*healthy_round(), dns("gw-2", T + 2))),
    Case(
        "the record moved, the Primary asked since",
        6,
        C,
        watch(*healthy_round(), dns("gw-2", T + 2), one(T + 2.2)),
    ),
    Case(
        "the record moved long ago, the Primary not asked since",  # it may have yielded and be out of sight
        6,
        W,
        watch(*healthy_round(), dns("gw-2", T + 2), Tick(T + 7.1)),
    ),
    Case(
        "two slow rounds after a role change",
        6,
        W,
        watch(*swapped(T + 10), dns("gw-1", T + 30), cadence_s=10.0),
    ),
    Case("single look, once", 6, None, look(one(), two(), dns("gw-2"))),
    Case(
        "single look, asked again",
        6,
        C,
        look(one(), two(), dns("gw-2"), one(T + 5.1), two(T + 5.1), dns("gw-2", T + 5.1)),
    ),
    Case(
        "single look, moved meanwhile",
        6,
        None,
        look(one(), two(), dns("gw-2"), one(T + 5.1), two(T + 5.1), dns("gw-1", T + 5.1)),
    ),
    Case(
        "single look, roles changed meanwhile",
        6,
        None,
        look(
            one(),
            two(),
            dns("gw-2"),
            dns("gw-2", T + 5.1),
            one(T + 5.1, role=Role.SECONDARY),
            two(T + 5.1, Role.PRIMARY),
        ),
    ),
    Case(
        "single look, DNS asked again alone", 6, None, look(one(), two(), dns("gw-2"), dns("gw-2", T + 5.1))
    ),
    Case("single look, DNS lost the second time", 6, C, look(one(), two(), dns("gw-2"), dns_lost(T + 5.1))),
    Case("disconnected", 10, W, watch(one(), two(dns_link=DnsLink.DISCONNECTED), dns())),
    Case("connected", 10, None, watch(one(), two(), dns())),
    Case(
        "disconnected when last heard",
        10,
        None,
        watch(one(), two(dns_link=DnsLink.DISCONNECTED), *lost("gw-2", T + 1)),
    ),
    Case(
        "clients fail twice",
        23,
        C,
        watch(
            *(*healthy_round(), clients(T), clients(T + 1, Answer.TIMEOUT), one(T + 1.5)),
            clients(T + 2, Answer.TIMEOUT),
        ),
    ),
    Case(
        "clients failed before the Primary was back",
        23,
        None,
        watch(
            *(*healthy_round(), clients(T), failed(at=T + 1), failed(at=T + 2)),
            *(clients(T + 1, Answer.REFUSED), clients(T + 2, Answer.REFUSED), one(T + 3)),
        ),
    ),
    Case(
        "clients fail still when the Primary is back",
        23,
        C,
        watch(
            *(
                *healthy_round(),
                clients(T),
                failed(at=T + 1),
                failed(at=T + 2),
                clients(T + 1, Answer.REFUSED),
            ),
            *(clients(T + 2, Answer.REFUSED), one(T + 3), clients(T + 4, Answer.REFUSED)),
        ),
    ),
    Case("clients fail once", 23, None, watch(*healthy_round(), clients(T), clients(T + 1, Answer.TIMEOUT))),
    Case(
        "clients never worked",
        23,
        None,
        watch(*healthy_round(), clients(T, Answer.TIMEOUT), clients(T + 1, Answer.TIMEOUT)),
    ),
    Case(
        "clients switched on",
        23,
        C,
        watch(
            *(*healthy_round(), clients(T, Answer.TIMEOUT), one(T + 0.5), clients(T + 1, Answer.TIMEOUT)),
            judge_clients=True,
        ),
    ),
    Case(
        "clients switched off",
        23,
        None,
        watch(
            *healthy_round(),
            clients(T),
            clients(T + 1, Answer.TIMEOUT),
            clients(T + 2, Answer.TIMEOUT),
            judge_clients=False,
        ),
    ),
    Case(
        "clients fail, no Primary",
        23,
        None,
        watch(
            two(), *lost("gw-1"), clients(T), clients(T + 1, Answer.TIMEOUT), clients(T + 2, Answer.TIMEOUT)
        ),
    ),
    Case("certificate within 14 days", 25, W, watch(heard("gw-1", probe=cert(14)), two(), dns())),
    Case("certificate beyond 14 days", 25, N, watch(heard("gw-1", probe=cert(14.1)), two(), dns())),
    Case("certificate within 30 days", 25, N, watch(heard("gw-1", probe=cert(30)), two(), dns())),
    Case("certificate beyond 30 days", 25, None, watch(heard("gw-1", probe=cert(30.1)), two(), dns())),
    Case("certificate expired, not checked by us", 25, W, watch(heard("gw-1", probe=cert(-2)), two(), dns())),
    Case(
        "resolver past its TTL",
        27,
        W,
        watch(*swapped(T + 10), resolver("gw-1", T + 11, ttl_s=20), resolver("gw-1", T + 33.1)),
    ),
    Case(
        "resolver within its TTL",
        27,
        None,
        watch(*swapped(T + 10), resolver("gw-1", T + 11, ttl_s=20), resolver("gw-1", T + 33)),
    ),
    Case(
        "resolver without a TTL",
        27,
        W,
        watch(*swapped(T + 10), resolver("gw-1", T + 11), resolver("gw-1", T + 43.1)),
    ),
    Case(
        "resolver caught up",
        27,
        None,
        watch(
            *swapped(T + 10),
            resolver("gw-1", T + 11, ttl_s=20),
            resolver("gw-2", T + 40),
            resolver("gw-2", T + 99),
        ),
    ),
    Case(
        "resolver of another view",
        27,
        None,
        watch(*swapped(T + 10), resolver("10.0.0.1", T + 11, ttl_s=20), resolver("10.0.0.1", T + 99)),
    ),
    Case("server silent twice", 28, W, watch(one(), two(), dns(), dns_lost(T + 2), dns_lost(T + 4))),
    Case("server silent once", 28, None, watch(one(), two(), dns(), dns_lost(T + 2))),
    Case("server silent in a single look", 28, W, look(one(), two(), dns_lost())),
    Case("server refuses", 28, W, look(one(), two(), dns_lost(answer=DnsAnswer.REFUSED))),
    Case("no server found", 28, N, look(one(), two(), dns_lost(server=None))),
    Case(
        "server no longer found",
        28,
        W,
        watch(one(), two(), dns(), dns_lost(T + 2, server=None), dns_lost(T + 4, server=None)),
    ),
]

SETTINGS = [
    Case("clocks differ", 12, W, watch(heard("gw-1"), heard("gw-2", skew_s=7))),
    Case("clocks differ within the uncertainty", 12, None, watch(heard("gw-1"), heard("gw-2", skew_s=6))),
    Case(
        "clocks differ, short absence",
        12,
        W,
        watch(
            heard("gw-1", configuration=configuration(allowed_absence_interval=6)),
            heard("gw-2", skew_s=4, configuration=configuration("gw-2", allowed_absence_interval=6)),
        ),
    ),
    Case(
        "clocks differ little, short absence",
        12,
        None,
        watch(
            heard("gw-1", configuration=configuration(allowed_absence_interval=6)),
            heard("gw-2", skew_s=3, configuration=configuration("gw-2", allowed_absence_interval=6)),
        ),
    ),
    Case("clocks differ beyond TSIG", 12, C, watch(heard("gw-1"), heard("gw-2", skew_s=-302))),
    Case("clocks differ within TSIG", 12, W, watch(heard("gw-1"), heard("gw-2", skew_s=-301))),
    Case("our clock is off", 12, N, watch(heard("gw-1", skew_s=6), heard("gw-2", skew_s=6))),
    Case("our clock is behind", 12, N, watch(heard("gw-1", skew_s=-7), heard("gw-2", skew_s=-7))),
    Case("our clock is hardly off", 12, None, watch(heard("gw-1", skew_s=5), heard("gw-2", skew_s=5))),
    Case("one clock unknown", 12, None, watch(heard("gw-1", skew_s=99), two())),
    Case(
        "settings differ for long",
        14,
        W,
        watch(one(), two(configuration=configuration("gw-2", group_fqdn_ttl=31)), one(T + 34)),
    ),
    Case(
        "settings differ for less",
        14,
        None,
        watch(one(), two(configuration=configuration("gw-2", group_fqdn_ttl=31)), one(T + 33.9)),
    ),
    Case(
        "settings differ in a single look",
        14,
        W,
        look(one(), two(configuration=configuration("gw-2", tsig_name="b"))),
    ),
    Case("members differ", 14, W, look(one(members=Members("192.0.2.11", None)), two())),
    Case("members in other seats", 14, None, look(one(members=Members("192.0.2.12", "192.0.2.11")), two())),
    Case("one has not told", 14, None, look(one(), two(configuration=configuration("gw-2", tsig_name=None)))),
    Case("addresses always differ", 14, None, look(one(), two())),
    Case(
        "settings agree again",
        14,
        None,
        watch(one(), two(configuration=configuration("gw-2", group_fqdn_ttl=31)), two(T + 30), one(T + 60)),
    ),
    Case("documented defaults", 15, None, watch(*on_both())),
    Case("A = C", 15, N, watch(*on_both(health_check_interval=60))),
    Case("A below C", 15, N, watch(*on_both(health_check_interval=61))),
    Case("A no multiple of C", 15, N, watch(*on_both(health_check_interval=25))),
    Case("A twice C", 15, None, watch(*on_both(allowed_absence_interval=60))),
    Case(
        "A below 2H",
        15,
        N,
        watch(*on_both(health_report_interval=29, allowed_absence_interval=57, health_check_interval=57)),
    ),
    Case("H = C", 15, N, watch(*on_both(health_report_interval=30))),
    Case("H just below C", 15, None, watch(*on_both(health_report_interval=29))),
    Case("TTL above A", 15, N, watch(*on_both(group_fqdn_ttl=61))),
    Case("TTL = A", 15, None, watch(*on_both(group_fqdn_ttl=60))),
    Case("plain http", 15, N, watch(*on_both(external_scheme="http"))),
    Case(
        "assumed intervals are nobody's risk",
        15,
        None,
        watch(*on_both(health_report_interval=None, health_check_interval=60)),
    ),
    Case("roles swapped", 18, N, watch(*swapped(T + 10))),
    Case("roles swapped within the day", 18, N, watch(*swapped(T + 10), Tick(T + 10 + DAY_S))),
    Case("roles swapped a day ago", 18, None, watch(*swapped(T + 10), Tick(T + 10.1 + DAY_S))),
    Case("roles swapped by our order", 18, None, watch(*swapped(T + 10, ORDER))),
    Case("roles swapped long after our order", 18, N, watch(*swapped(T + 130, ORDER))),
    Case("roles swapped after silence", 18, None, watch(*swapped(T + 10, *lost("gw-1", T + 2)))),
    Case(
        "a split brain after a late beat has ended",
        18,
        None,
        watch(
            *(one(), two(), dns(), two(T + 66, beat_age_s=63), one(T + 66)),
            *(two(T + 68, role=Role.PRIMARY), dns("gw-2", T + 68), one(T + 69), one(T + 71)),
            one(T + 80, role=Role.SECONDARY),
        ),
    ),
    Case(
        "roles swapped after a late beat, the new Primary's own beat seen first",
        18,
        None,
        watch(
            *(one(), two(), dns(), two(T + 66, beat_age_s=63), one(T + 67)),
            *(dns("gw-2", T + 68, txt_age_s=0), one(T + 68)),
            *(two(T + 68.5, role=Role.PRIMARY), one(T + 69), one(T + 71), one(T + 80, role=Role.SECONDARY)),
        ),
    ),
    Case(
        "a split brain out of good health has ended",
        18,
        N,
        watch(
            *(one(), two(), dns(), two(T + 66), one(T + 66)),
            *(two(T + 68, role=Role.PRIMARY), dns("gw-2", T + 68), one(T + 69), one(T + 71)),
            one(T + 80, role=Role.SECONDARY),
        ),
    ),
    Case("roles swapped in a gap", 18, None, watch(*swapped(T + 90, gap(T + 2, T + 80)))),
    Case("roles swapped after a late beat", 18, None, watch(*swapped(T + 90, two(T + 66, beat_age_s=63)))),
]

HOOKS = [Case(case.id, case.number, case.severity, case.state) for case in HOOK_CASES]
DRILLS = [Case(case.id, case.number, case.severity, case.state) for case in DRILL_CASES]
FLAPPING = [Case(case.id, case.number, case.severity, case.state) for case in FLAPPING_CASES]
CASES = [*PAIR, *SILENCE, *BEATS, *PATHS, *SETTINGS, *HOOKS, *FLAPPING, *DRILLS]
