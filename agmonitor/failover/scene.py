"""What the guards ask about: who is who in a state, and how old the words are that say so.

No guard here, no sentence; the checks are in ``planned`` and ``emergency``.
"""

from __future__ import annotations

from agmonitor.domain.addresses import addresses_of
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import DnsAnswer, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.state import Condition, Finding, GroupState, NodeState
from agmonitor.failover.guards import Kind, Surroundings
from agmonitor.texts import t


class Scene:
    """A state, its surroundings, and the roles as the kind of failover needs them."""

    def __init__(self, state: GroupState, kind: Kind, around: Surroundings) -> None:
        self.state = state
        self.kind = kind
        self.around = around
        self.facts = Facts(state)
        self.primary, self.secondary = _roles(state, kind)

    @property
    def heard(self) -> list[NodeState]:
        return [node for node in self.state.nodes if node.condition is Condition.HEARD]

    @property
    def record_names(self) -> str:
        """Whom the record names, in words."""
        dns = self.state.dns
        if dns is None or dns.answer is not DnsAnswer.OK:
            return t("not known")
        names = [node.name for node in self.state.nodes]
        named = dict(zip(addresses_of(self.state.nodes), names, strict=True))
        return ", ".join(named.get(address, address) for address in dns.addresses) or t("nobody")

    def finding(self, name: str) -> Finding | None:
        """The finding of that name, where it holds."""
        return next((one for one in self.state.verdict.findings if one.name == name), None)

    def age_of(self, *nodes: NodeState | None) -> float | None:
        """Age of the older of their newest words."""
        stamps = [node.last.received_at for node in nodes if node is not None and node.last is not None]
        return self.state.now - min(stamps) if stamps else None

    @property
    def dns_age_s(self) -> float | None:
        return self.state.now - self.state.dns.received_at if self.state.dns is not None else None


def _roles(state: GroupState, kind: Kind) -> tuple[NodeState | None, NodeState | None]:
    """Primary and Secondary; in an emergency the Primary is whoever the Secondary is not."""
    by_role = {node.role: node for node in state.nodes if node.condition is Condition.HEARD}
    primary, secondary = by_role.get(Role.PRIMARY), by_role.get(Role.SECONDARY)
    if kind is Kind.EMERGENCY and secondary is not None and primary is None:
        primary = next(node for node in state.nodes if node is not secondary)
    return primary, secondary


def report_of(node: NodeState | None) -> NodeReport | None:
    """Its newest well-formed word."""
    return node.heard.report if node is not None and node.heard is not None else None


def address_of(node: NodeState | None) -> str | None:
    """Its own address, as it tells it."""
    report = report_of(node)
    return report.configuration.external_ipv4_address if report is not None and report.configuration else None


def names_only(state: GroupState, address: str | None) -> bool:
    """Whether the authoritative record names exactly that address."""
    dns = state.dns
    return dns is not None and dns.answer is DnsAnswer.OK and dns.addresses == (address,)
