from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import dns.flags
import dns.message
import dns.resolver
import pytest

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import DnsAnswer, HostPort
from agmonitor.domain.observations import DnsObservation
from agmonitor.witness import DnsWitness
from tests.witness.servers import FQDN, Answering, Server, now, raw, settings, silent, zone

HOST = f"{FQDN}. 30 IN A 192.0.2.11"
STAMP = "2027-01-15T08:00:00+00:00"
BEAT = 1_800_000_000.0
TXT = f'{FQDN}. 30 IN TXT "{STAMP}"'
SOA = "example.net. 60 IN SOA ns1.example.net. admin.example.net. 1 60 60 60 60"


def _look(
    answer: Answering,
    *,
    tcp: Answering | None = None,
    times: int = 1,
    timeout_s: float = 5.0,
    fqdn: str = FQDN,
) -> tuple[DnsObservation, Server]:
    async def story() -> tuple[DnsObservation, Server]:
        async with Server(answer, tcp=tcp) as server:
            witness = DnsWitness(settings(dns_server=server.at, timeout_s=timeout_s), now)
            for _ in range(times):
                seen = await witness.ask_authoritative(fqdn)
            await witness.close()
            return seen, server

    return asyncio.run(story())


def test_a_moved_record_is_seen_after_many_answers_alike() -> None:
    moved = zone(HOST.replace("192.0.2.11", "192.0.2.12"), TXT)
    asked = 0

    def answer(query: dns.message.Message, wire: bytes) -> bytes | list[bytes] | None:
        nonlocal asked
        asked += 1
        return (zone(HOST, TXT) if asked <= 6 else moved)(query, wire)

    before, _ = _look(zone(HOST, TXT), times=3)
    after, _ = _look(answer, times=4)

    assert (before.addresses, after.addresses) == (("192.0.2.11",), ("192.0.2.12",))
    assert after.round_trip_ms is not None


def test_host_record_and_heartbeat_come_in_one_look() -> None:
    seen, server = _look(zone(HOST, TXT))

    assert seen == DnsObservation(
        sent_at=seen.sent_at,
        received_at=seen.received_at,
        answer=DnsAnswer.OK,
        detail="",
        round_trip_ms=seen.round_trip_ms,
        server=str(server.at),
        addresses=("192.0.2.11",),
        ttl_s=30,
        heartbeat_at=BEAT,
        txt_seen=True,
    )
    assert seen.round_trip_ms is not None
    assert sorted(server.asked) == [f"A {FQDN}.", f"TXT {FQDN}."]


def test_several_addresses_are_told_sorted() -> None:
    seen, _ = _look(zone(f"{FQDN}. 30 IN A 192.0.2.12 | 192.0.2.11", TXT))

    assert seen.addresses == ("192.0.2.11", "192.0.2.12")


def test_the_case_of_a_name_does_not_matter() -> None:
    seen, _ = _look(zone(HOST, TXT), fqdn="GateWay.Example.NET.")

    assert (seen.answer, seen.heartbeat_at) == (DnsAnswer.OK, BEAT)


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (zone(rcode="NXDOMAIN", authority=[SOA]), DnsAnswer.NXDOMAIN, "does not exist"),
        (zone(authority=[SOA]), DnsAnswer.NODATA, "no host record"),
        (zone(), DnsAnswer.NODATA, "no host record"),
        (zone(rcode="REFUSED"), DnsAnswer.REFUSED, "REFUSED"),
        (zone(rcode="SERVFAIL"), DnsAnswer.REFUSED, "SERVFAIL"),
        (zone(rcode="NOTIMP"), DnsAnswer.REFUSED, "NOTIMP"),
        (zone(aa=False, authority=["net. 60 IN NS a.gtld.net."]), DnsAnswer.REFUSED, "refers to other"),
    ],
)
def test_each_way_to_have_no_host_record_is_told(answer: Answering, expected: DnsAnswer, said: str) -> None:
    seen, server = _look(answer)

    assert (seen.answer, seen.addresses, seen.ttl_s) == (expected, (), None)
    assert (seen.heartbeat_at, seen.txt_seen) == (None, False)
    assert said in seen.detail
    assert seen.server == str(server.at)


def test_a_heartbeat_counts_without_a_host_record() -> None:
    seen, _ = _look(zone(TXT))

    assert (seen.answer, seen.heartbeat_at, seen.txt_seen) == (DnsAnswer.NODATA, BEAT, True)


def test_a_host_record_counts_without_a_heartbeat() -> None:
    seen, _ = _look(zone(HOST))

    assert (seen.answer, seen.heartbeat_at, seen.txt_seen, seen.detail) == (DnsAnswer.OK, None, False, "")


def test_a_text_nobody_can_read_was_seen_all_the_same() -> None:
    seen, _ = _look(zone(HOST, f'{FQDN}. 30 IN TXT "v=spf1 -all"'))

    assert (seen.answer, seen.heartbeat_at, seen.txt_seen) == (DnsAnswer.OK, None, True)


def test_the_newest_of_several_texts_wins() -> None:
    texts = f'"beat" "2027-01-15T07:59:00Z" | "{STAMP}" | "v=spf1 -all"'

    assert _look(zone(HOST, f"{FQDN}. 30 IN TXT {texts}"))[0].heartbeat_at == BEAT


def test_an_answer_that_is_not_authoritative_is_taken_and_noted() -> None:
    seen, _ = _look(zone(HOST, TXT, aa=False))

    assert seen.answer is DnsAnswer.OK
    assert "not call its answer authoritative" in seen.detail


def test_one_silent_question_does_not_spoil_the_other() -> None:
    full = zone(HOST, TXT)

    def only(kind: str) -> Answering:
        return lambda query, wire: full(query, wire) if kind in str(query.question[0]) else None

    host_only, _ = _look(only(" A"), timeout_s=0.3)
    text_only, _ = _look(only(" TXT"), timeout_s=0.3)

    assert (host_only.answer, host_only.heartbeat_at) == (DnsAnswer.OK, None)
    assert "TXT record" in host_only.detail
    assert (text_only.answer, text_only.heartbeat_at) == (DnsAnswer.TIMEOUT, BEAT)


def test_silence_ends_at_the_deadline() -> None:
    begun = time.monotonic()

    seen, server = _look(silent, timeout_s=0.4)

    assert (seen.answer, seen.round_trip_ms) == (DnsAnswer.TIMEOUT, None)
    assert "0.4 s" in seen.detail
    assert 0.3 < time.monotonic() - begun < 2
    assert len(server.asked) == 6  # each question thrice: one lost datagram is no silence


def test_one_lost_datagram_is_no_silence() -> None:
    lost = {"A", "TXT"}
    full = zone(HOST, TXT)

    def answer(query: dns.message.Message, wire: bytes) -> bytes | list[bytes] | None:
        kind = str(query.question[0]).rsplit(" ", 1)[1]
        if kind in lost:
            lost.discard(kind)
            return None
        return full(query, wire)

    seen, _ = _look(answer, timeout_s=1.0)

    assert (seen.answer, seen.heartbeat_at) == (DnsAnswer.OK, BEAT)


def test_nothing_listening_is_told_at_once() -> None:
    async def story() -> DnsObservation:
        async with Server(silent) as server:
            at = server.at
        return await DnsWitness(settings(dns_server=at), now).ask_authoritative(FQDN)

    begun = time.monotonic()
    seen = asyncio.run(story())

    assert seen.answer is DnsAnswer.REFUSED
    assert "nothing listens" in seen.detail
    assert time.monotonic() - begun < 2


def _other_question(query: dns.message.Message, wire: bytes) -> bytes:
    other = dns.message.make_query("elsewhere.example.net", "A", id=query.id)
    return dns.message.make_response(other).to_wire()


def _contradiction(query: dns.message.Message, wire: bytes) -> bytes:
    loop = [f"{FQDN}. 1 IN CNAME b.example.net.", f"b.example.net. 1 IN CNAME {FQDN}."]
    answer = zone(*loop)(query, wire)
    assert isinstance(answer, bytes)
    return answer


DAMAGED = b"\x84\x00" + b"\xff" * 40


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="http"),
        pytest.param(raw(b"x"), id="one byte"),
        pytest.param(lambda _query, wire: wire, id="echo"),
        pytest.param(raw(DAMAGED, number=True), id="damaged"),
        pytest.param(raw(b"", number=True), id="number alone"),
        pytest.param(lambda _query, wire: wire[:11], id="cut"),
        pytest.param(lambda _query, wire: wire[:2] + b"\xa8\x00" + wire[4:], id="an update"),
        pytest.param(_other_question, id="another question"),
        pytest.param(_contradiction, id="aliases in a circle"),
    ],
)
def test_what_is_no_answer_to_our_question_is_malformed(answer: Answering) -> None:
    seen, _ = _look(answer, timeout_s=0.4)

    assert seen.answer is DnsAnswer.MALFORMED
    assert seen.detail


def test_a_forged_number_is_passed_over_for_the_true_answer() -> None:
    full = zone(HOST, TXT)
    forged = zone(f"{FQDN}. 30 IN A 203.0.113.66")

    def answer(query: dns.message.Message, wire: bytes) -> list[bytes]:
        false, true = forged(query, wire), full(query, wire)
        assert isinstance(false, bytes)
        assert isinstance(true, bytes)
        guess = (query.id ^ 0x5555).to_bytes(2, "big")
        return [guess + false[2:], b"\x00" * 3, true]

    seen, _ = _look(answer)

    assert (seen.answer, seen.addresses) == (DnsAnswer.OK, ("192.0.2.11",))


def _cut(query: dns.message.Message, wire: bytes) -> bytes:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def test_an_answer_too_big_for_a_datagram_is_asked_for_over_tcp() -> None:
    many = " | ".join(f'"{"x" * 200}{number}"' for number in range(20)) + f' | "{STAMP}"'

    seen, server = _look(_cut, tcp=zone(HOST, f"{FQDN}. 30 IN TXT {many}"))

    assert (seen.answer, seen.addresses, seen.heartbeat_at) == (DnsAnswer.OK, ("192.0.2.11",), BEAT)
    assert sorted(server.asked_by_tcp) == [f"A {FQDN}.", f"TXT {FQDN}."]


@pytest.mark.parametrize(
    ("tcp", "expected"),
    [
        (silent, DnsAnswer.TIMEOUT),
        (raw(b""), DnsAnswer.MALFORMED),
        (raw(b"x" * 40), DnsAnswer.MALFORMED),
        (raw(DAMAGED, number=True), DnsAnswer.MALFORMED),
    ],
)
def test_trouble_over_tcp_is_typed_and_bounded(tcp: Answering, expected: DnsAnswer) -> None:
    begun = time.monotonic()

    seen, _ = _look(_cut, tcp=tcp, timeout_s=0.4)

    assert seen.answer is expected
    assert time.monotonic() - begun < 2


def test_an_alias_is_followed_within_the_answer() -> None:
    alias = f"{FQDN}. 60 IN CNAME pair.example.net."

    seen, _ = _look(zone(alias, "pair.example.net. 5 IN A 192.0.2.12", 'pair.example.net. 5 IN TXT "x"'))

    assert (seen.answer, seen.addresses, seen.ttl_s) == (DnsAnswer.OK, ("192.0.2.12",), 5)


def test_an_alias_that_leads_out_of_the_answer_is_asked_for() -> None:
    full = zone("pair.example.net. 5 IN A 192.0.2.12")
    alias = zone(f"{FQDN}. 60 IN CNAME pair.example.net.")

    def answer(query: dns.message.Message, wire: bytes) -> bytes | list[bytes] | None:
        if str(query.question[0].name) != f"{FQDN}.":
            return full(query, wire)
        reply = dns.message.from_wire(_bytes(alias(query, wire)))
        reply.answer = reply.answer[:1]
        return reply.to_wire()

    seen, server = _look(answer)

    assert (seen.answer, seen.addresses) == (DnsAnswer.OK, ("192.0.2.12",))
    assert "A pair.example.net." in server.asked


def _bytes(answer: bytes | list[bytes] | None) -> bytes:
    assert isinstance(answer, bytes)
    return answer


@pytest.mark.parametrize("fqdn", ["", "..", "a" * 64 + ".net", "a..b", "x" * 300, "\ud800.net"])
def test_what_can_be_no_name_is_not_asked(fqdn: str) -> None:
    seen, _ = _look(zone(HOST), fqdn=fqdn)

    assert seen.answer in {DnsAnswer.MALFORMED, DnsAnswer.NODATA}
    assert seen.addresses == ()


ROOT = ". 60 IN SOA a.root. x.root. 1 1 1 1 1"


@pytest.fixture
def no_system_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, configure: bool = True) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "__init__", refuse)


def _with_resolver(
    ask: Callable[[DnsWitness, Server], Awaitable[Any]],
    resolver: Answering,
    *,
    authority: Answering | None = None,
    timeout_s: float = 5.0,
) -> Any:
    """One server is the resolver; the other, at 127.0.0.2, is where authority is found by SOA."""

    async def story() -> Any:
        async with (
            Server(resolver) as recursive,
            Server(authority or zone(HOST, TXT), host="127.0.0.2") as found,
        ):
            group = settings(resolvers=(recursive.at,), timeout_s=timeout_s)
            witness = DnsWitness(group, now, port=found.port)
            return await ask(witness, recursive)

    return asyncio.run(story())


NS = "ns1.example.net. 60 IN A 127.0.0.2"


@pytest.mark.usefixtures("no_system_resolver")
@pytest.mark.parametrize(
    "resolver",
    [zone(NS, authority=[SOA]), zone(NS, rcode="NOERROR", authority=[SOA]), zone(SOA, NS)],
    ids=["in the authority section", "again", "at the parent"],
)
def test_the_authoritative_server_is_found_by_the_zones_soa(resolver: Answering) -> None:
    async def ask(witness: DnsWitness, recursive: Server) -> None:
        seen = [await witness.ask_authoritative(FQDN) for _ in range(3)]

        assert {each.answer for each in seen} == {DnsAnswer.OK}
        assert seen[0].server is not None
        assert seen[0].server.startswith("127.0.0.2:")
        assert seen[0].heartbeat_at == BEAT
        assert recursive.asked.count(f"SOA {FQDN}.") == 1  # remembered
        assert recursive.messages[0].flags & dns.flags.RD

    _with_resolver(ask, resolver)


@pytest.mark.usefixtures("no_system_resolver")
def test_a_server_that_fails_is_found_anew() -> None:
    async def ask(witness: DnsWitness, recursive: Server) -> None:
        for _ in range(2):
            assert (await witness.ask_authoritative(FQDN)).answer is DnsAnswer.TIMEOUT
        assert recursive.asked.count(f"SOA {FQDN}.") == 2

    _with_resolver(ask, zone(NS, authority=[SOA]), authority=silent, timeout_s=0.2)


@pytest.mark.usefixtures("no_system_resolver")
@pytest.mark.parametrize(
    ("resolver", "expected", "said"),
    [
        (zone(rcode="NXDOMAIN", authority=[ROOT]), DnsAnswer.NXDOMAIN, "No zone"),
        (zone(authority=["example.org. 60 IN SOA a. b. 1 1 1 1 1"]), DnsAnswer.NXDOMAIN, "No zone"),
        (zone(authority=[SOA]), DnsAnswer.NXDOMAIN, "ns1.example.net has no address"),
        (silent, DnsAnswer.TIMEOUT, "could not be looked up"),
    ],
)
def test_without_an_authoritative_server_there_is_none(
    resolver: Answering, expected: DnsAnswer, said: str
) -> None:
    async def ask(witness: DnsWitness, recursive: Server) -> None:
        seen = await witness.ask_authoritative(FQDN)

        assert (seen.answer, seen.server, seen.addresses) == (expected, None, ())
        assert said in seen.detail

    _with_resolver(ask, resolver, timeout_s=0.4)


@pytest.mark.usefixtures("no_system_resolver")
def test_without_any_resolver_nothing_is_found_and_nothing_raised() -> None:
    async def story() -> None:
        witness = DnsWitness(settings(), now)

        seen = await witness.ask_authoritative(FQDN)
        (system,) = await witness.ask_resolvers(FQDN)
        resolved = await witness.resolve_as_client(FQDN)

        assert (seen.server, seen.answer) == (None, DnsAnswer.REFUSED)
        assert (system.resolver, system.answer) == ("system", DnsAnswer.REFUSED)
        assert "no resolver configured" in system.detail
        assert (resolved.answer, resolved.addresses) == (DnsAnswer.REFUSED, ())

    asyncio.run(story())


def test_resolvers_are_asked_side_by_side_and_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    as_made = dns.resolver.Resolver.__init__

    def configured(self: dns.resolver.Resolver, configure: bool = True) -> None:
        as_made(self, configure=False)
        self.nameservers = ["127.0.0.3", "127.0.0.2"]  # the first is dead

    monkeypatch.setattr(dns.resolver.Resolver, "__init__", configured)
    fresh, stale = zone(HOST, aa=False), zone(f"{FQDN}. 7 IN A 192.0.2.12", aa=False)

    async def story() -> None:
        async with Server(fresh, host="127.0.0.2") as system, Server(stale) as other, Server(silent) as mute:
            group = settings(resolvers=(other.at, mute.at), timeout_s=0.5)
            witness = DnsWitness(group, now, port=system.port)
            begun = time.monotonic()

            seen = await witness.ask_resolvers(FQDN)
            resolved = await witness.resolve_as_client(FQDN)

            assert time.monotonic() - begun < 2
            assert [(each.resolver, each.answer, each.addresses, each.ttl_s) for each in seen] == [
                ("system", DnsAnswer.OK, ("192.0.2.11",), 30),
                (str(other.at), DnsAnswer.OK, ("192.0.2.12",), 7),
                (str(mute.at), DnsAnswer.TIMEOUT, (), None),
            ]
            assert resolved.addresses == ("192.0.2.12",)

    asyncio.run(story())


@pytest.mark.usefixtures("no_system_resolver")
@pytest.mark.parametrize(
    ("host", "answer"), [("localhost", DnsAnswer.OK), ("nowhere.example.net", DnsAnswer.NXDOMAIN)]
)
def test_a_server_may_be_configured_by_name(host: str, answer: DnsAnswer) -> None:
    async def story() -> DnsObservation:
        async with Server(zone(HOST, TXT)) as server:
            group = settings(dns_server=HostPort(host, server.port))
            return await DnsWitness(group, now).ask_authoritative(FQDN)

    assert asyncio.run(story()).answer is answer


def test_ipv6_works() -> None:
    async def story() -> DnsObservation:
        async with Server(zone(HOST, TXT), host="::1") as server:
            return await DnsWitness(settings(dns_server=server.at), now).ask_authoritative(FQDN)

    try:
        seen = asyncio.run(story())
    except OSError:
        pytest.skip("no IPv6 on this machine")
    assert seen.answer is DnsAnswer.OK
    assert seen.server is not None
    assert seen.server.startswith("[::1]:")


def _evidence(answer: Answering) -> list[Evidence]:
    async def story() -> list[Evidence]:
        told: list[Evidence] = []
        async with Server(answer) as server:
            witness = DnsWitness(
                settings(dns_server=server.at, resolvers=(server.at,), timeout_s=0.4),
                now,
                port=server.at.port,
            )
            witness.evidence = told.append
            await witness.ask_authoritative(FQDN)
            await witness.ask_resolvers(FQDN)
        return [each for each in told if each.subject != "resolver system"]

    return asyncio.run(story())


def test_a_failed_look_leaves_the_questions_and_the_messages_that_came() -> None:
    authority, resolver = _evidence(zone(rcode="SERVFAIL"))

    assert (authority.subject, authority.asked, authority.answer) == ("dns", "host record", "refused")
    host_record, txt = authority.exchanges
    assert host_record.request.startswith(f"A {FQDN} from 127.0.0.1:")
    assert txt.request.startswith(f"TXT {FQDN} from ")
    assert host_record.status == "SERVFAIL"
    assert "rcode SERVFAIL" in host_record.body
    assert resolver.subject.startswith("resolver 127.0.0.1:")
    assert resolver.exchanges[0].status == "SERVFAIL"


def test_silence_leaves_the_questions_alone() -> None:
    authority, _ = _evidence(silent)
    assert authority.answer == "timeout"
    assert {each.status for each in authority.exchanges} == {""}
    assert all(each.error for each in authority.exchanges)


def test_a_good_look_leaves_nothing() -> None:
    assert _evidence(zone(HOST, TXT)) == []
