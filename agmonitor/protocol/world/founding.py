"""A pair that has long been formed, put together at once: steady, with phases drawn from the seed.

What a founding would lead to after a while, without living through it: first gw-1 is Primary and beats, gw-2
watches. A test compares the two.
"""

from __future__ import annotations

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Instant, Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.state import NodeState
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.scene import Scene

AGE_S = 3600.0
"""The group is this old."""


def found(scene: Scene) -> None:
    """Make the scene's two nodes a steady pair; nothing has happened in it before."""
    primary, secondary = scene.nodes.values()
    timers = scene.settings.timers
    now, draw = scene.schedule.now, scene.random.random
    beat_in_s, check_in_s = draw() * timers.report_s, draw() * timers.check_s
    stamp = primary.clock.read(now + beat_in_s - timers.report_s)
    arrived_at = now + beat_in_s - timers.report_s + scene.network.latency_s
    checked_at = now + check_in_s - timers.check_s
    arrived = secondary.clock.read(arrived_at)
    checked = secondary.clock.read(checked_at)
    pair = replace(
        _of(primary, secondary, Role.PRIMARY),
        since=primary.clock.read(now - AGE_S),
        last_beat_at=stamp,
        last_check_at=checked if checked_at < arrived_at else checked - timers.check_s,
        due_at=stamp + timers.report_s,
        seen_at=stamp,
    )
    watching = replace(
        _of(secondary, primary, Role.SECONDARY),
        since=secondary.clock.read(now - AGE_S),
        method=_method(scene, arrived_at, checked_at),
        last_beat_at=stamp,
        beat_arrived_at=arrived,
        learnt_at=arrived,
        last_check_at=checked,
        due_at=checked + timers.check_s,
        seen_at=checked,
    )
    for node, state in ((primary, pair), (secondary, watching)):
        node.machine.state = state
        node.since = now - AGE_S
        node.wind()
    scene.names.txt = float(int(stamp))
    scene.names.record = primary.address
    for cache in scene.names.caches:
        cache.address = primary.address


def _of(node: Process, peer: Process, role: Role) -> NodeState:
    return replace(
        node.machine.state,
        role=role,
        peer=peer.address,
        announced=True,
        dns_link=DnsLink.CONNECTED,
        method=HeartbeatMethod.DIRECT,
    )


def _method(scene: Scene, arrived_at: Instant, checked_at: Instant) -> HeartbeatMethod:
    """Where H > C some checks find no beat of the past interval and read TXT."""
    timers = scene.settings.timers
    if arrived_at >= checked_at:
        return HeartbeatMethod.DIRECT
    beat_before_check = checked_at - arrived_at
    return HeartbeatMethod.DIRECT if beat_before_check <= timers.check_s else HeartbeatMethod.DNS
