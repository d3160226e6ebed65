"""Name servers on real sockets that answer as told; messages made with dnspython."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress

EPOCH = 1_800_000_000.0
FQDN = "gateway.example.net"
NODE = NodeAddress("gw-1", "https://192.0.2.11")

Answering = Callable[[dns.message.Message, bytes], "bytes | list[bytes] | None"]


def now() -> float:
    return round(EPOCH + time.monotonic(), 3)


class Server:
    """UDP, and TCP on the same port; ``asked`` holds each question as "A gateway.example.net."."""

    def __init__(self, answer: Answering, *, tcp: Answering | None = None, host: str = "127.0.0.1") -> None:
        self._answer = answer
        self._tcp_answer = tcp or answer
        self._host = host
        self.asked: list[str] = []
        self.asked_by_tcp: list[str] = []
        self.messages: list[dns.message.Message] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._writers: list[asyncio.StreamWriter] = []
        self._tcp = await asyncio.start_server(self._serve, self._host, 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Listening(self), local_addr=(self._host, self.port)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._udp.close()
        for _ in range(5):  # a server closed while it accepts leaves half a connection behind
            await asyncio.sleep(0)
        self._tcp.close()
        for writer in self._writers:
            writer.close()
        await asyncio.sleep(0)

    @property
    def at(self) -> HostPort:
        return HostPort(self._host, self.port)

    def received(self, wire: bytes, *, by_tcp: bool = False) -> list[bytes]:
        message = dns.message.from_wire(wire)
        question = message.question[0]
        asked = f"{dns.rdatatype.to_text(question.rdtype)} {question.name}"
        (self.asked_by_tcp if by_tcp else self.asked).append(asked)
        self.messages.append(message)
        answers = (self._tcp_answer if by_tcp else self._answer)(message, wire)
        if answers is None:
            return []
        return answers if isinstance(answers, list) else [answers]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            length = int.from_bytes(await reader.readexactly(2), "big")
            for answer in self.received(await reader.readexactly(length), by_tcp=True):
                writer.write(len(answer).to_bytes(2, "big") + answer)
            await writer.drain()
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class _Listening(asyncio.DatagramProtocol):
    def __init__(self, server: Server) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for answer in self._server.received(data):
            self._transport.sendto(answer, addr)


def zone(*lines: str, aa: bool = True, rcode: str = "NOERROR", authority: Iterable[str] = ()) -> Answering:
    """Answers from records such as "gateway.example.net. 30 IN A 192.0.2.11"; follows aliases it holds."""

    def answer(query: dns.message.Message, wire: bytes) -> bytes:
        reply = dns.message.make_response(query)
        if aa:
            reply.flags |= dns.flags.AA
        reply.set_rcode(dns.rcode.from_text(rcode))
        wanted, kind = query.question[0].name, query.question[0].rdtype
        records = [_record(line) for line in lines]
        for _ in range(4):
            exact = [r for r in records if r.name == wanted and r.rdtype == kind]
            aliases = [r for r in records if r.name == wanted and r.rdtype == dns.rdatatype.CNAME]
            reply.answer.extend(exact or aliases)
            if exact or not aliases:
                break
            wanted = aliases[0][0].target
        for line in authority:
            reply.authority.append(_record(line))
        return reply.to_wire()

    return answer


def _record(line: str) -> dns.rrset.RRset:
    name, ttl, _, kind, content = line.split(" ", 4)
    return dns.rrset.from_text_list(name, int(ttl), "IN", kind, content.split(" | "))


def raw(content: bytes, *, number: bool = False) -> Answering:
    """Answers with these bytes, after the question's own number where asked for."""
    return lambda _query, wire: (wire[:2] if number else b"") + content


def silent(query: dns.message.Message, wire: bytes) -> None:
    """Never answers."""


def settings(
    *, dns_server: HostPort | None = None, resolvers: tuple[HostPort, ...] = (), timeout_s: float = 5.0
) -> GroupSettings:
    return GroupSettings("g", (NODE, NODE), dns_server=dns_server, resolvers=resolvers, timeout_s=timeout_s)
