"""The lab's name server as a real process, asked and updated over real sockets; and BIND in its place."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.update
import pytest

from tests.lab.support import RunningNameserver, nameserver, needs_bind

ZONE = "lab.test"
NAME = "gateway.lab.test"


@pytest.fixture(scope="module", params=["nameserver", "bind"])
def server(request: pytest.FixtureRequest) -> Iterator[RunningNameserver]:
    if request.param == "bind":
        needs_bind()
    with nameserver(ZONE, f"agmonitor.lab.{request.param}") as running:
        yield running


def ask(server: RunningNameserver, name: str, rdtype: str, *, tcp: bool = False) -> dns.message.Message:
    question = dns.message.make_query(name, rdtype)
    way = dns.query.tcp if tcp else dns.query.udp
    return way(question, server.address, port=server.port, timeout=5)


def send(server: RunningNameserver, message: dns.message.Message) -> dns.message.Message:
    return dns.query.udp(message, server.address, port=server.port, timeout=5)


def addresses(server: RunningNameserver, name: str = NAME) -> list[str]:
    answer = ask(server, name, "A").answer
    return sorted(str(record) for records in answer for record in records)


def serial(server: RunningNameserver) -> int:
    (soa,) = ask(server, ZONE, "SOA").answer[0]
    number: int = soa.serial
    return number


def moved_to(key: dns.tsig.Key | None, address: str, zone: str = ZONE) -> dns.update.UpdateMessage:
    update = dns.update.UpdateMessage(zone, keyring=key)
    update.replace("gateway", 3, "A", address)
    return update


def test_a_signed_update_moves_the_record_and_bumps_the_serial(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))
    before = serial(server)

    answer = send(server, moved_to(server.key, "127.0.0.12"))

    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.had_tsig  # and dnspython has checked it against the question's
    assert addresses(server) == ["127.0.0.12"]
    assert serial(server) == before + 1
    assert ask(server, NAME, "A").answer[0].ttl == 3


def test_an_update_that_changes_nothing_keeps_the_serial(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))
    before = serial(server)

    send(server, moved_to(server.key, "127.0.0.11"))

    assert serial(server) == before


def test_text_stands_beside_the_address(server: RunningNameserver) -> None:
    update = moved_to(server.key, "127.0.0.11")
    update.replace("gateway", 3, "TXT", '"2026-01-05T09:00:20+00:00"')

    send(server, update)

    assert str(ask(server, NAME, "TXT").answer[0][0]) == '"2026-01-05T09:00:20+00:00"'
    assert addresses(server) == ["127.0.0.11"]


def test_an_update_signed_with_a_wrong_secret_is_refused_and_told_so(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))
    wrong = dns.tsig.Key("lab", base64.b64encode(b"wrong" * 12).decode(), "hmac-sha512")

    with pytest.raises(dns.tsig.PeerBadSignature):
        send(server, moved_to(wrong, "127.0.0.12"))

    assert addresses(server) == ["127.0.0.11"]


@pytest.mark.parametrize(("name", "algorithm"), [("other", "hmac-sha512"), ("lab", "hmac-sha256")])
def test_an_update_signed_with_an_unknown_key_is_refused_and_told_so(
    server: RunningNameserver, name: str, algorithm: str
) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))
    unknown = dns.tsig.Key(name, server.key.secret, algorithm)

    with pytest.raises(dns.tsig.PeerBadKey):
        send(server, moved_to(unknown, "127.0.0.12"))

    assert addresses(server) == ["127.0.0.11"]


def test_an_unsigned_update_is_refused(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))

    answer = send(server, moved_to(None, "127.0.0.12"))

    assert answer.rcode() == dns.rcode.REFUSED
    assert addresses(server) == ["127.0.0.11"]


def test_an_update_of_another_zone_is_not_ours(server: RunningNameserver) -> None:
    answer = send(server, moved_to(server.key, "127.0.0.12", zone="elsewhere.test"))

    assert answer.rcode() == dns.rcode.NOTAUTH


def test_an_unknown_name_is_denied_with_the_zones_soa(server: RunningNameserver) -> None:
    answer = ask(server, "nobody.lab.test", "A")

    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert answer.flags & dns.flags.AA
    assert [records.rdtype for records in answer.authority] == [dns.rdatatype.SOA]


def test_a_known_name_without_such_data_gives_no_data_with_the_zones_soa(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))

    answer = ask(server, NAME, "AAAA")

    assert answer.rcode() == dns.rcode.NOERROR
    assert not answer.answer
    assert [records.rdtype for records in answer.authority] == [dns.rdatatype.SOA]


def test_questions_outside_the_zone_are_refused(server: RunningNameserver) -> None:
    answer = ask(server, "example.org", "A")

    assert answer.rcode() == dns.rcode.REFUSED
    assert not answer.flags & dns.flags.AA


def test_the_same_is_answered_over_tcp(server: RunningNameserver) -> None:
    send(server, moved_to(server.key, "127.0.0.11"))

    assert ask(server, NAME, "A", tcp=True).answer == ask(server, NAME, "A").answer


@pytest.mark.parametrize("rubbish", [b"", b"\x00", b"\x12\x34" + bytes(10), b"\x12\x34" + b"\x01" * 40])
def test_rubbish_does_not_end_it(server: RunningNameserver, rubbish: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(rubbish, (server.address, server.port))

    assert ask(server, ZONE, "SOA").rcode() == dns.rcode.NOERROR
    assert server.process.poll() is None
