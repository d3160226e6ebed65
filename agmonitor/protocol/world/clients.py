"""Clients of the group: they follow its name through a resolver and want ``/health`` there.

Nothing is asked on a clock unless chance decides: service changes only when a cache, a node or a path does,
so it is worked out then. A lossy door is knocked at once a second.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.model import Instant
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.scene import Scene

PATIENCE_S = 1.0
KNOCK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without service; ``ended_at`` None: it goes on."""

    began_at: Instant
    ended_at: Instant | None = None


class Clients:
    """Those behind one resolver. They lose service and get it back all together."""

    def __init__(self, scene: Scene, resolver: int) -> None:
        self._scene = scene
        self._resolver = resolver
        self._knocks = False
        self.outages: list[Outage] = []
        self.served_by: str | None = None
        self.served = False

    def begin(self) -> None:
        """Take what is as the beginning; nothing has been lost yet."""
        self.served, self.served_by = self._look()
        self.outages = [] if self.served else [Outage(self._scene.schedule.now)]

    def review(self) -> None:
        """Something changed."""
        served, by = self._look()
        now = self._scene.schedule.now
        if served and not self.served:
            self.outages[-1] = Outage(self.outages[-1].began_at, now)
        elif self.served and not served:
            self.outages.append(Outage(now))
        if (served, by) != (self.served, self.served_by):
            self.served, self.served_by = served, by
            self._scene.touch()

    def without_service_s(self, since: Instant = 0.0) -> float:
        """All of it so far, an outage that goes on included; only what lies after ``since``."""
        now = self._scene.schedule.now
        return sum(
            max(0.0, (now if outage.ended_at is None else outage.ended_at) - max(outage.began_at, since))
            for outage in self.outages
        )

    def _look(self) -> tuple[bool, str | None]:
        address = self._scene.names.look_up(self._resolver).address
        node = self._scene.by_address.get(address or "")
        if node is None:
            return False, None
        served = self._answers(node)
        return served, node.name if served else None

    def _answers(self, node: Process) -> bool:
        if not node.alive or node.frozen or self._scene.presents_bad_certificate(node):
            return False
        door = self._scene.network.paths[node.name].door
        if door.clear:
            return True
        if door.blackhole or door.reset or 2 * door.delay_s >= PATIENCE_S:
            return False
        if not door.loss_share:
            return True
        if not self._knocks:
            self._knocks = True
            self._scene.schedule.after(KNOCK_EVERY_S, self._knock)
            return self._scene.random.random() >= door.loss_share
        return self.served

    def _knock(self) -> None:
        """One more try at a lossy door: the next look draws anew."""
        self._knocks = False
        self.review()
