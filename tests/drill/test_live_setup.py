"""How a lab that runs differs from what a drill asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agmonitor.domain.model import GroupSettings, NodeAddress, Role, Severity
from agmonitor.domain.state import GroupState, Mode, NodeState, Timers, Verdict
from agmonitor.drill.live_setup import differences, lab_options, pace_of, watched_as
from agmonitor.drill.scenario_shelf import scenario
from agmonitor.lab.status import ClientCounters, FaultRecord, LabStatus, LabTimers, LabWorkflows

DRILL = scenario("primary-hidden")  # which is watched with a deadline of its own
NODES = (NodeAddress("gw-1", "http://127.0.0.1:1"), NodeAddress("gw-2", "http://127.0.0.2:1"))


def status(**changed: object) -> LabStatus:
    fitting = LabStatus(
        pid=1,
        began_at=0.0,
        up=True,
        trouble="",
        fqdn="gateway.lab.test",
        nodes=(),
        nameserver=None,
        user="monitor",
        password_file="",
        faults=(),
        clients=ClientCounters(),
        timers=pace_of(DRILL),
        workflows=LabWorkflows(1, 1, (), ()),
    )
    return replace(fitting, **changed)  # type: ignore[arg-type]  # by name


def state(role: Role = Role.PRIMARY, *, as_asked: bool = True) -> GroupState:
    settings = GroupSettings("lab", NODES, lab=True)
    settings = watched_as(DRILL, settings) if as_asked else settings
    return GroupState(
        settings=settings,
        mode=Mode.WATCHING,
        now=0.0,
        began_at=0.0,
        nodes=(NodeState("gw-1", "", role=role), NodeState("gw-2", "")),
        verdict=Verdict(0, "healthy", Severity.OK, ""),
        timers=Timers(assumed=False),
    )


def test_a_lab_that_is_as_asked_for_differs_in_nothing() -> None:
    assert differences(DRILL, status(), state()) == ()


def test_whatever_is_otherwise_is_told_each_by_itself() -> None:
    broken = (FaultRecord("cut_dns", "gw-1", 0.0), FaultRecord("kill", "gw-1", 0.0, ended_at=1.0))
    cases = (
        (
            status(timers=LabTimers(20, 30, 60, 30)),
            state(),
            "report 20 s, check 30 s, absence 60 s, TTL 30 s",
        ),
        (status(ca_file="ca.pem"), state(), "speaks https"),
        (status(), state(as_asked=False), "watched otherwise"),
        (status(faults=broken), state(), "broken in it: cut from DNS."),
        (status(), state(Role.SECONDARY), "gw-1 is not Primary"),
        (status(workflows=None), state(), "raises at each takeover"),
    )
    for lab, watched, part in cases:
        (told,) = differences(DRILL, lab, watched)
        assert part in told


def test_ones_own_workflows_take_the_examples_place_in_the_lab() -> None:
    own, examples = lab_options(DRILL, (Path("mine"),)), lab_options(DRILL)

    assert own.workflows is not None
    assert examples.workflows is not None
    assert [folder.name for folder in own.workflows] == ["gateway_workflow", "mine"]
    assert [folder.name for folder in examples.workflows] == ["gateway_workflow", "ag_demo"]


def test_what_a_drill_has_of_certificates_and_inventory_the_lab_is_set_up_with() -> None:
    days, plain = lab_options(scenario("certificate-expires-soon")), lab_options(DRILL)
    without = lab_options(scenario("no-hook-inventory"))

    assert (days.certificate_days, plain.certificate_days) == (10.0, 365.0)
    assert without.workflows is not None
    assert [folder.name for folder in without.workflows] == ["ag_demo"]
