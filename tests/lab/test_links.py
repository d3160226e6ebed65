"""Links between real sockets: they carry, they swallow when cut, they carry again when healed."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from agmonitor.domain.model import HostPort
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.links import Link

BLACKHOLE, HEALTH, RESET = LinkCondition(blackhole=True), LinkCondition(), LinkCondition(reset=True)
SEED = 8
HERE = "127.0.0.1"
SILENCE_S = 0.2


@dataclass
class Scene:
    """A server that echoes lines and datagrams, and a link to it."""

    link: Link
    port: int
    heard: list[bytes]
    server: asyncio.Server

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(HERE, self.port)


class Echo(asyncio.DatagramProtocol):
    def __init__(self, heard: list[bytes]) -> None:
        self.heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        self.transport.sendto(data, addr)  # type: ignore[attr-defined] # typed as the base of all transports


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    heard: list[bytes] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.readline():
                heard.append(data)
                writer.write(data)
        except ConnectionError:
            heard.append(b"reset")
        writer.close()

    server = await asyncio.start_server(echo, HERE, 0)
    port = server.sockets[0].getsockname()[1]
    udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Echo(heard), local_addr=(HERE, port)
    )
    async with asyncio.TaskGroup() as tasks:
        link = Link(HostPort(HERE, port), tasks, random.Random(SEED).random)  # noqa: S311 - no secret
        try:
            yield Scene(link, await link.open(HERE, udp=True), heard, server)
        finally:
            link.close()
            udp.close()
            server.close()


def play(story: Callable[[Scene], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(10), scene() as where:
            await story(where)

    asyncio.run(whole())


async def silent(awaitable: Awaitable[bytes]) -> bool:
    """Whether nothing at all comes, not even an end."""
    try:
        async with asyncio.timeout(SILENCE_S):
            await awaitable
    except TimeoutError:
        return True
    return False


async def ask_by_udp(where: Scene, text: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((HERE, where.port))
        await loop.sock_sendall(sock, text)
        return await loop.sock_recv(sock, 100)


def test_a_link_carries_both_ways_and_ends_with_its_connection() -> None:
    async def story(where: Scene) -> None:
        reader, writer = await where.connect()
        writer.write(b"one\n")
        assert await reader.readline() == b"one\n"

        writer.write_eof()

        assert await reader.read() == b""
        writer.close()

    play(story)


def test_a_cut_swallows_what_an_open_connection_sends_and_tells_nobody() -> None:
    async def story(where: Scene) -> None:
        reader, writer = await where.connect()
        writer.write(b"before\n")
        await reader.readline()

        where.link.become(BLACKHOLE)
        writer.write(b"during\n")

        assert await silent(reader.read(10))
        assert where.heard == [b"before\n"]
        writer.close()

    play(story)


def test_a_cut_leaves_new_connections_unanswered() -> None:
    async def story(where: Scene) -> None:
        where.link.become(BLACKHOLE)
        reader, writer = await where.connect()
        writer.write(b"during\n")

        assert await silent(reader.read(10))
        assert where.heard == []
        writer.close()

    play(story)


@pytest.mark.parametrize("opened", ["before", "during"])
def test_connections_that_saw_a_cut_are_reset_when_it_heals_and_nothing_stale_arrives(opened: str) -> None:
    async def story(where: Scene) -> None:
        if opened == "during":
            where.link.become(BLACKHOLE)
        reader, writer = await where.connect()
        while not where.link.connections:  # noqa: ASYNC110 - it is in the kernel, and a link announces nothing
            await asyncio.sleep(0)
        where.link.become(BLACKHOLE)
        writer.write(b"stale\n")
        assert await silent(reader.read(10))

        where.link.become(HEALTH)

        with pytest.raises(ConnectionError):
            await reader.readexactly(1)
        writer.close()
        assert b"stale\n" not in where.heard

    play(story)


def test_a_healed_link_carries_new_connections() -> None:
    async def story(where: Scene) -> None:
        where.link.become(BLACKHOLE)
        where.link.become(HEALTH)

        reader, writer = await where.connect()
        writer.write(b"after\n")

        assert await reader.readline() == b"after\n"
        writer.close()

    play(story)


def test_datagrams_pass_are_swallowed_by_a_cut_and_pass_again() -> None:
    async def story(where: Scene) -> None:
        assert await ask_by_udp(where, b"one") == b"one"

        where.link.become(BLACKHOLE)
        assert await silent(ask_by_udp(where, b"two"))

        where.link.become(HEALTH)
        assert await ask_by_udp(where, b"three") == b"three"
        assert where.heard == [b"one", b"three"]

    play(story)


def test_who_connects_while_nobody_is_at_the_other_end_is_reset() -> None:
    async def story(where: Scene) -> None:
        where.server.close()

        reader, writer = await where.connect()

        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()

    play(story)
