"""One question that a node has asked of somebody: it ends once, with what came back or with None."""

from __future__ import annotations

from collections.abc import Callable

from agmonitor.domain.model import Instant
from agmonitor.protocol.inputs import Input
from agmonitor.protocol.world.node import Process

Back = Callable[[Instant, object], Input | None]
"""From the node's own instant and what came back, the input that tells it; None: nobody waits for it."""


class Call:
    """Belongs to one process: when that is gone, nobody hears the answer."""

    __slots__ = ("_back", "ends_at", "life", "node", "settled")

    def __init__(self, node: Process, limit_s: float, back: Back) -> None:
        self.node = node
        self.life = node.life
        self.ends_at = node.schedule.now + limit_s
        self.settled = False
        self._back = back

    def end(self, at: Instant, got: object) -> None:
        """It ends so at ``at``, unless it has ended before."""
        self.node.schedule.at(at, self._ended, got)

    def fail(self) -> None:
        """It ends at its deadline, unless it has ended before."""
        self.node.schedule.at(self.ends_at, self._ended, None)

    def _ended(self, got: object) -> None:
        if not self.settled:
            self.settled = True
            self.node.deliver(self.life, self._told, got)

    def _told(self, got: object) -> None:
        happened = self._back(self.node.now, got)
        if happened is not None:
            self.node.take(happened)
