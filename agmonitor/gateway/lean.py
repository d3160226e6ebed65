"""One question over a kept-alive connection, for as little as it can cost: polling is what we do all day.

aiohttp's connector (names, TLS, pool) and its response parser, without the session between them, whose work
per request (cookies, redirects, middlewares, timeouts, multidicts) nobody here needs; measured, that is a
third of a whole question. Takes httpx's requests, so that ``line`` knows one kind of transport. As aiohttp's
session does, it asks once more where a kept-alive connection was dropped, and only what is safe to repeat:
never let ``PUT /failover`` come this way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import httpx
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from aiohttp.streams import StreamReader
from multidict import CIMultiDictProxy
from yarl import URL

_UNHURRIED = aiohttp.ClientTimeout(total=None)  # the probe has a deadline
_PREPARED = "agmonitor.prepared"  # among a request's extensions


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a request that is sent again and again is turned into once."""

    place: ClientRequest  # tells the connector where to
    wire: bytes


class LeanTransport:
    """Belongs to the loop in which it is first used; ``aclose`` it there."""

    def __init__(self, make_connector: Callable[[], aiohttp.TCPConnector]) -> None:
        self._make_connector = make_connector
        self._connector: aiohttp.TCPConnector | None = None

    async def handle_async_request(self, request: httpx.Request) -> LeanResponse:
        if self._connector is None:
            self._connector = self._make_connector()
        prepared = request.extensions.get(_PREPARED)
        if prepared is None:
            prepared = request.extensions[_PREPARED] = _prepared(
                request, keep=not self._connector.force_close
            )
        try:
            return await _exchange(self._connector, prepared)
        except aiohttp.ClientConnectorError:
            raise
        except (OSError, aiohttp.ServerDisconnectedError):
            if request.method != "GET":
                raise
        return await _exchange(self._connector, prepared)

    async def aclose(self) -> None:
        if self._connector is not None:
            await self._connector.close()


@dataclass(frozen=True, slots=True)
class LeanHeaders:
    """The parser's own headers."""

    found: CIMultiDictProxy[str]

    def __contains__(self, key: object) -> bool:
        return key in self.found

    def get(self, key: str, default: str = "") -> str:
        return self.found.get(key, default)

    def get_list(self, key: str) -> list[str]:
        return self.found.getall(key, [])


@dataclass(frozen=True, slots=True)
class LeanResponse:
    """An answer whose body is still to be read."""

    status_code: int
    headers: LeanHeaders
    stream: httpx.AsyncByteStream


class _Body(httpx.AsyncByteStream):
    """The body as it arrives; once closed, its connection is free again."""

    def __init__(self, connection: Connection, content: StreamReader) -> None:
        self._connection = connection
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self._content.readany():
            yield piece

    async def aclose(self) -> None:
        self._connection.release()  # which cuts it where something is left to read


async def _exchange(connector: aiohttp.TCPConnector, prepared: _Prepared) -> LeanResponse:
    """Send the request and read the answer's head."""
    connection = await connector.connect(prepared.place, [], _UNHURRIED)
    try:
        protocol = connection.protocol
        assert protocol is not None
        protocol.set_response_params(read_until_eof=True, auto_decompress=False)
        _write(connection.transport, prepared.wire)
        message, content = await protocol.read()
        while 100 <= message.code < 200 and message.code != HTTPStatus.SWITCHING_PROTOCOLS:
            message, content = await protocol.read()  # "be patient": the answer is still to come
    except HttpProcessingError as error:
        connection.close()
        raise httpx.RemoteProtocolError("The answer is no HTTP.") from error
    except BaseException:
        connection.close()
        raise
    return LeanResponse(message.code, LeanHeaders(message.headers), _Body(connection, content))


def _write(transport: asyncio.Transport | None, wire: bytes) -> None:
    if transport is None:
        raise aiohttp.ServerDisconnectedError
    transport.write(wire)


def _prepared(request: httpx.Request, *, keep: bool) -> _Prepared:
    """Head and body as bytes.

    Raises:
        httpx.LocalProtocolError: a header would break out of its line.
    """
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%b: %b" % pair for pair in request.headers.raw]
    if not keep:
        lines.append(b"connection: close")
    if any(forbidden in line for line in lines for forbidden in (b"\r", b"\n", b"\0")):
        raise httpx.LocalProtocolError("A header of the request holds a line's end.")
    place = ClientRequest(
        request.method,
        URL(str(request.url)),
        loop=asyncio.get_running_loop(),
        server_hostname=request.extensions.get("sni_hostname"),
    )
    return _Prepared(place, b"\r\n".join(lines) + b"\r\n\r\n" + request.content)
