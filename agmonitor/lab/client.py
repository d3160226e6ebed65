"""A client of the group, as any other: resolves the name, keeps it for its TTL, and asks ``/health`` there.

Counts what it loses. Knows no roles and no nodes, only the group's name; runs in the links' process.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from agmonitor.domain.model import HostPort
from agmonitor.lab import clock, lines

EVERY_S = 0.2
PATIENCE_S = 1.0  # for the name, and for the page
TELL_EVERY_S = 1.0
Tell = Callable[[lines.Line], object]


class _UnservedError(Exception):
    """One attempt got no service; the text says why."""


@dataclass(slots=True)
class _Outage:
    began_at: float
    began: float  # on the loop's clock
    cause: str


@dataclass(slots=True)
class Counters:
    """What the client asked and lost since the last reset."""

    asked: int = 0
    lost: int = 0
    without_service_s: float = 0.0  # of outages that have ended
    address: str | None = None  # that served last
    outage: _Outage | None = None


@dataclass(slots=True)
class Client:
    """Asks for ever; tells every change at once and its counters every second."""

    fqdn: str
    nameserver: HostPort
    port: int
    tell: Tell
    trust: ssl.SSLContext | None = None  # for https
    counters: Counters = field(default_factory=Counters)
    _known: tuple[str, float] | None = None  # address, and until when on the loop's clock
    _told: float = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began_at, began = clock.now(), loop.time()
            try:
                address = await self._ask()
            except _UnservedError as why:
                self._lost(began_at, began, str(why))
            else:
                self._served(address, loop.time())
            if loop.time() - self._told >= TELL_EVERY_S:
                self.tell_counters()
            await asyncio.sleep(max(0.0, began + EVERY_S - loop.time()))

    def reset(self) -> None:
        """Begin counting anew; an outage that is going on counts from now."""
        going_on = self.counters.outage
        self.counters = Counters(address=self.counters.address)
        if going_on is not None:
            self.counters.outage = _Outage(clock.now(), asyncio.get_running_loop().time(), going_on.cause)
        self.tell_counters()

    def tell_counters(self) -> None:
        self._told = asyncio.get_running_loop().time()
        counters, outage = self.counters, self.counters.outage
        so_far_s = self._told - outage.began if outage is not None else 0.0
        self.tell(
            {
                "event": "client",
                "at": clock.now(),
                "asked": counters.asked,
                "lost": counters.lost,
                "without_service_s": round(counters.without_service_s + so_far_s, 3),
                "address": counters.address,
                "outage_began_at": outage.began_at if outage is not None else None,
                "cause": outage.cause if outage is not None else "",
            }
        )

    def _lost(self, began_at: float, began: float, cause: str) -> None:
        self.counters.asked += 1
        self.counters.lost += 1
        if self.counters.outage is None:
            self.counters.outage = _Outage(began_at, began, cause)
            self.tell_counters()

    def _served(self, address: str, at: float) -> None:
        counters, outage = self.counters, self.counters.outage
        counters.asked += 1
        moved, before = counters.address != address, counters.address
        counters.address = address
        if outage is not None:
            lost_s = at - outage.began
            counters.without_service_s += lost_s
            counters.outage = None
            self.tell(
                {
                    "event": "outage",
                    "began_at": outage.began_at,
                    "ended_at": clock.now(),
                    "without_service_s": round(lost_s, 3),
                    "cause": outage.cause,
                    "address_before": before,
                    "address_after": address,
                }
            )
        if moved or outage is not None:
            self.tell_counters()

    async def _ask(self) -> str:
        address = await self._resolve()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._get_health(address)
        except TimeoutError:
            raise _UnservedError(f"no answer from {address} within {PATIENCE_S:g} s") from None
        except ConnectionRefusedError:
            raise _UnservedError(f"{address} refused the connection") from None
        except ssl.SSLCertVerificationError as error:
            raise _UnservedError(
                f"the certificate of {address} does not hold: {error.verify_message}"
            ) from None
        except (OSError, asyncio.IncompleteReadError):
            raise _UnservedError(f"{address} closed the connection") from None
        except ValueError as error:
            raise _UnservedError(f"{address} {error}") from None
        return address

    async def _get_health(self, address: str) -> None:
        name = self.fqdn.rstrip(".")
        reader, writer = await asyncio.open_connection(
            address, self.port, ssl=self.trust, server_hostname=name if self.trust is not None else None
        )
        try:
            host = f"{name}:{self.port}"
            writer.write(f"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            status = (await reader.readuntil(b"\r\n")).split()
            await reader.read(4096)
        finally:
            writer.transport.abort()  # nothing left to say, and nothing to wait for
        if len(status) < 2 or status[1] != b"200":
            raise ValueError(f"answered {b' '.join(status).decode('latin-1')}")

    async def _resolve(self) -> str:
        loop = asyncio.get_running_loop()
        if self._known is not None and loop.time() < self._known[1]:
            return self._known[0]
        self._known = None
        question = dns.message.make_query(self.fqdn, dns.rdatatype.A)
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await self._ask_nameserver(question)
        except TimeoutError:
            raise _UnservedError("no answer from the name server") from None
        except (OSError, dns.exception.DNSException) as error:
            raise _UnservedError(f"the name cannot be resolved: {error}") from None
        for records in answer.answer:
            if records.rdtype == dns.rdatatype.A:
                address = str(records[0])
                self._known = (address, loop.time() + records.ttl)
                return address
        raise _UnservedError(f"the name does not resolve ({dns.rcode.to_text(answer.rcode())})")

    async def _ask_nameserver(self, question: dns.message.Message) -> dns.message.Message:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)  # noqa: FBT003 - its only form
            sock.connect((self.nameserver.host, self.nameserver.port))
            await loop.sock_sendall(sock, question.to_wire())
            answer = dns.message.from_wire(await loop.sock_recv(sock, 65535))
        if not question.is_response(answer):
            raise OSError("the answer is not to what was asked")
        return answer
