"""The paths of a pair: how long one way takes, and what is lost on it. Knows no senders and no messages.

What is lost on a path is lost in two ways. *Packets* (``loss_share`` of the world) cost a TCP exchange only
time, since its segments are sent again after 0.2, 0.4, 0.8 … seconds; a datagram of DNS is gone. *Exchanges*
(the fault ``lossy``) disappear as a whole, request or answer, and their sender waits until its deadline.
"""

from __future__ import annotations

import random

from agmonitor.protocol.faults import Link

RETRANSMIT_S = 0.2
RETRANSMITS_MAX = 6
LOST = -1.0
"""Nothing arrives, and nobody is told."""
RESET = -2.0
"""The connection is reset: its sender is told at once."""


class Path:
    """The state of one link of one node."""

    __slots__ = ("blackhole", "clear", "delay_s", "loss_share", "lost_one_way", "reset")

    def __init__(self) -> None:
        self.become(delay_s=0.0, loss_share=0.0, reset=False, blackhole=False)

    def become(self, *, delay_s: float, loss_share: float, reset: bool, blackhole: bool) -> None:
        """``delay_s`` each way; ``loss_share`` of the exchanges, half of them on the way back."""
        self.delay_s = delay_s
        self.loss_share = loss_share
        self.lost_one_way = 1.0 - (1.0 - loss_share) ** 0.5
        self.reset = reset
        self.blackhole = blackhole
        self.clear = not (delay_s or loss_share or reset or blackhole)

    def condition(self) -> tuple[float, float, bool, bool]:
        """Delay each way, share lost, reset, black hole."""
        return (self.delay_s, self.loss_share, self.reset, self.blackhole)


class Paths:
    """All links of one node."""

    __slots__ = ("dns", "door", "heartbeat", "watch")

    def __init__(self) -> None:
        self.door = Path()
        self.heartbeat = Path()
        self.dns = Path()
        self.watch = Path()

    def by_link(self) -> tuple[tuple[Link, Path], ...]:
        """Each with its name."""
        return (
            (Link.DOOR, self.door),
            (Link.HEARTBEAT, self.heartbeat),
            (Link.DNS, self.dns),
            (Link.WATCH, self.watch),
        )


class Network:
    """Draws how long each way takes, or that it fails."""

    __slots__ = ("_packet_loss", "_random", "latency_s", "paths")

    def __init__(
        self, names: tuple[str, ...], latency_s: float, packet_loss: float, rng: random.Random
    ) -> None:
        self.paths = {name: Paths() for name in names}
        self.latency_s = latency_s
        self._packet_loss = packet_loss
        self._random = rng.random

    def segment_s(self, *paths: Path) -> float:
        """One way of a TCP exchange over these paths: seconds, ``LOST`` or ``RESET``."""
        delay_s = self.latency_s * (0.5 + self._random())
        for path in paths:
            if not path.clear:
                if path.blackhole:
                    return LOST
                if path.reset:
                    return RESET
                if path.lost_one_way and self._random() < path.lost_one_way:
                    return LOST
                delay_s += path.delay_s
        if self._packet_loss:
            again = 0
            while again < RETRANSMITS_MAX and self._random() < self._packet_loss:
                delay_s += RETRANSMIT_S * 2**again
                again += 1
        return delay_s

    def local_s(self) -> float:
        """One way over a path that nothing befalls: the monitor's to the name servers."""
        return self.latency_s * (0.5 + self._random())

    def datagram_s(self, path: Path) -> float:
        """One way of a datagram: seconds or ``LOST``; there is no connection to reset."""
        if not path.clear:
            if path.blackhole or path.reset:
                return LOST
            if path.lost_one_way and self._random() < path.lost_one_way:
                return LOST
        if self._packet_loss and self._random() < self._packet_loss:
            return LOST
        return self.latency_s * (0.5 + self._random()) + path.delay_s
