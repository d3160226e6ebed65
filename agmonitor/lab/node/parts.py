"""What the parts of one node hand to its HTTP API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.model import Role
from agmonitor.lab.node.actions import Actions
from agmonitor.lab.node.ailments import Ailments
from agmonitor.lab.node.configuration import timers_of
from agmonitor.lab.node.dns_client import GroupDns
from agmonitor.lab.node.driver import Driver
from agmonitor.lab.node.membership import Membership
from agmonitor.lab.node.peer_client import PeerClient
from agmonitor.lab.node.sessions import Sessions
from agmonitor.lab.node.settings import NodeSettings
from agmonitor.lab.node.tls import Tls
from agmonitor.protocol.inputs import TimersChanged


@dataclass(frozen=True, slots=True)
class Parts:
    """One node, wired."""

    settings: NodeSettings
    membership: Membership
    dns: GroupDns
    peer: PeerClient
    actions: Actions
    driver: Driver
    sessions: Sessions
    now: Callable[[], float]
    ailments: Ailments
    tls: Tls | None = None  # with https

    @property
    def in_group(self) -> bool:
        return self.driver.state.role is not Role.NOT_IN_GROUP

    def timers_changed(self) -> None:
        """Tell the machine of intervals that were changed here or by the peer."""
        configuration = self.membership.now.configuration
        self.driver.post(TimersChanged(self.now(), timers_of(configuration)))
