from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from agmonitor.domain.model import Answer
from agmonitor.domain.observations import NodeObservation
from agmonitor.gateway.account import PAUSE_MAX_S, Account
from agmonitor.gateway.client import NodeClient
from agmonitor.gateway.fields import plain
from agmonitor.gateway.session import RENEW_S
from tests.gateway.servers import (
    EPOCH,
    GROUP,
    LOGIN,
    PASSWORD,
    TOKEN,
    Behaviour,
    Gateway,
    Request,
    Server,
    Talk,
    payload,
    settings,
)


@dataclass
class Hand:
    """A clock set by hand."""

    at: float = EPOCH

    def __call__(self) -> float:
        return self.at


@dataclass
class Tokens:
    """A token store that remembers who did what."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    forgotten: int = 0

    def load(self, user: str, url: str) -> str | None:
        return self.kept.get((user, url))

    def save(self, user: str, url: str, token: str) -> None:
        self.kept[user, url] = token

    def forget(self, user: str, url: str) -> None:
        self.forgotten += 1
        self.kept.pop((user, url), None)


class Password:
    """A password that a person may change."""

    def __init__(self, value: str | None = PASSWORD) -> None:
        self.value = value

    def __call__(self) -> str | None:
        return self.value


Story = Callable[[list[NodeClient], list[Server], Account, Hand], Awaitable[None]]


def _play(
    story: Story,
    *behaviours: Behaviour,
    password: Password | None = None,
    tokens: Tokens | None = None,
    timeout_s: float = 5.0,
    extras: tuple[tuple[str, str], ...] = (),
) -> None:
    """Run a story on clients of as many servers, which share one account."""

    async def main() -> None:
        clock = Hand()
        account = Account("monitor", password or Password(), extras, tokens)
        servers = [Server(behave) for behave in behaviours]
        clients: list[NodeClient] = []
        try:
            for number, server in enumerate(servers):
                await server.__aenter__()
                node = server.node(f"gw-{number + 1}")
                clients.append(NodeClient(node, settings(node, timeout_s=timeout_s), account, clock))
            await story(clients, servers, account, clock)
        finally:
            for client in clients:
                await client.close()
            for server in servers:
                await server.__aexit__(None, None, None)

    asyncio.run(main())


def _logins(servers: list[Server]) -> int:
    return sum(server.count("POST", LOGIN) for server in servers)


async def _both(clients: list[NodeClient]) -> list[NodeObservation]:
    return list(await asyncio.gather(*(client.ask_group() for client in clients)))


def test_an_expired_token_signs_in_again_once() -> None:
    gateway = Gateway()

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await clients[0].ask_group()
        gateway.token = "BAMAuthToken: another"
        seen = await clients[0].ask_group()

        assert seen.answer is Answer.OK
        assert [request.path for request in servers[0].seen] == [LOGIN, GROUP, GROUP, LOGIN, GROUP]

    _play(story, gateway)


class Forgetful(Gateway):
    """Forgets the first token it gave: refuses its first use, and gives another when asked."""

    async def __call__(self, request: Request, talk: Talk) -> None:
        if request.path == GROUP and self.token == TOKEN:
            self.token = "BAMAuthToken: second"
        await super().__call__(request, talk)


def test_a_token_refused_at_its_first_use_is_renewed_in_the_same_probe() -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        seen = await clients[0].ask_group()

        assert seen.answer is Answer.OK
        assert _logins(servers) == 2

    _play(story, Forgetful())


def test_a_token_refused_at_once_is_refused_and_not_asked_for_each_round() -> None:
    gateway = Gateway(accepts_token=False)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        seen = [await clients[0].ask_group() for _ in range(5)]

        assert {each.answer for each in seen} == {Answer.SIGN_IN_REFUSED}
        assert "refused its own token" in seen[0].detail
        assert _logins(servers) == 2, "once more, then not for long"

        clock.at += RENEW_S
        gateway.accepts_token = True
        gateway.token = "BAMAuthToken: another"

        assert (await clients[0].ask_group()).answer is Answer.OK
        assert _logins(servers) == 3

    _play(story, gateway)


def test_a_permission_given_later_is_noticed_without_a_sign_in_each_round() -> None:
    gateway = Gateway(group_status=403)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(5):
            assert (await clients[0].ask_group()).answer is Answer.FORBIDDEN
        assert _logins(servers) == 1

        clock.at += RENEW_S
        assert (await clients[0].ask_group()).answer is Answer.FORBIDDEN
        assert _logins(servers) == 2

    _play(story, gateway)


@pytest.mark.parametrize("together", [True, False])
def test_one_wrong_password_reaches_the_servers_once(together: bool) -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(3):
            if together:
                seen = await _both(clients)
            else:
                seen = [await client.ask_group() for client in clients]
            assert [each.answer for each in seen] == [Answer.SIGN_IN_REFUSED] * 2
        assert _logins(servers) == 1
        assert all("'monitor'" in each.detail for each in seen)
        assert not any("wrong-one" in each.detail for each in seen)

    _play(story, Gateway(), Gateway(), password=Password("wrong-one"))


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b"{}"), (401, b"{}"), (403, b""), (422, b"<html>"), (200, b'{"message": "no"}')],
)
def test_every_way_to_refuse_stops_the_sign_ins(status: int, body: bytes) -> None:
    refusing = Gateway(login_status=status, login_body=body)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(4):
            clock.at += 10 * PAUSE_MAX_S
            assert [each.answer for each in await _both(clients)] == [Answer.SIGN_IN_REFUSED] * 2
        assert _logins(servers) == 1

    _play(story, refusing, refusing)


def test_a_person_may_retry() -> None:
    gateway = Gateway(login_status=401)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await _both(clients)
        gateway.login_status = None
        assert [each.answer for each in await _both(clients)] == [Answer.SIGN_IN_REFUSED] * 2

        account.retry()

        assert [each.answer for each in await _both(clients)] == [Answer.OK] * 2

    _play(story, gateway, gateway)


def test_a_changed_password_is_tried() -> None:
    password = Password("wrong-one")

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await _both(clients)
        password.value = PASSWORD

        assert [each.answer for each in await _both(clients)] == [Answer.OK] * 2
        assert _logins(servers) == 3

    _play(story, Gateway(), Gateway(), password=password)


def test_a_refusal_does_not_hide_that_a_node_is_silent() -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await _both(clients)
        await servers[1].__aexit__(None, None, None)
        servers.pop()

        first, second = await _both(clients)

        assert (first.answer, second.answer) == (Answer.SIGN_IN_REFUSED, Answer.REFUSED)

    _play(story, Gateway(), Gateway(), password=Password("wrong-one"))


def test_without_a_password_nothing_is_sent() -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        seen = await clients[0].ask_group()

        assert seen.answer is Answer.SIGN_IN_REFUSED
        assert "no password is known" in seen.detail
        assert servers[0].seen == []

    _play(story, Gateway(), password=Password(None))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_sign_in_is_no_refusal(status: int) -> None:
    gateway = Gateway(login_status=status)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        seen = await clients[0].ask_group()
        assert (seen.answer, seen.http_status) == (Answer.HTTP_STATUS, status)

        gateway.login_status = None
        assert (await clients[0].ask_group()).answer is Answer.OK

    _play(story, gateway)


def test_broken_sign_ins_with_an_unproven_password_are_spaced_out() -> None:
    gateway = Gateway(login_status=500)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(100):
            clock.at += 2
            seen = await clients[0].ask_group()
            assert (seen.answer, seen.http_status) == (Answer.HTTP_STATUS, 500)
        assert 4 <= _logins(servers) <= 10

        gateway.login_status = None
        clock.at += PAUSE_MAX_S
        assert (await clients[0].ask_group()).answer is Answer.OK

    _play(story, gateway)


def test_broken_sign_ins_with_a_proven_password_are_tried_each_round() -> None:
    gateway = Gateway()

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await clients[0].ask_group()
        gateway.token, gateway.login_status = "BAMAuthToken: another", 500
        for _ in range(6):
            assert (await clients[0].ask_group()).answer is Answer.HTTP_STATUS
        gateway.login_status = None

        assert (await clients[0].ask_group()).answer is Answer.OK

    _play(story, gateway)


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"{}", b'{"access_token": "a\\nb"}'])
def test_a_sign_in_answered_with_rubbish_is_malformed(body: bytes) -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert (await clients[0].ask_group()).answer is Answer.MALFORMED

    _play(story, Gateway(login_body=body))


def test_a_sign_in_that_is_nowhere_to_be_found_is_no_refusal() -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        first, second = await _both(clients)

        assert (first.answer, first.http_status) == (Answer.HTTP_STATUS, 404)
        assert second.answer is Answer.OK

    _play(story, Gateway(login_status=404), Gateway())


def test_a_redirected_sign_in_is_redirected() -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(b"", 302, (("Location", "/login"),))

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert (await clients[0].ask_group()).answer is Answer.REDIRECTED

    _play(story, behave)


@pytest.mark.parametrize(("body", "status"), [(b"", 302), (b"x" * 100_000, 200)])
def test_any_answer_that_may_hide_a_refusal_spaces_out_the_sign_ins(body: bytes, status: int) -> None:
    async def behave(request: Request, talk: Talk) -> None:
        await talk.answer(body, status, (("Location", "/login"),))

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(100):
            clock.at += 2
            await clients[0].ask_group()
        assert 4 <= _logins(servers) <= 10

    _play(story, behave)


def test_a_page_to_sign_in_at_in_place_of_a_401_is_answered_by_signing_in_again() -> None:
    gateway = Gateway()

    async def behave(request: Request, talk: Talk) -> None:
        if request.path == GROUP and request.headers.get("auth") != f"Basic {gateway.token}":
            await talk.answer(b"", 302, (("Location", "/login"),))
        else:
            await gateway(request, talk)

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert (await clients[0].ask_group()).answer is Answer.OK
        gateway.token = "BAMAuthToken: another"
        clock.at += RENEW_S
        assert (await clients[0].ask_group()).answer is Answer.OK
        gateway.token = "BAMAuthToken: nobody is given this one"
        gateway.login_body = b'{"access_token": "BAMAuthToken: useless"}'
        for _ in range(50):
            clock.at += 2
            assert (await clients[0].ask_group()).answer is Answer.REDIRECTED
        assert _logins(servers) == 2

    _play(story, behave)


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "%s\\n"}' % TOKEN.encode(),
        b'\xef\xbb\xbf{"access_token": "%s"}' % TOKEN.encode(),
        b"\xef\xbb\xbf%s\r\n" % TOKEN.encode(),
    ],
)
def test_a_token_may_come_with_white_space_or_a_mark_before_it(body: bytes) -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert (await clients[0].ask_group()).answer is Answer.OK

    _play(story, Gateway(login_body=body))
    _play(story, Gateway(login_body=body, login_status=201))


def test_a_node_that_hangs_does_not_keep_the_other_from_being_read() -> None:
    async def hang(request: Request, talk: Talk) -> None:
        await talk.hang()

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        first, second = await _both(clients)

        assert (first.answer, second.answer) == (Answer.TIMEOUT, Answer.OK)

    _play(story, hang, Gateway(), timeout_s=0.8)


def test_two_slow_sign_ins_both_come_in_time() -> None:
    slow = [Gateway(login_pause_s=0.5), Gateway(login_pause_s=0.5)]

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert [each.answer for each in await _both(clients)] == [Answer.OK] * 2

    _play(story, *slow, timeout_s=1.2)


def test_a_stored_token_saves_the_sign_in() -> None:
    tokens = Tokens()

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        tokens.kept["monitor", servers[0].url] = TOKEN

        assert (await clients[0].ask_group()).answer is Answer.OK
        assert _logins(servers) == 0

    _play(story, Gateway(), tokens=tokens)


@pytest.mark.parametrize("stale", ["BAMAuthToken: stale", "bad\nheader", ""])
def test_a_stale_stored_token_is_replaced(stale: str) -> None:
    tokens = Tokens()

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        tokens.kept["monitor", servers[0].url] = stale

        assert (await clients[0].ask_group()).answer is Answer.OK
        assert _logins(servers) == 1
        assert tokens.kept == {("monitor", servers[0].url): TOKEN}

    _play(story, Gateway(), tokens=tokens)


def test_the_bare_text_answer_is_a_token_too() -> None:
    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        assert (await clients[0].ask_group()).answer is Answer.OK
        assert servers[0].seen[-1].headers["auth"] == f"Basic {TOKEN}"

    _play(story, Gateway(login_body=f"{TOKEN}\n".encode()))


def test_extras_are_passed_on_and_replace_nothing() -> None:
    extras = (("bam_alias", "primary-address-manager"), ("password", "other"))

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        await clients[0].ask_group()

        assert servers[0].seen[0].json == {
            "bam_alias": "primary-address-manager",
            "username": "monitor",
            "password": PASSWORD,
        }

    _play(story, Gateway(), extras=extras)


def test_cookies_go_back_to_the_node_that_set_them() -> None:
    cookies = iter(["session=one; Path=/; HttpOnly", "session=two", "other=x\x7f", "session=two"])

    async def behave(request: Request, talk: Talk) -> None:
        body = payload("login_token") if request.path == LOGIN else payload("group_primary")
        await talk.answer(body, 200, (("Set-Cookie", next(cookies)),))

    async def story(clients: list[NodeClient], servers: list[Server], account: Account, clock: Hand) -> None:
        for _ in range(3):
            assert (await clients[0].ask_group()).answer is Answer.OK

        assert [request.headers.get("cookie") for request in servers[0].seen] == [
            None,
            "session=one",
            "session=two",
            "session=two",
        ]

    _play(story, behave)


def test_an_account_shows_no_secret() -> None:
    account = Account("monitor", Password(), tokens=Tokens({("monitor", "u"): TOKEN}))
    account.refused(PASSWORD, "gw-1", 401)
    account.accepted(PASSWORD)

    assert PASSWORD not in repr(account)
    assert TOKEN not in repr(account)


@pytest.mark.parametrize("room", range(len(PASSWORD) + 2))
def test_a_secret_that_a_quotation_cuts_is_hidden_too(room: int) -> None:
    account = Account("monitor", lambda: PASSWORD)

    told = account.scrub(f"It said: “{plain('x' * 40 + PASSWORD, 40 + room)}”")

    assert not any(PASSWORD[:length] in told for length in range(5, len(PASSWORD) + 1)), told


def test_a_secret_whose_white_space_was_made_plain_is_hidden_too() -> None:
    assert Account("monitor", lambda: "two  words").scrub("It said two words.") == "It said •••."
