"""The client's path: ``GET /health`` at the address that the group's name gave, under that name.

Each ask takes a fresh connection, as a client that follows the name would; the certificate must fit the name.
Must not resolve the name: the witness does.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import httpx

from agmonitor.domain.evidence import CLIENTS, Evidence
from agmonitor.domain.model import Answer, GroupSettings, HostPort, Instant, NodeAddress
from agmonitor.domain.observations import ClientObservation
from agmonitor.gateway.address import plain_http_refusal
from agmonitor.gateway.failures import Failed
from agmonitor.gateway.line import Line, Progress, Reply
from agmonitor.gateway.traces import exchanges
from agmonitor.gateway.transport import Peer, polling, without_trust
from agmonitor.gateway.trust import trust_for

HEALTH = "/health"
_DEFAULT_PORTS = {"http": 80, "https": 443}


async def ask_health(
    fqdn: str,
    address: str,
    scheme: str,
    port: int,
    settings: GroupSettings,
    now: Callable[[], Instant],
    trust: ssl.SSLContext | None = None,
    evidence: Callable[[Evidence], None] | None = None,
) -> ClientObservation:
    """One visit; only a complete 200 counts."""
    sent_at = now()
    failed: Failed | None = None
    reply: Reply | None = None
    progress = Progress()
    refusal = plain_http_refusal(scheme, address, settings)
    if refusal is not None:
        failed = Failed(Answer.TLS, refusal)
    else:
        if trust is None:
            trust = trust_for(settings) if scheme == "https" else without_trust()
        peer = Peer()
        transport = polling(trust, peer, use_proxies=settings.use_proxies, keep=False)
        line = Line(NodeAddress(fqdn, f"{scheme}://{HostPort(address, port)}"), transport, peer)
        try:
            async with asyncio.timeout(settings.timeout_s):
                reply = await line.send(_request(line, fqdn, scheme, port), progress, "visiting as a client")
        except TimeoutError:
            failed = line.out_of_time(progress, settings.timeout_s)
        except Failed as failure:
            failed = failure
        finally:
            await line.close()
    if reply is not None and reply.status != 200:
        failed = Failed(
            Answer.HTTP_STATUS,
            f"{fqdn} at {address} answered a client with HTTP {reply.status}.",
            reply.status,
        )
    received_at = now()
    if failed is not None and evidence is not None:
        told = exchanges(progress.traces, ())
        evidence(Evidence(received_at, CLIENTS, "visit", failed.answer.value, failed.detail, told))
    return ClientObservation(
        sent_at=sent_at,
        received_at=received_at,
        answer=failed.answer if failed else Answer.OK,
        detail=failed.detail if failed else "",
        round_trip_ms=reply.round_trip_ms if reply else None,
        address=address,
    )


def _request(line: Line, fqdn: str, scheme: str, port: int) -> httpx.Request:
    """The request a client of the name would send: its Host header and its TLS name are the group's."""
    name = fqdn.rstrip(".")
    host = name if port == _DEFAULT_PORTS.get(scheme) else f"{name}:{port}"
    request = line.request("GET", HEALTH, {"host": host, "accept": "*/*"})
    if scheme == "https":
        request.extensions["sni_hostname"] = name
    return request
