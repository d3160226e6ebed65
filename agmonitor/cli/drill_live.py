"""One drill on the live lab: brings lab and monitor up, plays, and leaves nothing behind. No window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.cli.faults import UserError, say
from agmonitor.cli.once import run
from agmonitor.lab.errors import LabError

if TYPE_CHECKING:
    from agmonitor.domain.model import GroupSettings
    from agmonitor.drill.scenario import Scenario
    from agmonitor.drill.stage import Played
    from agmonitor.lab.supervisor import Lab


SOUND_EXAMPLE = "ag_demo"
"""The other example has a defect in its hook, which is found, and would fail the drill."""


def play_live(scenario: Scenario, workflows: Path | None, tell: Callable[[str], None]) -> Played:
    """The drill as it went.

    Raises:
        UserError: it cannot run here, or the lab does not come up.
    """
    why_not = not_live(scenario)
    if why_not:
        raise UserError(why_not)
    return run(_play(scenario, workflows, tell))


def not_live(scenario: Scenario) -> str:
    """Why this one cannot be played live; nothing where it can."""
    from agmonitor.drill.scenario import Happen, PairSetup, Watch
    from agmonitor.drill.scenario_happenings import HAPPENINGS

    virtual = [
        step.act.name
        for step in scenario.steps
        if isinstance(step.act, Happen) and not HAPPENINGS[step.act.name].live
    ]
    if virtual:
        return f"{scenario.name} runs in virtual time only: the lab cannot {virtual[0].replace('_', ' ')}."
    plain_pair = replace(scenario.pair, scheme="http") == PairSetup(scheme="http")
    watch = replace(scenario.watch, cadence_s=2.0, timeout_s=5.0, failover_allowed=True, judge_clients=True)
    if not plain_pair or watch != Watch():
        return f"{scenario.name} runs in virtual time only: the lab cannot be set up so."
    return ""


async def _play(scenario: Scenario, workflows: Path | None, tell: Callable[[str], None]) -> Played:
    lab = _lab(scenario, workflows)
    tell("Starting the lab …")
    try:
        await lab.start()
        if workflows is not None:
            _tell_workflows(lab, workflows)
        return await _played(scenario, lab, tell)
    except LabError as error:
        raise UserError(str(error)) from error
    finally:
        await lab.stop()


def _tell_workflows(lab: Lab, folder: Path) -> None:
    """Which of the author's workflows could not be loaded, and why.

    Raises:
        UserError: none could; there is nothing to drill.
    """
    from agmonitor.cli.lab_run import workflow_lines

    loaded = lab.status().workflows
    lines = workflow_lines(loaded)
    if loaded is not None and not loaded.loaded:
        raise UserError("\n".join([f"No workflow of {folder} could be loaded.", *lines]))
    for line in lines:
        say(line)


async def _played(scenario: Scenario, lab: Lab, tell: Callable[[str], None]) -> Played:
    from agmonitor.drill.live import LiveStage
    from agmonitor.drill.steps import Course, hooks_seen

    settings = _watched(scenario, lab)
    secrets = wiring.passwords(None)
    secrets.remember(settings.name, lab.password)
    workspace = wiring.watching([settings], secrets)
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(workspace.run(), name="workspace")
        stage = LiveStage(lab, workspace, wiring.clock().now, settings.name)
        played = await Course(scenario, stage, tell).play()
        await stage.hooks_read()
        played = replace(played, hooks=hooks_seen(stage.state, played.began_at))
        stage.close()
        watching.cancel()
    return played


def _watched(scenario: Scenario, lab: Lab) -> GroupSettings:
    watch = scenario.watch
    return replace(
        lab.settings,
        cadence_s=watch.cadence_s,
        timeout_s=watch.timeout_s,
        judge_clients=watch.judge_clients,
        failover_allowed=watch.failover_allowed,
    )


def _lab(scenario: Scenario, workflows: Path | None) -> Lab:
    from agmonitor.lab.options import LabOptions, example_workflows
    from agmonitor.lab.supervisor import Lab

    pace = scenario.pace
    inventory, examples = example_workflows()
    return Lab(
        LabOptions(
            report_s=pace.report_s,
            check_s=pace.check_s,
            absence_s=pace.absence_s,
            ttl_s=pace.ttl_s,
            scheme="https" if scenario.pair.scheme == "https" else "http",
            workflows=(inventory, workflows or examples / SOUND_EXAMPLE),
        )
    )
