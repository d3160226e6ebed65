"""Links between real sockets: they carry, they swallow when cut, they carry again when healed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agmonitor.domain.model import HostPort
from agmonitor.lab.link_condition import LinkCondition
from agmonitor.lab.links import Link

BLACKHOLE, HEALTH, RESET = LinkCondition(blackhole=True), LinkCondition(), LinkCondition(reset=True)
SEED = 8
HERE = "127.0.0.1"
SILENCE_S = 0.2
DELAY_S = 0.1


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
        async with asyncio.timeout(30), scene() as where:
            await story(where)

    asyncio.run(whole())


async def silent(awaitable: Awaitable[bytes], for_s: float = SILENCE_S) -> bool:
    """Whether nothing at all comes, not even an end."""
    try:
        async with asyncio.timeout(for_s):
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


async def one_byte_of_a_new_connection(where: Scene) -> bytes:
    reader, _ = await where.connect()
    return await reader.readexactly(1)


async def emptied(link: Link) -> None:
    while link.connections:  # noqa: ASYNC110 - it is in the kernel, and a link announces nothing
        await asyncio.sleep(0.01)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_slow_link_delays_each_way_and_keeps_the_order() -> None:
    async def story(where: Scene) -> None:
        loop = asyncio.get_running_loop()
        where.link.become(LinkCondition(delay_s=DELAY_S))
        reader, writer = await where.connect()
        began = loop.time()
        for number in range(20):
            writer.write(b"%d\n" % number)
            await asyncio.sleep(0)

        got = [await reader.readline() for _ in range(20)]

        assert got == [b"%d\n" % number for number in range(20)]
        assert loop.time() - began >= 2 * DELAY_S
        writer.close()

        began = loop.time()
        assert await ask_by_udp(where, b"udp") == b"udp"
        assert loop.time() - began >= 2 * DELAY_S

    play(story)


def test_what_is_late_arrives_when_the_link_heals() -> None:
    async def story(where: Scene) -> None:
        where.link.become(LinkCondition(delay_s=3600))
        reader, writer = await where.connect()
        writer.write(b"late\n")
        assert await silent(reader.readline())

        where.link.become(HEALTH)

        assert await reader.readline() == b"late\n"
        writer.close()

    play(story)


def test_who_leaves_without_waiting_for_a_late_answer_takes_nothing_else_along() -> None:
    async def story(where: Scene) -> None:
        troubles: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, trouble: troubles.append(trouble))
        where.link.become(LinkCondition(delay_s=DELAY_S))
        _, writer = await where.connect()
        writer.write(b"one\n")
        writer.close()  # its kernel resets the connection when the answer comes after all
        while not where.heard or (where.link.connections and not troubles):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
        assert troubles == []

    play(story)


def test_a_reset_link_resets_those_there_and_those_that_come_until_it_heals() -> None:
    async def story(where: Scene) -> None:
        reader, writer = await where.connect()
        writer.write(b"before\n")
        await reader.readline()

        where.link.become(RESET)

        with pytest.raises(ConnectionError):
            await reader.readexactly(1)
        writer.close()
        with pytest.raises(ConnectionError):
            await one_byte_of_a_new_connection(where)
        assert await silent(ask_by_udp(where, b"lost"))
        where.link.become(HEALTH)
        reader, writer = await where.connect()
        writer.write(b"after\n")
        assert await reader.readline() == b"after\n"
        writer.close()
        assert where.heard == [b"before\n", b"reset", b"after\n"]

    play(story)


def test_a_lossy_link_stalls_a_share_of_the_exchanges_for_good_and_the_rest_pass() -> None:
    async def story(where: Scene) -> None:
        where.link.become(LinkCondition(loss_share=0.5))
        silent_ones = []
        for number in range(40):
            reader, writer = await where.connect()
            writer.write(b"%d\n" % number)
            if await silent(reader.readline(), 0.05):
                silent_ones.append((reader, writer))
            else:
                writer.close()

        assert 8 <= len(silent_ones) <= 32
        where.link.become(HEALTH)
        for reader, writer in silent_ones:
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
            writer.close()
        await emptied(where.link)

    play(story)


def test_a_lossy_link_drops_datagrams() -> None:
    async def story(where: Scene) -> None:
        where.link.become(LinkCondition(loss_share=1.0))
        assert await silent(ask_by_udp(where, b"gone"))
        assert where.heard == []

    play(story)


def test_a_shut_link_refuses_and_serves_again_at_the_same_port() -> None:
    async def story(where: Scene) -> None:
        where.link.shut()
        with pytest.raises(ConnectionRefusedError):
            await where.connect()

        await where.link.serve()

        reader, writer = await where.connect()
        writer.write(b"here\n")
        assert await reader.readline() == b"here\n"
        writer.close()

    play(story)


def test_much_passes_a_slow_link_whole_without_being_heaped_up() -> None:
    async def story(where: Scene) -> None:
        where.link.become(LinkCondition(delay_s=0.001))
        line = b"x" * 60_000 + b"\n"
        reader, writer = await asyncio.open_connection(HERE, where.port, limit=1 << 20)

        async def send() -> None:
            for _ in range(100):
                writer.write(line)
                await writer.drain()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(send())
            for _ in range(100):
                assert await reader.readline() == line
        writer.close()

    play(story)


@pytest.mark.parametrize("condition", [HEALTH, LinkCondition(delay_s=0.01), BLACKHOLE, RESET], ids=str)
def test_many_connections_leave_nothing_behind(condition: LinkCondition) -> None:
    async def story(where: Scene) -> None:
        before = open_files()
        for _ in range(5):
            where.link.become(condition)
            writers = []
            for _ in range(40):
                with contextlib.suppress(ConnectionError):
                    _, writer = await where.connect()
                    writer.write(b"hello\n")
                    writers.append(writer)
            for place, writer in enumerate(writers):
                if place % 2:
                    writer.transport.abort()
                else:
                    writer.close()
            where.link.become(HEALTH)
            await emptied(where.link)
        while open_files() > before:  # noqa: ASYNC110 - the echoing server's own sockets
            await asyncio.sleep(0.01)

    play(story)


@pytest.mark.parametrize("condition", [HEALTH, BLACKHOLE], ids=str)
def test_half_open_connections_to_a_silent_server_are_given_up(
    condition: LinkCondition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agmonitor.lab.passage.HALF_OPEN_S", 0.1)

    async def story(where: Scene) -> None:
        with socket.create_server((HERE, 0)) as frozen:  # nobody ever accepts
            async with asyncio.TaskGroup() as tasks:
                link = Link(HostPort(HERE, frozen.getsockname()[1]), tasks, random.Random(SEED).random)  # noqa: S311 - no secret
                port = await link.open(HERE)
                link.become(condition)
                for _ in range(5):
                    _, writer = await asyncio.open_connection(HERE, port)
                    writer.write(b"anybody?\n")
                    writer.close()
                    await writer.wait_closed()
                while not link.connections:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0)

                await emptied(link)
                link.close()

    play(story)
