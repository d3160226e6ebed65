"""Asks one DNS server questions over UDP, over TCP where an answer was cut, all under one limit.

The questions of one look share a fresh socket, connected to the server, so that only its datagrams arrive and
a closed port is noticed. Checks that an answer belongs to its question; must not know what it means.
dnspython reads the messages; its own socket layer costs more and tells less, so these few lines are ours.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import SystemRandom

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from agmonitor.domain.model import DnsAnswer, HostPort

RESEND_AT = (0.2, 0.5)
"""Shares of the limit after which an unanswered question is sent again: one lost datagram is no silence."""
PARSE_ERRORS = (dns.exception.DNSException, ValueError, IndexError, KeyError, struct.error)
"""What dnspython raises on rubbish."""
_COMMON_MAX = 512  # bytes; beyond, an answer is not worth the memory it would be kept in
_HEADER = struct.Struct("!HHHHHH")
_QUESTION_TAIL = struct.Struct("!HH")
_RECURSION_DESIRED = 0x0100
_TRUNCATED = 0x02  # in the third byte
_RANDOM = SystemRandom()  # numbers an outsider cannot guess


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a record type."""

    name: dns.name.Name
    rdtype: dns.rdatatype.RdataType


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed answer to the question, whatever it says."""

    message: dns.message.Message
    round_trip_ms: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """No usable answer: timeout, refused or malformed."""

    answer: DnsAnswer
    detail: str


def _read_message(numberless: bytes) -> dns.message.Message:
    """The message in these bytes, but for its number, which has been matched before."""
    return dns.message.from_wire(b"\0\0" + numberless, ignore_trailing=True)


_message = lru_cache(maxsize=512)(_read_message)
"""Until a record changes, its server gives the same answer: it is read once. Nobody alters a message."""


class _Pending:
    """One question under way."""

    def __init__(
        self, question: Question, number: int, *, recursive: bool, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.question = question
        self.number = number
        self.wire = _query(question, number, recursive=recursive)
        self.sent_at = time.perf_counter()
        self.settled: asyncio.Future[Reply | Trouble | None] = loop.create_future()  # None: cut, ask by TCP

    def settle(self, outcome: Reply | Trouble | None) -> None:
        if not self.settled.done():
            self.settled.set_result(outcome)

    def read(self, wire: bytes) -> Reply | Trouble:
        """The answer in these bytes, which carry our number."""
        try:
            message = _message(wire[2:]) if len(wire) <= _COMMON_MAX else _read_message(wire[2:])
        except PARSE_ERRORS:
            return Trouble(DnsAnswer.MALFORMED, "its answer is no DNS message")
        if not _belongs(message, self.question):
            return Trouble(DnsAnswer.MALFORMED, "it answered another question than it was asked")
        return Reply(message, round((time.perf_counter() - self.sent_at) * 1000, 1))


class _Datagrams(asyncio.DatagramProtocol):
    """Gives each datagram to the question it answers."""

    def __init__(self, pending: Sequence[_Pending]) -> None:
        self._pending = {each.number: each for each in pending}
        self.strays = 0

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the protocol's signature
        each = self._pending.get(int.from_bytes(data[:2], "big")) if len(data) >= _HEADER.size else None
        if each is None:
            self.strays += 1  # perhaps forged: the true answer may still come
        elif data[2] & _TRUNCATED:
            each.settle(None)
        else:
            each.settle(each.read(data))

    def error_received(self, exc: Exception) -> None:
        trouble = _socket_trouble(exc)
        for each in self._pending.values():
            each.settle(trouble)


async def exchange(
    server: HostPort, questions: Sequence[Question], limit_s: float, *, recursive: bool
) -> tuple[Reply | Trouble, ...]:
    """One outcome per question, in their order. ``server`` is an address, no name. Never raises."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + limit_s
    numbers = _RANDOM.sample(range(65536), len(questions))
    pending = [
        _Pending(each, number, recursive=recursive, loop=loop)
        for each, number in zip(questions, numbers, strict=True)
    ]
    try:
        transport, protocol = await loop.create_datagram_endpoint(
            lambda: _Datagrams(pending), remote_addr=(server.host, server.port)
        )
    except (OSError, ValueError) as error:
        return tuple(_socket_trouble(error) for _ in questions)
    try:
        await _over_udp(transport, pending, limit_s, ends_at)
    finally:
        transport.close()
    outcomes = []
    for each in pending:
        if not each.settled.done():
            outcome: Reply | Trouble | None = _silence(limit_s, heard_rubbish=protocol.strays > 0)
        else:
            outcome = each.settled.result()
        outcomes.append(outcome or await _over_tcp(server, each, limit_s, ends_at))
    return tuple(outcomes)


async def _over_udp(
    transport: asyncio.DatagramTransport, pending: Sequence[_Pending], limit_s: float, ends_at: float
) -> None:
    loop = asyncio.get_running_loop()
    waiting = list(pending)
    for share in (*RESEND_AT, 1.0):
        for each in waiting:
            transport.sendto(each.wire)
        left_s = ends_at - limit_s * (1.0 - share) - loop.time()
        await asyncio.wait([each.settled for each in waiting], timeout=max(left_s, 0.0))
        waiting = [each for each in waiting if not each.settled.done()]
        if not waiting:
            return


async def _over_tcp(server: HostPort, each: _Pending, limit_s: float, ends_at: float) -> Reply | Trouble:
    """Ask again where the datagram had no room for the answer."""
    writer = None
    try:
        async with asyncio.timeout_at(ends_at):
            reader, writer = await asyncio.open_connection(server.host, server.port)
            writer.write(len(each.wire).to_bytes(2, "big") + each.wire)
            length = int.from_bytes(await reader.readexactly(2), "big")
            wire = await reader.readexactly(length)
    except TimeoutError:
        return _silence(limit_s, heard_rubbish=False)
    except EOFError:
        return Trouble(DnsAnswer.MALFORMED, "it closed the TCP connection before its answer was complete")
    except OSError as error:
        return _socket_trouble(error)
    finally:
        if writer is not None:
            writer.close()
    if len(wire) < _HEADER.size or int.from_bytes(wire[:2], "big") != each.number:
        return Trouble(DnsAnswer.MALFORMED, "its answer over TCP is no answer to our question")
    return each.read(wire)


def _query(question: Question, number: int, *, recursive: bool) -> bytes:
    flags = _RECURSION_DESIRED if recursive else 0
    tail = _QUESTION_TAIL.pack(question.rdtype, dns.rdataclass.IN)
    name = question.name.to_wire()
    assert name is not None  # only with a file given
    return _HEADER.pack(number, flags, 1, 0, 0, 0) + name + tail


def _belongs(message: dns.message.Message, question: Question) -> bool:
    if not message.flags & dns.flags.QR or message.opcode() != dns.opcode.QUERY:
        return False
    if not message.question:  # a server that could not read the question need not repeat it
        return message.rcode() != dns.rcode.NOERROR
    asked = message.question[0]
    return (
        len(message.question) == 1
        and asked.rdtype == question.rdtype
        and asked.rdclass == dns.rdataclass.IN
        and asked.name == question.name
    )


def _silence(limit_s: float, *, heard_rubbish: bool) -> Trouble:
    if heard_rubbish:
        return Trouble(DnsAnswer.MALFORMED, "what it sent is no answer to our question")
    return Trouble(DnsAnswer.TIMEOUT, f"it gave no answer within {limit_s:.2g} s")


def _socket_trouble(error: Exception) -> Trouble:
    if isinstance(error, ConnectionRefusedError):
        return Trouble(DnsAnswer.REFUSED, "nothing listens on that port")
    why = error.strerror if isinstance(error, OSError) and error.strerror else "no usable address"
    return Trouble(DnsAnswer.TIMEOUT, f"it cannot be reached ({why.lower()})")
