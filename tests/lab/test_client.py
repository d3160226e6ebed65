"""The lab's client against a real name server and real pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.query
import dns.update

from agmonitor.domain.model import HostPort
from agmonitor.lab.client import Client
from agmonitor.lab.lines import Line
from tests.lab.support import RunningNameserver, nameserver

FIRST, SECOND = "127.0.0.11", "127.0.0.12"


def point_to(server: RunningNameserver, address: str, ttl_s: int) -> None:
    update = dns.update.UpdateMessage("lab.test", keyring=server.key)
    update.replace("gateway", ttl_s, "A", address)
    dns.query.udp(update, server.address, port=server.port, timeout=5)


@asynccontextmanager
async def page(address: str, port: int = 0, status: int = 200) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(answer, address, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Heard:
    """The client's events, with a way to wait for one."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[Line] = asyncio.Queue()

    async def next(self, event: str, **wanted: object) -> Line:
        while True:
            heard = await self.events.get()
            if heard["event"] == event and all(heard[key] == value for key, value in wanted.items()):
                return heard


async def watched(server: RunningNameserver, port: int, heard: Heard) -> None:
    await Client(
        "gateway.lab.test", HostPort(server.address, server.port), port, heard.events.put_nowait
    ).run()


def test_it_counts_an_outage_from_the_first_lost_request_to_the_first_served_one() -> None:
    async def story(server: RunningNameserver) -> None:
        point_to(server, FIRST, 1)
        heard = Heard()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            async with page(FIRST) as port:
                client = tasks.create_task(watched(server, port, heard))
                await heard.next("client", address=FIRST)
            began = await heard.next("client", lost=1)
            async with page(SECOND, port):
                point_to(server, SECOND, 1)
                outage = await heard.next("outage")
            client.cancel()

        assert began["outage_began_at"] == outage["began_at"]
        assert outage["cause"] == f"{FIRST} refused the connection"
        assert (outage["address_before"], outage["address_after"]) == (FIRST, SECOND)
        lasted_s = float(str(outage["ended_at"])) - float(str(outage["began_at"]))
        assert abs(lasted_s - float(str(outage["without_service_s"]))) < 0.1
        assert 0 < lasted_s < 5

    with nameserver() as server:
        asyncio.run(story(server))


def test_it_keeps_an_address_for_its_time_to_live() -> None:
    async def story(server: RunningNameserver) -> None:
        point_to(server, FIRST, 600)
        heard = Heard()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks, page(FIRST) as port:
            client = tasks.create_task(watched(server, port, heard))
            await heard.next("client", address=FIRST)
            point_to(server, SECOND, 600)
            later = await heard.next("client")  # a second on
            client.cancel()

        assert later["address"] == FIRST
        assert later["lost"] == 0

    with nameserver() as server:
        asyncio.run(story(server))


def test_a_name_that_does_not_resolve_is_an_outage_with_its_reason() -> None:
    async def story(server: RunningNameserver) -> None:
        heard = Heard()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            client = tasks.create_task(watched(server, 1, heard))
            began = await heard.next("client")
            client.cancel()

        assert began["cause"] == "the name does not resolve (NXDOMAIN)"

    with nameserver() as server:
        asyncio.run(story(server))


def test_an_error_page_is_no_service() -> None:
    async def story(server: RunningNameserver) -> None:
        point_to(server, FIRST, 600)
        heard = Heard()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks, page(FIRST, status=503) as port:
            client = tasks.create_task(watched(server, port, heard))
            began = await heard.next("client")
            client.cancel()

        assert began["lost"] == 1
        assert "503" in str(began["cause"])

    with nameserver() as server:
        asyncio.run(story(server))
