"""Servers on real sockets that behave as told, badly above all; and the made-up certificates they show."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from agmonitor.domain.model import GroupSettings, NodeAddress

EPOCH = 1_800_000_000.0
PAYLOADS = Path(__file__).parent / "payloads"
TOKEN = "BAMAuthToken: c2VjcmV0LXRva2Vu"
PASSWORD = "correct-horse-battery"
GROUP = "/ag/api/v1/group"
STATE = "/ag/api/v1/state"
LOGIN = "/rest_login"
FAILOVER = "/ag/api/v1/failover"


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def now() -> float:
    """A clock that runs as time does and starts anywhere."""
    return round(EPOCH + time.monotonic(), 3)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content


class Talk:
    """One connection, from the server's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def request(self) -> Request | None:
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        method, path, _ = head[0].split(" ")
        pairs = [line.split(":", 1) for line in head[1:] if line]
        headers = {name.lower(): value.strip() for name, value in pairs}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Request(method, path, headers, body)

    async def say(self, raw: bytes) -> None:
        self._writer.write(raw)
        await self._writer.drain()

    async def answer(
        self, body: bytes | object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} Some Reason", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        await self.say("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    async def drip(self, raw: bytes, every_s: float = 0.02) -> None:
        for byte in raw:
            await self.say(bytes([byte]))
            await asyncio.sleep(every_s)

    async def flood(self, head: bytes) -> None:
        """Send for ever, as fast as it is taken."""
        await self.say(head)
        while True:
            await self.say(b"x" * 65536)

    async def hang(self) -> None:
        await asyncio.Event().wait()

    def reset(self) -> None:
        """Drop the connection so that the other end gets a reset, not an end of file."""
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()

    @property
    def closed(self) -> bool:
        return self._writer.is_closing()


Behaviour = Callable[[Request, Talk], Awaitable[None]]


class Server:
    """Listens on a port of its own; ``seen`` holds every request in order."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._behave = behave
        self._tls = tls
        self._host = host
        self.seen: list[Request] = []
        self.connections = 0
        self.names: list[str | None] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        self._talks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in range(5):  # a server closed while it accepts leaves half a connection behind
            await asyncio.sleep(0)
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}"

    def node(self, name: str = "gw-1") -> NodeAddress:
        return NodeAddress(name, self.url)

    def count(self, method: str, path: str) -> int:
        return sum(1 for request in self.seen if (request.method, request.path) == (method, path))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        talk = Talk(reader, writer)
        try:
            while not talk.closed and (request := await talk.request()) is not None:
                self.seen.append(request)
                await self._behave(request, talk)
        except (ConnectionError, ssl.SSLError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._talks.discard(task)


@dataclass
class Gateway:
    """A well-behaved node as far as it is not told otherwise; one token, valid until revoked."""

    password: str = PASSWORD
    token: str = TOKEN
    group: bytes = field(default_factory=lambda: payload("group_primary"))
    group_status: int = 200
    state: bytes = field(default_factory=lambda: payload("state_primary"))
    state_status: int = 200
    login_status: int | None = None
    login_body: bytes | None = None
    login_pause_s: float = 0.0
    load: bytes = field(default_factory=lambda: payload("serverstatus"))
    accepts_token: bool = True
    headers: tuple[tuple[str, str], ...] = ()

    async def __call__(self, request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await self._login(request, talk)
        elif request.path == "/serverstatus":
            await talk.answer(self.load, headers=self.headers)
        elif request.path == "/health":
            await talk.answer(b"")
        elif not self.accepts_token or request.headers.get("auth") != f"Basic {self.token}":
            await talk.answer(payload("unauthorized"), 401)
        elif request.path == GROUP:
            await talk.answer(self.group, self.group_status, self.headers)
        elif request.path == STATE:
            await talk.answer(self.state, self.state_status)
        else:
            await talk.answer({"message": "No such page.", "status": 404}, 404)

    async def _login(self, request: Request, talk: Talk) -> None:
        await asyncio.sleep(self.login_pause_s)
        if self.login_status is not None or self.login_body is not None:
            await talk.answer(self.login_body or b"{}", self.login_status or 200)
        elif request.json.get("password") == self.password:
            await talk.answer({"access_token": self.token})
        else:
            await talk.answer({"message": "Wrong.", "status": 401}, 401)


def settings(*nodes: NodeAddress, timeout_s: float = 5.0, **more: object) -> GroupSettings:
    pair = (nodes * 2)[:2]
    plain = GroupSettings("g", (pair[0], pair[1]), timeout_s=timeout_s, failover_allowed=True)
    return replace(plain, **more)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def ca() -> trustme.CA:
    return trustme.CA()


def tls(*names: str, authority: trustme.CA | None = None) -> ssl.SSLContext:
    """A server's context with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (authority or ca()).issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
    return context


def trusting() -> ssl.SSLContext:
    """A client's context that believes our own CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca().configure_trust(context)
    return context
