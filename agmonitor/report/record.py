"""Which node the group's host record names, as reports say it. Draws no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from agmonitor.domain.addresses import owner_of
from agmonitor.domain.state import GroupState


def node_named_by(state: GroupState, addresses: Sequence[str]) -> str | None:
    """The one node that the one address given belongs to, by the nodes' own word; else None."""
    return owner_of(state.nodes, addresses[0]) if len(addresses) == 1 else None


def clients_judged(state: GroupState) -> bool:
    """The client's path counts where it is switched on, or has worked once and is not switched off."""
    if state.settings.judge_clients is None:
        return state.clients_ever_worked
    return state.settings.judge_clients
