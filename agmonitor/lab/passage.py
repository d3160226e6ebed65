"""One TCP connection through a link: two sockets, and between them two ways that may be late, lost or reset.

A lost exchange is one whose segments are lost however often they are repeated: from then on nothing passes
this connection and nobody is told, until the link heals. Each turn of the conversation is drawn for anew.

Works in callbacks; the one task it needs, to reach the far side, is given to the link. Knows no fault by
name, only the link's condition of the moment.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Protocol, cast

from agmonitor.domain.model import HostPort
from agmonitor.lab.link_condition import LinkCondition

CONNECT_WITHIN_S = 120.0  # as the kernel gives up
HALF_OPEN_S = 10.0  # with one side gone and the other silent, a connection is given up
MOST_BYTES_UNDER_WAY = 1 << 20  # each way; beyond, the sender is held back
Draw = Callable[[], float]  # 0 ≤ x < 1


class Road(Protocol):
    """The link as its connections need it."""

    target: HostPort
    condition: LinkCondition
    draw: Draw

    def entered(self, passage: Passage) -> asyncio.Task[None] | None:
        """A connection has come in; the task that reaches the far side, none where nobody shall."""

    def left(self, passage: Passage) -> None: ...


class _End(asyncio.Protocol):
    """One socket: what it hears goes onto ``way``, whose other end is ``other``."""

    def __init__(self, passage: Passage) -> None:
        self._passage = passage
        self.transport: asyncio.Transport | None = None
        self.way: _Way

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._passage.made(self)

    def data_received(self, data: bytes) -> None:
        self.way.take(data)

    def eof_received(self) -> bool:
        self._passage.ended(self)
        return True  # the other way may still have something to say

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._passage.gone(self, by_reset=exc is not None)

    def pause_writing(self) -> None:
        self._passage.other(self).way.choke(choked=True)

    def resume_writing(self) -> None:
        self._passage.other(self).way.choke(choked=False)

    def hold(self, *, held: bool) -> None:
        """Hear nothing more for now, or hear again."""
        if self.transport is None or self.transport.is_closing():
            return
        if held:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def reset(self) -> None:
        """No lingering: the other end hears a reset, not an orderly end."""
        if self.transport is None:
            return
        sock: socket.socket = self.transport.get_extra_info("socket")
        if sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class _Way:
    """One direction: pieces in order, each at its time; ``None`` is the end of the stream."""

    def __init__(self, passage: Passage, source: _End, sink: _End) -> None:
        self._passage, self._source, self._sink = passage, source, sink
        self._under_way: deque[tuple[float, bytes | None]] = deque()
        self._bytes = 0
        self._choked = False  # its sink takes no more
        self._timer: asyncio.TimerHandle | None = None
        self._ending = False  # its source has said its last
        self.passed = 0  # pieces so far
        self.done = False  # the sink has been told the end

    @property
    def busy(self) -> bool:
        return bool(self._under_way)

    def take(self, data: bytes | None) -> None:
        if self._passage.lost or self._ending:
            return
        self._ending = data is None
        if self._passage.loses_turn_of(self):
            self._passage.lose()
            return
        delay_s = self._passage.road.condition.delay_s
        if delay_s <= 0 and not self._under_way and self._sink.transport is not None:
            self._pass(data)
            return
        due = asyncio.get_running_loop().time() + delay_s
        if self._under_way:
            due = max(due, self._under_way[-1][0])  # a stream keeps its order
        self._under_way.append((due, data))
        self._bytes += len(data or b"")
        self.go_on()

    def go_on(self, *, at_once: bool = False) -> None:
        """Pass on what is due, ``at_once`` everything, and be called again when the next piece is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._sink.transport is None:
            self._hold()
            return  # called again once it is there
        loop = asyncio.get_running_loop()
        while self._under_way and (at_once or self._under_way[0][0] <= loop.time()):
            data = self._under_way.popleft()[1]
            self._bytes -= len(data or b"")
            self._pass(data)
        if self._under_way:
            self._timer = loop.call_at(self._under_way[0][0], self.go_on)
        self._hold()

    def choke(self, *, choked: bool) -> None:
        self._choked = choked
        self._hold()

    def forget(self) -> None:
        """Whatever is under way never arrives."""
        self._under_way.clear()
        self._bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hold(self) -> None:
        self._source.hold(held=self._choked or self._bytes > MOST_BYTES_UNDER_WAY)

    def _pass(self, data: bytes | None) -> None:
        self.passed += 1
        transport = self._sink.transport
        if transport is None or transport.is_closing():
            return
        if data is not None:
            transport.write(data)
            return
        self.done = True
        try:
            transport.write_eof()
        except OSError:  # it has reset the connection; having said its last, it is not listened to
            self._passage.reset()
        else:
            self._passage.passed_end()


class Passage:
    """Both sockets of one connection; ``lost`` once something it carried has got lost."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self.lost = False
        self.near, self.far = _End(self), _End(self)
        self.near.way = _Way(self, self.near, self.far)
        self.far.way = _Way(self, self.far, self.near)
        self._speaker: _Way | None = None  # whose turn it is
        self._reaching: asyncio.Task[None] | None = None
        self._giving_up: asyncio.TimerHandle | None = None

    def other(self, end: _End) -> _End:
        return self.far if end is self.near else self.near

    # what the link does

    async def reach(self) -> None:
        """Connect to the far side, and pass on what has come until then."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                target = self.road.target
                await asyncio.get_running_loop().create_connection(lambda: self.far, target.host, target.port)
        except OSError:  # a timeout too: nobody is there
            self.reset()

    def loses_turn_of(self, way: _Way) -> bool:
        """Whether that way has just begun to speak, and what it says is lost."""
        if way is self._speaker:
            return False
        self._speaker = way
        share = self.road.condition.lost_one_way
        return share > 0 and self.road.draw() < share

    def lose(self) -> None:
        """Nothing under way arrives any more, nothing more does, and nobody is told."""
        self.lost = True
        self._stop_reaching()
        self.near.way.forget()
        self.far.way.forget()

    def hurry(self) -> None:
        """The link is well again: what was late arrives now."""
        if not self.lost:
            self.near.way.go_on(at_once=True)
            self.far.way.go_on(at_once=True)

    def reset(self) -> None:
        """End both sides at once; each hears a reset."""
        self._stop_reaching()
        self.near.way.forget()
        self.far.way.forget()
        self.near.reset()
        self.far.reset()

    # what the sockets do

    def made(self, end: _End) -> None:
        if end is self.near:
            self._reaching = self.road.entered(self)
        elif self.near.transport is None:
            end.reset()  # it went while we were reaching
        else:
            self.near.way.go_on()

    def ended(self, end: _End) -> None:
        if not self.lost:
            end.way.take(None)
        elif end is self.near:
            self._give_up_later()
        else:
            self.far.reset()

    def gone(self, end: _End, *, by_reset: bool) -> None:
        if end is self.near:
            self._stop_reaching()
            if self.far.transport is not None and (by_reset or self.lost):
                self.far.reset()
        elif not self.lost and by_reset:
            self.near.reset()
        if self.near.transport is None and self.far.transport is None:
            self._stop_giving_up()
            self.near.way.forget()
            self.far.way.forget()
            self.road.left(self)

    def passed_end(self) -> None:
        if not (self.near.way.done and self.far.way.done):
            self._give_up_later()
            return
        for end in (self.near, self.far):
            if end.transport is not None:
                end.transport.close()

    # half-open connections

    def _give_up_later(self) -> None:
        self._stop_giving_up()
        passed = self.near.way.passed + self.far.way.passed
        self._giving_up = asyncio.get_running_loop().call_later(HALF_OPEN_S, self._give_up, passed)

    def _give_up(self, passed: int) -> None:
        busy = self.near.way.busy or self.far.way.busy
        if not self.lost and (busy or passed != self.near.way.passed + self.far.way.passed):
            self._give_up_later()
        else:
            self.reset()

    def _stop_giving_up(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _stop_reaching(self) -> None:
        if self._reaching is not None:
            self._reaching.cancel()
            self._reaching = None
