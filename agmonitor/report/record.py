"""Which node the group's host record names, as reports say it. Draws no verdict."""

from __future__ import annotations

from collections.abc import Sequence

from agmonitor.domain.state import GroupState


def node_named_by(state: GroupState, addresses: Sequence[str]) -> str | None:
    """The one node whose own ``external_ipv4_address`` is the one address given; else None.

    Never matched by the URL we use: a node may be reached by another address than the one clients use.
    """
    if len(addresses) != 1:
        return None
    named = [node.name for node in state.nodes if _own_address(state, node.name) == addresses[0]]
    return named[0] if len(named) == 1 else None


def _own_address(state: GroupState, name: str) -> str | None:
    heard = state.node(name).heard
    if heard is None or heard.report is None or heard.report.configuration is None:
        return None
    return heard.report.configuration.external_ipv4_address


def clients_judged(state: GroupState) -> bool:
    """The client's path counts where it is switched on, or has worked once and is not switched off."""
    if state.settings.judge_clients is None:
        return state.clients_ever_worked
    return state.settings.judge_clients
