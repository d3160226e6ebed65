"""What faults come to for links and nodes: each by itself, and several at once."""

from __future__ import annotations

import pytest

from agmonitor.lab.fault_effects import NodeFaults, link_conditions, node_faults
from agmonitor.lab.fault_words import broken_when
from agmonitor.lab.link_condition import LinkCondition, condition_of
from agmonitor.lab.status import FaultRecord

NODES = ("gw-1", "gw-2")
BLACKHOLE = LinkCondition(blackhole=True)


def record(name: str, node: str | None, link: str | None = None, **parameters: float) -> FaultRecord:
    return FaultRecord(name, node, 1.0, None, None, link, parameters)


def hit(*records: FaultRecord) -> dict[str, LinkCondition]:
    """The links that are not well."""
    conditions = link_conditions(records, NODES)
    assert len(conditions) == 8
    return {name: condition for name, condition in conditions.items() if condition != LinkCondition()}


@pytest.mark.parametrize(
    ("fault", "links"),
    [
        (record("cut_heartbeat", "gw-1"), {"heartbeat:gw-1"}),
        (record("cut_dns", None), {"dns:gw-1", "dns:gw-2"}),
        (record("cut_both", "gw-2"), {"heartbeat:gw-2", "dns:gw-2"}),
        (record("hide", "gw-2"), {"watch:gw-2"}),
        (record("blackhole", "gw-1", "door"), {"door:gw-1", "watch:gw-1"}),
        (record("blackhole", "gw-1", "dns"), {"dns:gw-1"}),
        (record("rubbish", "gw-1"), set()),
    ],
    ids=lambda one: (
        ",".join(sorted(one)) if isinstance(one, set) else str(one)
    ),  # a set has no order of its own
)
def test_a_cut_hits_its_links_and_the_door_the_monitors_path_too(fault: FaultRecord, links: set[str]) -> None:
    assert hit(fault) == dict.fromkeys(links, BLACKHOLE)


def test_delays_add_up_and_losses_compose() -> None:
    conditions = hit(
        record("slow", None, "door", delay_s=1.0),
        record("slow", "gw-1", "watch", delay_s=0.5),
        record("lossy", "gw-1", "door", loss_share=0.5),
        record("lossy", "gw-1", "watch", loss_share=0.5),
        record("reset", "gw-2", "dns"),
    )

    assert conditions == {
        "door:gw-1": LinkCondition(delay_s=1.0, loss_share=0.5),
        "watch:gw-1": LinkCondition(delay_s=1.5, loss_share=0.75),
        "door:gw-2": LinkCondition(delay_s=1.0),
        "watch:gw-2": LinkCondition(delay_s=1.0),
        "dns:gw-2": LinkCondition(reset=True),
    }


def test_there_and_back_lose_the_share_together() -> None:
    one_way = LinkCondition(loss_share=0.3).lost_one_way

    assert 1 - (1 - one_way) ** 2 == pytest.approx(0.3)


def test_a_condition_survives_the_line_it_is_told_by() -> None:
    condition = LinkCondition(blackhole=True, delay_s=0.25, loss_share=0.1)

    assert condition_of(condition.document()) == condition


def test_a_nodes_own_faults_add_up_and_the_worse_of_two_holds() -> None:
    records = [
        record("skew_clock", None, offset_s=100.0),
        record("step_clock", "gw-1", offset_s=-40.0),
        record("overload", None, climb_s=60.0),
        record("overload", "gw-1", climb_s=5.0),
        record("hook_raises", None),
        record("hook_hangs", "gw-1"),
        record("expire_certificate", None),
        record("swap_certificate", "gw-1"),
        record("rubbish", "gw-2"),
    ]

    assert node_faults(records, "gw-1") == NodeFaults(
        60.0, 5.0, rubbish=False, hooks="hang", certificate="swap"
    )
    assert node_faults(records, "gw-2") == NodeFaults(
        100.0, 60.0, rubbish=True, hooks="raise", certificate="expire"
    )


def test_a_node_is_told_the_difference_alone() -> None:
    before = NodeFaults(clock_offset_s=10.0, rubbish=True)

    assert list(before.commands(before)) == []
    assert list(NodeFaults(clock_offset_s=10.0, climb_s=5.0).commands(before)) == [
        {"command": "overload", "climb_s": 5.0},
        {"command": "rubbish", "on": False},
    ]
    assert list(
        NodeFaults().commands(NodeFaults(1.0, 2.0, rubbish=True, hooks="hang", certificate="swap"))
    ) == [
        {"command": "clock", "offset_s": 0.0},
        {"command": "overload", "climb_s": None},
        {"command": "rubbish", "on": False},
        {"command": "hooks", "do": "heal"},
        {"command": "certificate", "do": "heal"},
    ]


def test_what_was_broken_when_is_told_by_each_change() -> None:
    records = [
        FaultRecord("kill", "gw-1", 10.0, ended_at=30.0),
        FaultRecord("slow", None, 20.0),
        FaultRecord("kill", "gw-1", 30.0, ended_at=35.0),
        FaultRecord("step_clock", "gw-2", 40.0, ended_at=40.0),
    ]

    assert broken_when(records) == [
        (10.0, "gw-1: kill"),
        (20.0, "gw-1: kill + both: slow"),
        (30.0, "both: slow + gw-1: kill"),
        (35.0, "both: slow"),
    ]
    assert broken_when(records[:1]) == [(10.0, "gw-1: kill"), (30.0, "")]
    assert broken_when(()) == []
