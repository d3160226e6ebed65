"""Whose address is it? A record is matched to a node by the node's own word, never by the URL we use.

Before a node has told its ``external_ipv4_address``, the group's ``members`` beside a role may tell: the
Primary's address is ``members.primary``.
"""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.model import Members
from agmonitor.domain.state import NodeState

Pair = tuple[NodeState, NodeState]


def addresses_of(nodes: Pair) -> tuple[str | None, str | None]:
    """Each node's own address, as far as anybody has told it."""
    first, second = nodes
    return _told(first, second), _told(second, first)


def address_of(nodes: Pair, node: NodeState) -> str | None:
    """One node's own address, as far as anybody has told it."""
    return _told(node, nodes[1] if node is nodes[0] else nodes[0])


def owner_of(nodes: Pair, address: str | None) -> str | None:
    """The name of the node an address belongs to; None for a stranger or no address."""
    if address is None:
        return None
    first, second = nodes
    if address == _told(first, second):
        return first.name
    return second.name if address == _told(second, first) else None


def members_known(nodes: Pair) -> frozenset[str]:
    """All addresses that are known to belong to the group."""
    known = {own for own in addresses_of(nodes) if own}
    for node in nodes:
        members = _members(node)
        if members is not None:
            known.update(seat for seat in (members.primary, members.secondary) if seat)
    return frozenset(known)


def _told(node: NodeState, other: NodeState) -> str | None:
    own = node.configuration.external_ipv4_address if node.configuration is not None else None
    return own or _seat(node, mine=True) or _seat(other, mine=False)


def _seat(node: NodeState, *, mine: bool) -> str | None:
    """The address in the reporting node's seat, or in the one it leaves to the other."""
    members = _members(node)
    if members is None or node.heard is None or node.heard.report is None:
        return None
    role = node.heard.report.role
    if role is named.NOT_IN_GROUP:
        return None
    return members.primary if (role is named.PRIMARY) == mine else members.secondary


def _members(node: NodeState) -> Members | None:
    return node.heard.report.members if node.heard is not None and node.heard.report is not None else None
