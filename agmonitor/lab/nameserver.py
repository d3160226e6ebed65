"""The lab's name server, a process of its own: ``python -m agmonitor.lab.nameserver``.

Authoritative for one zone over UDP and TCP on loopback. Takes RFC 2136 updates signed with its one TSIG key
and no others. Resolves nothing for anybody: outside its zone it refuses.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Callable
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TSIG
import dns.rrset
import dns.tsig
import dns.update

from agmonitor.lab import clock, lifeline, lines
from agmonitor.lab.zone import Zone

UDP_PLAIN_BYTES = 512
UDP_EDNS_BYTES = 1232  # what passes every network unfragmented
TCP_IDLE_S = 30.0
FUDGE_S = 300
PORT_TRIES = 20
BAD_KEY = (dns.message.UnknownTSIGKey, dns.tsig.BadKey, dns.tsig.BadAlgorithm)


class Answerer:
    """From the bytes of a question to the bytes of its answer; ``None`` where silence is right."""

    def __init__(self, zone: Zone, key: dns.tsig.Key, on_update: Callable[[], None]) -> None:
        self._zone = zone
        self._keyring = {key.name: key}
        self._on_update = on_update

    def answer(self, wire: bytes, *, udp: bool) -> bytes | None:
        try:
            question = dns.message.from_wire(wire, keyring=self._keyring)
        except BAD_KEY:
            return _unsigned_refusal(wire, dns.rcode.BADKEY)
        except dns.tsig.BadSignature:
            return _unsigned_refusal(wire, dns.rcode.BADSIG)
        except dns.tsig.BadTime:
            return _unsigned_refusal(wire, dns.rcode.BADTIME)
        except (dns.exception.DNSException, ValueError, struct.error):
            return _malformed(wire)
        if question.flags & dns.flags.QR:
            return None  # an answer; answering answers makes loops
        response = dns.message.make_response(question, our_payload=UDP_EDNS_BYTES, fudge=FUDGE_S)
        if isinstance(question, dns.update.UpdateMessage):
            response.set_rcode(self._update(question))
        else:
            self._fill(response, question)
        return _fit(response, _room(question) if udp else 65535)

    def _update(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        if not message.had_tsig:
            return dns.rcode.REFUSED
        serial = self._zone.serial
        rcode = self._zone.update(message)
        if self._zone.serial != serial:
            self._on_update()
        return rcode

    def _fill(self, response: dns.message.Message, question: dns.message.Message) -> None:
        if question.opcode() != dns.opcode.QUERY:
            response.set_rcode(dns.rcode.NOTIMP)
            return
        if len(question.question) != 1:
            response.set_rcode(dns.rcode.FORMERR)
            return
        asked = question.question[0]
        if asked.rdclass != dns.rdataclass.IN or asked.rdtype in {
            dns.rdatatype.AXFR,
            dns.rdatatype.IXFR,
        }:
            response.set_rcode(dns.rcode.REFUSED)
            return
        found = self._zone.find(asked.name, asked.rdtype)
        response.set_rcode(found.rcode)
        if found.rcode != dns.rcode.REFUSED:
            response.flags |= dns.flags.AA
        response.answer = list(found.answer)
        response.authority = list(found.authority)


def _room(question: dns.message.Message) -> int:
    return (
        UDP_PLAIN_BYTES if question.edns < 0 else max(UDP_PLAIN_BYTES, min(question.payload, UDP_EDNS_BYTES))
    )


def _fit(response: dns.message.Message, size: int) -> bytes:
    try:
        return response.to_wire(max_size=size)
    except dns.exception.TooBig:
        response.flags |= dns.flags.TC
        response.answer, response.authority = [], []
        return response.to_wire(max_size=size)


def _unsigned_refusal(wire: bytes, error: dns.rcode.Rcode) -> bytes | None:
    """NOTAUTH with the reason in an unsigned TSIG record (RFC 8945, section 5.2)."""
    try:
        question = dns.message.from_wire(wire, keyring=False)
    except (dns.exception.DNSException, ValueError, struct.error):
        return _malformed(wire)
    if question.flags & dns.flags.QR or question.tsig is None:
        return None
    response = dns.message.make_response(question)
    response.set_rcode(dns.rcode.NOTAUTH)
    asked = question.tsig[0]
    assert isinstance(asked, dns.rdtypes.ANY.TSIG.TSIG)
    refusal = asked.replace(mac=b"", error=error, other=b"", original_id=question.id)
    response.tsig = dns.rrset.from_rdata(question.tsig.name, 0, refusal)
    return response.to_wire()


def _malformed(wire: bytes) -> bytes | None:
    if len(wire) < 12 or wire[2] & 0x80:
        return None
    opcode = wire[2] & 0x78
    return wire[:2] + bytes([0x80 | opcode, dns.rcode.FORMERR]) + bytes(8)


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            "asyncio.DatagramTransport", transport
        )  # Python 3.11's is one in deed, not in type

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        answer = self._answerer.answer(data, udp=True)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


class Server:
    """Both listeners on one port of one address."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    async def listen(self, address: str, port: int) -> int:
        """Listen on ``port``, or on any that is free for both protocols if it is 0; gives the port.

        Raises:
            OSError: not possible there.
        """
        for attempt in range(PORT_TRIES):
            tcp = await asyncio.start_server(self._serve, address, port)
            found: int = tcp.sockets[0].getsockname()[1]
            try:
                await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: _Udp(self._answerer), local_addr=(address, found)
                )
            except OSError:
                tcp.close()
                if port or attempt == PORT_TRIES - 1:
                    raise
                continue
            return found
        raise AssertionError("the loop returns or raises")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            while True:
                async with asyncio.timeout(TCP_IDLE_S):
                    (size,) = struct.unpack("!H", await reader.readexactly(2))
                    wire = await reader.readexactly(size)
                answer = self._answerer.answer(wire, udp=False)
                if answer is None:
                    break
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
        writer.close()


async def _run(configuration: lines.Line) -> None:
    zone = Zone(
        str(configuration["zone"]),
        str(configuration["address"]),
        int(str(configuration.get("negative_ttl_s", 1))),
    )
    key = dns.tsig.Key(
        str(configuration["tsig_name"]),
        str(configuration["tsig_secret"]),
        str(configuration["tsig_algorithm"]),
    )

    def updated() -> None:
        lines.say({"event": "updated", "at": clock.now(), "serial": zone.serial})

    server = Server(Answerer(zone, key, updated))
    try:
        port = await server.listen(str(configuration["address"]), int(str(configuration.get("port", 0))))
    except OSError as error:
        lines.say(
            {"failed": f"the name server cannot listen on {configuration['address']}: {error.strerror}"}
        )
        return
    lines.say({"ready": True, "address": configuration["address"], "port": port})
    await asyncio.Event().wait()  # until the lifeline ends the process


def main() -> None:
    configuration = lines.decode(lifeline.first_line())
    lifeline.tie_to_parent(int(str(configuration["parent_pid"])))
    asyncio.run(_run(configuration))


if __name__ == "__main__":
    main()
