"""A planned failover, without sending anything: may it be ordered, of whom, and what came of it.

Pure. The order itself is ``gateway.actions``; the course of events is ``monitor.operation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple

from agmonitor.domain.model import DnsAnswer, DnsLink, Instant, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.state import Condition, GroupState, NodeState

FRESH_S = 15.0  # a look and its second look take less; older evidence was read for another purpose
REFUSAL_SETTLES_S = 10.0  # after an error answer, this long without a change before we call it refused
WATCH_MIN_S = 60.0


class Outcome(Enum):
    """How an order ended; the value is the verb's exit code."""

    SUCCEEDED = 0
    REFUSED_HERE = 1
    REFUSED_BY_NODE = 2
    UNKNOWN = 3

    @property
    def exit_code(self) -> int:
        return self.value


class Guard(StrEnum):
    """What stands between a wish and the one PUT; each has refused by its own sentence."""

    NOT_ALLOWED = "not_allowed"  # the group is read-only
    NOT_HEARD = "not_heard"
    NO_PAIR = "no_pair"  # not one Primary and one Secondary
    NO_ADDRESS = "no_address"  # a node does not tell its own, so its record cannot be recognised
    ONE_GATEWAY = "one_gateway"  # both URLs lead to the same node
    OTHER_NAME = "other_name"  # groups of different names
    OTHER_MEMBERS = "other_members"  # a node lists others than these two
    CUT_FROM_DNS = "cut_from_dns"  # a node says it could not move the record
    NO_DNS_WITNESS = "no_dns_witness"
    NO_RECORD = "no_record"  # DNS does not give it
    RECORD_ELSEWHERE = "record_elsewhere"
    OLD_EVIDENCE = "old_evidence"
    NO_REASON = "no_reason"
    ROLES_MOVED = "roles_moved"  # since a person was told and agreed
    UNDER_WAY = "under_way"  # another order of this group
    NOT_SENT = "not_sent"  # nothing left this machine


class Objection(NamedTuple):
    """One guard that refuses, in one sentence."""

    guard: Guard
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One PUT to ``target``, and what must be seen afterwards."""

    target: str  # the node's name
    word: str  # what that node will do: "Yield" or "Take over"
    old_primary: str
    new_primary: str
    sentence: str
    old_address: str  # what the host record names now
    new_address: str  # what it must name in the end
    watch_s: float  # how long to look for the swap before the outcome is called unknown


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing will be sent; one sentence for each reason."""

    reasons: tuple[str, ...]
    guards: tuple[Guard, ...] = ()  # one for each reason, in the same order

    @property
    def sentence(self) -> str:
        return " ".join(self.reasons)


def plan(state: GroupState) -> Plan | Refusal:
    """What a planned failover would do now, or every reason against it."""
    reasons = [*_permission(state), *_both_heard(state)]
    roles = _roles(state)
    if roles is None:
        reasons += _why_no_pair(state)
    else:
        reasons += [*_members(*roles), *_links(state), *_record(state, roles[0])]
    reasons += _age(state)
    if reasons or roles is None:
        return refusal(*reasons)
    primary, secondary = roles
    timers = state.timers
    return Plan(
        target=primary.name,
        word="Yield",
        old_primary=primary.name,
        new_primary=secondary.name,
        sentence=f"{primary.name} will yield: {secondary.name} becomes Primary and {primary.name} Secondary.",
        old_address=_address(primary) or "",
        new_address=_address(secondary) or "",
        watch_s=max(WATCH_MIN_S, timers.absence_s + timers.check_s + timers.ttl_s + 30),
    )


def refusal(*objections: Objection) -> Refusal:
    """Nothing will be sent, for these reasons."""
    return Refusal(tuple(o.sentence for o in objections), tuple(o.guard for o in objections))


def permitted(made: Plan | Refusal, reason: str, confirmed: Plan | None) -> Plan | Refusal:
    """The plan, where a reason is given and the roles are those that a person has agreed to, if any has."""
    if not reason.strip():
        return refusal(Objection(Guard.NO_REASON, "A failover needs a reason."))
    if isinstance(made, Plan) and confirmed is not None and made.target != confirmed.target:
        moved = f"The roles have moved since this was confirmed: {made.old_primary} is Primary now."
        return refusal(Objection(Guard.ROLES_MOVED, moved))
    return made


def outcome(made: Plan, state: GroupState, *, accepted: bool | None, waited_s: float) -> Outcome | None:
    """What the witnesses show now; None: nothing certain yet. The answer's text never counts.

    ``accepted`` False (an error status) only says what an unchanged group means; a swap seen is a success.
    """
    old, new = state.node(made.old_primary), state.node(made.new_primary)
    if old.role is Role.SECONDARY and new.role is Role.PRIMARY and names_only(state, made.new_address):
        return Outcome.SUCCEEDED
    unchanged = old.role is Role.PRIMARY and new.role is Role.SECONDARY
    if accepted is False and unchanged and waited_s >= REFUSAL_SETTLES_S:
        return Outcome.REFUSED_BY_NODE
    return Outcome.UNKNOWN if waited_s >= made.watch_s else None


def names_only(state: GroupState, address: str | None) -> bool:
    """Whether the authoritative record names exactly that address."""
    dns = state.dns
    return dns is not None and dns.answer is DnsAnswer.OK and dns.addresses == (address,)


def _permission(state: GroupState) -> list[Objection]:
    if state.settings.failover_allowed:
        return []
    name = state.settings.name
    text = f"Failover is not allowed for {name}; allow it first: agmonitor groups allow-failover {name}."
    return [Objection(Guard.NOT_ALLOWED, text)]


def _both_heard(state: GroupState) -> list[Objection]:
    reasons: list[Objection] = []
    for node in state.nodes:
        if node.condition is not Condition.HEARD:
            why = node.last.answer.value if node.last else "not asked"
            text = f"{node.name} is not heard ({why}); a planned failover needs both nodes."
            reasons.append(Objection(Guard.NOT_HEARD, text))
    return reasons


def _roles(state: GroupState) -> tuple[NodeState, NodeState] | None:
    """Primary and Secondary, when both are heard as just that."""
    by_role = {node.role: node for node in state.nodes if node.condition is Condition.HEARD}
    primary, secondary = by_role.get(Role.PRIMARY), by_role.get(Role.SECONDARY)
    return (primary, secondary) if primary is not None and secondary is not None else None


def _why_no_pair(state: GroupState) -> list[Objection]:
    heard = [node for node in state.nodes if node.condition is Condition.HEARD]
    if len(heard) < 2:
        return []  # said already
    said = ", ".join(f"{node.name} says {node.role}" for node in heard)
    return [Objection(Guard.NO_PAIR, f"The nodes do not agree on one Primary and one Secondary: {said}.")]


def _members(primary: NodeState, secondary: NodeState) -> list[Objection]:
    """Each node's own address and its list of members must tell one story."""
    first, second = _report(primary), _report(secondary)
    own, other = _address(primary), _address(secondary)
    unknown = [node.name for node, address in ((primary, own), (secondary, other)) if not address]
    if unknown:
        text = f"{' and '.join(unknown)} did not tell its own address, so its record cannot be recognised."
        return [Objection(Guard.NO_ADDRESS, text)]
    if own == other:
        text = f"Both nodes give {own} as their own address: this is one Gateway, or a wrong set-up."
        return [Objection(Guard.ONE_GATEWAY, text)]
    reasons: list[Objection] = []
    names = {
        r.configuration.group_fqdn for r in (first, second) if r is not None and r.configuration is not None
    }
    if len({(name or "").rstrip(".").lower() for name in names}) > 1:
        reasons.append(Objection(Guard.OTHER_NAME, "The nodes are in groups of different names."))
    for node, report in ((primary, first), (secondary, second)):
        members = report.members if report is not None else None
        if members is not None and (members.primary, members.secondary) != (own, other):
            listed = f"Primary {members.primary or 'nobody'}, Secondary {members.secondary or 'nobody'}"
            reasons.append(Objection(Guard.OTHER_MEMBERS, f"{node.name} lists other members: {listed}."))
    return reasons


def _links(state: GroupState) -> list[Objection]:
    return [
        Objection(
            Guard.CUT_FROM_DNS,
            f"{node.name} says it is disconnected from DNS; a failover could not move the record.",
        )
        for node in state.nodes
        if (report := _report(node)) is not None and report.dns_link is DnsLink.DISCONNECTED
    ]


def _record(state: GroupState, primary: NodeState) -> list[Objection]:
    dns = state.dns
    if dns is None or dns.server is None:
        text = "No authoritative DNS server was found, so the record cannot be compared."
        return [Objection(Guard.NO_DNS_WITNESS, text)]
    if dns.answer is not DnsAnswer.OK:
        text = f"DNS does not give the group's record ({dns.answer.value})."
        return [Objection(Guard.NO_RECORD, text)]
    if not names_only(state, _address(primary)):
        text = f"The record names {', '.join(dns.addresses) or 'nobody'}, not the Primary {primary.name}."
        return [Objection(Guard.RECORD_ELSEWHERE, text)]
    return []


def _age(state: GroupState) -> list[Objection]:
    """Evidence gathered for something else, a while ago, is no evidence for an order."""
    stamps: list[tuple[str, Instant]] = [
        (n.name, n.heard.received_at) for n in state.nodes if n.heard is not None
    ]
    if state.dns is not None:
        stamps.append(("DNS", state.dns.received_at))
    return [
        Objection(Guard.OLD_EVIDENCE, f"The answer of {name} is {state.now - at:.0f} s old.")
        for name, at in stamps
        if not abs(state.now - at) <= FRESH_S
    ]


def _report(node: NodeState) -> NodeReport | None:
    return node.heard.report if node.heard is not None else None


def _address(node: NodeState) -> str | None:
    report = _report(node)
    return report.configuration.external_ipv4_address if report is not None and report.configuration else None
