"""A planned failover, without sending anything: may it be ordered, of whom, and what came of it.

Pure. The order itself is ``gateway.actions``; the course of events is ``monitor.operation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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
        return Refusal(tuple(reasons))
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


def _permission(state: GroupState) -> list[str]:
    if state.settings.failover_allowed:
        return []
    name = state.settings.name
    return [f"Failover is not allowed for {name}; allow it first: agmonitor groups allow-failover {name}."]


def _both_heard(state: GroupState) -> list[str]:
    reasons = []
    for node in state.nodes:
        if node.condition is not Condition.HEARD:
            why = node.last.answer.value if node.last else "not asked"
            reasons.append(f"{node.name} is not heard ({why}); a planned failover needs both nodes.")
    return reasons


def _roles(state: GroupState) -> tuple[NodeState, NodeState] | None:
    """Primary and Secondary, when both are heard as just that."""
    by_role = {node.role: node for node in state.nodes if node.condition is Condition.HEARD}
    primary, secondary = by_role.get(Role.PRIMARY), by_role.get(Role.SECONDARY)
    return (primary, secondary) if primary is not None and secondary is not None else None


def _why_no_pair(state: GroupState) -> list[str]:
    heard = [node for node in state.nodes if node.condition is Condition.HEARD]
    if len(heard) < 2:
        return []  # said already
    said = ", ".join(f"{node.name} says {node.role}" for node in heard)
    return [f"The nodes do not agree on one Primary and one Secondary: {said}."]


def _members(primary: NodeState, secondary: NodeState) -> list[str]:
    """Each node's own address and its list of members must tell one story."""
    first, second = _report(primary), _report(secondary)
    own, other = _address(primary), _address(secondary)
    unknown = [node.name for node, address in ((primary, own), (secondary, other)) if not address]
    if unknown:
        return [f"{' and '.join(unknown)} did not tell its own address, so its record cannot be recognised."]
    if own == other:
        return [f"Both nodes give {own} as their own address: this is one Gateway, or a wrong set-up."]
    reasons = []
    names = {
        r.configuration.group_fqdn for r in (first, second) if r is not None and r.configuration is not None
    }
    if len({(name or "").rstrip(".").lower() for name in names}) > 1:
        reasons.append("The nodes are in groups of different names.")
    for node, report in ((primary, first), (secondary, second)):
        members = report.members if report is not None else None
        if members is not None and (members.primary, members.secondary) != (own, other):
            listed = f"Primary {members.primary or 'nobody'}, Secondary {members.secondary or 'nobody'}"
            reasons.append(f"{node.name} lists other members: {listed}.")
    return reasons


def _links(state: GroupState) -> list[str]:
    return [
        f"{node.name} says it is disconnected from DNS; a failover could not move the record."
        for node in state.nodes
        if (report := _report(node)) is not None and report.dns_link is DnsLink.DISCONNECTED
    ]


def _record(state: GroupState, primary: NodeState) -> list[str]:
    dns = state.dns
    if dns is None or dns.server is None:
        return ["No authoritative DNS server was found, so the record cannot be compared."]
    if dns.answer is not DnsAnswer.OK:
        return [f"DNS does not give the group's record ({dns.answer.value})."]
    if not names_only(state, _address(primary)):
        return [f"The record names {', '.join(dns.addresses) or 'nobody'}, not the Primary {primary.name}."]
    return []


def _age(state: GroupState) -> list[str]:
    """Evidence gathered for something else, a while ago, is no evidence for an order."""
    stamps: list[tuple[str, Instant]] = [
        (n.name, n.heard.received_at) for n in state.nodes if n.heard is not None
    ]
    if state.dns is not None:
        stamps.append(("DNS", state.dns.received_at))
    return [
        f"The answer of {name} is {state.now - at:.0f} s old."
        for name, at in stamps
        if not abs(state.now - at) <= FRESH_S
    ]


def _report(node: NodeState) -> NodeReport | None:
    return node.heard.report if node.heard is not None else None


def _address(node: NodeState) -> str | None:
    report = _report(node)
    return report.configuration.external_ipv4_address if report is not None and report.configuration else None
