"""A real pair of node processes: roles, heartbeats, takeover, failover by hand, hooks on both nodes."""

from __future__ import annotations

import itertools

import dns.message
import dns.query
import dns.rdatatype
import pytest

from agmonitor.lab.node import stamps
from tests.lab.node.pair import FQDN, RESOURCES, Pair, eventually

pytestmark = pytest.mark.lab


def record(pair: Pair, rdtype: str) -> list[str]:
    """What the name server says."""
    question = dns.message.make_query(FQDN, rdtype)
    answer = dns.query.udp(question, pair.dns[0], timeout=2, port=pair.dns[1])
    wanted = dns.rdatatype.from_text(rdtype)
    return [item.to_text().strip('"') for rrset in answer.answer if rrset.rdtype == wanted for item in rrset]


def test_a_formed_group_beats_directly_and_by_txt(formed: Pair) -> None:
    assert (formed.a.role, formed.b.role) == ("primary", "secondary")
    assert record(formed, "A") == [formed.a.address]
    first = record(formed, "TXT")
    assert len(first) == 1
    assert stamps.read(first[0]) is not None
    eventually(lambda: record(formed, "TXT") != first, "the TXT heartbeat moves on")


def test_both_nodes_tell_the_same_group(formed: Pair) -> None:
    seen = [node.ask("GET", "/ag/api/v1/group").json for node in (formed.a, formed.b)]

    assert seen[0]["members"] == seen[1]["members"]
    assert seen[0]["members"] == {"primary": formed.a.address, "secondary": formed.b.address}
    for key in ("allowed_absence_interval", "health_report_interval", "group_fqdn", "tsig_name"):
        assert seen[0]["configuration"][key] == seen[1]["configuration"][key]


def test_a_killed_primary_is_replaced_and_comes_back_as_secondary(pair: Pair) -> None:
    pair.formed()
    pair.a.kill()
    took_s = eventually(lambda: pair.b.role == "primary", "the Secondary takes over")

    assert took_s > 0.5
    assert record(pair, "A") == [pair.b.address]
    pair.a.start()
    eventually(lambda: pair.a.role == "secondary", "the old Primary is back as Secondary")
    eventually(lambda: pair.a.has_beat("direct"), "it hears the new Primary")
    assert pair.b.role == "primary"
    assert record(pair, "A") == [pair.b.address]
    assert pair.a.calls_of("ag_demo") == [(None, "secondary", "returned")]


def test_failover_by_hand_works_on_either_node_and_returns_after_the_switch(pair: Pair) -> None:
    pair.formed()
    roles = ["primary", "secondary"]
    for node in (pair.a, pair.a, pair.b, pair.b):
        reply = node.ask("PUT", "/ag/api/v1/failover")
        roles.reverse()

        assert (reply.status, reply.json) == (200, {"message": "Manual failover completed."})
        # On a busy machine the old Primary may not hear of it in time, and learns it from the record.
        eventually(lambda: [pair.a.role, pair.b.role] == roles, "both have changed")
        assert record(pair, "A") == [pair.a.address if roles[0] == "primary" else pair.b.address]


def test_hooks_run_on_both_nodes_and_the_first_of_who_stood_by_raises(pair: Pair) -> None:
    pair.formed()
    for _ in range(5):
        assert pair.a.ask("PUT", "/ag/api/v1/failover").status == 200
    expected = [(None, "not_in_group"), ("not_in_group", "primary")]
    expected += list(
        itertools.islice(itertools.cycle([("primary", "secondary"), ("secondary", "primary")]), 5)
    )
    eventually(lambda: len(pair.a.calls_of("ag_demo")) == 7, "all calls are there")

    assert pair.a.calls_of("ag_demo") == [(*change, "returned") for change in expected]
    for node, expected_outcomes in (
        (pair.a, ["returned", "returned", "raised"]),
        (pair.b, ["raised", "returned", "returned"]),
    ):
        calls = [call for call in node.calls_of("dhcp_export") if call[1] == "primary"]
        assert [outcome for _, _, outcome in calls] == expected_outcomes
    raised = next(call for call in pair.a.hooks["calls"] if call["outcome"] == "raised")
    assert raised["error"] == "KeyError: 'zone'"
    assert raised["duration_ms"] >= 0
    assert raised["started_at"].endswith("+00:00")
    assert len(pair.b.calls_of("ag_demo")) == 7
    assert pair.a.child is not None
    eventually(
        lambda: (
            pair.a.child is not None
            and any(event.get("event") == "hook_raised" for event in pair.a.child.events)
        ),
        "the supervisor hears of it",
    )


def test_a_cut_heartbeat_path_means_method_dns_and_no_failover(pair: Pair) -> None:
    pair.a.configuration.update(report=1, check=1, absence=6)
    pair.b.configuration.update(report=1, check=1, absence=6)
    pair.formed()
    pair.cut_path(pair.a, pair.b)
    eventually(lambda: pair.a.has_beat("dns") and pair.b.has_beat("dns"), "both say dns")
    beat = pair.b.state["last_heartbeat_time"]
    eventually(lambda: pair.b.state["last_heartbeat_time"] > beat, "beats still arrive, by TXT")

    assert (pair.a.role, pair.b.role) == ("primary", "secondary")
    pair.mend_path(pair.a, pair.b)
    eventually(lambda: pair.a.has_beat("direct") and pair.b.has_beat("direct"), "both say direct again")


def test_with_the_path_cut_the_old_primary_learns_from_the_record(pair: Pair) -> None:
    pair.formed()
    pair.cut_path(pair.a, pair.b)
    reply = pair.b.ask("PUT", "/ag/api/v1/failover")

    assert reply.status == 200
    eventually(lambda: pair.a.role == "secondary", "the old Primary yields")


def test_failover_on_a_primary_without_reachable_secondary_is_refused(pair: Pair) -> None:
    pair.formed()
    pair.cut_path(pair.a)
    reply = pair.a.ask("PUT", "/ag/api/v1/failover")

    assert reply.status == 503
    assert set(reply.json) == {"code", "details", "message", "status"}
    assert pair.a.role == "primary"


def test_changed_settings_reach_the_peer_whichever_node_they_were_changed_on(pair: Pair) -> None:
    pair.formed()

    def ttls() -> list[int]:
        return [
            node.ask("GET", "/ag/api/v1/group").json["configuration"]["group_fqdn_ttl"]
            for node in (pair.a, pair.b)
        ]

    for node, ttl in ((pair.a, 20), (pair.b, 27)):
        reply = node.ask("PUT", "/ag/api/v1/group", {"group_fqdn_ttl": ttl})
        assert reply.json == {"message": "Availability group configuration updated."}
        eventually(lambda: ttls() == [ttl, ttl], "both know it")  # noqa: B023 - called at once


def test_a_secondary_may_leave_and_join_again(pair: Pair) -> None:
    pair.formed()
    assert pair.a.ask("DELETE", "/ag/api/v1/group/members").status == 409
    assert pair.b.ask("DELETE", "/ag/api/v1/group/members").status == 200
    assert pair.b.role == "not_in_group"
    eventually(
        lambda: pair.a.ask("GET", "/ag/api/v1/group").json["members"]["secondary"] is None,
        "the seat is empty",
    )
    assert pair.b.ask("PUT", "/ag/api/v1/group/members").status == 200
    assert pair.b.role == "secondary"


def test_a_lone_primary_that_leaves_takes_the_records_with_it(pair: Pair) -> None:
    pair.a.start()
    assert pair.a.ask("POST", "/ag/api/v1/group", {"group_fqdn": FQDN}).status == 200
    eventually(lambda: record(pair, "TXT") != [], "it beats by TXT")
    eventually(lambda: pair.a.state["heartbeat_method"] == "dns", "and knows that it did")
    assert pair.a.ask("DELETE", "/ag/api/v1/group/members").status == 200
    eventually(lambda: record(pair, "A") == [] and record(pair, "TXT") == [], "the records are gone")


def test_the_inventory_folder_is_loaded_first_whatever_the_order(formed: Pair) -> None:
    assert (RESOURCES / "gateway_workflow" / "hook_inventory").is_dir()
    assert [hook["workflow"] for hook in formed.a.hooks["hooks"]] == ["ag_demo", "dhcp_export"]
    hook = formed.a.hooks["hooks"][1]
    assert (hook["file"], hook["event"]) == ("dhcp_export/dhcp_export_page.py", "node_role_changed")
    assert formed.a.hooks["earlier_workflows"] == []


def test_a_workflow_page_answers_by_role(formed: Pair) -> None:
    done = formed.a.ask("POST", "/ag_demo/work")
    still = formed.b.ask("POST", "/ag_demo/work")

    assert (done.status, done.json) == (200, {"ran": True, "role": "primary"})
    assert (still.status, still.json) == (409, {"ran": False, "role": "secondary"})
