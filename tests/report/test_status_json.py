"""The document of ``status --json`` has just the design's keys, and its exit code is a Nagios plug-in's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from agmonitor.domain.model import DnsAnswer, Severity
from agmonitor.domain.observations import DnsObservation
from agmonitor.report.status_json import document, exit_code
from tests.report.states import AT, LEDGER, healthy, one_silent, with_severity

GROUP_KEYS = ["name", "verdict", "severity", "sentence", "findings", "nodes", "dns", "clients", "window"]
NODE_KEYS = [
    "name",
    "url",
    "answer",
    "detail",
    "round_trip_ms",
    "role",
    "dns_connection",
    "heartbeat_method",
    "last_heartbeat_at",
    "heartbeat_age_s",
    "clock_offset_s",
    "clock_uncertainty_s",
    "load_score",
]


def group_of(*states: Any, **more: Any) -> dict[str, Any]:
    text = json.dumps(document(states, AT, **more), allow_nan=False)
    group: dict[str, Any] = json.loads(text)["groups"][0]
    return group


def test_a_healthy_group_gives_the_whole_document() -> None:
    assert document([healthy()], AT) == {
        "schema": 1,
        "at": "2026-01-05T09:00:20.250Z",
        "groups": [
            {
                "name": "gw-prod",
                "verdict": "healthy",
                "severity": "ok",
                "sentence": "gw-1 is Primary, gw-2 stands by.",
                "findings": [],
                "nodes": [
                    {
                        "name": "gw-1",
                        "url": "https://gw-1.example.net",
                        "answer": "ok",
                        "detail": "",
                        "round_trip_ms": 3.1,
                        "role": "primary",
                        "dns_connection": "connected",
                        "heartbeat_method": "direct",
                        "last_heartbeat_at": "2026-01-05T09:00:17Z",
                        "heartbeat_age_s": 3.5,
                        "clock_offset_s": 0.25,
                        "clock_uncertainty_s": 0.5,
                        "load_score": 0.11,
                    },
                    {
                        "name": "gw-2",
                        "url": "https://gw-2.example.net",
                        "answer": "ok",
                        "detail": "",
                        "round_trip_ms": 3.1,
                        "role": "secondary",
                        "dns_connection": "connected",
                        "heartbeat_method": "direct",
                        "last_heartbeat_at": "2026-01-05T09:00:17Z",
                        "heartbeat_age_s": 3.5,
                        "clock_offset_s": 0.25,
                        "clock_uncertainty_s": 0.5,
                        "load_score": 0.11,
                    },
                ],
                "dns": {
                    "answer": "ok",
                    "address": "192.0.2.11",
                    "names": "gw-1",
                    "ttl_s": 30,
                    "heartbeat_at": "2026-01-05T09:00:20Z",
                },
                "clients": {"answer": "ok", "address": "192.0.2.11"},
                "window": {
                    "opens_at": "2026-01-05T09:01:17.250Z",
                    "closes_at": "2026-01-05T09:01:50.250Z",
                    "assumed": False,
                },
            }
        ],
    }


def test_all_keys_are_there_when_nothing_is_known() -> None:
    group = group_of(one_silent())

    assert list(group) == GROUP_KEYS
    assert [list(node) for node in group["nodes"]] == [NODE_KEYS, NODE_KEYS]
    assert group["dns"] is group["clients"] is group["window"] is None
    silent = group["nodes"][1]
    assert (silent["answer"], silent["role"], silent["round_trip_ms"]) == ("timeout", None, None)
    assert silent["detail"] == "gw-2 gave no answer within 5.0 s."


def test_findings_keep_their_order_worst_first() -> None:
    findings = group_of(one_silent())["findings"]

    assert [(one["number"], one["severity"]) for one in findings] == [(7, "warning"), (15, "notice")]
    assert list(findings[0]) == ["number", "name", "severity", "sentence"]


def test_the_ledger_is_there_only_when_asked_for() -> None:
    assert "ledger" not in group_of(healthy())

    ledger = group_of(healthy(), ledger=lambda _state: LEDGER)["ledger"]

    assert ledger[0]["passed"] is True
    assert ledger[2]["passed"] is None
    assert set(ledger[0]) == {"number", "finding", "condition", "value", "limit", "passed", "evidence", "at"}


def test_a_server_that_does_not_answer_is_still_a_witness() -> None:
    silent = DnsObservation(AT, AT, DnsAnswer.TIMEOUT, server="192.0.2.53:53")

    dns = group_of(replace(healthy(), dns=silent))["dns"]

    assert dns == {"answer": "timeout", "address": None, "names": None, "ttl_s": None, "heartbeat_at": None}


def test_a_server_never_found_is_no_witness() -> None:
    lost = DnsObservation(AT, AT, DnsAnswer.TIMEOUT, "No SOA.")

    assert group_of(replace(healthy(), dns=lost))["dns"] is None


@pytest.mark.parametrize("addresses", [("192.0.2.99",), ("192.0.2.11", "192.0.2.12"), ()])
def test_a_record_of_a_stranger_or_of_several_names_no_node(addresses: tuple[str, ...]) -> None:
    state = healthy()
    assert state.dns is not None

    dns = group_of(replace(state, dns=replace(state.dns, addresses=addresses)))["dns"]

    assert dns["names"] is None
    assert dns["address"] == (", ".join(addresses) or None)


@pytest.mark.parametrize(
    ("judge", "worked", "shown"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_clients_are_shown_only_where_they_are_judged(judge: bool | None, worked: bool, shown: bool) -> None:
    state = healthy()
    state = replace(state, settings=replace(state.settings, judge_clients=judge), clients_ever_worked=worked)

    assert (group_of(state)["clients"] is not None) is shown


def test_numbers_json_cannot_hold_become_null() -> None:
    state = healthy()
    node = state.nodes[0]
    assert node.load is not None
    wild = replace(node, load=replace(node.load, load_score=float("inf")))

    assert group_of(replace(state, nodes=(wild, state.nodes[1])))["nodes"][0]["load_score"] is None


@pytest.mark.parametrize(
    ("severities", "code"),
    [
        ([Severity.OK], 0),
        ([Severity.NOTICE], 0),
        ([Severity.WARNING], 1),
        ([Severity.CRITICAL], 2),
        ([Severity.UNKNOWN], 3),
        ([Severity.OK, Severity.WARNING], 1),
        ([Severity.UNKNOWN, Severity.WARNING], 3),
        ([Severity.UNKNOWN, Severity.CRITICAL, Severity.OK], 2),
        ([], 3),
    ],
)
def test_the_exit_code_is_that_of_the_worst_group(severities: list[Severity], code: int) -> None:
    assert exit_code([with_severity(severity) for severity in severities]) == code
