"""Takes the truth's pictures of a scene; each node is pictured anew only when it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Role
from agmonitor.protocol.state import NodeState
from agmonitor.protocol.world.clients import Clients
from agmonitor.protocol.world.disturbing import Disturbances
from agmonitor.protocol.world.network import Path
from agmonitor.protocol.world.node import Certificate, Process
from agmonitor.protocol.world.scene import Scene
from agmonitor.protocol.world.truth import LinkTruth, NodeTruth, ResolverTruth, Truth
from agmonitor.protocol.world.visits import Visits

_CLEAR = LinkTruth()
_WORDS: dict[str, str] = {
    word: word.value for kind in (Role, DnsLink, HeartbeatMethod, Certificate) for word in kind
}
"""Plain words of members, which ``value`` is slow to give."""
GOOD_FOR_S = 10.0
"""So long a picture of a node that did nothing is used again; its clock drifts by less than a millisecond."""


class _Made(NamedTuple):
    """A node's last picture, of which state, and until when it will do."""

    state: NodeState
    changes: int
    until: float
    truth: NodeTruth


class Pictures:
    """Reads everything, changes nothing."""

    def __init__(
        self, scene: Scene, clients: Sequence[Clients], visits: Visits, disturbances: Disturbances
    ) -> None:
        self._scene = scene
        self._clients = clients
        self._visits = visits
        self._disturbances = disturbances
        self._made: dict[str, _Made] = {}

    def take(self) -> Truth:
        scene, names = self._scene, self._scene.names
        now = scene.schedule.now
        first, second = scene.nodes.values()
        for cache in names.caches:
            if now >= cache.expires_at:
                cache.roll(now, names.record, names.ttl_s)
        return Truth(
            now,
            (self._node(first, now), self._node(second, now)),
            names.record,
            names.txt,
            names.is_up,
            self._visits.is_online,
            tuple([ResolverTruth(cache.address, cache.expires_at) for cache in names.caches]),
            tuple([clients.served for clients in self._clients]),
            tuple([clients.served_by for clients in self._clients]),
            self._disturbances.names,
        )

    def _node(self, node: Process, now: float) -> NodeTruth:
        state, changes = node.machine.state, self._scene.service_changes
        made = self._made.get(node.name)
        if made is not None and made.state is state and made.changes == changes and now < made.until:
            return made.truth
        truth = self._picture(node, now)
        lasts_s = 0.0 if node.load_climbs is not None else GOOD_FOR_S
        self._made[node.name] = _Made(state, changes, now + lasts_s, truth)
        return truth

    def _picture(self, node: Process, now: float) -> NodeTruth:
        state, timers = node.machine.state, node.machine.state.timers
        paths = self._scene.network.paths[node.name]
        return NodeTruth(
            node.name,
            node.address,
            node.alive,
            node.frozen,
            node.stalled,
            _WORDS[state.role],
            node.since,
            state.peer,
            _WORDS[state.dns_link],
            None if state.method is None else _WORDS[state.method],
            state.last_beat_at,
            state.beat_arrived_at,
            state.last_check_at,
            node.clock.offset_s(now),
            node.clock.drift_ppm,
            node.load(),
            node.load_climbs is not None,
            _WORDS[node.certificate],
            node.rubbish,
            "hang" if node.hooks.hangs else "raise" if node.hooks.raises else "good",
            timers.report_s,
            timers.check_s,
            timers.absence_s,
            _link(paths.door),
            _link(paths.heartbeat),
            _link(paths.dns),
            _link(paths.watch),
        )


def _link(path: Path) -> LinkTruth:
    return _CLEAR if path.clear else LinkTruth(*path.condition())
