"""A node's settings tried step by step against real sockets: each failure says what it is and what to do."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from agmonitor.domain.model import Configuration, GroupSettings, Members, NodeAddress, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.trial import Asked, Matter, Reached, Standing, TrialRow, other_member
from agmonitor.gateway.shown_certificate import carries, read
from agmonitor.gateway.trial import NodeTrials
from tests.gateway.servers import (
    GROUP,
    LOGIN,
    PASSWORD,
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
)


def row(found: Reached | Asked, matter: Matter) -> TrialRow:
    return next(one for one in found.rows if one.matter is matter)


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    ca().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def reached(tls_context: ssl.SSLContext | None = None, **more: Any) -> tuple[Reached, Server]:
    async def main() -> tuple[Reached, Server]:
        async with Server(Gateway(), tls_context) as server:
            return await NodeTrials(now).reach(settings(server.node(), **more), server.node()), server

    return asyncio.run(main())


def asked(
    behave: Behaviour,
    course: Callable[[NodeTrials, GroupSettings, Server], Awaitable[Asked]] | None = None,
    **more: Any,
) -> tuple[Asked, Server]:
    async def once(trials: NodeTrials, group: GroupSettings, server: Server) -> Asked:
        return await trials.ask(group, server.node(), PASSWORD)

    async def main() -> tuple[Asked, Server]:
        async with Server(behave) as server:
            group = settings(server.node(), user="monitor", **more)
            return await (course or once)(NodeTrials(now), group, server), server

    return asyncio.run(main())


class TestReaching:
    def test_a_trusted_certificate_shows_its_fingerprint_and_nothing_is_sent(self, ca_file: str) -> None:
        context = tls("127.0.0.1", "gw-1.example.net")

        found, server = reached(context, ca_file=ca_file)

        assert found.may_ask
        assert row(found, Matter.CERTIFICATE).standing is Standing.FINE
        assert found.certificate is not None
        assert set(found.certificate.names) == {"127.0.0.1", "gw-1.example.net"}
        assert len(found.certificate.fingerprint.split(":")) == 32
        assert "trustme" in found.certificate.issuer
        assert found.certificate.expires_at is not None
        assert server.seen == []

    def test_an_unknown_ca_is_told_with_what_the_server_shows(self) -> None:
        found, _ = reached(tls("127.0.0.1"))

        told = row(found, Matter.CERTIFICATE)
        assert (told.standing, told.word) == (Standing.FAILED, "not trusted")
        assert "Give that CA's file" in told.detail
        assert found.certificate is not None
        assert not found.may_ask

    def test_a_certificate_for_another_name_says_which_names_it_carries(self, ca_file: str) -> None:
        found, _ = reached(tls("gw-1.example.net"), ca_file=ca_file)

        told = row(found, Matter.CERTIFICATE)
        assert told.standing is Standing.FAILED
        assert "It carries gw-1.example.net, and not 127.0.0.1, by which it was reached" in told.detail

    def test_without_checking_it_is_asked_and_said_loudly(self) -> None:
        found, _ = reached(tls("gw-1.example.net"), insecure=True)

        told = row(found, Matter.CERTIFICATE)
        assert (told.standing, told.word) == (Standing.DOUBTFUL, "NOT CHECKED")
        assert "can read the password" in told.detail
        assert "not 127.0.0.1" in told.detail
        assert found.may_ask

    def test_a_ca_file_that_is_none_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")

        found, _ = reached(tls("127.0.0.1"), ca_file=str(tmp_path / "ca.pem"))

        assert "PEM" in row(found, Matter.CERTIFICATE).detail

    def test_a_server_that_never_shakes_hands_runs_out_of_time(self) -> None:
        async def main() -> Reached:
            async with Server(Gateway()) as server:  # of plain http: it waits for a line's end
                node = NodeAddress("gw-1", server.url.replace("http:", "https:"))
                return await NodeTrials(now).reach(settings(node, timeout_s=0.3), node)

        told = row(asyncio.run(main()), Matter.REACHES)
        assert (told.standing, told.word) == (Standing.FAILED, "timeout")
        assert "firewall" in told.detail

    def test_plain_http_is_no_failure_on_this_machine_and_no_comfort_either(self) -> None:
        found, _ = reached()

        assert found.may_ask
        assert row(found, Matter.CERTIFICATE).standing is Standing.DOUBTFUL

    def test_a_closed_port_says_what_to_do(self) -> None:
        async def main() -> Reached:
            async with Server(Gateway()) as server:
                node = server.node()
            return await NodeTrials(now).reach(settings(node), node)

        told = row(asyncio.run(main()), Matter.REACHES)
        assert (told.word, told.standing) == ("refused", Standing.FAILED)
        assert "Is Gateway running?" in told.detail

    def test_a_name_without_address_is_told(self) -> None:
        node = NodeAddress("gw-1", "https://gw-1.invalid")

        found = asyncio.run(NodeTrials(now).reach(settings(node), node))

        assert row(found, Matter.REACHES).word == "name not found"


class TestAsking:
    def test_all_that_must_work_works(self) -> None:
        found, server = asked(Gateway())

        assert [one.standing for one in found.rows] == [Standing.FINE] * 3
        assert row(found, Matter.ROLE).word == "Primary"
        assert found.report is not None
        assert server.count("POST", LOGIN) == 1

    def test_a_refused_password_is_sent_once_however_often_it_is_tried(self) -> None:
        async def course(trials: NodeTrials, group: GroupSettings, server: Server) -> Asked:
            for _ in range(4):
                found = await trials.ask(group, server.node(), "wrong-password")
            return found

        found, server = asked(Gateway(), course)

        assert server.count("POST", LOGIN) == 1
        assert row(found, Matter.SIGN_IN).standing is Standing.FAILED
        assert row(found, Matter.PERMISSION).standing is Standing.UNTRIED
        assert found.retry_helps

    def test_a_password_one_node_refused_is_not_sent_to_the_other(self) -> None:
        async def main() -> tuple[Asked, int]:
            async with Server(Gateway()) as first, Server(Gateway()) as second:
                trials = NodeTrials(now)
                group = settings(first.node("gw-1"), second.node("gw-2"), user="monitor")
                await trials.ask(group, group.nodes[0], "wrong-password")
                found = await trials.ask(group, group.nodes[1], "wrong-password")
                return found, second.count("POST", LOGIN)

        found, sent = asyncio.run(main())

        assert sent == 0
        assert row(found, Matter.SIGN_IN).word == "not sent"

    def test_another_password_is_tried_and_a_person_may_have_one_tried_again(self) -> None:
        async def course(trials: NodeTrials, group: GroupSettings, server: Server) -> Asked:
            await trials.ask(group, server.node(), "wrong-password")
            trials.retry(group, "wrong-password")
            await trials.ask(group, server.node(), "wrong-password")
            return await trials.ask(group, server.node(), PASSWORD)

        found, server = asked(Gateway(), course)

        assert server.count("POST", LOGIN) == 3
        assert row(found, Matter.ROLE).standing is Standing.FINE

    def test_what_is_signed_in_once_asks_again_without(self) -> None:
        async def course(trials: NodeTrials, group: GroupSettings, server: Server) -> Asked:
            await trials.ask(group, server.node(), PASSWORD)
            return await trials.ask(group, server.node(), PASSWORD)

        _, server = asked(Gateway(), course)

        assert (server.count("POST", LOGIN), server.count("GET", GROUP)) == (1, 2)

    def test_a_sign_in_cut_short_is_not_repeated_by_itself(self) -> None:
        arrived = asyncio.Event()

        async def hang(_request: Request, talk: Talk) -> None:
            arrived.set()
            await talk.hang()

        async def course(trials: NodeTrials, group: GroupSettings, server: Server) -> Asked:
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(trials.ask(group, server.node(), PASSWORD))
                await arrived.wait()
                task.cancel()
            return await trials.ask(group, server.node(), PASSWORD)

        found, server = asked(hang, course)

        assert server.count("POST", LOGIN) == 1
        assert row(found, Matter.SIGN_IN).word == "cut short"

    def test_a_missing_permission_names_it(self) -> None:
        found, server = asked(Gateway(group_status=403, state_status=403))

        assert row(found, Matter.SIGN_IN).standing is Standing.FINE
        assert (row(found, Matter.PERMISSION).word, found.retry_helps) == ("missing", True)
        assert "availability_group" in row(found, Matter.PERMISSION).detail
        assert server.count("POST", LOGIN) == 1

    def test_a_node_in_no_group_is_doubtful(self) -> None:
        found, _ = asked(Gateway(group_status=404, state=payload("state_not_in_group")))

        assert row(found, Matter.ROLE).standing is Standing.DOUBTFUL

    @pytest.mark.parametrize(
        ("behave", "matter", "word"),
        [
            (Gateway(group=b"<html>"), Matter.ROLE, "malformed"),
            (Gateway(group_status=500, state_status=500), Matter.ROLE, "HTTP error"),
            (Gateway(login_status=500), Matter.SIGN_IN, "HTTP error"),
            (Gateway(accepts_token=False), Matter.SIGN_IN, "refused"),
        ],
    )
    def test_each_failure_says_what_to_do(self, behave: Behaviour, matter: Matter, word: str) -> None:
        found, _ = asked(behave)

        told = row(found, matter)
        assert (told.standing, told.word) == (Standing.FAILED, word)
        assert "Check" in told.detail
        assert PASSWORD not in repr(found)

    def test_a_redirect_is_told_and_not_followed(self) -> None:
        async def away(_request: Request, talk: Talk) -> None:
            await talk.answer(b"", 302, (("Location", "https://elsewhere.example.net/"),))

        found, _ = asked(away)

        assert "elsewhere.example.net" in row(found, Matter.SIGN_IN).detail

    def test_without_a_user_nothing_is_signed_in_to(self) -> None:
        async def main() -> tuple[Asked, Server]:
            async with Server(Gateway()) as server:
                return await NodeTrials(now).ask(settings(server.node()), server.node(), None), server

        found, server = asyncio.run(main())

        assert row(found, Matter.SIGN_IN).standing is Standing.FAILED
        assert "no user is set" in row(found, Matter.SIGN_IN).detail
        assert server.count("POST", LOGIN) == 0


class TestCertificates:
    def test_the_fingerprint_is_that_of_the_bytes(self) -> None:
        pem = trustme.CA().issue_cert("gw-1.example.net").cert_chain_pems[0].bytes().decode()
        der = ssl.PEM_cert_to_DER_cert(pem)

        shown = read(der)

        assert shown.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()
        assert shown.names == ("gw-1.example.net",)

    def test_bytes_that_are_no_certificate_have_a_fingerprint_alone(self) -> None:
        assert read(b"nothing").subject == ""

    @pytest.mark.parametrize(
        ("names", "host", "held"),
        [
            (("gw-1.example.net",), "GW-1.example.net.", True),
            (("*.example.net",), "gw-1.example.net", True),
            (("*.example.net",), "a.gw-1.example.net", False),
            (("*.net",), "example.net", False),
            (("192.0.2.1",), "192.0.2.1", True),
            (("2001:db8::1",), "2001:0db8:0:0::1", True),
            (("192.0.2.2", "gw"), "192.0.2.1", False),
            ((), "gw-1", False),
        ],
    )
    def test_what_a_certificate_carries(self, names: tuple[str, ...], host: str, *, held: bool) -> None:
        assert carries(names, host) is held


def told(own: str, primary: str | None, secondary: str | None, **more: object) -> NodeReport:
    configuration = Configuration(external_ipv4_address=own, **more)  # type: ignore[arg-type]
    return NodeReport(Role.PRIMARY, members=Members(primary, secondary), configuration=configuration)


@pytest.mark.parametrize(
    ("report", "url"),
    [
        (told("192.0.2.1", "192.0.2.1", "192.0.2.2", external_port=443), "https://192.0.2.2"),
        (told("192.0.2.2", "192.0.2.1", "192.0.2.2", external_port=8443), "https://192.0.2.1:8443"),
        (told("192.0.2.1", "192.0.2.1", "192.0.2.2", external_scheme="http"), "http://192.0.2.2"),
        (told("192.0.2.1", "192.0.2.1", None), None),
        (told("192.0.2.9", "192.0.2.1", "192.0.2.2"), None),
        (NodeReport(Role.NOT_IN_GROUP), None),
    ],
)
def test_the_other_member_is_found_where_it_is_certain(report: NodeReport, url: str | None) -> None:
    peer = other_member(report)

    assert (peer.url if peer else None) == url
