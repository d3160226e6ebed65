"""The documented HTTP interface of one node: sign-in, permissions, bodies, errors."""

from __future__ import annotations

import email.utils
import json
from dataclasses import replace

import pytest

from tests.lab.node.pair import FQDN, PASSWORD, USER, Node, Pair, eventually

pytestmark = pytest.mark.lab

FOUR_KEYS = {"code", "details", "message", "status"}


def test_without_sign_in_the_documented_401(lone: Node) -> None:
    reply = lone.send("GET", "/ag/api/v1/state")

    assert reply.status == 401
    assert reply.json == {
        "code": "Unauthorized",
        "details": {"log_context": ""},
        "message": "Authentication is required.",
        "status": 401,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/ag/api/v1/state"),
        ("GET", "/ag/api/v1/group"),
        ("POST", "/ag/api/v1/group"),
        ("PUT", "/ag/api/v1/group"),
        ("PUT", "/ag/api/v1/group/members"),
        ("DELETE", "/ag/api/v1/group/members"),
        ("GET", "/ag/api/v1/configuration"),
        ("PUT", "/ag/api/v1/configuration"),
        ("PUT", "/ag/api/v1/failover"),
    ],
)
def test_without_the_permission_the_documented_403_everywhere(lone: Node, method: str, path: str) -> None:
    reply = lone.ask(method, path, user="guest")

    assert reply.status == 403
    context = reply.json["details"]["log_context"]
    assert context.startswith("guest:")
    assert len(context) > len("guest:")
    assert reply.json == {
        "code": "Forbidden",
        "details": {"log_context": context},
        "message": "Insufficient access rights.",
        "status": 403,
    }


def test_the_token_has_its_prefix_and_works_with_and_without_it(lone: Node) -> None:
    reply = lone.send("POST", "/rest_login", {"username": USER, "password": PASSWORD})
    token = reply.json["access_token"]

    assert reply.status == 200
    assert set(reply.json) == {"access_token"}
    assert token.startswith("BAMAuthToken: ")
    for sent in (token, token.removeprefix("BAMAuthToken: ")):
        assert lone.send("GET", "/ag/api/v1/state", headers={"auth": f"Basic {sent}"}).status == 200
    assert lone.send("GET", "/ag/api/v1/state", headers={"Authorization": f"Basic {token}"}).status == 401


def test_the_cookie_signs_in_too(lone: Node) -> None:
    reply = lone.send("POST", "/rest_login", {"username": USER, "password": PASSWORD})
    cookie = reply.headers["Set-Cookie"].split(";")[0]

    assert lone.send("GET", "/ag/api/v1/state", headers={"Cookie": cookie}).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"username": USER, "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {},
        {"username": 1},
        {"username": USER, "password": "\ud800"},
    ],
)
def test_wrong_credentials_get_the_four_keys_and_no_password_back(
    lone: Node, sent: dict[str, object]
) -> None:
    reply = lone.send("POST", "/rest_login", sent)

    assert reply.status == 401
    assert set(reply.json) == FOUR_KEYS
    assert PASSWORD not in reply.text


def test_a_body_of_another_type_is_ignored_not_rejected(lone: Node) -> None:
    body = json.dumps({"username": USER, "password": PASSWORD}).encode()
    for kind in ("text/plain", "application/json; charset=utf-8"):
        assert lone.send("POST", "/rest_login", body, {"Content-Type": kind}).status == 401


def test_a_node_in_no_group_says_so(lone: Node) -> None:
    state = lone.state

    assert state == {
        "heartbeat_method": None,
        "last_heartbeat_time": None,
        "last_updated": None,
        "node_dns_connection_state": "not_applicable",
        "node_role": "not_in_group",
    }
    for method, path in (
        ("GET", "/ag/api/v1/group"),
        ("PUT", "/ag/api/v1/group"),
        ("PUT", "/ag/api/v1/failover"),
        ("DELETE", "/ag/api/v1/group/members"),
    ):
        reply = lone.ask(
            method, path, {"group_fqdn_ttl": 5} if path.endswith("group") and method == "PUT" else None
        )
        assert (reply.status, set(reply.json)) == (409, FOUR_KEYS), (method, path)


def test_settings_can_be_saved_before_there_is_a_group_and_the_secret_stays_inside(lone: Node) -> None:
    reply = lone.ask("PUT", "/ag/api/v1/configuration", {"group_fqdn_ttl": 27, "tsig_secret": "c2VjcmV0"})
    shown = lone.ask("GET", "/ag/api/v1/configuration").json

    assert reply.status == 200
    assert set(reply.json) == {"message"}
    assert (shown["group_fqdn_ttl"], shown["tsig_secret"], shown["group_fqdn"]) == (27, "", FQDN)
    assert len(shown) == 11


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"unheard_of": 1},
        {"group_fqdn_ttl": "30"},
        {"group_fqdn_ttl": True},
        {"health_check_interval": 0},
        {"external_ipv4_address": "2001:db8::1"},
        {"external_scheme": "ftp"},
        {"external_scheme": []},
        {"tsig_algorithm": {}},
        {"group_fqdn": "gateway.lab.test\n"},
        {"external_port": 70000},
        {"tsig_secret": "not base64!"},
        {"group_fqdn": "no-dots"},
    ],
)
def test_bad_settings_are_refused_with_what_is_allowed(lone: Node, sent: dict[str, object]) -> None:
    reply = lone.ask("PUT", "/ag/api/v1/configuration", sent)

    assert (reply.status, set(reply.json)) == (400, FOUR_KEYS)


def test_a_body_that_is_no_object_is_a_callers_fault(lone: Node) -> None:
    for body in (b"[1]", b"{", b"\xff", b'{"a":' + b"[" * 30_000):
        reply = lone.ask("PUT", "/ag/api/v1/configuration", body)
        assert (reply.status, set(reply.json)) == (400, FOUR_KEYS)


def test_a_body_too_large_is_refused_with_the_four_keys(lone: Node) -> None:
    reply = lone.ask("PUT", "/ag/api/v1/configuration", b'{"group_fqdn": "' + b"x" * 100_000 + b'"}')

    assert (reply.status, set(reply.json)) == (413, FOUR_KEYS)


def test_unknown_pages_and_methods_have_the_four_keys(lone: Node) -> None:
    assert lone.ask("GET", "/ag/api/v1/nothing").json["status"] == 404
    assert lone.ask("GET", "/ag/api/v1/failover").json["code"] == "MethodNotAllowed"


def test_health_and_status_need_no_sign_in_and_carry_the_date(lone: Node) -> None:
    health = lone.send("GET", "/health")
    status = lone.send("GET", "/serverstatus")
    data = status.json["data"]

    assert (health.status, health.text) == (200, "")
    assert set(status.json) == {"data", "current_time"}
    assert set(data) == {"cpu_load", "memory_used", "total_accesses", "total_traffic", "resource_usage_score"}
    assert 0 <= data["cpu_load"] < 1
    assert 0 < data["resource_usage_score"] < 0.5
    assert data["memory_used"] > 1_000_000
    assert data["total_accesses"] >= 1
    dated = email.utils.parsedate_to_datetime(status.headers["Date"])
    assert abs(dated.timestamp() - status.json["current_time"]) <= 1


def test_an_unsigned_heartbeat_is_refused(lone: Node) -> None:
    body = {"stamp": 1.0, "sender": "127.0.0.1", "revision": 0}
    forged = {"X-AG-Sent-At": "1", "X-AG-Signature": "00"}

    assert lone.send("POST", "/ag/heartbeat", body).status == 401
    assert lone.send("POST", "/ag/heartbeat", body, forged).status == 401
    assert lone.send("POST", "/ag/peer/take_over", {}).status == 401


def test_a_group_running_takes_seven_settings_and_no_second_create(formed: Pair) -> None:
    a, b = formed.a, formed.b

    assert a.ask("POST", "/ag/api/v1/group", {"group_fqdn": FQDN}).status == 409
    assert b.ask("PUT", "/ag/api/v1/group/members").status == 409
    assert a.ask("PUT", "/ag/api/v1/configuration", {"group_fqdn_ttl": 9}).status == 409
    assert a.ask("PUT", "/ag/api/v1/group", {"external_port": 9}).status == 400
    assert a.ask("PUT", "/ag/api/v1/group", {}).status == 400
    assert a.ask("PUT", "/ag/api/v1/group", {"tsig_algorithm": "hmac-sha512"}).status == 200


def test_joining_shows_the_documented_sample_message(formed: Pair) -> None:
    """A slip of the vendor's, which the lab repeats: nobody may match on texts."""
    assert formed.b.ask("DELETE", "/ag/api/v1/group/members").status == 200
    reply = formed.b.ask("PUT", "/ag/api/v1/group/members")

    assert reply.json == {"message": "Member removed from availability group."}
    eventually(lambda: formed.b.has_beat("direct"), "it is Secondary again")


def test_sessions_are_lost_on_command_and_on_restart(pair: Pair) -> None:
    node = pair.a.start()
    header = {"auth": f"Basic {node.sign_in()}"}
    assert node.send("GET", "/ag/api/v1/state", headers=header).status == 200
    node.tell({"command": "expire_sessions"})
    eventually(lambda: node.send("GET", "/ag/api/v1/state", headers=header).status == 401, "signed out")
    node.tokens.clear()
    header = {"auth": f"Basic {node.sign_in()}"}
    node.kill()
    node.start()
    assert node.send("GET", "/ag/api/v1/state", headers=header).status == 401


def test_a_port_in_use_and_a_bad_configuration_are_told_before_the_end(pair: Pair) -> None:
    pair.a.start()
    again = replace(pair.a, child=None, tokens={})
    broken = replace(pair.b, configuration={**pair.b.configuration, "ttl": "three"})

    with pytest.raises(AssertionError, match="cannot listen"):
        again.start()
    with pytest.raises(AssertionError, match="'ttl' must be a number"):
        broken.start()
