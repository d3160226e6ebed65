from __future__ import annotations

import asyncio
import gzip
import json
import logging
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from agmonitor.domain.model import Answer, NodeAddress, Role
from agmonitor.domain.observations import HooksObservation, LoadObservation, NodeObservation
from agmonitor.gateway.account import Account
from agmonitor.gateway.client import NodeClient
from tests.gateway.servers import (
    FAILOVER,
    GROUP,
    LOGIN,
    PASSWORD,
    STATE,
    TOKEN,
    Behaviour,
    Gateway,
    Request,
    Server,
    Talk,
    ca,
    now,
    payload,
    settings,
    tls,
    trusting,
)

BODY = payload("group_primary")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SHORT_S = 0.4


def _account(password: str | None = PASSWORD, user: str | None = "monitor") -> Account:
    return Account(user, lambda: password)


def _ask(
    behave: Behaviour,
    *,
    times: int = 1,
    timeout_s: float = 5.0,
    account: Account | None = None,
    clock: Callable[[], float] = now,
    **more: Any,
) -> tuple[list[NodeObservation], Server]:
    """Ask one server for its group so many times, without a user unless an account is given."""

    async def story() -> tuple[list[NodeObservation], Server]:
        async with Server(behave) as server:
            group = settings(server.node(), timeout_s=timeout_s, **more)
            client = NodeClient(server.node(), group, account or _account(user=None), clock)
            try:
                return [await client.ask_group() for _ in range(times)], server
            finally:
                await client.close()

    return asyncio.run(story())


def _saying(*raw: bytes, then: str = "close") -> Behaviour:
    async def behave(request: Request, talk: Talk) -> None:
        for piece in raw:
            await talk.say(piece)
        if then == "hang":
            await talk.hang()
        elif then == "reset":
            talk.reset()
        elif then == "close":
            talk.close()

    return behave


def _answering(body: bytes | object, status: int = 200, *headers: tuple[str, str]) -> Behaviour:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(body, status, headers)

    return behave


def test_a_healthy_node_is_heard() -> None:
    gateway = Gateway(headers=(("Date", "Mon, 05 Jan 2026 09:00:41 GMT"),))

    (seen,), server = _ask(gateway, account=_account())

    assert (seen.answer, seen.detail, seen.http_status) == (Answer.OK, "", 200)
    assert seen.report is not None
    assert seen.report.role is Role.PRIMARY
    assert seen.http_date == 1767603641.0
    assert seen.round_trip_ms is not None
    assert 0 < seen.round_trip_ms < 5000
    assert seen.sent_at <= seen.received_at
    login, group = server.seen
    assert (login.method, login.path, login.headers["content-type"]) == ("POST", LOGIN, "application/json")
    assert login.json == {"username": "monitor", "password": PASSWORD}
    assert (group.method, group.path, group.headers["auth"]) == ("GET", GROUP, f"Basic {TOKEN}")
    assert group.headers["accept-encoding"] == "identity"
    assert "authorization" not in group.headers


def test_rounds_share_one_connection_and_one_sign_in() -> None:
    seen, server = _ask(Gateway(), times=5, account=_account())

    assert [each.answer for each in seen] == [Answer.OK] * 5
    assert (server.connections, server.count("POST", LOGIN)) == (1, 1)


def test_an_answer_is_read_anew_whenever_it_is_not_the_one_before() -> None:
    other = BODY.replace(b'"node_role": "primary"', b'"node_role": "secondary"')
    bodies = iter([BODY, BODY, other, b'{"state": 5}', other, BODY])

    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(next(bodies))

    seen, _ = _ask(behave, times=6)

    roles = [each.report.role if each.report is not None else None for each in seen]
    assert roles == [Role.PRIMARY, Role.PRIMARY, Role.SECONDARY, None, Role.SECONDARY, Role.PRIMARY]


def test_a_server_for_one_connection_at_a_time_answers_all_questions() -> None:
    gateway, free = Gateway(), asyncio.Lock()

    async def behave(request: Request, talk: Talk) -> None:
        if free.locked() and owner[0] is not talk:
            await talk.hang()  # the first connection is still open
        if not free.locked():
            await free.acquire()
            owner[0] = talk
        await asyncio.sleep(0.01)
        await gateway(request, talk)

    owner: list[Talk | None] = [None]

    async def story() -> list[Answer]:
        async with Server(behave) as server:
            client = NodeClient(server.node(), settings(server.node(), timeout_s=SHORT_S), _account(), now)
            try:
                seen = await asyncio.gather(client.ask_group(), client.ask_load(), client.ask_group())
            finally:
                await client.close()
            return [each.answer for each in seen]

    assert asyncio.run(story()) == [Answer.OK] * 3


def test_a_question_that_hangs_holds_up_the_others_for_half_a_deadline_only() -> None:
    gateway = Gateway()

    async def behave(request: Request, talk: Talk) -> None:
        if request.path == "/serverstatus":
            await talk.hang()
        await gateway(request, talk)

    async def story() -> tuple[LoadObservation, NodeObservation, float]:
        async with Server(behave) as server:
            client = NodeClient(server.node(), settings(server.node(), timeout_s=2.0), _account(), now)
            begun = time.monotonic()
            async with asyncio.TaskGroup() as tasks:
                load = tasks.create_task(client.ask_load())
                group = await tasks.create_task(client.ask_group())
                took_s = time.monotonic() - begun
            await client.close()
            return load.result(), group, took_s

    load, group, took_s = asyncio.run(story())

    assert (load.answer, group.answer) == (Answer.TIMEOUT, Answer.OK)
    assert took_s < 1.9, "less than the other's deadline"
    assert group.received_at - group.sent_at < 0.9, "waiting for one's turn is no part of the probe"


def test_a_dropped_connection_between_rounds_goes_unnoticed() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(BODY)
        talk.close()

    seen, server = _ask(behave, times=3)

    assert [each.answer for each in seen] == [Answer.OK] * 3
    assert server.connections == 3


def test_without_a_user_no_sign_in_is_tried() -> None:
    (seen,), server = _ask(_answering(BODY))

    assert seen.answer is Answer.OK
    assert [request.path for request in server.seen] == [GROUP]


def test_without_a_user_a_401_says_what_to_do() -> None:
    (seen,), _ = _ask(_answering(payload("unauthorized"), 401))

    assert (seen.answer, seen.http_status, seen.report) == (Answer.SIGN_IN_REFUSED, 401, None)
    assert "no user is set" in seen.detail


def test_a_missing_permission_is_named() -> None:
    (seen,), server = _ask(Gateway(group_status=403), account=_account(), times=1)

    assert (seen.answer, seen.http_status) == (Answer.FORBIDDEN, 403)
    assert "permission availability_group" in seen.detail
    assert server.count("POST", LOGIN) == 1


@pytest.mark.parametrize("status", [400, 404, 405, 409, 422])
def test_a_node_in_no_group_that_refuses_its_group_is_asked_for_its_state(status: int) -> None:
    gateway = Gateway(group_status=status, state=payload("state_not_in_group"))

    (seen,), server = _ask(gateway, account=_account())

    assert seen.answer is Answer.OK
    assert seen.report is not None
    assert seen.report.role is Role.NOT_IN_GROUP
    assert server.count("GET", STATE) == 1


def test_a_node_that_refuses_group_and_state_keeps_the_first_status() -> None:
    gateway = Gateway(group=b'{"message": "In no group."}', group_status=409, state_status=404)

    (seen,), _ = _ask(gateway, account=_account())

    assert (seen.answer, seen.http_status) == (Answer.HTTP_STATUS, 409)
    assert "In no group." in seen.detail


@pytest.mark.parametrize(("status", "asked"), [(201, 2), (204, 2), (408, 1), (429, 1), (500, 2), (503, 2)])
def test_other_statuses_are_no_answer(status: int, asked: int) -> None:
    (seen,), server = _ask(_answering(b"" if status == 204 else b"{}", status))

    assert (seen.answer, seen.http_status) == (Answer.HTTP_STATUS, status)
    assert str(status) in seen.detail
    assert len(server.seen) == asked


REFUSALS = [
    (403, b"{}"),
    (500, b"oops"),
    (503, b""),
    (200, b'{"message": "In no group."}'),
    (200, b'{"state": null}'),
]


@pytest.mark.parametrize(("status", "body"), REFUSALS)
def test_a_node_in_no_group_may_refuse_its_group_in_any_way(status: int, body: bytes) -> None:
    gateway = Gateway(group_status=status, group=body, state=payload("state_not_in_group"))

    (seen,), _ = _ask(gateway, account=_account())

    assert seen.report is not None, seen.detail
    assert seen.report.role is Role.NOT_IN_GROUP


@pytest.mark.parametrize(("status", "body"), REFUSALS)
def test_what_may_be_a_fault_stands_where_the_node_is_in_a_group(status: int, body: bytes) -> None:
    gateway = Gateway(group_status=status, group=body, state=payload("state_primary"))

    (seen,), _ = _ask(gateway, account=_account())

    answer = {403: Answer.FORBIDDEN, 200: Answer.MALFORMED}.get(status, Answer.HTTP_STATUS)
    assert (seen.answer, seen.http_status) == (answer, status)


def test_a_refusal_stands_though_the_state_never_comes() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        if request.path == GROUP:
            await talk.answer(b"oops", 500)
        else:
            await asyncio.sleep(3600)

    (seen,), _ = _ask(behave, timeout_s=SHORT_S)

    assert (seen.answer, seen.http_status) == (Answer.HTTP_STATUS, 500)


def test_a_redirect_is_not_followed_and_says_where_to() -> None:
    behave = _answering(b"", 302, ("Location", "https://u:secret@sso.example.net/login?ticket=secret"))

    (seen,), server = _ask(behave)

    assert (seen.answer, seen.http_status) == (Answer.REDIRECTED, 302)
    assert "https://sso.example.net/login" in seen.detail
    assert "secret" not in seen.detail
    assert len(server.seen) == 1


@pytest.mark.parametrize("location", [(), (("Location", ""),), (("Location", "http://[::"),)])
def test_a_redirect_to_nowhere_is_one_too(location: tuple[tuple[str, str], ...]) -> None:
    (seen,), _ = _ask(_answering(b"", 307, *location))

    assert seen.answer is Answer.REDIRECTED


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Sign in</html>", "no JSON"),
        (b"", "empty"),
        (b'{"state": {"node_role": "leader"}}', "state.node_role is “leader”"),
        (BODY.replace(b'"node_role"', b'"role"'), "state.node_role is missing"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_malformed(body: bytes, said: str) -> None:
    (seen,), server = _ask(_answering(body))

    assert (seen.answer, seen.report, seen.http_status) == (Answer.MALFORMED, None, 200)
    assert said in seen.detail
    assert "gw-1" in seen.detail
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("behave", "answer", "said"),
    [
        (_saying(), Answer.CLOSED, "closed the connection"),
        (_saying(then="reset"), Answer.CLOSED, "closed the connection"),
        (_saying(HEAD), Answer.CLOSED, "closed the connection"),
        (_saying(HEAD + b"Content-Length: 500\r\n\r\n{"), Answer.CLOSED, "closed the connection"),
        (_saying(HEAD + b"Content-Length: 500\r\n\r\n{", then="reset"), Answer.CLOSED, "closed"),
        (_saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"), Answer.CLOSED, "closed"),
        (_saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), Answer.MALFORMED, "no HTTP"),
        (_saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Answer.MALFORMED, "no HTTP"),
        (_saying(b"\x15\x03\x01\x00\x02\x02\x16"), Answer.MALFORMED, "no HTTP"),
        (_saying(b"HTTP/1.1 two hundred\r\n\r\n"), Answer.MALFORMED, "no HTTP"),
        (_saying(HEAD + b"X: " + b"y" * 20_000 + b"\r\n\r\n"), Answer.MALFORMED, "no HTTP"),
        (_saying(HEAD + b"X: y\r\n" * 10_000 + b"\r\n"), Answer.MALFORMED, "no HTTP"),
    ],
)
def test_a_broken_conversation_is_told_from_silence(behave: Behaviour, answer: Answer, said: str) -> None:
    (seen,), _ = _ask(behave)

    assert (seen.answer, seen.round_trip_ms) == (answer, None)
    assert said in seen.detail


def test_nobody_listening_is_refused() -> None:
    async def story() -> NodeObservation:
        async with Server(Gateway()) as server:
            node = server.node()
        client = NodeClient(node, settings(node), _account(), now)
        try:
            return await client.ask_group()
        finally:
            await client.close()

    seen = asyncio.run(story())

    assert seen.answer is Answer.REFUSED
    assert "nothing listens there" in seen.detail


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://" + "a" * 70 + ".example.net", Answer.NAME),
        ("https://255.255.255.255:9", Answer.UNREACHABLE),
        ("https://[::1]:9", None),
    ],
)
def test_a_place_that_is_none(url: str, answer: Answer | None) -> None:
    async def story() -> NodeObservation:
        client = NodeClient(NodeAddress("gw-1", url), settings(NodeAddress("gw-1", url)), _account(), now)
        try:
            return await client.ask_group()
        finally:
            await client.close()

    seen = asyncio.run(story())

    assert seen.answer in ({answer} if answer else {Answer.REFUSED, Answer.UNREACHABLE})


async def _drip(request: Request, talk: Talk) -> None:
    await talk.drip(HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)


async def _hang(request: Request, talk: Talk) -> None:
    await talk.hang()


async def _hang_at_the_group(request: Request, talk: Talk) -> None:
    if request.path == LOGIN:
        await talk.answer(payload("login_token"))
    else:
        await talk.hang()


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (_hang, "signing in"),
        (_hang_at_the_group, "asking for the group"),
        (_drip, "signing in"),
        (_saying(HEAD, then="hang"), "signing in"),
        (_saying(HEAD + b"Content-Length: 9\r\n\r\n{", then="hang"), "reading the body"),
    ],
)
def test_one_deadline_bounds_the_whole_probe(behave: Behaviour, said: str) -> None:
    begun = time.monotonic()

    (seen,), _ = _ask(behave, account=_account(), timeout_s=SHORT_S)

    took_s = time.monotonic() - begun
    assert seen.answer is Answer.TIMEOUT
    assert said in seen.detail
    assert "within 0.4 s" in seen.detail
    assert SHORT_S * 0.9 <= took_s < SHORT_S + 2


def test_sign_in_and_body_together_have_no_more_time_than_one() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await asyncio.sleep(SHORT_S * 0.7)
            await talk.answer(payload("login_token"))
        else:
            await asyncio.sleep(SHORT_S * 0.7)
            await talk.answer(BODY)

    (seen,), _ = _ask(behave, account=_account(), timeout_s=SHORT_S)

    assert seen.answer is Answer.TIMEOUT


def test_a_node_that_hung_is_heard_again_when_it_answers() -> None:
    hanging = iter([True, False])

    async def behave(request: Request, talk: Talk) -> None:
        if next(hanging):
            await talk.hang()
        await talk.answer(BODY)

    seen, _ = _ask(behave, times=2, timeout_s=SHORT_S)

    assert [each.answer for each in seen] == [Answer.TIMEOUT, Answer.OK]


async def _flood(request: Request, talk: Talk) -> None:
    await talk.flood(HEAD + b"\r\n")


async def _zip_bomb_after_its_end(request: Request, talk: Talk) -> None:
    await talk.flood(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY))


@pytest.mark.parametrize(
    "behave",
    [
        _flood,
        _zip_bomb_after_its_end,
        _saying(HEAD + b"Content-Length: 65537\r\n\r\n", then="hang"),
        _saying(HEAD + b"Content-Length: %s\r\n\r\n" % (b"9" * 18), then="hang"),
        _answering(b'{"a": "' + b"x" * 65536 + b'"}'),
        _answering(gzip.compress(b"0" * 50_000_000), 200, ("Content-Encoding", "gzip")),
        _answering(zlib.compress(b"0" * 50_000_000), 200, ("Content-Encoding", "deflate")),
    ],
    ids=["flood", "flood after gzip", "announced", "announced huge", "sent", "gzip bomb", "deflate bomb"],
)
def test_more_than_64_kib_is_too_large(behave: Behaviour) -> None:
    (seen,), _ = _ask(behave)

    assert seen.answer is Answer.TOO_LARGE
    assert "64 KiB" in seen.detail


def test_a_body_of_64_kib_is_not_too_large() -> None:
    (seen,), _ = _ask(_answering(BODY + b" " * (65536 - len(BODY))))

    assert seen.answer is Answer.OK


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZip", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", _raw_deflate(BODY)),
        ("identity", BODY),
    ],
)
def test_a_compression_nobody_asked_for_is_read_all_the_same(encoding: str, body: bytes) -> None:
    (seen,), _ = _ask(_answering(body, 200, ("Content-Encoding", encoding)))

    assert seen.answer is Answer.OK


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"xxxx"), ("gzip, gzip", b"x"), ("gzip", BODY), ("gzip", gzip.compress(BODY)[:-20])],
)
def test_a_compression_that_cannot_be_read_is_malformed(encoding: str, body: bytes) -> None:
    (seen,), _ = _ask(_answering(body, 200, ("Content-Encoding", encoding)))

    assert seen.answer is Answer.MALFORMED
    assert "compress" in seen.detail


def test_a_refused_name_over_plain_http_is_never_sent_anything() -> None:
    node = NodeAddress("gw-1", "http://192.0.2.11")

    async def story() -> tuple[NodeObservation, LoadObservation]:
        client = NodeClient(node, settings(node), _account(), now)
        try:
            return await client.ask_group(), await client.ask_load()
        finally:
            await client.close()

    begun = time.monotonic()
    group, load = asyncio.run(story())

    assert time.monotonic() - begun < 4, "no deadline was waited for"
    assert group.answer is load.answer is Answer.TLS
    assert "Nothing was sent" in group.detail


@pytest.mark.parametrize("url", ["ftp://x", "http://", "gw-1", "http://u:hunter22@h", "http://[::1"])
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="URL") as caught:
        NodeClient(NodeAddress("gw-1", url), settings(NodeAddress("gw-1", url)), _account(), now)

    assert "hunter22" not in str(caught.value)


def _over_tls(context: ssl.SSLContext, *, trust: ssl.SSLContext | None, **more: Any) -> NodeObservation:
    async def story() -> NodeObservation:
        async with Server(Gateway(), tls=context) as server:
            client = NodeClient(server.node(), settings(server.node(), **more), _account(), now, trust)
            try:
                return await client.ask_group()
            finally:
                await client.close()

    return asyncio.run(story())


def test_a_trusted_certificate_tells_its_end() -> None:
    seen = _over_tls(tls("127.0.0.1"), trust=trusting())

    assert seen.answer is Answer.OK
    assert seen.certificate_expires_at is not None
    assert seen.certificate_expires_at > 1_800_000_000


def test_the_end_is_known_without_verification_too() -> None:
    seen = _over_tls(tls("127.0.0.1"), trust=None, insecure=True)

    assert seen.answer is Answer.OK
    assert seen.certificate_expires_at is not None


def test_a_ca_file_is_enough(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    seen = _over_tls(tls("127.0.0.1", authority=authority), trust=None, ca_file=str(tmp_path / "ca.pem"))

    assert seen.answer is Answer.OK


def test_an_unknown_authority_is_named() -> None:
    seen = _over_tls(tls("127.0.0.1", authority=trustme.CA()), trust=trusting())

    assert seen.answer is Answer.TLS
    assert "not trusted here" in seen.detail


def test_a_certificate_for_another_name_is_named() -> None:
    seen = _over_tls(tls("gateway.example.net"), trust=trusting())

    assert seen.answer is Answer.TLS
    assert "not for that IP address" in seen.detail


def test_an_expired_certificate_is_named() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca().issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)

    seen = _over_tls(context, trust=trusting())

    assert seen.answer is Answer.TLS
    assert "has expired" in seen.detail


def test_plain_http_on_an_https_address_is_named() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def story() -> NodeObservation:
        server = await asyncio.start_server(behave, "127.0.0.1", 0)
        async with server:
            node = NodeAddress("gw-1", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            client = NodeClient(node, settings(node), _account(), now, trusting())
            try:
                return await client.ask_group()
            finally:
                await client.close()

    seen = asyncio.run(story())

    assert seen.answer is Answer.TLS
    assert "does not speak TLS" in seen.detail


def test_a_port_that_closes_in_the_handshake_is_closed() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async def story() -> NodeObservation:
        server = await asyncio.start_server(behave, "127.0.0.1", 0)
        async with server:
            node = NodeAddress("gw-1", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            client = NodeClient(node, settings(node), _account(), now, trusting())
            try:
                return await client.ask_group()
            finally:
                await client.close()

    assert asyncio.run(story()).answer is Answer.CLOSED


def _other(ask: Callable[[NodeClient], Awaitable[Any]], behave: Behaviour, **more: Any) -> Any:
    async def story() -> Any:
        async with Server(behave) as server:
            client = NodeClient(server.node(), settings(server.node(), **more), _account(), now)
            try:
                return await ask(client)
            finally:
                await client.close()

    return asyncio.run(story())


def test_the_load_is_asked_without_a_sign_in() -> None:
    gateway = Gateway(headers=(("Date", "Mon, 05 Jan 2026 09:00:20 GMT"),), accepts_token=False)

    seen = _other(NodeClient.ask_load, gateway)

    assert isinstance(seen, LoadObservation)
    assert (seen.answer, seen.load_score, seen.current_time) == (Answer.OK, 0.24, 1767603620.0)
    assert seen.http_date == 1767603620.0


@pytest.mark.parametrize(
    ("behave", "answer"),
    [
        (_answering(b"", 404), Answer.HTTP_STATUS),
        (_answering(b"{}"), Answer.MALFORMED),
        (_answering(b"x" * 70_000), Answer.TOO_LARGE),
        (_saying(), Answer.CLOSED),
    ],
)
def test_a_load_that_cannot_be_had_is_typed(behave: Behaviour, answer: Answer) -> None:
    seen = _other(NodeClient.ask_load, behave)

    assert (seen.answer, seen.load_score) == (answer, None)
    assert seen.detail


def test_hooks_are_asked_signed_in() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await talk.answer(payload("login_token"))
        else:
            assert request.path == "/hook_inventory/v1/hooks"
            assert request.headers["auth"] == f"Basic {TOKEN}"
            await talk.answer(payload("hooks"))

    seen = _other(NodeClient.ask_hooks, behave)

    assert isinstance(seen, HooksObservation)
    assert (seen.answer, len(seen.hooks), len(seen.calls)) == (Answer.OK, 1, 2)


def test_a_node_without_the_inventory_says_so() -> None:
    seen = _other(NodeClient.ask_hooks, Gateway())

    assert (seen.answer, seen.hooks) == (Answer.HTTP_STATUS, ())
    assert "not installed" in seen.detail


def test_all_questions_may_be_asked_at_once() -> None:
    gateway = Gateway()

    async def story() -> tuple[list[Answer], Server]:
        async with Server(gateway) as server:
            client = NodeClient(server.node(), settings(server.node()), _account(), now)
            try:
                seen = await asyncio.gather(client.ask_group(), client.ask_load(), client.ask_hooks())
                return [each.answer for each in seen], server
            finally:
                await client.close()

    answers, server = asyncio.run(story())

    assert answers == [Answer.OK, Answer.OK, Answer.HTTP_STATUS]
    assert server.count("POST", LOGIN) == 1


def test_nothing_but_reading_is_ever_sent() -> None:
    _, server = _ask(Gateway(), times=2, account=_account())

    assert {(request.method, request.path) for request in server.seen} == {("POST", LOGIN), ("GET", GROUP)}
    assert server.count("PUT", FAILOVER) == 0


def test_no_secret_comes_back_in_any_sentence_or_log(caplog: pytest.LogCaptureFixture) -> None:
    async def echo(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await talk.answer(payload("login_token"), 200, (("Set-Cookie", "session=cookie-secret; Path=/"),))
        else:
            said = f"{request.headers} {PASSWORD}"
            await talk.answer({"message": said[-110:], "state": {"node_role": TOKEN}}, 500)

    caplog.set_level(logging.DEBUG)
    seen, _ = _ask(echo, account=_account(), times=2)

    told = json.dumps([repr(each) for each in seen]) + caplog.text
    for secret in (PASSWORD, TOKEN, TOKEN.split()[1], "cookie-secret"):
        assert secret not in told


def test_proxies_of_the_environment_are_ignored_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(*, use_proxies: bool) -> tuple[NodeObservation, int]:
        async with Server(Gateway()) as proxy, Server(Gateway()) as server:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("ALL_PROXY", proxy.url)
            group = settings(server.node(), use_proxies=use_proxies)
            client = NodeClient(server.node(), group, _account(user=None), now)
            try:
                return await client.ask_group(), len(proxy.seen)
            finally:
                await client.close()

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert asyncio.run(story(use_proxies=False))[1] == 0
    assert asyncio.run(story(use_proxies=True))[1] == 1
