"""Two Gateways and a name server written from the contract alone, which lie, hang and break as they are told.

Imports nothing of agmonitor: a misreading of the contract cannot hide on both sides.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

FQDN = "gateway.example.test"
USER = "watcher"
PASSWORD = "correct horse"
ADDRESSES = ("192.0.2.11", "192.0.2.12")


def iso(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).isoformat(timespec="seconds")


@dataclass
class Node:
    """One Gateway. Every knob is the answer's content or the way it is (not) given."""

    address: str
    role: str = "primary"
    roles: list[str] = field(default_factory=list)  # one per question, the last stays; overrides ``role``
    beat_age_s: float | None = 5.0
    updated_age_s: float | None = 3.0
    method: str | None = "direct"
    link: str = "connected"
    skew_s: float = 0.0
    load: float = 0.11
    timers: tuple[int, int, int, int] = (20, 30, 60, 30)  # report, check, absence, ttl
    fqdn: str = FQDN
    scheme: str = "http"
    members: dict[str, Any] | None = None
    how: str = (
        "answer"  # answer hang reset drip oversized bomb redirect status:N rubbish html array flood_head echo
    )
    hows: list[str] = field(default_factory=list)  # one per question of the group, the last stays
    login: str = "json"  # json text newline refuse refuse:N error200 page redirect down
    permission: bool = True
    expire_first_token: bool = False
    group_refused: int = 0  # in no group: refuses /group with this status, answers /state
    status_page: bool = True
    dialect: str = "plain"  # plain old (HTTP/1.0, no Date) chunked (and header names in lower case)
    one_at_a_time: bool = False  # the next connection is served when the one before is closed
    stamps: str = "plain"  # plain zulu fraction
    port: int = 0
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def now(self) -> float:
        return time.time() + self.skew_s  # noqa: TID251 - a node's own clock

    def next_role(self) -> str:
        if not self.roles:
            return self.role
        return self.roles.pop(0) if len(self.roles) > 1 else self.roles[0]

    def next_how(self) -> str:
        if not self.hows:
            return self.how
        return self.hows.pop(0) if len(self.hows) > 1 else self.hows[0]

    def state(self) -> dict[str, Any]:
        def ago(age: float | None) -> str | None:
            if age is None:
                return None
            ending = {"plain": "+00:00", "zulu": "Z", "fraction": ".250000+00:00"}[self.stamps]
            return iso(self.now() - age).replace("+00:00", ending)

        role = self.next_role()
        apart = role == "not_in_group"
        return {
            "heartbeat_method": None if apart else self.method,
            "last_heartbeat_time": None if apart else ago(self.beat_age_s),
            "last_updated": None if apart else ago(self.updated_age_s),
            "node_dns_connection_state": "not_applicable" if apart else self.link,
            "node_role": role,
        }

    def group(self) -> dict[str, Any]:
        report, check, absence, ttl = self.timers
        members = self.members
        if members is None:
            members = {"primary": ADDRESSES[0], "secondary": ADDRESSES[1]}
        return {
            "configuration": {
                "allowed_absence_interval": absence,
                "external_ipv4_address": self.address,
                "external_port": 443,
                "external_scheme": self.scheme,
                "group_fqdn": self.fqdn,
                "group_fqdn_ttl": ttl,
                "health_check_interval": check,
                "health_report_interval": report,
                "tsig_algorithm": "hmac-sha512",
                "tsig_name": "ag",
                "tsig_secret": "",
            },
            "members": members,
            "state": self.state(),
        }

    def reply(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and extra headers of one request."""
        json_type = {"Content-Type": "application/json"}
        self.asked.append(f"{method} {path}")
        if path == "/health":
            return 200, b"", {}
        if path == "/serverstatus":
            if not self.status_page:
                return 404, b"", {}
            data = {"cpu_load": 0.05, "memory_used": 2, "total_accesses": 8, "total_traffic": 1}
            page = {"data": {**data, "resource_usage_score": self.load}, "current_time": int(self.now())}
            return 200, json.dumps(page).encode(), json_type
        if path == "/rest_login":
            return self._login(body)
        refusal = self._refusal(headers)
        return (*refusal, json_type) if refusal else (*self._group_api(path), json_type)

    def _refusal(self, headers: dict[str, str]) -> tuple[int, bytes] | None:
        if headers.get("auth", "").removeprefix("Basic ") not in self.tokens:
            return 401, error(401, "Unauthorized", "Authentication is required.")
        if self.expire_first_token:
            self.expire_first_token = False
            self.tokens.clear()
            return 401, error(401, "Unauthorized", "Authentication is required.")
        if not self.permission:
            return 403, error(403, "Forbidden", "Insufficient access rights.")
        return None

    def _group_api(self, path: str) -> tuple[int, bytes]:
        if path == "/ag/api/v1/state":
            return 200, json.dumps(self.state()).encode()
        if path == "/ag/api/v1/group" and self.group_refused:
            status = self.group_refused
            return status, error(status, "Refused", "The node is in no group.")
        if path == "/ag/api/v1/group":
            return 200, json.dumps(self.group()).encode()
        return 404, error(404, "NotFound", "Not found.")

    def _login(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        refusals: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "down": (503, b"", {}),
            "error200": (200, error(401, "Unauthorized", "Wrong."), {"Content-Type": "application/json"}),
            "page": (200, b"<html>Wrong user name or password</html>", {"Content-Type": "text/html"}),
            "redirect": (302, b"", {"Location": "/login?failed=1"}),
        }
        if self.login in refusals:
            return refusals[self.login]
        if self.login.startswith("refuse:"):
            return int(self.login.partition(":")[2]), b"", {}
        given = json.loads(body)
        if self.login == "refuse" or given != {"username": USER, "password": PASSWORD}:
            return 401, error(401, "Unauthorized", "Wrong."), {"Content-Type": "application/json"}
        token = f"BAMAuthToken: secret-token-{len(self.asked)}"
        self.tokens.add(token)
        if self.login == "text":
            return 200, token.encode(), {"Content-Type": "text/html"}
        if self.login == "newline":
            return 201, json.dumps({"access_token": token + "\n"}).encode(), {}
        return 200, json.dumps({"access_token": token}).encode(), {"Content-Type": "application/json"}


def error(status: int, code: str, message: str) -> bytes:
    return json.dumps(
        {"code": code, "details": {"log_context": "watcher"}, "message": message, "status": status}
    ).encode()


@dataclass
class Zone:
    """The authoritative server: the host record, the TXT heartbeat, and how it answers."""

    addresses: list[str] = field(default_factory=lambda: [ADDRESSES[0]])
    then: list[str] | None = None  # addresses from the second question for the host record on
    txt_age_s: float | None = 5.0
    txt_text: str | None = None
    txt_form: str = "iso"  # iso epoch labelled space halves quoted
    alias: bool = False  # the name is an alias of a host in the same zone
    aa: bool = True
    lower: bool = False  # repeats the question in lower case
    how: str = "answer"  # answer hang nxdomain refused servfail rubbish
    port: int = 0
    asked: int = 0

    def reply(self, wire: bytes) -> bytes | None:
        if self.how == "hang":
            return None
        if self.how == "rubbish":
            return b"\x00" * 40
        if self.lower:
            wire = wire[:12] + wire[12:].lower()
        query = dns.message.from_wire(wire)
        answer = dns.message.make_response(query)
        if self.aa:
            answer.flags |= dns.flags.AA
        name, kind = query.question[0].name, query.question[0].rdtype
        if self.how in {"nxdomain", "refused", "servfail"}:
            answer.set_rcode(dns.rcode.from_text(self.how))
            return answer.to_wire()
        self._fill(answer, name, kind)
        return answer.to_wire()

    def _fill(self, answer: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        if name.to_text().rstrip(".").lower() != FQDN:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind == dns.rdatatype.A:
            self.asked += 1
            now = self.then if self.then is not None and self.asked > 1 else self.addresses
            owner = name
            if self.alias:
                owner = dns.name.from_text(f"active.{FQDN}")
                answer.answer.append(dns.rrset.from_text(name, 30, "IN", "CNAME", str(owner)))
            if now:
                answer.answer.append(dns.rrset.from_text(owner, 30, "IN", "A", *now))
        elif kind == dns.rdatatype.TXT and (self.txt_age_s is not None or self.txt_text):
            answer.answer.append(dns.rrset.from_text(name, 30, "IN", "TXT", self._text()))
        elif kind == dns.rdatatype.SOA:
            soa = f"ns.{FQDN}. admin.{FQDN}. 1 60 60 60 60"
            answer.answer.append(dns.rrset.from_text(name, 30, "IN", "SOA", soa))

    def _text(self) -> str:
        if self.txt_text:
            return f'"{self.txt_text}"'
        at = time.time() - (self.txt_age_s or 0)  # noqa: TID251 - the server's clock
        stamp = iso(at)
        forms = {
            "iso": f'"{stamp}"',
            "epoch": f'"{int(at)}"',
            "labelled": f'"timestamp={stamp}"',
            "space": f'"{stamp.replace("T", " ")}"',
            "halves": f'"{stamp[:13]}" "{stamp[13:]}"',
            "quoted": f'"\\"{stamp}\\""',
        }
        return forms[self.txt_form]


class Servers:
    """Runs nodes and zone on loopback in a thread of their own until left."""

    def __init__(self, *nodes: Node | None, zone: Zone | None = None) -> None:
        self.nodes = nodes
        self.zone = zone
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stop: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            for stop in self._stop:
                stop()
            here = asyncio.current_task()
            rest = [task for task in asyncio.all_tasks() if task is not here]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        for node in self.nodes:
            if node is not None and not node.port:
                server = await asyncio.start_server(_Connection(node).serve, "127.0.0.1", 0)
                node.port = server.sockets[0].getsockname()[1]
                self._stop.append(server.close)
        if self.zone is not None:
            zone = self.zone

            class Datagrams(asyncio.DatagramProtocol):
                def connection_made(self, transport: Any) -> None:
                    self.transport = transport

                def datagram_received(self, data: bytes, addr: Any) -> None:
                    if (wire := zone.reply(data)) is not None:
                        self.transport.sendto(wire, addr)

            transport, _ = await self._loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
            zone.port = transport.get_extra_info("sockname")[1]
            self._stop.append(transport.close)


class _Connection:
    def __init__(self, node: Node) -> None:
        self.node = node
        self._free = asyncio.Lock()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.node.one_at_a_time:
            async with self._free:
                await self._serve(reader, writer)
        else:
            await self._serve(reader, writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = [line.split(": ", 1) for line in head[1:] if ": " in line]
        headers = {key.lower(): value for key, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        how = self.node.next_how() if path.startswith("/ag/") or self.node.how == "hang" else "answer"
        status, content, extra = self.node.reply(method, path, headers, body)
        if status != 200 or not path.startswith("/ag/"):
            how = how if how == "hang" else "answer"
        return await self._answer(how, status, content, extra, writer)

    async def _answer(
        self, how: str, status: int, content: bytes, extra: dict[str, str], writer: asyncio.StreamWriter
    ) -> bool:
        if how == "hang":
            await asyncio.sleep(3600)
        if how == "reset":
            writer.transport.abort()
            return False
        if how == "flood_head":
            await self._flood(writer)
        status, content, extra = self._spoilt(how, status, content, extra)
        writer.write(self._head(status, len(content), extra))
        if self.node.dialect == "chunked":
            content = (
                b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (content[:7], content[7:]) if p)
                + b"0\r\n\r\n"
            )
        if how == "drip":
            for byte in content:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.write(content if how != "drip" else b"")
        await writer.drain()
        return self.node.dialect != "old"

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Flood: x\r\n" * 5000)
            await writer.drain()

    def _spoilt(
        self, how: str, status: int, content: bytes, extra: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        if how == "oversized":
            content = b'{"state": "' + b"x" * 5_000_000 + b'"}'
        if how == "bomb":
            content, extra = gzip.compress(b" " * 50_000_000), {**extra, "Content-Encoding": "gzip"}
        if how == "redirect":
            status, content, extra = 302, b"", {"Location": "http://127.0.0.1:1/login"}
        if how.startswith("status:"):
            status, content = int(how.split(":")[1]), b"Internal error"
        if how in {"rubbish", "html", "array"}:
            content = {"rubbish": b"\xff\xfe{{{", "html": b"<html>sign in</html>", "array": b"[1, 2]"}[how]
        if how == "echo":
            status, content = 500, error(500, "Failed", f"{'x' * 108}{PASSWORD} {sorted(self.node.tokens)}")
        return status, content, extra

    def _head(self, status: int, length: int, extra: dict[str, str]) -> bytes:
        date = f"Date: {formatdate(self.node.now(), usegmt=True)}"
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {length}", date]
        if self.node.dialect == "old":
            lines = [f"HTTP/1.0 {status} X"]
        if self.node.dialect == "chunked":
            lines = [f"HTTP/1.1 {status} X", "transfer-encoding: chunked", date.lower()]
        lines += [f"{key.lower()}: {value}" for key, value in extra.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()
