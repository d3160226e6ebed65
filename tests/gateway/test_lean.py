"""The lean transport by itself: what it repeats, what it keeps, what it cuts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import httpx
import pytest

from agmonitor.gateway.response import Response, Transport, stream_of
from agmonitor.gateway.transport import Peer, polling, without_trust
from tests.gateway.servers import Behaviour, Request, Server, Talk


@asynccontextmanager
async def _transport(*, keep: bool = True) -> AsyncIterator[Transport]:
    transport = polling(without_trust(), Peer(), use_proxies=False, keep=keep)
    try:
        yield transport
    finally:
        await transport.aclose()


async def _read(response: Response) -> bytes:
    body = b"".join([piece async for piece in stream_of(response)])
    await stream_of(response).aclose()
    return body


def _run(behave: Behaviour, story: Callable[[Server], Coroutine[None, None, None]]) -> None:
    async def whole() -> None:
        async with Server(behave) as server:
            await story(server)

    asyncio.run(asyncio.wait_for(whole(), 10))


def _drops_the_second() -> Behaviour:
    """A server that is restarted while the second request is under way."""
    asked = 0

    async def behave(_request: Request, talk: Talk) -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            talk.reset()
        else:
            await talk.answer(b"yes")

    return behave


def test_a_get_is_asked_once_more_where_its_connection_is_dropped() -> None:
    async def story(server: Server) -> None:
        request = httpx.Request("GET", server.url)
        async with _transport() as transport:
            for _ in range(2):
                assert await _read(await transport.handle_async_request(request)) == b"yes"
        assert [seen.method for seen in server.seen] == ["GET"] * 3
        assert server.connections == 2

    _run(_drops_the_second(), story)


def test_a_post_is_never_asked_twice() -> None:
    async def story(server: Server) -> None:
        request = httpx.Request("POST", server.url, content=b"{}")
        async with _transport() as transport:
            await _read(await transport.handle_async_request(request))
            with pytest.raises(OSError, match=r"(?i)reset"):
                await transport.handle_async_request(request)
        assert [seen.body for seen in server.seen] == [b"{}"] * 2

    _run(_drops_the_second(), story)


def test_a_server_that_drops_every_connection_is_asked_twice_in_all() -> None:
    async def behave(_request: Request, talk: Talk) -> None:
        talk.reset()

    async def story(server: Server) -> None:
        async with _transport() as transport:
            with pytest.raises(OSError, match=r"(?i)reset"):
                await transport.handle_async_request(httpx.Request("GET", server.url))
        assert len(server.seen) == 2

    _run(behave, story)


def test_be_patient_is_not_the_answer() -> None:
    async def behave(_request: Request, talk: Talk) -> None:
        await talk.say(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        await talk.answer(b"yes", headers=(("Set-Cookie", "a=1"), ("set-cookie", "b=2")))

    async def story(server: Server) -> None:
        async with _transport() as transport:
            response = await transport.handle_async_request(httpx.Request("GET", server.url))
            assert response.status_code == 200
            assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
            assert "link" not in response.headers
            assert response.headers.get("content-length") == "3"
            assert await _read(response) == b"yes"

    _run(behave, story)


def test_a_connection_is_used_again_once_its_body_is_read() -> None:
    async def behave(_request: Request, talk: Talk) -> None:
        await talk.answer(b"x" * 2_000_000)

    async def story(server: Server) -> None:
        request = httpx.Request("GET", server.url)
        async with _transport() as transport:
            for _ in range(3):
                assert len(await _read(await transport.handle_async_request(request))) == 2_000_000
            assert server.connections == 1
            await stream_of(await transport.handle_async_request(request)).aclose()  # unread: it is cut
            await _read(await transport.handle_async_request(request))
            assert server.connections == 2

    _run(behave, story)


def test_a_visit_takes_a_connection_of_its_own_and_says_so() -> None:
    async def behave(_request: Request, talk: Talk) -> None:
        await talk.answer(b"yes")

    async def story(server: Server) -> None:
        request = httpx.Request("GET", server.url)
        async with _transport(keep=False) as transport:
            for _ in range(2):
                await _read(await transport.handle_async_request(request))
        assert server.connections == 2
        assert server.seen[0].headers["connection"] == "close"

    _run(behave, story)


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "a\0b"])
def test_a_header_that_would_break_out_of_its_line_is_not_sent(value: str) -> None:
    async def behave(_request: Request, talk: Talk) -> None:
        await talk.answer(b"yes")

    async def story(server: Server) -> None:
        request = httpx.Request("GET", server.url, headers={"auth": value})
        async with _transport() as transport:
            with pytest.raises(httpx.LocalProtocolError):
                await transport.handle_async_request(request)
        assert not server.seen

    _run(behave, story)
