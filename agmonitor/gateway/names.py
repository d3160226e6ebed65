"""Looks host names up as the system does, without ever holding up the program's end.

``getaddrinfo`` blocks, and asyncio's own pool waits for its threads when the loop closes: a dead resolver
would keep a one-shot ``status`` alive far beyond its deadline. So each look-up has a daemon thread of its
own, shared by all who wait for the same name. Must not cache: who connects says how long it serves.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

from aiohttp.abc import AbstractResolver, ResolveResult

_AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class SystemNames(AbstractResolver):
    """aiohttp's resolver over ``getaddrinfo`` in daemon threads; one look-up per name at a time."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, int], asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            OSError: ``socket.gaierror``: none found, or no name server answered.
        """
        key = (host, family)
        lookup = self._under_way.get(key)
        if lookup is None or lookup.done():
            lookup = _look_up(host, port, family)
            self._under_way[key] = lookup
            lookup.add_done_callback(lambda _: self._under_way.pop(key, None))
        found = await asyncio.shield(lookup)
        return [{**each, "port": port} for each in found]

    async def close(self) -> None:
        for lookup in self._under_way.values():
            lookup.cancel()


def _look_up(host: str, port: int, family: int) -> asyncio.Future[list[ResolveResult]]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[ResolveResult]] = loop.create_future()

    def settle(found: list[ResolveResult], error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
            answer.exception()  # seen: the asker's deadline may have passed meanwhile
        else:
            answer.set_result(found)

    def run() -> None:
        found: list[ResolveResult] = []
        failed: OSError | None = None
        try:
            infos = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
            found = [_result(host, info) for info in infos]
        except OSError as error:
            failed = error
        except UnicodeError:
            failed = socket.gaierror(socket.EAI_NONAME, "no name")
        with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=run, name="agmonitor-getaddrinfo", daemon=True).start()
    return answer


def _result(host: str, info: _AddressInfo) -> ResolveResult:
    family, _kind, proto, _canonical, address = info
    numeric, _ = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    return {
        "hostname": host,
        "host": numeric,
        "port": 0,
        "family": family,
        "proto": proto,
        "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    }
