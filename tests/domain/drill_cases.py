"""Situations that random drills found: each once made the monitor cry wolf, or keep silent.

Clocks, restarts and answers of different age; the numbers are as in ``cases``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from agmonitor.domain.model import Answer, DnsLink, HeartbeatMethod, Role, Severity
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from tests.builders import T, clients, dns, failed, healthy_round, heard, load, watched

W, C, N = Severity.WARNING, Severity.CRITICAL, Severity.NOTICE
SET_BACK_S = -1000.0


class DrillCase(NamedTuple):
    """As ``cases.Case``."""

    id: str
    number: int
    severity: Severity | None
    state: Callable[[], GroupState]


def watch(*inputs: Input) -> Callable[[], GroupState]:
    return lambda: watched(*inputs)


def told(at: float, skew_s: float = 0.0) -> tuple[Input, ...]:
    """Both nodes tell their load, and with it their clock."""
    return load("gw-1", at=at, skew_s=skew_s), load("gw-2", at=at, skew_s=skew_s)


def standby(at: float, beat_at: float | None, **changes: Any) -> Input:
    return heard("gw-2", at=at, last_heartbeat_at=beat_at, probe={"http_date": None}, **changes)


def ahead(at: float) -> Input:
    """The Secondary, its clock far ahead, when it has last checked its Primary and could reach DNS."""
    return heard("gw-2", at=at, skew_s=1000.0, last_heartbeat_at=T + 15, last_updated_at=T + 1016)


CLOCKS = [
    DrillCase(
        "both clocks set alike, the second not seen yet",
        12,
        None,
        watch(*healthy_round(), *told(T), *told(T + 10, SET_BACK_S)[:1]),
    ),
    DrillCase(
        "both clocks set alike, both seen: it is ours that differs",
        12,
        N,
        watch(*healthy_round(), *told(T), *told(T + 10, SET_BACK_S)),
    ),
    DrillCase(
        "one clock set, the other's seen since",
        12,
        C,
        watch(
            *(
                *healthy_round(),
                *told(T),
                load("gw-1", at=T + 10, skew_s=SET_BACK_S),
                load("gw-2", at=T + 10.1),
            ),
            load("gw-1", at=T + 12, skew_s=SET_BACK_S),
        ),
    ),
    DrillCase(
        "one clock set and perhaps set back, the other's seen since",
        12,
        None,
        watch(
            *healthy_round(), *told(T), load("gw-1", at=T + 10, skew_s=SET_BACK_S), load("gw-2", at=T + 12)
        ),
    ),
    DrillCase(
        "clocks far apart set alike, the second not seen yet",
        12,
        C,
        watch(
            *(heard("gw-1"), heard("gw-2", skew_s=900.0), load("gw-1"), load("gw-2", skew_s=900.0)),
            load("gw-1", at=T + 10, skew_s=-89.0),
        ),
    ),
    DrillCase(
        "both clocks set alike, the second's answer under way from before",
        12,
        None,
        watch(
            *(heard("gw-1"), heard("gw-2"), *told(T), load("gw-1", at=T + 10, skew_s=SET_BACK_S)),
            load("gw-2", at=T + 10.1, sent_at=T + 9),
        ),
    ),
    DrillCase(
        "clocks told apart from one another, one of them before the other was back",
        12,
        None,
        watch(
            *(heard("gw-1"), heard("gw-2"), *told(T), failed("gw-2", at=T + 10), failed("gw-2", at=T + 20)),
            *(load("gw-1", at=T + 20, skew_s=SET_BACK_S), heard("gw-2", at=T + 30)),
        ),
    ),
    DrillCase(
        "one clock far off by its own word and by its Date, which was set since",
        12,
        C,
        watch(
            *(heard("gw-1"), heard("gw-2", skew_s=-900.0), load("gw-1"), load("gw-2", skew_s=-900.0)),
            *(heard("gw-1", at=T + 20, skew_s=20.0), load("gw-1", at=T + 20, skew_s=20.0)),
            heard("gw-2", at=T + 22, skew_s=-880.0),
        ),
    ),
    DrillCase(
        "both clocks set back alike, one told by its Date alone and the other not yet",
        12,
        None,
        watch(
            *(*healthy_round(), *told(T), heard("gw-2", at=T + 10, skew_s=SET_BACK_S)),
            load("gw-1", at=T + 10, skew_s=SET_BACK_S),
            *(heard("gw-1", at=T + 16, skew_s=SET_BACK_S), heard("gw-2", at=T + 16.1)),
        ),
    ),
    DrillCase(
        "the Secondary's clock was set forward, and the beat it told of stems from before",
        5,
        None,
        watch(*healthy_round(), *told(T), load("gw-2", at=T + 10, skew_s=-SET_BACK_S)),
    ),
    DrillCase(
        "the Secondary's clock was set forward, and it told of the beat since",
        5,
        C,
        watch(
            *(*healthy_round(), *told(T), load("gw-2", at=T + 10, skew_s=-SET_BACK_S)),
            standby(T + 10, T - 5),
        ),
    ),
    DrillCase(
        "the Secondary's clock was set forward, and the Date of what it told last shows it",
        5,
        C,
        watch(
            *(*healthy_round(), *told(T), heard("gw-2", at=T + 10, skew_s=1000.0, last_heartbeat_at=T - 5)),
            load("gw-2", at=T + 10.1, skew_s=1000.0),
        ),
    ),
    DrillCase(
        "its Date was set since its own word: no beat is old for sure",
        5,
        None,
        watch(heard("gw-1"), heard("gw-2"), *told(T), heard("gw-2", at=T + 10, skew_s=SET_BACK_S)),
    ),
    DrillCase(
        "a TXT beat from before the Primary's clock was set",
        5,
        None,
        watch(
            *(heard("gw-1"), heard("gw-2"), *told(T), dns(at=T + 1)),
            *(heard("gw-1", at=T + 10, skew_s=1000.0), load("gw-1", at=T + 10, skew_s=1000.0)),
            *(standby(T + 11, None, last_updated_at=None), dns(at=T + 12, txt_age_s=16)),
        ),
    ),
]
RESTARTS = [
    DrillCase(
        "a Secondary that started anew, counted from when it was back",
        5,
        None,
        watch(
            *(*healthy_round(), failed("gw-1", at=T + 10), failed("gw-1", at=T + 12)),
            *(failed("gw-2", at=T + 10), failed("gw-2", at=T + 12)),
            *(standby(T + 100, None), dns(at=T + 101, txt_age_s=106)),
            standby(T + 160, T - 5, heartbeat_method=HeartbeatMethod.DNS),
        ),
    ),
    DrillCase(
        "a Secondary that started anew and could not be read at first",
        5,
        None,
        watch(
            *(heard("gw-1"), heard("gw-2"), failed("gw-2", at=T + 10), failed("gw-2", at=T + 12)),
            *(failed("gw-2", Answer.TLS, at=T + 90), failed("gw-1", at=T + 90), failed("gw-1", at=T + 92)),
            standby(T + 100, T - 5, heartbeat_method=HeartbeatMethod.DNS),
        ),
    ),
    DrillCase(
        "a Secondary that started anew, overdue since it was back",
        5,
        C,
        watch(
            *(*healthy_round(), failed("gw-1", at=T + 10), failed("gw-1", at=T + 12)),
            *(failed("gw-2", at=T + 10), failed("gw-2", at=T + 12)),
            *(standby(T + 100, None), dns(at=T + 101, txt_age_s=106)),
            standby(T + 196, T - 5, heartbeat_method=HeartbeatMethod.DNS),
        ),
    ),
    DrillCase(
        "a Secondary that has forgotten its beats has started anew, unseen",
        5,
        None,
        watch(*healthy_round(), standby(T + 90, None), standby(T + 100, T - 5)),
    ),
    DrillCase(
        "a Secondary that began, and was told a beat while the clocks were set back",
        5,
        None,
        watch(
            *(heard("gw-1", Role.SECONDARY), heard("gw-2", Role.PRIMARY), *told(T)),
            *(heard("gw-1", Role.PRIMARY, T + 2), heard("gw-2", Role.SECONDARY, T + 2)),
            *(load("gw-2", at=T + 40, skew_s=-500.0), standby(T + 41, T - 462)),
            *(load("gw-2", at=T + 50), standby(T + 51, T - 462)),
        ),
    ),
    DrillCase(
        "a Secondary that began while its clock was in doubt",
        5,
        None,
        watch(
            *(heard("gw-1", Role.SECONDARY), heard("gw-2", Role.PRIMARY), *told(T)),
            heard("gw-2", Role.PRIMARY, T + 20, skew_s=SET_BACK_S),
            load("gw-2", at=T + 20, skew_s=SET_BACK_S),
            heard("gw-1", Role.PRIMARY, T + 30),
            heard("gw-2", Role.SECONDARY, T + 30, last_heartbeat_at=None),
            *(load("gw-2", at=T + 40), standby(T + 41, None)),
        ),
    ),
    DrillCase(
        "a Secondary that has forgotten its checks has started anew, unseen",
        5,
        None,
        watch(
            *(heard("gw-1"), standby(T, None), standby(T + 90, None, last_updated_at=None)),
            standby(T + 100, None, last_updated_at=None),
        ),
    ),
    DrillCase(
        "a Secondary that began, told a beat since, and had its clock set forward",
        5,
        C,
        watch(
            *(heard("gw-1", Role.SECONDARY), heard("gw-2", Role.PRIMARY), *told(T)),
            *(heard("gw-1", Role.PRIMARY, T + 2), heard("gw-2", Role.SECONDARY, T + 2)),
            *(heard("gw-2", Role.SECONDARY, T + 40), load("gw-2", at=T + 42, skew_s=500.0)),
            standby(T + 43, T + 35),
        ),
    ),
    DrillCase(
        "a TXT beat yet to be read is no younger than by the Secondary's own clock",
        5,
        C,
        watch(
            *(*healthy_round(), *told(T), load("gw-2", at=T + 20, skew_s=1000.0)),
            *(dns(at=T + 17, txt_age_s=2), ahead(T + 20), dns(at=T + 21, txt_age_s=0), ahead(T + 22)),
        ),
    ),
    DrillCase(
        "fresh TXT beats do not excuse a Secondary that cannot read them",
        5,
        C,
        watch(
            *(*healthy_round(), dns(at=T + 118, txt_age_s=0)),
            standby(T + 120, T - 5, last_updated_at=T + 115, dns_link=DnsLink.DISCONNECTED),
        ),
    ),
]
TAKEN_OVER: tuple[Input, ...] = (
    dns("gw-2", T + 60),
    *(failed(node, at=T + at) for at in (70, 75) for node in ("gw-1", "gw-2")),
    clients(T + 75.5, Answer.REFUSED),
)
AFTER_THE_RECORD: tuple[Input, ...] = (
    *(heard("gw-2", Role.PRIMARY, T + 80), dns("gw-2", T + 80)),
    *(failed("gw-1", at=T + 80), clients(T + 85, Answer.REFUSED)),
)
AGES = [
    DrillCase(
        "clients failed twice, and so did the Primary's newest probe",
        23,
        None,
        watch(
            *(*healthy_round(), clients(T), clients(T + 1, Answer.REFUSED)),
            *(failed("gw-1", at=T + 2), clients(T + 2, Answer.REFUSED)),
        ),
    ),
    DrillCase(
        "clients fail on, and the Primary was heard since they began to",
        23,
        C,
        watch(
            *(*healthy_round(), clients(T), clients(T + 3, Answer.REFUSED), heard("gw-1", at=T + 4)),
            *(clients(T + s, Answer.REFUSED) for s in (5, 7, 9)),
        ),
    ),
    DrillCase(
        "clients fail since the record moved to the node that is Primary now",
        23,
        C,
        watch(*healthy_round(), clients(T), *TAKEN_OVER, *AFTER_THE_RECORD),
    ),
    DrillCase(
        "clients fail, and how long the node is Primary is not known",
        23,
        None,
        watch(*healthy_round(), clients(T), *TAKEN_OVER[1:], *AFTER_THE_RECORD),
    ),
    DrillCase(
        "clients failed twice, and the Primary answered last while the first visit was under way",
        23,
        None,
        watch(
            *(*healthy_round(), clients(T), heard("gw-1", at=T + 3), clients(T + 3.1, Answer.REFUSED)),
            *(failed("gw-1", at=T + 5), clients(T + 5.1, Answer.REFUSED)),
        ),
    ),
    DrillCase(
        "clients' visits that set out before the Primary was back",
        23,
        None,
        watch(
            *(*healthy_round(), clients(T), failed("gw-1", at=T + 1), failed("gw-1", at=T + 3)),
            *(clients(T + 3, Answer.REFUSED), heard("gw-1", at=T + 6)),
            clients(T + 6.5, Answer.REFUSED, sent_at=T + 5),
        ),
    ),
    DrillCase(
        "clients failed twice, and the Primary has not been heard since",
        23,
        None,
        watch(*healthy_round(), clients(T), clients(T + 3, Answer.REFUSED), clients(T + 5, Answer.REFUSED)),
    ),
    DrillCase(
        "the record moved, and the Primary is out of sight since",
        6,
        W,
        watch(*healthy_round(), dns("gw-2", T + 2), failed("gw-1", at=T + 9, took_s=5.0)),
    ),
    DrillCase(
        "the Primary still says so long after the record moved",
        6,
        C,
        watch(*healthy_round(), dns("gw-2", T + 2), heard("gw-1", Role.PRIMARY, T + 9)),
    ),
]
HIDDEN: tuple[Input, ...] = (
    *(heard("gw-1"), heard("gw-2"), clients(T), dns(at=T)),
    *(failed(node, Answer.TIMEOUT, at=T + at) for at in (7, 14) for node in ("gw-1", "gw-2")),
)
SERVICE = [
    DrillCase(
        "TXT told by a clock set unseen is as young as when we read it first",
        3,
        None,
        watch(
            *(heard("gw-1"), heard("gw-2"), *told(T), dns(at=T + 1)),
            *(failed(node, Answer.TIMEOUT, at=T + at) for at in (30, 40) for node in ("gw-1", "gw-2")),
            *(dns(at=T + 30, txt_age_s=34), dns(at=T + 40, txt_age_s=60), dns(at=T + 98, txt_age_s=118)),
        ),
    ),
    DrillCase(
        "both silent and TXT dead, yet clients are served",
        3,
        None,
        watch(*HIDDEN, clients(T + 80), dns(at=T + 81, txt_age_s=81)),
    ),
    DrillCase(
        "both silent and TXT dead, and their clocks were set just before",
        3,
        C,
        watch(
            *(*healthy_round(), *told(T), dns(at=T + 1), heard("gw-1", at=T + 2, skew_s=66.0)),
            *(heard("gw-2", at=T + 2, skew_s=66.0), dns(at=T + 3, txt_age_s=-65)),
            *(failed(node, Answer.TIMEOUT, T + at_s) for at_s in (10, 12) for node in ("gw-1", "gw-2")),
            dns(at=T + 66, txt_age_s=-2),
        ),
    ),
    DrillCase(
        "both silent and TXT dead, clients are served but for one lost visit",
        3,
        None,
        watch(*HIDDEN, clients(T + 78), clients(T + 80, Answer.REFUSED), dns(at=T + 81, txt_age_s=81)),
    ),
    DrillCase(
        "both silent and TXT dead, clients were served until two visits failed",
        3,
        C,
        watch(
            *(*HIDDEN, clients(T + 76), clients(T + 78, Answer.REFUSED), clients(T + 80, Answer.REFUSED)),
            dns(at=T + 81, txt_age_s=81),
        ),
    ),
    DrillCase(
        "both silent and TXT dead, clients were served before",
        3,
        C,
        watch(*HIDDEN, dns(at=T + 81, txt_age_s=81)),
    ),
]
SLOW = {"sent_at": T - 4.0}
OVERLAP = (heard("gw-1"), heard("gw-2", Role.PRIMARY, T + 0.5, probe=SLOW), heard("gw-1", at=T + 0.6))
SAME_MOMENT = (heard("gw-1"), heard("gw-2", Role.PRIMARY), heard("gw-1", at=T + 0.1))
SWAPS = [
    DrillCase("one of two answers that came at one moment confirmed", 1, None, watch(*SAME_MOMENT)),
    DrillCase(
        "both confirmed whose answers came at one moment",
        1,
        C,
        watch(*SAME_MOMENT, heard("gw-2", Role.PRIMARY, T + 0.2)),
    ),
    DrillCase("the older answer confirmed, the other asked before it", 1, None, watch(*OVERLAP)),
    DrillCase(
        "both confirmed where either answer may be the older",
        1,
        C,
        watch(*OVERLAP, heard("gw-2", Role.PRIMARY, T + 0.7)),
    ),
]
DRILL_CASES = [*CLOCKS, *RESTARTS, *AGES, *SERVICE, *SWAPS]
