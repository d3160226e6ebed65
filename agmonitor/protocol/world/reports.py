"""What a node's HTTP interface would show, as a reader understands it: whole-second stamps, its own clock.

Equal to the live lab's API: ``/group`` with configuration, members and the five state keys, ``/state`` where
a node in no group refuses that.
"""

from __future__ import annotations

from agmonitor.domain.model import Configuration, Instant, Members, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.protocol.state import NodeState, Timers
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.settings import FQDN, TSIG_ALGORITHM, TSIG_NAME, WorldSettings


class Reports:
    """Between two steps a node gives the same answer: it is made once."""

    def __init__(self, settings: WorldSettings) -> None:
        self._settings = settings
        self._made: dict[str, tuple[NodeState, NodeReport]] = {}
        self._configurations: dict[tuple[str, Timers], Configuration] = {}

    def of(self, node: Process) -> NodeReport:
        """Its word about itself now."""
        state = node.machine.state
        made = self._made.get(node.name)
        if made is None or made[0] is not state:
            made = self._made[node.name] = state, self._report(state)
        return made[1]

    def _report(self, state: NodeState) -> NodeReport:
        in_group = state.role is not Role.NOT_IN_GROUP
        return NodeReport(
            role=state.role,
            heartbeat_method=state.method,
            last_heartbeat_at=_whole(state.last_beat_at),
            last_updated_at=_whole(state.last_check_at),
            dns_link=state.dns_link,
            members=_members(state) if in_group else None,
            configuration=self._configuration(state) if in_group else None,
        )

    def _configuration(self, state: NodeState) -> Configuration:
        key = state.address, state.timers
        found = self._configurations.get(key)
        if found is None:
            found = self._configurations[key] = Configuration(
                allowed_absence_interval=int(state.timers.absence_s),
                health_check_interval=int(state.timers.check_s),
                health_report_interval=int(state.timers.report_s),
                group_fqdn_ttl=int(self._settings.ttl_s),
                external_ipv4_address=state.address,
                external_port=self._settings.port,
                external_scheme=self._settings.scheme,
                group_fqdn=FQDN,
                tsig_name=TSIG_NAME,
                tsig_algorithm=TSIG_ALGORITHM,
            )
        return found


def _whole(instant: Instant | None) -> Instant | None:
    """Stamps are cut to whole seconds."""
    return None if instant is None else float(int(instant))


def _members(state: NodeState) -> Members:
    """By role; an empty seat is null."""
    if state.role is Role.PRIMARY:
        return Members(primary=state.address, secondary=state.peer)
    return Members(primary=state.peer, secondary=state.address)
