"""What a group's settings must keep to."""

from pathlib import Path
from typing import Any

import pytest

from agmonitor.config.checks import check_group, check_names, host_port, node_address
from agmonitor.domain.model import HostPort, NodeAddress
from tests.config.groups import at, group


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"fqdn": "gateway.example.net"},
        {"fqdn": "gateway.example.net."},
        {"nodes": at("https://[2001:db8::11]:8443")},
        {"nodes": at("http://127.0.0.2:8080")},
        {"nodes": at("http://[::1]:8080")},
        {"nodes": at("http://localhost")},
        {"nodes": at("http://gw-1.example.net"), "allow_http": True},
        {"nodes": at("https://proxy.example.net/gateway-one")},
        {"user": "reader"},
        {"sign_in_extras": (("bam_alias", "main"),)},
        {"timeout_s": 0.1},
        {"timeout_s": 120.0},
        {"name": "lab", "lab": True},
        {"insecure": True},
        {"tags": ("prod", "emea-1", "großkunde")},
    ],
)
def test_what_can_work_is_taken(changes: dict[str, Any]) -> None:
    assert check_group(group(**changes)) == ()


@pytest.mark.parametrize(
    ("changes", "key", "part"),
    [
        ({"name": ""}, "name", "1 to 64"),
        ({"name": "a\nb"}, "name", "1 to 64"),
        ({"name": " a"}, "name", "space"),
        ({"name": "a\x9b31m"}, "name", "printable"),
        ({"name": "a\u202eb"}, "name", "printable"),
        ({"name": "a\u2028b"}, "name", "printable"),
        (
            {"nodes": (NodeAddress("a\x9b", "https://x"), NodeAddress("c", "https://y"))},
            "nodes.name",
            "print",
        ),
        ({"user": "a\x9b"}, "user", "printable"),
        ({"name": "x" * 65}, "name", "1 to 64"),
        ({"name": "Lab"}, "name", "kept for the lab"),
        ({"tags": ("a b",)}, "tags", "no space"),
        ({"tags": ("#a",)}, "tags", "leading #"),
        ({"tags": ("x" * 33,)}, "tags", "1 to 32"),
        ({"tags": tuple("abcdefghijklmnopq")}, "tags", "too many"),
        ({"fqdn": "bad name"}, "fqdn", "domain name"),
        ({"fqdn": "a..b"}, "fqdn", "domain name"),
        ({"nodes": (NodeAddress("a", "https://x"), NodeAddress("A", "https://y"))}, "nodes", "own name"),
        ({"nodes": at("https://x.net", "https://X.net/")}, "nodes", "same URL"),
        ({"nodes": at("https://x.net", "HTTPS://X.net.:443/")}, "nodes", "same URL"),
        ({"nodes": at("http://127.0.0.1:80", "http://127.0.0.1")}, "nodes", "same URL"),
        ({"nodes": at("https://u:p@x.net")}, "nodes.url", "must not stand in a URL"),
        ({"nodes": at("https://u@x.net")}, "nodes.url", "must not stand in a URL"),
        ({"nodes": at("ftp://x.net")}, "nodes.url", "https://"),
        ({"nodes": at("x.net")}, "nodes.url", "https://"),
        ({"nodes": at("https://")}, "nodes.url", "host and port"),
        ({"nodes": at("https://x.net:0")}, "nodes.url", "host and port"),
        ({"nodes": at("https://300.1.1.1")}, "nodes.url", "host and port"),
        ({"nodes": at("https://x.net:99999")}, "nodes.url", "cannot be read"),
        ({"nodes": at("https://[::1")}, "nodes.url", "cannot be read"),
        ({"nodes": at("https://x.net?a=b")}, "nodes.url", "query"),
        ({"nodes": at("https://x.net/a b")}, "nodes.url", "white space"),
        ({"nodes": at("http://x.net")}, "nodes.url", "plain http"),
        ({"nodes": at("http://128.0.0.1")}, "nodes.url", "plain http"),
        ({"nodes": (NodeAddress("a=b", "https://x"), NodeAddress("c", "https://y"))}, "nodes.name", "'='"),
        ({"user": ""}, "user", "printable"),
        ({"sign_in_extras": (("bam", "x"),)}, "sign_in_extras.bam", "allowed are"),
        ({"sign_in_extras": (("bam_url", "https://u:p@b"),)}, "sign_in_extras.bam_url", "no user"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file", "no file"),
        ({"ca_file": "~nobody-has-this/ca.pem"}, "ca_file", "no file"),
        ({"timeout_s": 0.0}, "timeout_s", "0.1 to 120"),
        ({"timeout_s": float("nan")}, "timeout_s", "out of range"),
        ({"cadence_s": float("inf")}, "cadence_s", "out of range"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(changes: dict[str, Any], key: str, part: str) -> None:
    mistakes = check_group(group(**changes))

    assert [mistake.key for mistake in mistakes] == [key]
    assert part in mistakes[0].sentence


def test_trust_settings_must_not_contradict_each_other(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()

    assert check_group(group(ca_file=str(ca))) == ()
    assert [m.key for m in check_group(group(ca_file=str(ca), insecure=True))] == ["insecure"]


def test_all_mistakes_are_told_at_once() -> None:
    mistakes = check_group(group(name="", fqdn="?", timeout_s=-1, nodes=at("ftp://x", "http://y.net")))

    assert [m.key for m in mistakes] == ["name", "nodes.url", "nodes.url", "fqdn", "timeout_s"]


def test_an_ad_hoc_look_may_find_out_that_both_are_one() -> None:
    assert check_group(group(nodes=at("https://x.net", "https://x.net")), ad_hoc=True) == ()


def test_no_sentence_repeats_a_password_from_a_url() -> None:
    for url in (
        "https://u:hunter2@x",
        "hunter2",
        "ftp://u:hunter2@x",
        "https://x?token=hunter2",
        "u:hunter2@x",
    ):
        told = " ".join(m.sentence for m in check_group(group(nodes=at(url))))
        assert told
        assert "hunter2" not in told


def test_names_used_twice_are_found_whatever_their_case() -> None:
    assert [m.key for m in check_names([group(), group(name="GW-PROD"), group(name="b")])] == ["name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.53", HostPort("192.0.2.53", 53)),
        ("192.0.2.53:5353", HostPort("192.0.2.53", 5353)),
        ("dns.example.net", HostPort("dns.example.net", 53)),
        ("2001:db8::53", HostPort("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", HostPort("2001:db8::53", 5353)),
        ("[2001:db8::53]", HostPort("2001:db8::53", 53)),
    ],
)
def test_an_address_is_read_in_every_usual_form(text: str, expected: HostPort) -> None:
    assert host_port(text) == expected
    assert host_port(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["", ":53", "h:", "h:0", "h:70000", "h:x", "[::1", "[h]:53", "a b", "::1]:53", "h:²"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="allowed are"):
        host_port(text)


def test_a_node_is_read_from_name_and_url() -> None:
    assert node_address("gw-1=https://x.net/?a=b") == NodeAddress("gw-1", "https://x.net/?a=b")
    assert node_address("gw-1=https://x.net/") == NodeAddress("gw-1", "https://x.net")
    for text in ("https://x", "=https://x", "gw-1=", ""):
        with pytest.raises(ValueError, match="NAME=URL"):
            node_address(text)


def test_a_url_that_cannot_be_used_twice_is_told_for_what_it_is() -> None:
    broken = group(nodes=at("https://127.0.0.1.", "https://127.0.0.1."))

    assert {mistake.key for mistake in check_group(broken)} == {"nodes.url"}

    half = group(nodes=at("https://127.0.0.1", "https://127.0.0.1."))

    assert [mistake.key for mistake in check_group(half)] == ["nodes.url"]
