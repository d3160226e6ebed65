from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.model import Configuration, DnsLink, HeartbeatMethod, Members, Role
from agmonitor.domain.observations import Hook, HookOutcome, NodeReport
from agmonitor.gateway import wire
from agmonitor.gateway.fields import Malformed
from tests.gateway.servers import payload

BEAT = datetime(2026, 1, 5, 9, 0, 20, tzinfo=UTC).timestamp()
PARSERS = (wire.group_report, wire.state_report, wire.load, wire.inventory)


def _group(**changes: Any) -> bytes:
    """The sample group with keys of its parts replaced: ``state_node_role="x"``; ``...`` takes one away."""
    content = json.loads(payload("group_primary"))
    for path, value in changes.items():
        part, _, key = path.partition("_")
        holder, name = (content[part], key) if key else (content, part)
        if value is ...:
            del holder[name]
        else:
            holder[name] = value
    return json.dumps(content).encode()


def test_the_contracts_group_is_read_whole() -> None:
    report = wire.group_report(payload("group_primary"))

    assert report == NodeReport(
        role=Role.PRIMARY,
        heartbeat_method=HeartbeatMethod.DIRECT,
        last_heartbeat_at=BEAT,
        last_updated_at=BEAT + 20,
        dns_link=DnsLink.CONNECTED,
        members=Members("192.0.2.11", "192.0.2.12"),
        configuration=Configuration(
            allowed_absence_interval=60,
            health_check_interval=30,
            health_report_interval=20,
            group_fqdn_ttl=30,
            external_ipv4_address="192.0.2.11",
            external_port=443,
            external_scheme="https",
            group_fqdn="gateway.example.net",
            tsig_name="ag",
            tsig_algorithm="hmac-sha512",
        ),
    )


def test_the_contracts_state_is_read_whole() -> None:
    report = wire.state_report(payload("state_primary"))

    assert (report.role, report.last_updated_at) == (Role.PRIMARY, BEAT + 20)
    assert report.members is None
    assert report.configuration is None


def test_a_node_in_no_group_may_leave_heartbeats_out() -> None:
    report = wire.state_report(payload("state_not_in_group"))

    assert report == NodeReport(role=Role.NOT_IN_GROUP, dns_link=DnsLink.NOT_APPLICABLE)


@pytest.mark.parametrize("nothing", [None, "", ...])
def test_null_empty_and_absent_heartbeats_are_all_none(nothing: object) -> None:
    report = wire.group_report(
        _group(
            state_heartbeat_method=nothing,
            state_last_heartbeat_time=nothing,
            state_last_updated=nothing,
            state_node_dns_connection_state=nothing,
        )
    )

    assert report.role is Role.PRIMARY
    assert (report.heartbeat_method, report.last_heartbeat_at, report.last_updated_at) == (None, None, None)


@pytest.mark.parametrize("nothing", [None, "", ...])
def test_an_empty_seat_is_shown_in_any_way(nothing: object) -> None:
    report = wire.group_report(_group(members_secondary=nothing))

    assert report.members == Members("192.0.2.11", None)


@pytest.mark.parametrize("nothing", [None, "", ...])
def test_members_and_configuration_may_be_missing(nothing: object) -> None:
    report = wire.group_report(_group(members=nothing, configuration=nothing))

    assert (report.members, report.configuration) == (None, None)


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2026-01-05T09:00:20Z", BEAT),
        ("2026-01-05T10:00:20+01:00", BEAT),
        ("2026-01-05T09:00:20.250+00:00", BEAT + 0.25),
        ("2026-01-05 09:00:20+00:00", BEAT),
    ],
)
def test_instants_keep_their_offset(stamp: str, instant: float) -> None:
    assert wire.group_report(_group(state_last_heartbeat_time=stamp)).last_heartbeat_at == instant


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": ...}, "state is missing"),
        ({"state": []}, "state is a list"),
        ({"state_node_role": ...}, "state.node_role is missing"),
        ({"state_node_role": None}, "state.node_role is missing"),
        ({"state_node_role": "leader"}, "state.node_role is “leader”"),
        ({"state_node_role": "PRIMARY"}, "state.node_role is “PRIMARY”"),
        ({"state_node_role": 1}, "state.node_role is a number"),
        ({"state_node_role": ["primary"]}, "state.node_role is a list"),
        ({"state_heartbeat_method": "pigeon"}, "state.heartbeat_method is “pigeon”"),
        ({"state_heartbeat_method": False}, "state.heartbeat_method is true or false"),
        ({"state_node_dns_connection_state": "maybe"}, "state.node_dns_connection_state"),
        ({"state_last_heartbeat_time": "yesterday"}, "state.last_heartbeat_time is “yesterday”"),
        ({"state_last_heartbeat_time": "2026-01-05"}, "no offset"),
        ({"state_last_heartbeat_time": "2026-01-05T09:00:20"}, "no offset"),
        ({"state_last_heartbeat_time": 1767603620}, "state.last_heartbeat_time is a number"),
        ({"state_last_heartbeat_time": "0001-01-01T00:00:00+23:59"}, "no instant a clock"),
        ({"state_last_heartbeat_time": "1970-01-01T00:00:00+23:59"}, "no instant a clock"),
        ({"state_last_updated": "9999-12-31T23:59:59-23:59"}, "no instant a clock"),
        ({"members": []}, "members is a list"),
        ({"members_primary": 5}, "members.primary is a number"),
        ({"members_primary": "gateway"}, "members.primary is “gateway”"),
        ({"members_secondary": "2001:db8::1"}, "members.secondary"),
        ({"configuration": "x"}, "configuration is a text"),
        (
            {"configuration_allowed_absence_interval": "60"},
            "configuration.allowed_absence_interval is a text",
        ),
        ({"configuration_allowed_absence_interval": True}, "allowed_absence_interval is true or false"),
        ({"configuration_health_check_interval": 1.5}, "health_check_interval is a number where a whole"),
        ({"configuration_health_check_interval": -1}, "out of range"),
        ({"configuration_health_report_interval": 10**30}, "out of range"),
        ({"configuration_external_port": 65536}, "external_port"),
        ({"configuration_external_scheme": "ftp"}, "external_scheme"),
        ({"configuration_group_fqdn": "a" * 300}, "group_fqdn is no plain text"),
        ({"configuration_group_fqdn": "a\x1b[2Jb"}, "group_fqdn is no plain text"),
        ({"configuration_tsig_name": "\ud800"}, "tsig_name is no plain text"),
    ],
)
def test_what_breaks_the_contract_is_named(changes: dict[str, object], said: str) -> None:
    with pytest.raises(Malformed) as caught:
        wire.group_report(_group(**changes))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"<html>Sign in</html>", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "a list where an object"),
        (b"null", "null where an object"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"a":' * 20_000, "nested too deeply"),
        (b'{"state": NaN}', "NaN"),
        (b'{"state": -Infinity}', "Infinity"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no JSON"),
    ],
)
@pytest.mark.parametrize("parse", PARSERS)
def test_a_body_that_is_no_object_is_malformed(parse: Any, body: bytes, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse(body)

    assert said in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_byte_order_mark_does_no_harm() -> None:
    assert wire.state_report(b"\xef\xbb\xbf" + payload("state_primary")).role is Role.PRIMARY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["state", "members", "configuration", "state_node_role", "state_last_updated", "members_primary",
     "configuration_external_port", "configuration_group_fqdn_ttl", "configuration_group_fqdn"]
)  # fmt: skip


@given(changes=st.dictionaries(KEYS, JSON, max_size=3))
def test_no_value_anywhere_raises_anything_but_malformed(changes: dict[str, object]) -> None:
    tops = {key: value for key, value in changes.items() if "_" not in key}
    deep = {key: value for key, value in changes.items() if key.partition("_")[0] not in tops}

    try:
        report = wire.group_report(_group(**(deep | tops)))
    except Malformed:
        return
    assert isinstance(report.role, Role)


@given(body=st.binary(max_size=80))
def test_no_bytes_raise_anything_but_malformed(body: bytes) -> None:
    for parse in (*PARSERS, wire.token):
        try:
            parse(body)
        except (Malformed, wire.SignInRefused):
            continue
    assert isinstance(wire.error_message(body), str)


def test_the_load_is_read() -> None:
    assert wire.load(payload("serverstatus")) == wire.Load(score=0.24, current_time=1767603620.0)


@pytest.mark.parametrize("current", ["", ', "current_time": null'])
def test_the_load_does_without_the_nodes_time(current: str) -> None:
    body = f'{{"data": {{"resource_usage_score": 1}}{current}}}'.encode()

    assert wire.load(body) == wire.Load(score=1.0, current_time=None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", "data is missing"),
        (b'{"data": {}}', "data.resource_usage_score is missing"),
        (b'{"data": {"resource_usage_score": "0.1"}}', "resource_usage_score is a text"),
        (b'{"data": {"resource_usage_score": true}}', "resource_usage_score is true or false"),
        (b'{"data": {"resource_usage_score": -1}}', "negative"),
        (b'{"data": {"resource_usage_score": 1e999}}', "too large"),
        (b'{"data": {"resource_usage_score": 1%s}}' % (b"0" * 400), "too large"),
        (b'{"data": {"resource_usage_score": 0}, "current_time": -1}', "current_time"),
        (b'{"data": {"resource_usage_score": 0}, "current_time": 1767603620000}', "current_time"),
    ],
)
def test_a_load_of_other_shape_is_named(body: bytes, said: str) -> None:
    with pytest.raises(Malformed) as caught:
        wire.load(body)

    assert said in str(caught.value)


def test_the_inventory_is_read() -> None:
    found = wire.inventory(payload("hooks"))

    (hook,) = found.hooks
    assert hook == Hook(
        *("zone_sync", "on_role_changed", "zone_sync/zone_sync_page.py:31", "node_role_changed"),
        *(BEAT - 19, 2),
    )
    assert (hook.file, hook.line) == ("zone_sync/zone_sync_page.py", 31)
    first, second = found.calls
    assert (first.previous, first.new, first.duration_ms) == (None, Role.SECONDARY, 12.5)
    assert (first.outcome, first.started_at) == (HookOutcome.RETURNED, BEAT + 0.25)
    assert (second.previous, second.new, second.outcome) == (
        Role.SECONDARY,
        Role.PRIMARY,
        HookOutcome.RUNNING,
    )
    assert (second.duration_ms, second.error, second.so_far_ms, second.beside) == (None, "", 401.5, 1)
    assert second.is_of(hook)
    assert (found.version, found.earlier) == ("2.0", ("old_sync",))


def test_an_older_inventory_is_read() -> None:
    found = wire.inventory(payload("hooks_of_an_older_inventory"))

    (hook,) = found.hooks
    assert hook == Hook("zone_sync", "zone_sync_page.on_role_changed", "zone_sync_page.py:31")
    assert found.calls[0].is_of(hook)
    assert (hook.registered_at, found.version, found.earlier) == (None, "", ())


def test_only_the_newest_calls_are_kept() -> None:
    content = json.loads(payload("hooks"))
    content["calls"] = content["calls"][:1] * 500 + content["calls"][1:2]

    calls = wire.inventory(json.dumps(content).encode()).calls

    assert len(calls) == wire.CALLS_MAX
    assert calls[-1].new is Role.PRIMARY


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("hooks", "workflow", None),
        ("hooks", "callback", 5),
        ("hooks", "source", []),
        ("calls", "started_at", None),
        ("calls", "new", "boss"),
        ("calls", "outcome", "exploded"),
        ("calls", "error", {}),
        ("calls", "duration_ms", "long"),
        ("hooks", "line", "last"),
        ("hooks", "registered_at", "yesterday"),
        ("calls", "so_far_ms", "long"),
    ],
)
def test_an_inventory_of_other_shape_is_named(place: str, key: str, value: object) -> None:
    content = json.loads(payload("hooks"))
    content[place][0][key] = value

    with pytest.raises(Malformed, match=rf"{place}\[0\]\.{key}"):
        wire.inventory(json.dumps(content).encode())


@pytest.mark.parametrize("body", [b"{}", b'{"hooks": [], "calls": 5}', b'{"hooks": [7], "calls": []}'])
def test_an_inventory_without_its_lists_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        wire.inventory(body)


def test_an_error_text_of_a_hook_loses_what_a_terminal_would_obey() -> None:
    content = json.loads(payload("hooks"))
    content["calls"][0]["error"] = "KeyError: \x1b[2J'zone'\n" + "x" * 5000

    error = wire.inventory(json.dumps(content).encode()).calls[0].error

    assert error.startswith("KeyError: �[2J'zone' xx")
    assert len(error) <= wire.ERROR_TEXT_MAX


@pytest.mark.parametrize(
    "body",
    [
        payload("login_token"),
        b"BAMAuthToken: c2VjcmV0LXRva2Vu",
        b"BAMAuthToken: c2VjcmV0LXRva2Vu\n",
        b'"BAMAuthToken: c2VjcmV0LXRva2Vu"',
    ],
)
def test_a_token_comes_as_json_or_bare(body: bytes) -> None:
    assert wire.token(body) == "BAMAuthToken: c2VjcmV0LXRva2Vu"


@pytest.mark.parametrize(
    "body", [b'{"message": "Login failed."}', b'{"status": 401}', b'{"error": "no", "access_token": null}']
)
def test_an_error_told_with_status_200_is_a_refusal(body: bytes) -> None:
    with pytest.raises(wire.SignInRefused):
        wire.token(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html>Sign in</html>",
        b'{"access_token": 7}',
        b'{"access_token": ["x"]}',
        b'{"access_token": {}, "message": "x"}',
        b'{"access_token": "a\\r\\nHost: evil"}',
        b'{"access_token": "\xc3\xa4"}',
        b'{"access_token": "%s"}' % (b"x" * 5000),
    ],
)
def test_what_cannot_be_a_token_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        wire.token(body)


def test_an_errors_message_is_read_for_people_only() -> None:
    assert wire.error_message(payload("unauthorized")) == "Authentication is required."
    assert wire.error_message(b'{"message": "a\x1b\\u001b[2Jb"}') == ""
    assert wire.error_message(b'{"message": "a\\u001b[2Jb"}') == "a�[2Jb"
    assert wire.error_message(b'{"message": 5}') == ""
    assert wire.error_message(b"<html>") == ""


@pytest.mark.parametrize(
    ("header", "instant"),
    [
        ("Mon, 05 Jan 2026 09:00:20 GMT", BEAT),
        ("Mon, 05 Jan 2026 10:00:20 +0100", BEAT),
        ("Mon, 05 Jan 2026 09:00:20 -0000", BEAT),
        ("Thu, 01 Jan 1960 00:00:00 GMT", None),
        ("Mon, 05 Jan 9999999 09:00:20 GMT", None),
        ("noon", None),
        ("", None),
        (None, None),
    ],
)
def test_the_date_header_is_read_where_it_can_be(header: str | None, instant: float | None) -> None:
    assert wire.http_date(header) == instant
