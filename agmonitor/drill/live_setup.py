"""How lab and monitor are set up for a live drill, and how a lab that runs already differs from that.

Values in, values out: starts nothing, and knows nobody's settings file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from agmonitor.domain.model import GroupSettings, Role
from agmonitor.domain.state import GroupState
from agmonitor.drill.scenario import Happen, PairSetup, Scenario, Watch
from agmonitor.drill.scenario_happenings import HAPPENINGS
from agmonitor.lab.fault_words import title_of
from agmonitor.lab.options import LabOptions, example_workflows
from agmonitor.lab.status import LabStatus, LabTimers
from agmonitor.texts import t

YEAR_DAYS = 365.0
SOUND_EXAMPLE = "ag_demo"
"""The other example has a defect in its hook, which is found, and would fail the drill."""


def not_live(scenario: Scenario) -> str:
    """Why this one cannot be played live; nothing where it can."""
    virtual = [
        step.act.name
        for step in scenario.steps
        if isinstance(step.act, Happen) and not HAPPENINGS[step.act.name].live
    ]
    if virtual:
        return t(
            "{scenario} runs in virtual time only: the lab cannot {happening}.",
            scenario=scenario.name,
            happening=virtual[0].replace("_", " "),
        )
    unlike = replace(scenario.pair, scheme="", inventory=True, certificate_days=None)
    plain_pair = unlike == PairSetup(scheme="")
    watch = replace(scenario.watch, cadence_s=2.0, timeout_s=5.0, failover_allowed=True, judge_clients=True)
    if not plain_pair or watch != Watch():
        return t("{scenario} runs in virtual time only: the lab cannot be set up so.", scenario=scenario.name)
    return ""


def lab_options(scenario: Scenario, own_workflows: tuple[Path, ...] = ()) -> LabOptions:
    """The lab that the scenario asks for; without workflows of one's own a sound example runs."""
    pace = scenario.pace
    inventory, examples = example_workflows()
    days = scenario.pair.certificate_days
    return LabOptions(
        report_s=pace.report_s,
        check_s=pace.check_s,
        absence_s=pace.absence_s,
        ttl_s=pace.ttl_s,
        scheme="https" if scenario.pair.scheme == "https" else "http",
        certificate_days=YEAR_DAYS if days is None else days,
        workflows=(
            *((inventory,) if scenario.pair.inventory else ()),
            *(own_workflows or (examples / SOUND_EXAMPLE,)),
        ),
    )


def watched_as(scenario: Scenario, settings: GroupSettings) -> GroupSettings:
    """The lab's group as the scenario has it watched."""
    watch = scenario.watch
    return replace(
        settings,
        cadence_s=watch.cadence_s,
        timeout_s=watch.timeout_s,
        judge_clients=watch.judge_clients,
        failover_allowed=watch.failover_allowed,
    )


def pace_words(pace: LabTimers) -> str:
    return t(
        "report {report} s, check {check} s, absence {absence} s, TTL {ttl} s",
        report=pace.report_s,
        check=pace.check_s,
        absence=pace.absence_s,
        ttl=pace.ttl_s,
    )


def pace_of(scenario: Scenario) -> LabTimers:
    pace = scenario.pace
    return LabTimers(pace.report_s, pace.check_s, pace.absence_s, pace.ttl_s)


def differences(scenario: Scenario, status: LabStatus, state: GroupState) -> tuple[str, ...]:
    """Why the drill may go otherwise in that lab as it stands, a sentence each; none: it fits."""
    return tuple(_differences(scenario, status, state))


def _differences(scenario: Scenario, status: LabStatus, state: GroupState) -> Iterator[str]:
    if status.timers != pace_of(scenario):
        yield t("Its pace is its own: {pace}.", pace=pace_words(status.timers))
    scheme = "https" if status.ca_file is not None else "http"
    if scheme != ("https" if scenario.pair.scheme == "https" else "http"):
        yield t("It speaks {scheme}.", scheme=scheme)
    if state.settings != watched_as(scenario, state.settings):
        yield t("It is watched otherwise: pace, deadline, clients or leave to fail over.")
    if status.active_faults:
        yield t(
            "Something is broken in it: {faults}.", faults=_titles(one.name for one in status.active_faults)
        )
    if status.coming:
        yield t("Something will break in it: {faults}.", faults=_titles(one.name for one in status.coming))
    if state.nodes[0].role is not Role.PRIMARY:
        yield t("{node} is not Primary, as a drill begins.", node=state.nodes[0].name)
    if status.workflows is None:
        yield t("One of its example hooks raises at each takeover, on purpose.")


def _titles(names: Iterable[str]) -> str:
    return ", ".join(title_of(name) for name in names)
