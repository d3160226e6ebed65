"""What ``line`` needs of a transport and of its responses: as much of httpx's own types as we use.

httpx's transports fit as they are; the lean one gives its parser's headers straight on.
"""

from __future__ import annotations

from typing import Protocol

import httpx


class Headers(Protocol):
    """Names in any case."""

    def __contains__(self, key: object, /) -> bool: ...

    def get(self, key: str, default: str = "", /) -> str: ...

    def get_list(self, key: str, /) -> list[str]: ...


class Response(Protocol):
    """Status and headers are there, the body is still to be read; close its stream in any case."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Headers: ...

    @property
    def stream(self) -> httpx.AsyncByteStream | httpx.SyncByteStream: ...


class Transport(Protocol):
    """One way to Gateways; belongs to the loop it is first used in."""

    async def handle_async_request(self, request: httpx.Request, /) -> Response: ...

    async def aclose(self) -> None: ...


def stream_of(response: Response) -> httpx.AsyncByteStream:
    """The body's stream, which all our transports make asynchronous."""
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    return stream
