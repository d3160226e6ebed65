"""``availability_group.api``: learn the local node's role, and have code called when it changes.

Where the contract gives no name or value (``EventId``'s value, ``DnsConnectionState``, ``NodeState``), they
are our choice. Calls: ``callback(event)``, positional, once at the start with an empty ``previous`` and then
at each change.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.model import Role as _Role
from agmonitor.lab.node import stamps
from agmonitor.lab.node.runtime.gateway import current
from agmonitor.lab.node.runtime.hooks import RoleChange


class EventId:
    """What can be subscribed to."""

    NODE_ROLE_CHANGED: str = "node_role_changed"


class NodeRole:
    """A node's role."""

    PRIMARY: str = "primary"
    SECONDARY: str = "secondary"
    NOT_IN_GROUP: str = "not_in_group"


Role = NodeRole  # the vendor's own example uses this name


class HeartbeatMethod:
    """How the last heartbeat travelled."""

    DIRECT: str = "direct"
    DNS: str = "dns"


class DnsConnectionState:
    """Whether the node reaches DNS."""

    CONNECTED: str = "connected"
    DISCONNECTED: str = "disconnected"
    NOT_APPLICABLE: str = "not_applicable"


@dataclass(frozen=True)
class NodeRoleChanged:
    """``previous`` is None at the start."""

    previous: str | None
    new: str


@dataclass(frozen=True)
class NodeState:
    """The local node, in the words and forms of ``GET /ag/api/v1/state``."""

    node_role: str
    node_dns_connection_state: str
    heartbeat_method: str | None
    last_heartbeat_time: str | None
    last_updated: str | None


def get_node_state() -> NodeState:
    """The local node's state now."""
    state = current().state()
    return NodeState(
        node_role=state.role.value,
        node_dns_connection_state=state.dns_link.value,
        heartbeat_method=state.method.value if state.method else None,
        last_heartbeat_time=stamps.written(state.last_beat_at),
        last_updated=stamps.written(state.last_check_at),
    )


def subscribe(event_id: str, callback: Callable[[NodeRoleChanged], object]) -> None:
    """Have ``callback`` called at each event of this kind."""
    if event_id != EventId.NODE_ROLE_CHANGED:
        raise ValueError(f"no such event: {event_id!r}")

    hooks = current().hooks

    def call(change: RoleChange) -> None:
        hooks.misdeeds.upon(callback)(NodeRoleChanged(_word(change.previous), change.new.value))

    functools.update_wrapper(call, callback, updated=())
    call.__qualname__ = getattr(callback, "__qualname__", repr(callback))
    hooks.subscribe(call)


def _word(role: _Role | None) -> str | None:
    return None if role is None else role.value
