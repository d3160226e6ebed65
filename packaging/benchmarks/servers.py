"""A Gateway pair and a name server that cost next to nothing, so that a benchmark measures its clients.

Run as a program: prints one JSON line with its addresses, serves until its standard input ends. A line
"swap" on standard input swaps the roles of every pair and answers with the instant it took effect.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from email.utils import formatdate

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

FQDN = "gateway.bench.test"
HEAD = b"HTTP/1.1 %b\r\nDate: %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
CONFIGURATION = {
    "allowed_absence_interval": 60,
    "external_port": 443,
    "external_scheme": "http",
    "group_fqdn": FQDN,
    "group_fqdn_ttl": 30,
    "health_check_interval": 30,
    "health_report_interval": 20,
    "tsig_algorithm": "hmac-sha512",
    "tsig_name": "ag",
    "tsig_secret": "",
}


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Gateways:
    """``count`` nodes, each on its own port of 127.0.0.1; even ones are Primary until swapped."""

    def __init__(self) -> None:
        self.swapped = False

    def body(self, index: int, path: bytes) -> bytes:
        primary = (index % 2 == 0) != self.swapped
        if path == b"/rest_login":
            return b'{"access_token": "BAMAuthToken: bench"}'
        if path == b"/health":
            return b""
        if path == b"/serverstatus":
            data = {"cpu_load": 0.05, "memory_used": 2, "total_accesses": 8, "total_traffic": 1}
            score = {"data": {**data, "resource_usage_score": 0.24}, "current_time": int(time.time())}
            return json.dumps(score).encode()
        addresses = [f"192.0.2.{11 + index % 2}", f"192.0.2.{11 + (index + 1) % 2}"]
        members = {"primary": addresses[not primary], "secondary": addresses[primary]}
        state = {
            "heartbeat_method": "direct",
            "last_heartbeat_time": stamp(),
            "last_updated": stamp(),
            "node_dns_connection_state": "connected",
            "node_role": "primary" if primary else "secondary",
        }
        configuration = {**CONFIGURATION, "external_ipv4_address": addresses[0]}
        return json.dumps({"configuration": configuration, "members": members, "state": state}).encode()

    def answer(self, index: int, path: bytes) -> bytes:
        """A whole response; the hook inventory is installed nowhere."""
        missing = path.startswith(b"/hook")
        status, body = (b"404 Not Found", b"{}") if missing else (b"200 OK", self.body(index, path))
        return HEAD % (status, formatdate(usegmt=True).encode(), len(body)) + body

    async def serve(self, index: int) -> int:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Talk(self, index), "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])


class Talk(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, gateways: Gateways, index: int) -> None:
        self.gateways = gateways
        self.index = index
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while True:
            head, end, rest = self.waiting.partition(b"\r\n\r\n")
            fields = head.lower().partition(b"content-length:")
            length = int(fields[2].partition(b"\r\n")[0]) if fields[1] else 0
            if not end or len(rest) < length:
                return
            self.waiting = rest[length:]
            self.transport.write(self.gateways.answer(self.index, head.split(b" ", 2)[1]))
            if b"connection: close" in head.lower():
                self.transport.close()
                return


class NameServer(asyncio.DatagramProtocol):
    """Answers A, TXT and SOA of the group's name."""

    def __init__(self, gateways: Gateways) -> None:
        self.gateways = gateways

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        kind = dns.rdatatype.to_text(question.rdtype)
        address = "192.0.2.12" if self.gateways.swapped else "192.0.2.11"
        values = {"A": address, "TXT": f'"{stamp()}"', "SOA": f"{FQDN}. admin.{FQDN}. 1 60 60 60 60"}
        if kind in values:
            answer.answer.append(dns.rrset.from_text(question.name, 30, "IN", kind, values[kind]))
        self.transport.sendto(answer.to_wire(), addr)


async def main(count: int) -> None:
    gateways = Gateways()
    ports = [await gateways.serve(index) for index in range(count)]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: NameServer(gateways), local_addr=("127.0.0.1", 0)
    )
    print(
        json.dumps({"ports": ports, "dns": transport.get_extra_info("sockname")[1], "fqdn": FQDN}), flush=True
    )
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        if line.strip() == b"swap":
            gateways.swapped = not gateways.swapped
            print(json.dumps({"at": time.monotonic()}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
