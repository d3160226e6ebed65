"""The ways a request can travel: lean and kept alive for polling, fresh and never repeated for the one PUT.

Polling goes over ``LeanTransport``, at a quarter of the cost of httpx's own; it asks again when a kept-alive
connection drops, which is welcome for a GET and forbidden for ``PUT /failover``: that goes through ``acting``
alone. Requests are handed to the transports directly, so no redirect is followed, no cookie kept and no
environment read unless a group asks for proxies.
"""

from __future__ import annotations

import logging
import ssl

import aiohttp
import httpx
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from agmonitor.domain.model import Instant
from agmonitor.gateway.certificate import expires_at
from agmonitor.gateway.lean import LeanTransport
from agmonitor.gateway.names import SystemNames
from agmonitor.gateway.response import Transport

for _chatty in ("httpcore", "hpack"):
    # Their debug lines hold whole header lists, tokens and cookies included.
    logging.getLogger(_chatty).setLevel(logging.WARNING)

CONNECTIONS_MAX = 4
"""Per node; group, load and hooks may be asked side by side."""
KEEP_ALIVE_S = 75.0


class Peer:
    """What was learnt about the other end while connecting."""

    def __init__(self) -> None:
        self.certificate_expires_at: Instant | None = None
        self.connected: bool | None = None  # None: this transport doesn't tell
        self._seen: object = None

    def note(self, transport: object) -> None:
        """A connection is about to be used; its certificate is read once per connection."""
        self.connected = True
        if transport is self._seen:
            return
        self._seen = transport
        channel = getattr(transport, "get_extra_info", lambda _: None)("ssl_object")
        self.note_channel(channel)

    def note_channel(self, channel: object) -> None:
        """The TLS end of a connection, None for plain http."""
        if isinstance(channel, (ssl.SSLObject, ssl.SSLSocket)):
            der = channel.getpeercert(binary_form=True)
            self.certificate_expires_at = expires_at(der) if der else None


class _NotingConnector(aiohttp.TCPConnector):
    """A connector that tells ``Peer`` of each connection it hands out."""

    peer: Peer

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        self.peer.connected = False
        connection = await super().connect(req, traces, timeout)
        self.peer.note(connection.transport)
        return connection


def _lean(trust: ssl.SSLContext, peer: Peer, *, keep: bool) -> Transport:
    """For polling. Must be first used inside the loop it then belongs to."""

    def connector() -> aiohttp.TCPConnector:
        made = _NotingConnector(
            ssl=trust,
            limit=CONNECTIONS_MAX,
            resolver=SystemNames(),
            use_dns_cache=True,
            force_close=not keep,
            keepalive_timeout=KEEP_ALIVE_S if keep else None,
        )
        made.peer = peer
        return made

    return LeanTransport(connector)


def _fresh(trust: ssl.SSLContext) -> Transport:
    """For the one PUT: httpx's own transport, a new connection per request, no retries."""
    return httpx.AsyncHTTPTransport(
        verify=trust, trust_env=False, retries=0, limits=httpx.Limits(max_keepalive_connections=0)
    )


class _Proxied:
    """Through the proxies of the environment, where a group asks for them; never repeats either."""

    def __init__(self, trust: ssl.SSLContext, peer: Peer, *, keep: bool) -> None:
        limits = httpx.Limits(max_keepalive_connections=CONNECTIONS_MAX if keep else 0)
        self._client = httpx.AsyncClient(verify=trust, trust_env=True, timeout=None, limits=limits)  # noqa: S113 - the probe has a deadline
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._client.cookies.clear()
        response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
        channel = response.extensions.get("network_stream")
        if channel is not None:
            self._peer.note_channel(channel.get_extra_info("ssl_object"))
        return response

    async def aclose(self) -> None:
        await self._client.aclose()


def polling(trust: ssl.SSLContext, peer: Peer, *, use_proxies: bool, keep: bool = True) -> Transport:
    """The transport for reading; without ``keep`` each request takes a connection of its own."""
    return _Proxied(trust, peer, keep=keep) if use_proxies else _lean(trust, peer, keep=keep)


def acting(trust: ssl.SSLContext, peer: Peer, *, use_proxies: bool) -> Transport:
    """The transport for ``PUT /failover`` and its own sign-in."""
    return _Proxied(trust, peer, keep=False) if use_proxies else _fresh(trust)


def without_trust() -> ssl.SSLContext:
    """A context that believes nobody, for plain http where none is needed: it fails closed."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
