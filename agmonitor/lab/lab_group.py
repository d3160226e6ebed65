"""The lab's pair as a group to be watched: real settings, and marked as a lab's."""

from __future__ import annotations

from collections.abc import Sequence

from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.lab.node_process import NodeProcess
from agmonitor.lab.options import LabOptions

NAME = "lab"


def group_of(
    options: LabOptions, nodes: Sequence[NodeProcess], nameserver: HostPort, ca_file: str | None
) -> GroupSettings:
    """Both nodes on the monitor's own path, which a fault can cut while the pair does not notice."""
    first, second = (NodeAddress(node.name, node.watch_url) for node in nodes)
    return GroupSettings(
        name=NAME,
        nodes=(first, second),
        fqdn=options.fqdn,
        dns_server=nameserver,
        resolvers=(nameserver,),
        user=options.user,
        ca_file=ca_file,
        judge_clients=True,
        failover_allowed=True,
        lab=True,
    )
