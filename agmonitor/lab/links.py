"""Links between the lab's processes: real TCP and UDP proxies that can be cut, slowed, made lossy and healed.

A black hole is silent, as a broken network is: what was under way is swallowed, who connects hears nothing,
nobody is told. Nothing sent into one ever arrives: connections that saw it are reset when the link heals.
What is only late arrives at once when the link heals. Datagrams have no connection that could be reset: they
are swallowed then.
"""

from __future__ import annotations

import asyncio
import socket

from agmonitor.domain.model import HostPort
from agmonitor.lab.datagrams import Datagrams
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.passage import Draw, Passage

PORT_TRIES = 20
BACKLOG = 128


class Link:
    """One way through: listens on an address of its own and passes on to ``target``.

    ``tasks`` outlives it; ``draw`` gives the random numbers that losses are drawn with.
    """

    def __init__(self, target: HostPort, tasks: asyncio.TaskGroup, draw: Draw) -> None:
        self.target = target
        self.condition = LinkCondition()
        self.draw = draw
        self._tasks = tasks
        self._passages: set[Passage] = set()
        self._socket: socket.socket | None = None  # bound; listening while there is a server
        self._server: asyncio.Server | None = None
        self._datagrams = Datagrams(target, lambda: self.condition, draw)
        self._place = ("", 0)

    @property
    def connections(self) -> int:
        """How many TCP connections it has taken in and not yet ended."""
        return len(self._passages)

    async def open(self, address: str, *, udp: bool = False, port: int = 0, serving: bool = True) -> int:
        """Take a port of ``address`` (0: any free one), the same for UDP if that is wanted; gives the port.

        Without ``serving`` the port is held and connections are refused.

        Raises:
            OSError: not possible there.
        """
        for attempt in range(PORT_TRIES):
            self._socket = _bound(address, port)
            self._place = (address, self._socket.getsockname()[1])
            try:
                if udp:
                    self._datagrams.open(*self._place)
            except OSError:
                self._socket.close()
                if port or attempt == PORT_TRIES - 1:
                    raise
                continue
            break
        if serving:
            await self.serve()
        return self._place[1]

    async def serve(self) -> None:
        """Take connections in."""
        if self._server is None and self._socket is not None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                lambda: Passage(self).near, sock=self._socket, backlog=BACKLOG
            )

    def shut(self) -> None:
        """Refuse new connections, as a host without that server does; those there are go on."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._socket = _bound(*self._place)

    def become(self, condition: LinkCondition) -> None:
        """Take on another condition; what is under way suffers it too."""
        before, self.condition = self.condition, condition
        mended = before.loses_connections and not condition.loses_connections
        for passage in list(self._passages):
            if condition.blackhole:
                passage.lose()
            elif condition.reset or (passage.lost and (before.blackhole or mended)):
                passage.reset()
            elif condition == LinkCondition():
                passage.hurry()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        elif self._socket is not None:
            self._socket.close()
        self._server = self._socket = None
        self._datagrams.close()
        for passage in list(self._passages):
            passage.reset()

    # for its connections

    def entered(self, passage: Passage) -> asyncio.Task[None] | None:
        self._passages.add(passage)
        if self.condition.blackhole:
            passage.lose()
            return None
        if self.condition.reset or self._socket is None:
            passage.reset()
            return None
        return self._tasks.create_task(passage.reach())

    def left(self, passage: Passage) -> None:
        self._passages.discard(passage)


def _bound(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of before may linger
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock
