from __future__ import annotations

import asyncio
import ssl
import time
from typing import Any

import pytest

from agmonitor.domain.model import Answer, NodeAddress
from agmonitor.domain.observations import ClientObservation
from agmonitor.gateway.health import ask_health
from tests.gateway.servers import Behaviour, Gateway, Request, Server, Talk, now, settings, tls, trusting

FQDN = "gateway.example.net"
ANYWHERE = settings(NodeAddress("gw-1", "http://127.0.0.1"), timeout_s=0.5)


def _visit(
    behave: Behaviour, *, tls_context: ssl.SSLContext | None = None, times: int = 1, fqdn: str = FQDN
) -> tuple[ClientObservation, Server]:
    async def story() -> tuple[ClientObservation, Server]:
        async with Server(behave, tls=tls_context) as server:
            scheme = "https" if tls_context else "http"
            for _ in range(times):
                seen = await ask_health(fqdn, "127.0.0.1", scheme, server.port, ANYWHERE, now, trusting())
            return seen, server

    return asyncio.run(story())


@pytest.mark.parametrize("fqdn", [FQDN, f"{FQDN}."])
def test_a_client_asks_under_the_groups_name(fqdn: str) -> None:
    seen, server = _visit(Gateway(), fqdn=fqdn)

    assert (seen.answer, seen.detail, seen.address) == (Answer.OK, "", "127.0.0.1")
    assert seen.round_trip_ms is not None
    (request,) = server.seen
    assert (request.method, request.path) == ("GET", "/health")
    assert request.headers["host"] == f"{FQDN}:{server.port}"
    assert request.headers["connection"] == "close"
    assert "auth" not in request.headers


def test_each_visit_takes_a_fresh_connection() -> None:
    _, server = _visit(Gateway(), times=3)

    assert server.connections == 3


def test_the_certificate_must_fit_the_name() -> None:
    right, _ = _visit(Gateway(), tls_context=tls(FQDN))
    wrong, _ = _visit(Gateway(), tls_context=tls("127.0.0.1"))

    assert right.answer is Answer.OK
    assert wrong.answer is Answer.TLS
    assert "for another name" in wrong.detail


def test_the_name_is_told_to_the_server_in_the_handshake() -> None:
    told: list[str | None] = []
    context = tls(FQDN)
    context.sni_callback = lambda _channel, name, _context: told.append(name)

    _visit(Gateway(), tls_context=context)

    assert told == [FQDN]


async def _hang(request: Request, talk: Talk) -> None:
    await talk.hang()


async def _endless(request: Request, talk: Talk) -> None:
    await talk.flood(b"HTTP/1.1 200 OK\r\n\r\n")


async def _dripping(request: Request, talk: Talk) -> None:
    await talk.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900)


def _status(status: int) -> Behaviour:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(b"", status, (("Location", "/x"),))

    return behave


@pytest.mark.parametrize(
    ("behave", "answer"),
    [
        (_status(204), Answer.HTTP_STATUS),
        (_status(401), Answer.HTTP_STATUS),
        (_status(500), Answer.HTTP_STATUS),
        (_status(302), Answer.REDIRECTED),
        (_hang, Answer.TIMEOUT),
        (_endless, Answer.TOO_LARGE),
        (_dripping, Answer.TIMEOUT),
    ],
)
def test_only_a_complete_200_counts(behave: Behaviour, answer: Answer) -> None:
    begun = time.monotonic()

    seen, _ = _visit(behave)

    assert seen.answer is answer
    assert FQDN in seen.detail
    assert time.monotonic() - begun < 3


def test_nobody_at_the_address_is_refused() -> None:
    async def story() -> ClientObservation:
        async with Server(_hang) as server:
            port = server.port
        return await ask_health(FQDN, "127.0.0.1", "http", port, ANYWHERE, now)

    assert asyncio.run(story()).answer is Answer.REFUSED


@pytest.mark.parametrize(("address", "sent"), [("192.0.2.11", False)])
def test_plain_http_elsewhere_is_not_visited(address: str, sent: Any) -> None:
    patient = settings(NodeAddress("gw-1", "http://127.0.0.1"), timeout_s=30.0)
    begun = time.monotonic()

    seen = asyncio.run(ask_health(FQDN, address, "http", 80, patient, now))

    assert seen.answer is Answer.TLS
    assert time.monotonic() - begun < 10, "nobody was waited for"
