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

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

FQDN = "gateway.bench.test"
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
        self.served = 0

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

    async def serve(self, index: int) -> int:
        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = 0
                    for line in head.split(b"\r\n"):
                        if line.lower().startswith(b"content-length:"):
                            length = int(line.split(b":")[1])
                    if length:
                        await reader.readexactly(length)
                    body = self.body(index, head.split(b" ", 2)[1])
                    self.served += 1
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                        % (len(body), body)
                    )
                    if b"connection: close" in head.lower():
                        writer.close()
                        return
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(client, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])


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
