"""The UDP side of a link: one socket towards the target for each sender, so that answers find back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import partial

from agmonitor.domain.model import HostPort
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.passage import Draw

LARGEST = 65536
UDP_IDLE_S = 5.0
UDP_SESSIONS = 256
Peer = tuple[str, int]


class Datagrams:
    """Datagrams there and answers back, late or lost as the condition of the moment says."""

    def __init__(self, target: HostPort, condition: Callable[[], LinkCondition], draw: Draw) -> None:
        self._target = target
        self._condition = condition
        self._draw = draw
        self._socket: socket.socket | None = None
        self._sessions: dict[Peer, socket.socket] = {}  # least recently used first

    def open(self, address: str, port: int) -> None:
        """Listen.

        Raises:
            OSError: not possible there.
        """
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)  # noqa: FBT003 - its only form
            sock.bind((address, port))
        except OSError:
            sock.close()
            raise
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock, self._hear, sock)

    def close(self) -> None:
        for peer in list(self._sessions):
            self._end_session(peer)
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _hear(self, sock: socket.socket) -> None:
        try:
            data, peer = sock.recvfrom(LARGEST)
        except OSError:
            return
        self._after_delay(partial(self._pass_on, data, peer))

    def _after_delay(self, deliver: Callable[[], None]) -> None:
        condition = self._condition()
        lost = condition.blackhole or condition.reset
        if lost or (condition.loss_share > 0 and self._draw() < condition.lost_one_way):
            return
        if condition.delay_s > 0:
            asyncio.get_running_loop().call_later(condition.delay_s, self._deliver, deliver)
        else:
            deliver()

    def _deliver(self, deliver: Callable[[], None]) -> None:
        if self._socket is not None and not self._condition().blackhole:
            deliver()

    def _pass_on(self, data: bytes, peer: Peer) -> None:
        try:
            session = self._sessions.pop(peer, None) or self._open_session(peer)
            self._sessions[peer] = session
            session.send(data)
        except OSError:
            self._end_session(peer)  # nobody there or no room: a datagram may get lost

    def _open_session(self, peer: Peer) -> socket.socket:
        if len(self._sessions) >= UDP_SESSIONS:
            self._end_session(next(iter(self._sessions)))
        session = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        session.setblocking(False)  # noqa: FBT003 - its only form
        session.connect((self._target.host, self._target.port))
        loop = asyncio.get_running_loop()
        loop.add_reader(session, self._answer, peer, session)
        loop.call_later(UDP_IDLE_S + 2 * self._condition().delay_s, self._end_session, peer, session)
        return session

    def _answer(self, peer: Peer, session: socket.socket) -> None:
        try:
            data = session.recv(LARGEST)
        except OSError:
            return  # the target refused the datagram; its sender hears nothing, as with a lost answer
        self._after_delay(partial(self._send_back, data, peer))

    def _send_back(self, data: bytes, peer: Peer) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # no room: lost, as a datagram may be
                self._socket.sendto(data, peer)

    def _end_session(self, peer: Peer, only: socket.socket | None = None) -> None:
        """End the sender's session; with ``only``, no newer one of the same sender."""
        session = self._sessions.get(peer)
        if session is None or (only is not None and session is not only):
            return
        del self._sessions[peer]
        asyncio.get_running_loop().remove_reader(session)
        session.close()
