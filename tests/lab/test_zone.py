"""The zone alone: prerequisites and changes of RFC 2136, one row per rule."""

from __future__ import annotations

from collections.abc import Callable

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.update
import pytest

from agmonitor.lab.zone import Zone

Update = dns.update.UpdateMessage


def name(text: str) -> dns.name.Name:
    return dns.name.from_text(text)


def sent(update: Update) -> Update:
    """As it looks on the other side of the wire."""
    received = dns.message.from_wire(update.to_wire())
    assert isinstance(received, Update)
    return received


@pytest.fixture
def zone() -> Zone:
    zone = Zone("lab.test", "127.0.0.53", 1)
    update = Update("lab.test")
    update.add("gateway", 3, "A", "127.0.0.11")
    update.add("gateway", 3, "TXT", "beat")
    assert zone.update(sent(update)) == dns.rcode.NOERROR
    return zone


def data(zone: Zone, owner: str, rdtype: str) -> list[str]:
    found = zone.find(name(owner), dns.rdatatype.from_text(rdtype))
    return sorted(str(record) for records in found.answer for record in records)


@pytest.mark.parametrize(
    ("wish", "rcode"),
    [
        (lambda u: u.present("gateway"), dns.rcode.NOERROR),
        (lambda u: u.present("nobody"), dns.rcode.NXDOMAIN),
        (lambda u: u.present("gateway", "A"), dns.rcode.NOERROR),
        (lambda u: u.present("gateway", "MX"), dns.rcode.NXRRSET),
        (lambda u: u.present("gateway", "A", "127.0.0.11"), dns.rcode.NOERROR),
        (lambda u: u.present("gateway", "A", "127.0.0.12"), dns.rcode.NXRRSET),
        (lambda u: u.absent("nobody"), dns.rcode.NOERROR),
        (lambda u: u.absent("gateway"), dns.rcode.YXDOMAIN),
        (lambda u: u.absent("gateway", "MX"), dns.rcode.NOERROR),
        (lambda u: u.absent("gateway", "A"), dns.rcode.YXRRSET),
        (lambda u: u.present(name("gateway.other.test")), dns.rcode.NOTZONE),
    ],
)
def test_a_prerequisite_decides_over_the_whole_update(
    zone: Zone, wish: Callable[[Update], None], rcode: dns.rcode.Rcode
) -> None:
    update = Update("lab.test")
    wish(update)
    update.replace("gateway", 3, "A", "127.0.0.12")

    assert zone.update(sent(update)) == rcode

    moved = rcode == dns.rcode.NOERROR
    assert data(zone, "gateway.lab.test", "A") == ["127.0.0.12" if moved else "127.0.0.11"]


def test_one_record_of_a_set_can_go(zone: Zone) -> None:
    more = Update("lab.test")
    more.add("gateway", 3, "A", "127.0.0.12")
    zone.update(sent(more))
    less = Update("lab.test")
    less.delete("gateway", "A", "127.0.0.11")

    zone.update(sent(less))

    assert data(zone, "gateway.lab.test", "A") == ["127.0.0.12"]
    assert data(zone, "gateway.lab.test", "TXT") == ['"beat"']


def test_a_name_without_records_is_gone(zone: Zone) -> None:
    update = Update("lab.test")
    update.delete("gateway")

    zone.update(sent(update))

    assert zone.find(name("gateway.lab.test"), dns.rdatatype.A).rcode == dns.rcode.NXDOMAIN


def test_the_top_of_the_zone_survives_everything(zone: Zone) -> None:
    update = Update("lab.test")
    update.delete("@")
    update.delete("@", "NS")
    update.delete("@", "SOA")

    assert zone.update(sent(update)) == dns.rcode.NOERROR

    assert data(zone, "lab.test", "NS") == ["ns.lab.test."]
    assert data(zone, "lab.test", "SOA")


def test_a_change_outside_the_zone_spoils_the_whole_update(zone: Zone) -> None:
    update = Update("lab.test")
    update.replace("gateway", 3, "A", "127.0.0.12")
    update.replace(name("gateway.other.test"), 3, "A", "127.0.0.12")

    assert zone.update(sent(update)) == dns.rcode.NOTZONE

    assert data(zone, "gateway.lab.test", "A") == ["127.0.0.11"]


def test_names_are_equal_in_any_case(zone: Zone) -> None:
    assert data(zone, "GateWay.LAB.test", "A") == ["127.0.0.11"]


def test_a_name_between_two_known_ones_exists_without_data(zone: Zone) -> None:
    update = Update("lab.test")
    update.add("a.b", 3, "A", "127.0.0.12")
    zone.update(sent(update))

    found = zone.find(name("b.lab.test"), dns.rdatatype.A)

    assert found.rcode == dns.rcode.NOERROR
    assert not found.answer
