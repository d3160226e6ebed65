"""Evidence of failed probes: what came back, as it came, and no secret in any place."""

from __future__ import annotations

import asyncio
import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.evidence import BODY_MAX, Evidence
from agmonitor.domain.model import Answer
from agmonitor.gateway.account import Account
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.health import ask_health
from agmonitor.gateway.scrubbing import HIDDEN, WITHHELD, scrubbed
from tests.gateway.servers import (
    GROUP,
    LOGIN,
    TOKEN,
    Behaviour,
    Gateway,
    Request,
    Server,
    Talk,
    now,
    settings,
)

ODD = 'pa/ss "wörd"+<&>%20'
OPAQUE = TOKEN.partition(":")[2].strip()
COOKIE = "sid-0123456789abcdef"
UNKNOWN = "ZmlyZS1hbmQtZm9yZ2V0"  # a token that we have never been told is one
Make = Callable[[str], bytes]


def evidence_of(
    behave: Behaviour, *, times: int = 1, password: str = ODD, timeout_s: float = 5.0
) -> list[Evidence]:
    async def story() -> list[Evidence]:
        told: list[Evidence] = []
        async with Server(behave) as server:
            account = Account("monitor", lambda: password)
            group = settings(server.node(), timeout_s=timeout_s)
            client = NodeClient(server.node(), group, account, now)
            client.evidence = told.append
            try:
                for _ in range(times):
                    await client.ask_group()
            finally:
                await client.close()
        return told

    return asyncio.run(story())


def text_of(told: list[Evidence]) -> str:
    return "\n".join(repr(each) for each in told)


def echoing(body: bytes, status: int = 502, *headers: tuple[str, str]) -> Behaviour:
    """Signs us in, gives a cookie, and then fails with that body."""

    async def behave(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await talk.answer({"access_token": TOKEN}, 200, (("Set-Cookie", f"session={COOKIE}; Path=/"),))
        else:
            await talk.answer(body, status, headers)

    return behave


def test_it_tells_request_status_timing_and_the_first_of_the_body() -> None:
    page = b"<h1>Bad Gateway</h1>" + b"x" * 3000
    (told,) = evidence_of(echoing(page, 502, ("Server", "nginx/1.2"), ("X-Other", "no")))

    assert (told.subject, told.asked, told.answer) == ("gw-1", "group", Answer.HTTP_STATUS.value)
    assert "HTTP 502" in told.detail
    login, group = told.exchanges[:2]
    assert login.request.endswith(LOGIN)
    assert group.request.startswith("GET http://127.0.0.1:")
    assert group.request.endswith(GROUP)
    assert group.status == "HTTP 502"
    assert group.took_ms is not None
    assert group.after_ms >= login.after_ms
    assert dict(group.headers) == {"server": "nginx/1.2", "content-length": str(len(page))}
    assert group.body == page.decode()[:BODY_MAX]
    assert group.body_bytes == len(page)


def test_nobody_there_is_told_with_what_ended_it() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        talk.reset()

    (told,) = evidence_of(behave)
    assert told.answer == Answer.CLOSED.value
    assert told.exchanges[0].status == ""
    assert told.exchanges[0].error.endswith("closed")


def test_a_body_that_never_ends_leaves_its_beginning() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await talk.answer({"access_token": TOKEN})
        else:
            await talk.say(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"state": {')
            await talk.hang()

    (told,) = evidence_of(behave, timeout_s=0.5)
    assert told.answer == Answer.TIMEOUT.value
    assert told.exchanges[-1].body == '{"state": {'
    assert told.exchanges[-1].took_ms is not None


def test_a_healthy_probe_leaves_nothing() -> None:
    assert evidence_of(Gateway(password=ODD), times=3) == []


PLACES: dict[str, Make] = {
    "plain": lambda secret: f"you sent {secret}.".encode(),
    "json": lambda secret: json.dumps({"message": f"bad: {secret}"}).encode(),
    "json with letters": lambda secret: json.dumps({"message": secret}, ensure_ascii=False).encode(),
    "html": lambda secret: f"<pre>{html.escape(secret)}</pre>".encode(),
    "query": lambda secret: f"GET /x?p={quote(secret, safe='')}&q=1".encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "basic": lambda secret: b"<p>" + base64.b64encode(f"monitor:{secret}".encode()) + b"</p>",
    "python": lambda secret: f"KeyError: {secret!r}".encode(),
    "cut by them": lambda secret: f"bad value {secret[: len(secret) - 2]}... (more)".encode(),
    "over our edge": lambda secret: b"x" * (BODY_MAX - 6) + secret.encode() + b"y" * 4000,
    "over what we look at": lambda secret: b"x" * (4 * BODY_MAX - 9) + secret.encode(),
    "behind much that is hidden": lambda secret: (f'"token": "{"t" * 1500}" ' * 3 + secret).encode(),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", [ODD, TOKEN, OPAQUE, COOKIE])
def test_no_secret_of_ours_is_in_any_place_of_a_body(place: str, secret: str) -> None:
    told = text_of(evidence_of(echoing(PLACES[place](secret)), times=2))

    assert "HTTP 502" in told
    for form in (secret, secret[:8], json.dumps(secret)[1:-1], quote(secret, safe=""), html.escape(secret)):
        assert form not in told
    for encoded in (secret, f"monitor:{secret}"):
        assert base64.b64encode(encoded.encode()).decode()[:20] not in told


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"token": UNKNOWN}),
        json.dumps({"access_token": UNKNOWN, "a": 1}),
        json.dumps({"x": {"Authorization": f"Basic {UNKNOWN}"}}),
        json.dumps({"request": json.dumps({"password": UNKNOWN, "username": "monitor"})}),
        f"Authorization: Bearer {UNKNOWN}\r\nauth: Basic BAMAuthToken: {UNKNOWN}",
        f"Cookie: a=b; session={UNKNOWN}; Path=/",
        f"set-cookie: PHPSESSID={UNKNOWN}",
        f"<input type='password' name=p value='{UNKNOWN}'>",
        f'<input value="{UNKNOWN}" name="csrf_token"/>',
        f"<password>{UNKNOWN}</password>",
        f"http://root:{UNKNOWN}@192.0.2.1/x",
        f"api_key={UNKNOWN}&secret={UNKNOWN}",
        f"{{'password': '{UNKNOWN}'}}",
    ],
)
def test_what_stands_where_secrets_stand_is_hidden_though_nobody_knows_it(body: str) -> None:
    assert UNKNOWN not in text_of(evidence_of(echoing(body.encode())))


@pytest.mark.parametrize("status", [200, 201])
def test_what_a_sign_in_gives_is_never_kept(status: int) -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(f"weird {UNKNOWN}".encode(), status)

    told = evidence_of(behave)
    assert told[0].exchanges[0].body == HIDDEN
    assert UNKNOWN not in text_of(told)


def test_a_refused_sign_in_that_repeats_what_we_sent_gives_nothing_away() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(b"Traceback: body was " + request.body + repr(dict(request.headers)).encode(), 500)

    told = text_of(evidence_of(behave))
    assert "Traceback" in told
    for form in (ODD, json.dumps(ODD)[1:-1], json.dumps(ODD)[1:-1].replace("\\", "\\\\")):
        assert form not in told


def test_a_token_that_has_run_out_is_still_a_secret() -> None:
    old, tokens = "BAMAuthToken: b2xkLW9sZC1vbGQ=", iter(["BAMAuthToken: bmV3LW5ldy1uZXc="])

    async def behave(request: Request, talk: Talk) -> None:
        if request.path == LOGIN:
            await talk.answer({"access_token": next(tokens, old)})
        else:
            sent = request.headers.get("auth", "").encode()
            await talk.answer(b"Unknown: " + sent.removeprefix(b"Basic BAMAuthToken: "), 401)

    told = text_of(evidence_of(behave))
    assert "Unknown" in told
    assert "b2xkLW9s" not in told
    assert "bmV3LW5l" not in told


def test_headers_that_tell_who_answered_hold_no_secret_either() -> None:
    told = text_of(evidence_of(echoing(b"", 503, ("Server", f"x {OPAQUE}"), ("Auth", OPAQUE))))
    assert OPAQUE not in told


def test_a_redirect_does_not_show_its_query() -> None:
    told = text_of(evidence_of(echoing(b"", 302, ("Location", f"http://a.example/login?token={UNKNOWN}"))))
    assert "redirected" in told
    assert UNKNOWN not in told


def test_a_very_short_secret_withholds_the_body() -> None:
    (told,) = evidence_of(echoing(b"abc xyz"), password="abc")
    assert {each.body for each in told.exchanges} <= {WITHHELD, HIDDEN}


def test_a_visit_as_a_client_leaves_evidence_too() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(b"down for maintenance", 503)

    async def story() -> list[Evidence]:
        told: list[Evidence] = []
        async with Server(behave) as server:
            await ask_health(
                "g.example", "127.0.0.1", "http", server.port, settings(server.node()), now, None, told.append
            )
        return told

    (told,) = asyncio.run(story())
    assert (told.subject, told.answer) == ("clients", "http_status")
    assert told.exchanges[0].body == "down for maintenance"


SECRETS = st.text(min_size=4, max_size=40).filter(lambda text: text.strip() == text and len(set(text)) > 2)


@pytest.mark.parametrize("length", range(4, len(OPAQUE)))
def test_a_body_that_breaks_off_within_a_secret_does_not_show_its_beginning(length: int) -> None:
    assert scrubbed(f"you sent {OPAQUE[:length]}", [OPAQUE], cut=True) == f"you sent {HIDDEN}"


@given(SECRETS, st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_a_known_secret_is_never_in_what_is_left(secret: str, before: str, after: str, cut: bool) -> None:
    left = scrubbed(before + secret + after, [secret], cut=cut)
    assert secret not in left.replace(HIDDEN, "\0")


@given(st.text(max_size=300), st.text(alphabet='token=":<>& \\', max_size=300))
def test_any_text_can_be_scrubbed(text: str, odd: str) -> None:
    assert isinstance(scrubbed(odd + text + odd, ["a secret", None, ""]), str)


@pytest.mark.parametrize(
    "piece", ["token", "<input ", "a.", '"', 'token="', "http://", "basic ", "\\", "<token "]
)
def test_no_text_takes_long(piece: str) -> None:
    """Thousands of beginnings that lead nowhere: a slow pattern would take minutes."""
    text = piece * (4 * BODY_MAX // len(piece))
    assert len(scrubbed(text, ["a secret"])) > 0
