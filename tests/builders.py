"""Short constructors with defaults, so that a test shows only what matters.

The pair of the builders: gw-1 (192.0.2.11) is Primary, gw-2 (192.0.2.12) Secondary, documented intervals,
clocks true, the record right, every answer 10 ms after its question. ``T`` is a round instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agmonitor.domain import group
from agmonitor.domain.events import Event
from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    GroupSettings,
    HeartbeatMethod,
    Instant,
    Members,
    NodeAddress,
    Role,
)
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Gap,
    GapReason,
    HookCall,
    HookOutcome,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
)
from agmonitor.domain.state import GroupState, Mode

T: Instant = 1_767_603_600.0
ADDRESS = {"gw-1": "192.0.2.11", "gw-2": "192.0.2.12"}
FQDN = "gateway.example.net"
SERVER = "192.0.2.53:53"
ROUND_TRIP_S = 0.01
OK_ROLES = {"gw-1": Role.PRIMARY, "gw-2": Role.SECONDARY}


def settings(**changes: Any) -> GroupSettings:
    """A group named gw-prod of gw-1 and gw-2."""
    nodes = (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12"))
    given: dict[str, Any] = {"name": "gw-prod", "nodes": nodes, "fqdn": FQDN, "user": "monitor"}
    return GroupSettings(**(given | changes))


def configuration(node: str = "gw-1", **changes: Any) -> Configuration:
    """The documented defaults: H 20, C 30, A 60, TTL 30, https."""
    given: dict[str, Any] = {
        "allowed_absence_interval": 60,
        "health_check_interval": 30,
        "health_report_interval": 20,
        "group_fqdn_ttl": 30,
        "external_ipv4_address": ADDRESS.get(node, "192.0.2.99"),
        "external_port": 443,
        "external_scheme": "https",
        "group_fqdn": FQDN,
        "tsig_name": "ag",
        "tsig_algorithm": "hmac-sha512",
    }
    return Configuration(**(given | changes))


MEMBERS = Members(ADDRESS["gw-1"], ADDRESS["gw-2"])


def report(
    role: Role = Role.PRIMARY, at: Instant = T, node: str = "gw-1", beat_age_s: float = 5.0, **changes: Any
) -> NodeReport:
    """A node's word on itself at ``at`` (its clock)."""
    given: dict[str, Any] = {
        "role": role,
        "heartbeat_method": HeartbeatMethod.DIRECT,
        "last_heartbeat_at": float(int(at - beat_age_s)),
        "last_updated_at": float(int(at - 3)),
        "dns_link": DnsLink.CONNECTED,
        "members": MEMBERS,
        "configuration": configuration(node),
    }
    if role is Role.NOT_IN_GROUP:
        given |= {
            "heartbeat_method": None,
            "last_heartbeat_at": None,
            "last_updated_at": None,
            "dns_link": DnsLink.NOT_APPLICABLE,
            "members": None,
            "configuration": None,
        }
    return NodeReport(**(given | changes))


def heard(
    node: str = "gw-1",
    role: Role | None = None,
    at: Instant = T,
    *,
    skew_s: float = 0.0,
    probe: dict[str, Any] | None = None,
    **changes: Any,
) -> NodeObservation:
    """A well-formed answer received at ``at``; ``changes`` go into the report, ``probe`` around it."""
    said = report(role or OK_ROLES[node], at + skew_s, node, **changes)
    given: dict[str, Any] = {
        "node": node,
        "sent_at": at - ROUND_TRIP_S,
        "received_at": at,
        "answer": Answer.OK,
        "round_trip_ms": 10.0,
        "report": said,
        "http_date": float(int(at + skew_s)),
        "http_status": 200,
    }
    return NodeObservation(**(given | (probe or {})))


def failed(
    node: str = "gw-1",
    answer: Answer = Answer.REFUSED,
    at: Instant = T,
    took_s: float = ROUND_TRIP_S,
    **changes: Any,
) -> NodeObservation:
    """A probe that failed at ``at``."""
    given: dict[str, Any] = {
        "node": node,
        "sent_at": at - took_s,
        "received_at": at,
        "answer": answer,
        "http_status": 500 if answer is Answer.HTTP_STATUS else None,
    }
    return NodeObservation(**(given | changes))


def load(
    node: str = "gw-1", score: float | None = 0.1, at: Instant = T, skew_s: float = 0.0, **changes: Any
) -> LoadObservation:
    given: dict[str, Any] = {
        "node": node,
        "sent_at": at - ROUND_TRIP_S,
        "received_at": at,
        "answer": Answer.OK,
        "load_score": score,
        "current_time": float(int(at + skew_s)),
    }
    return LoadObservation(**(given | changes))


def dns(
    names: str | Iterable[str] = "gw-1",
    at: Instant = T,
    answer: DnsAnswer = DnsAnswer.OK,
    txt_age_s: float | None = 5.0,
    **changes: Any,
) -> DnsObservation:
    """The authoritative server's word; ``names`` are nodes or addresses."""
    asked = [names] if isinstance(names, str) else list(names)
    given: dict[str, Any] = {
        "sent_at": at - ROUND_TRIP_S,
        "received_at": at,
        "answer": answer,
        "round_trip_ms": None if answer is DnsAnswer.TIMEOUT else 10.0,
        "server": SERVER,
        "addresses": tuple(sorted(ADDRESS.get(n, n) for n in asked)) if answer is DnsAnswer.OK else (),
        "ttl_s": 30 if answer is DnsAnswer.OK else None,
        "heartbeat_at": None if txt_age_s is None else float(int(at - txt_age_s)),
        "txt_seen": txt_age_s is not None,
    }
    return DnsObservation(**(given | changes))


def dns_lost(at: Instant = T, answer: DnsAnswer = DnsAnswer.TIMEOUT, **changes: Any) -> DnsObservation:
    """The authoritative server does not answer."""
    return dns(at=at, answer=answer, txt_age_s=None, **changes)


def resolver(
    names: str = "gw-1", at: Instant = T, resolver: str = "system", ttl_s: int | None = None, **changes: Any
) -> ResolverObservation:
    given: dict[str, Any] = {
        "resolver": resolver,
        "sent_at": at - ROUND_TRIP_S,
        "received_at": at,
        "answer": DnsAnswer.OK,
        "addresses": (ADDRESS.get(names, names),),
        "ttl_s": ttl_s,
    }
    return ResolverObservation(**(given | changes))


def clients(
    at: Instant = T, answer: Answer = Answer.OK, names: str = "gw-1", **changes: Any
) -> ClientObservation:
    given: dict[str, Any] = {
        "sent_at": at - ROUND_TRIP_S,
        "received_at": at,
        "answer": answer,
        "round_trip_ms": 10.0 if answer is Answer.OK else None,
        "address": ADDRESS.get(names, names),
    }
    return ClientObservation(**(given | changes))


def call(at: Instant = T, outcome: HookOutcome = HookOutcome.RETURNED, **changes: Any) -> HookCall:
    given: dict[str, Any] = {
        "workflow": "dhcp_export",
        "callback": "dhcp_export.on_role",
        "previous": Role.SECONDARY,
        "new": Role.PRIMARY,
        "started_at": at,
        "duration_ms": None if outcome is HookOutcome.RUNNING else 12.0,
        "outcome": outcome,
    }
    return HookCall(**(given | changes))


def hooks(node: str = "gw-1", at: Instant = T, calls: tuple[HookCall, ...] = ()) -> HooksObservation:
    return HooksObservation(node, at - ROUND_TRIP_S, at, Answer.OK, calls=calls)


def gap(from_at: Instant = T, until_at: Instant = T + 60, reason: GapReason = GapReason.ASLEEP) -> Gap:
    return Gap(from_at, until_at, reason)


def initial(mode: Mode = Mode.WATCHING, at: Instant = T - 10, **changes: Any) -> GroupState:
    """A group nobody has asked yet; ``changes`` go into its settings."""
    return group.initial(settings(**changes), mode, at)


def fold(state: GroupState, *inputs: Input) -> GroupState:
    """The state after the inputs."""
    return fold_all(state, *inputs)[0]


def fold_all(state: GroupState, *inputs: Input) -> tuple[GroupState, list[Event]]:
    """The state after the inputs, and all events."""
    events: list[Event] = []
    for item in inputs:
        state, told = group.step(state, item)
        events += told
    return state, events


def watched(*inputs: Input, **changes: Any) -> GroupState:
    """Folded while watching."""
    return fold(initial(**changes), *inputs)


def looked(*inputs: Input, **changes: Any) -> GroupState:
    """Folded in a single look that began at T - 0.02."""
    return fold(initial(Mode.SINGLE_LOOK, T - 0.02, **changes), *inputs)


def healthy_round(at: Instant = T) -> tuple[Input, ...]:
    """Both nodes and DNS in good health."""
    return heard("gw-1", at=at), heard("gw-2", at=at), dns(at=at)
