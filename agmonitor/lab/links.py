"""Links between the lab's processes: real TCP and UDP proxies that can be cut and healed.

A cut is silent, as a broken network is: what was under way is swallowed, who connects hears nothing, nobody
is told. Nothing sent during a cut ever arrives: connections that saw one are reset when the link heals.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import cast

from agmonitor.domain.model import HostPort

CHUNK = 65536
UDP_IDLE_S = 5.0
UDP_SESSIONS = 256
PORT_TRIES = 20
Peer = tuple[str, int]


@dataclass(slots=True, eq=False)
class _Connection:
    """One TCP connection through a link; ``lost`` once it has been through a cut."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter | None = None
    lost: bool = False

    def reset(self) -> None:
        for writer in (self.near, self.far):
            if writer is None:
                continue
            sock: socket.socket = writer.get_extra_info("socket")
            if sock.fileno() >= 0:  # no lingering: the other end hears a reset, not an orderly end
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class Link:
    """One way through: listens on an address of its own and passes on to ``target``."""

    def __init__(self, target: HostPort) -> None:
        self._target = target
        self._cut = False
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._udp: _UdpDoor | None = None

    @property
    def is_cut(self) -> bool:
        return self._cut

    @property
    def connections(self) -> int:
        """How many TCP connections it has taken in and not yet ended."""
        return len(self._connections)

    async def open(self, address: str, *, udp: bool) -> int:
        """Listen on any free port of ``address``, the same for UDP if that is wanted; gives the port.

        Raises:
            OSError: not possible there.
        """
        for attempt in range(PORT_TRIES):
            server = await asyncio.start_server(self._pass_connection, address, 0)
            port: int = server.sockets[0].getsockname()[1]
            try:
                self._udp = await self._open_udp(address, port) if udp else None
            except OSError:
                server.close()
                if attempt == PORT_TRIES - 1:
                    raise
                continue
            self._server = server
            return port
        raise AssertionError("the loop returns or raises")

    def cut(self) -> None:
        self._cut = True
        for connection in self._connections:
            connection.lost = True

    def heal(self) -> None:
        self._cut = False
        for connection in list(self._connections):
            if connection.lost:
                connection.reset()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._udp is not None:
            self._udp.close()
        for connection in list(self._connections):
            connection.reset()

    async def _open_udp(self, address: str, port: int) -> _UdpDoor:
        _, door = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _UdpDoor(self, self._target), local_addr=(address, port)
        )
        return door

    async def _pass_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer, lost=self._cut)
        self._connections.add(connection)
        try:
            await self._carry(reader, connection)
        except* OSError:
            connection.reset()  # one side is gone or was never there: the other hears it at once
        finally:
            self._connections.discard(connection)
            writer.close()
            if connection.far is not None:
                connection.far.close()

    async def _carry(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        if connection.lost:  # came during a cut: never passed on, and unanswered until it goes or we heal
            while await reader.read(CHUNK):
                pass
            return
        far_reader, connection.far = await asyncio.open_connection(self._target.host, self._target.port)
        async with asyncio.TaskGroup() as both_ways:
            both_ways.create_task(_pump(reader, connection.far, connection))
            both_ways.create_task(_pump(far_reader, connection.near, connection))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: _Connection) -> None:
    while data := await reader.read(CHUNK):
        if not connection.lost:
            writer.write(data)
            await writer.drain()
    if not connection.lost and writer.can_write_eof():
        writer.write_eof()


class _UdpDoor(asyncio.DatagramProtocol):
    """The UDP side of a link: one socket towards the target for each sender, so that answers find back."""

    def __init__(self, link: Link, target: HostPort) -> None:
        self._link = link
        self._target = target
        self._transport: asyncio.DatagramTransport | None = None
        self._sessions: dict[Peer, socket.socket] = {}  # least recently used first

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            "asyncio.DatagramTransport", transport
        )  # Python 3.11's is one in deed, not in type

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        if self._link.is_cut:
            return
        session = self._sessions.pop(addr, None) or self._open_session(addr)
        self._sessions[addr] = session
        try:
            session.send(data)
        except OSError:
            self._end_session(addr)  # nobody there or no room: a datagram may get lost

    def close(self) -> None:
        for peer in list(self._sessions):
            self._end_session(peer)
        if self._transport is not None:
            self._transport.close()

    def _open_session(self, peer: Peer) -> socket.socket:
        if len(self._sessions) >= UDP_SESSIONS:
            self._end_session(next(iter(self._sessions)))
        session = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        session.setblocking(False)  # noqa: FBT003 - its only form
        session.connect((self._target.host, self._target.port))
        loop = asyncio.get_running_loop()
        loop.add_reader(session, self._answer, peer, session)
        loop.call_later(UDP_IDLE_S, self._end_session, peer, session)
        return session

    def _answer(self, peer: Peer, session: socket.socket) -> None:
        try:
            data = session.recv(CHUNK)
        except OSError:
            return  # the target refused the datagram; its sender hears nothing, as with a lost answer
        if not self._link.is_cut and self._transport is not None:
            self._transport.sendto(data, peer)

    def _end_session(self, peer: Peer, only: socket.socket | None = None) -> None:
        """End the sender's session; with ``only``, no newer one of the same sender."""
        session = self._sessions.get(peer)
        if session is None or (only is not None and session is not only):
            return
        del self._sessions[peer]
        asyncio.get_running_loop().remove_reader(session)
        session.close()
