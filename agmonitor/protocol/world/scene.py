"""Everything there is in a world, as its parts share it: time, chance, both nodes, the paths, and DNS."""

from __future__ import annotations

import random

from agmonitor.protocol.world.clock import NodeClock
from agmonitor.protocol.world.hooks import Hooks
from agmonitor.protocol.world.names import Cache, Names
from agmonitor.protocol.world.network import Network
from agmonitor.protocol.world.node import Certificate, Process
from agmonitor.protocol.world.schedule import Schedule
from agmonitor.protocol.world.settings import ADDRESSES, NODES, WorldSettings

HOOK_S = (0.005, 0.05)


class Scene:
    """``changes`` counts whatever may change the truth, ``service_changes`` what may change service."""

    def __init__(self, settings: WorldSettings) -> None:
        self.settings = settings
        self.random = random.Random(settings.seed)  # noqa: S311 - a simulation
        self.schedule = Schedule(settings.start)
        self.network = Network(NODES, settings.latency_s, settings.loss_share, self.random)
        self.names = Names(self.schedule, settings.ttl_s)
        self.names.caches = [self._cache() for _ in range(settings.resolvers)]
        self.nodes = {name: self._process(name) for name in NODES}
        self.by_address = {node.address: node for node in self.nodes.values()}
        self.changes = 0
        self.service_changes = 0
        self.names.on_stamp = self.touch
        self.names.on_change = self.touch_service
        for node in self.nodes.values():
            node.on_step_changed = self.touch
            node.on_change = self.touch_service

    def touch(self) -> None:
        """The truth may be another now."""
        self.changes += 1

    def touch_service(self) -> None:
        """And so may be what clients get."""
        self.changes += 1
        self.service_changes += 1

    def peer_of(self, node: Process) -> Process:
        first, second = self.nodes.values()
        return second if node is first else first

    def presents_bad_certificate(self, node: Process) -> bool:
        """Whether a TLS connection to it fails; plain http shows none."""
        return node.certificate is not Certificate.GOOD and self.settings.scheme == "https"

    def _cache(self) -> Cache:
        now, ttl_s = self.schedule.now, self.settings.ttl_s
        return Cache(None, now + self.random.random() * ttl_s)

    def _process(self, name: str) -> Process:
        settings, schedule, draw = self.settings, self.schedule, self.random.uniform
        clock = NodeClock(
            schedule.now,
            draw(-settings.skew_s, settings.skew_s),
            draw(-settings.drift_ppm, settings.drift_ppm),
        )
        hooks = Hooks(settings.hooks, schedule, clock, lambda: draw(*HOOK_S))
        return Process(name, ADDRESSES[name], settings.timers, schedule, clock, hooks)
