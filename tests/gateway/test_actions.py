from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any

import pytest

from agmonitor.domain.model import NodeAddress
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.gateway.account import Account
from agmonitor.gateway.actions import order_failover
from agmonitor.gateway.client import NodeClient
from tests.gateway.servers import (
    FAILOVER,
    LOGIN,
    PASSWORD,
    TOKEN,
    Behaviour,
    Gateway,
    Request,
    Server,
    Talk,
    now,
    payload,
    settings,
    tls,
    trusting,
)

SHORT_S = 0.3


class Acting:
    """A node that counts the failovers it does, then answers as told."""

    def __init__(self, answer: Behaviour, login: Behaviour | None = None) -> None:
        self._answer = answer
        self._login = login
        self.acted = 0

    async def __call__(self, request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            if self._login:
                await self._login(request, talk)
            else:
                await talk.answer(payload("login_token"))
            return
        assert (request.method, request.path) == ("PUT", FAILOVER)
        self.acted += 1
        await self._answer(request, talk)


def _order(
    acting: Behaviour, *, user: str | None = "monitor", password: str | None = PASSWORD, **more: Any
) -> tuple[FailoverAnswer, Server]:
    async def story() -> tuple[FailoverAnswer, Server]:
        async with Server(acting, tls=tls() if more.pop("over_tls", False) else None) as server:
            group = settings(server.node(), **more)
            account = Account(user, lambda: password)
            return await order_failover(server.node(), group, account, now, trusting()), server

    return asyncio.run(story())


def _answering(body: bytes | object, status: int = 200, *headers: tuple[str, str]) -> Behaviour:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(body, status, headers)

    return behave


async def _drop(request: Request, talk: Talk) -> None:
    talk.close()


async def _reset(request: Request, talk: Talk) -> None:
    talk.reset()


async def _hang(request: Request, talk: Talk) -> None:
    await talk.hang()


async def _half_an_answer(request: Request, talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    talk.close()


async def _half_a_head(request: Request, talk: Talk) -> None:
    await talk.say(b"HTTP/1.1 200 OK\r\nContent-Le")
    talk.close()


async def _no_http(request: Request, talk: Talk) -> None:
    await talk.say(b"What?\r\n\r\n")
    talk.close()


@pytest.mark.parametrize("over_tls", [False, True])
def test_an_accepted_order_is_one_put_signed_in_on_its_own_connection(over_tls: bool) -> None:
    acting = Acting(_answering({"message": "Manual failover completed."}))

    answer, server = _order(acting, over_tls=over_tls)

    assert answer == FailoverAnswer(
        accepted=True,
        http_status=200,
        detail=f"gw-1 ({server.url}) answered HTTP 200: “Manual failover completed.”",
        sent=True,
    )
    login, put = server.seen
    assert (login.path, put.method, put.path) == (LOGIN, "PUT", FAILOVER)
    assert put.headers["content-type"] == "application/json"
    assert put.headers["auth"] == f"Basic {TOKEN}"
    assert json.loads(put.body) == {}
    assert server.connections == 2


def test_without_a_user_the_order_goes_out_unsigned() -> None:
    answer, server = _order(Acting(_answering(b"{}")), user=None)

    assert answer.accepted is True
    assert [request.path for request in server.seen] == [FAILOVER]
    assert "auth" not in server.seen[0].headers


@pytest.mark.parametrize(
    "lose",
    [_drop, _reset, _half_a_head, _no_http, _hang, _answering(b"{}", 500), _answering(b"{}", 503)],
    ids=["closed", "reset", "half a head", "no http", "hang", "500", "503"],
)
def test_an_order_whose_answer_is_lost_was_sent_once_and_its_outcome_is_unknown(lose: Behaviour) -> None:
    acting = Acting(lose)

    answer, server = _order(acting, timeout_s=SHORT_S)

    assert (answer.accepted, answer.sent) == (None, True)
    assert answer.detail
    assert (acting.acted, server.count("PUT", FAILOVER)) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        _half_an_answer,
        _answering(b"x" * 100_000),
        _answering(b"x", 200, ("Content-Encoding", "br")),
        _answering(b"<html>", 202),
    ],
)
def test_a_status_counts_whatever_its_body_is(answer: Behaviour) -> None:
    acting = Acting(answer)

    seen, server = _order(acting)

    assert (seen.accepted, seen.sent, server.count("PUT", FAILOVER)) == (True, True, 1)


@pytest.mark.parametrize(
    ("status", "headers"),
    [(401, ()), (403, ()), (404, ()), (409, ()), (307, (("Location", "/elsewhere"),)), (308, ())],
)
def test_a_refused_order_is_refused_and_not_repeated(
    status: int, headers: tuple[tuple[str, str], ...]
) -> None:
    acting = Acting(_answering({"message": "Not in a group."}, status, *headers))

    answer, server = _order(acting)

    assert (answer.accepted, answer.http_status, answer.sent) == (False, status, True)
    assert (server.count("PUT", FAILOVER), server.count("POST", LOGIN)) == (1, 1)


def test_a_kept_alive_connection_of_the_poller_is_not_used() -> None:
    gateway = Gateway()

    async def behave(request: Request, talk: Talk) -> None:
        if request.path == FAILOVER:
            talk.close()  # what makes aiohttp repeat a PUT on a connection it had kept
        else:
            await gateway(request, talk)

    async def story() -> tuple[FailoverAnswer, Server]:
        async with Server(behave) as server:
            account = Account("monitor", lambda: PASSWORD)
            client = NodeClient(server.node(), settings(server.node()), account, now)
            await client.ask_group()
            answer = await order_failover(server.node(), settings(server.node()), account, now)
            await client.close()
            return answer, server

    answer, server = asyncio.run(story())

    assert (answer.accepted, answer.sent) == (None, True)
    assert server.count("PUT", FAILOVER) == 1


def test_nobody_listening_means_nothing_was_sent() -> None:
    async def story() -> FailoverAnswer:
        async with Server(_hang) as server:
            node = server.node()
        return await order_failover(node, settings(node), Account(None, lambda: None), now)

    answer = asyncio.run(story())

    assert (answer.accepted, answer.sent) == (False, False)
    assert "nothing listens there" in answer.detail


def test_a_certificate_that_is_not_trusted_means_nothing_was_sent() -> None:
    async def story() -> tuple[FailoverAnswer, int]:
        async with Server(_hang, tls=tls("gateway.example.net")) as server:
            account = Account(None, lambda: None)
            answer = await order_failover(server.node(), settings(server.node()), account, now, trusting())
            return answer, len(server.seen)

    answer, seen = asyncio.run(story())

    assert (answer.accepted, answer.sent, seen) == (False, False, 0)


@pytest.mark.parametrize(
    "login", [_answering(b"{}", 401), _answering(b"{}", 500), _answering(b"?"), _drop, _hang],
    ids=["401", "500", "rubbish", "closed", "hang"],
)  # fmt: skip
def test_a_failed_sign_in_means_nothing_was_sent(login: Behaviour) -> None:
    acting = Acting(_answering(b"{}"), login)

    answer, server = _order(acting, timeout_s=SHORT_S)

    assert (answer.accepted, answer.sent, acting.acted) == (False, False, 0)
    assert server.count("POST", LOGIN) == 1
    assert "Nothing was ordered" in answer.detail


def test_refused_credentials_are_not_tried_again_for_an_order() -> None:
    acting = Acting(_answering(b"{}"))

    async def story() -> tuple[FailoverAnswer, Server]:
        async with Server(acting) as server:
            account = Account("monitor", lambda: PASSWORD)
            account.refused(PASSWORD, "gw-2", 401)
            return await order_failover(server.node(), settings(server.node()), account, now), server

    answer, server = asyncio.run(story())

    assert (answer.accepted, answer.sent, server.seen) == (False, False, [])


def test_an_order_never_relies_on_a_stored_token() -> None:
    class Stale:
        def load(self, user: str, url: str) -> str:
            return "BAMAuthToken: stale"

        def save(self, user: str, url: str, token: str) -> None: ...

        def forget(self, user: str, url: str) -> None: ...

    acting = Acting(_answering(b"{}"))

    async def story() -> Server:
        async with Server(acting) as server:
            account = Account("monitor", lambda: PASSWORD, tokens=Stale())
            await order_failover(server.node(), settings(server.node()), account, now)
            return server

    assert asyncio.run(story()).seen[-1].headers["auth"] == f"Basic {TOKEN}"


def test_plain_http_to_elsewhere_is_refused() -> None:
    node = NodeAddress("gw-1", "http://192.0.2.11")
    begun = time.monotonic()

    answer = asyncio.run(order_failover(node, settings(node), Account(None, lambda: None), now))

    assert (answer.accepted, answer.sent) == (False, False)
    assert time.monotonic() - begun < 4, "no deadline was waited for"


def test_a_hanging_order_ends_within_its_patience() -> None:
    begun = time.monotonic()

    answer, _ = _order(Acting(_hang), timeout_s=SHORT_S)

    assert answer.accepted is None
    assert time.monotonic() - begun < SHORT_S * 3 + 2


def test_through_a_proxy_it_is_one_put_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async def story() -> tuple[FailoverAnswer, int]:
        async with Server(_drop) as proxy, Server(_hang) as server:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            group = settings(server.node(), use_proxies=True)
            answer = await order_failover(server.node(), group, Account(None, lambda: None), now)
            return answer, len(proxy.seen) + len(server.seen)

    answer, puts = asyncio.run(story())

    assert (answer.accepted, answer.sent, puts) == (None, True, 1)


def test_no_secret_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    login = _answering(payload("login_token"), 200, ("Set-Cookie", "session=cookie-secret"))
    acting = Acting(_answering({"message": f"{PASSWORD} {TOKEN} cookie-secret"}, 409), login)

    answer, server = _order(acting)

    assert server.seen[-1].headers["cookie"] == "session=cookie-secret"

    told = repr(answer) + caplog.text
    assert PASSWORD not in told
    assert TOKEN.split()[1] not in told
    assert "cookie-secret" not in told


def test_a_read_only_group_is_refused_at_the_door_and_nothing_leaves() -> None:
    answer, server = _order(Acting(_answering(b"{}")), failover_allowed=False)

    assert (answer.accepted, answer.sent) == (False, False)
    assert "not allowed" in answer.detail
    assert len(server.seen) == 0


def test_what_objects_once_signed_in_keeps_the_put_back() -> None:
    signed_in: list[str] = []

    async def story() -> tuple[FailoverAnswer, Server]:
        async with Server(Acting(_answering(b"{}"))) as server:

            async def objection() -> str:
                signed_in.extend(request.path for request in server.seen)
                return "gw-1 was Primary and is Secondary."

            account = Account("monitor", lambda: PASSWORD)
            group = settings(server.node())
            answer = await order_failover(server.node(), group, account, now, None, objection)
            return answer, server

    answer, server = asyncio.run(story())

    assert (answer.sent, answer.detail) == (
        False,
        "Nothing was ordered. gw-1 was Primary and is Secondary.",
    )
    assert signed_in == [LOGIN], "it is asked last"
    assert [request.method for request in server.seen] == ["POST"]
