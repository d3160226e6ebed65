"""Whom a round asks, and how clients reach the group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Answer, NodeAddress, Role
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import GroupState, Look, Mode
from agmonitor.monitor.subjects import GroupName, Kind, Subject, ask, group_name, of_look, of_round
from tests.fakes import EPOCH, FQDN, FakeClock, FakeProber, report
from tests.monitor.watching import settings


def heard(*nodes: str, **changes: Any) -> GroupState:
    state = initial(settings(**changes), Mode.WATCHING, EPOCH)
    for node in nodes:
        role = Role.PRIMARY if node == "gw-1" else Role.SECONDARY
        said = report(role, node)
        state, _ = step(state, NodeObservation(node, EPOCH, EPOCH + 1, Answer.OK, "", 1.0, said, EPOCH, 200))
    return state


def test_nobody_knows_the_name_before_a_node_told_it() -> None:
    assert group_name(heard(fqdn=None)) is None
    assert group_name(heard("gw-2", fqdn=None)) == GroupName(FQDN, "https", 443)


def test_the_settings_name_goes_before_the_nodes() -> None:
    found = group_name(heard("gw-1", fqdn="other.example.net"))

    assert found is not None
    assert found.fqdn == "other.example.net"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://192.0.2.11", GroupName(FQDN, "https", 443)),
        ("http://127.0.0.2:8080", GroupName(FQDN, "http", 8080)),
        ("http://[::1]", GroupName(FQDN, "http", 80)),
    ],
)
def test_before_a_node_told_how_clients_come_its_url_serves(url: str, expected: GroupName) -> None:
    nodes = (NodeAddress("gw-1", url), NodeAddress("gw-2", "https://192.0.2.12"))

    assert group_name(heard(nodes=nodes)) == expected


def test_the_primary_tells_how_clients_come() -> None:
    state = heard("gw-1", "gw-2")
    first, second = state.nodes
    assert second.configuration is not None
    odd = replace(second, configuration=replace(second.configuration, external_port=8443))

    assert group_name(replace(state, nodes=(first, odd))) == GroupName(FQDN, "https", 443)


def test_details_are_asked_of_nodes_that_are_heard_only() -> None:
    state = heard("gw-1")

    assert Subject(Kind.LOAD, "gw-1") in of_round(state, 1)
    assert Subject(Kind.LOAD, "gw-2") not in of_round(state, 1)
    assert Subject(Kind.HOOKS, "gw-1") in of_round(state, 2)
    assert Subject(Kind.HOOKS, "gw-1") in of_round(state, 3, hooks_wanted=True)
    assert Subject(Kind.HOOKS, "gw-1") not in of_round(state, 3)


def test_without_a_name_dns_is_not_asked() -> None:
    kinds = {subject.kind for subject in of_round(heard(fqdn=None), 0, named=False)}

    assert kinds == {Kind.NODE}
    prober = FakeProber(FakeClock())
    assert asyncio.run(ask(prober, Subject(Kind.DNS), None)) == ()
    assert prober.asked.total() == 0


def test_a_second_look_is_at_a_node_or_at_dns() -> None:
    assert of_look(Look("dns", EPOCH)) == Subject(Kind.DNS)
    assert of_look(Look("gw-2", EPOCH)) == Subject(Kind.NODE, "gw-2")
