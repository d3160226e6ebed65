"""One drill on the live lab: brings lab and monitor up, plays, and leaves nothing behind. No window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.cli.drill_wish import DrillLab
from agmonitor.cli.faults import UserError, say
from agmonitor.cli.once import run
from agmonitor.lab.errors import LabError

if TYPE_CHECKING:
    from agmonitor.drill.scenario import Scenario
    from agmonitor.drill.stage import Played
    from agmonitor.lab.supervisor import Lab


def play_live(scenario: Scenario, wish: DrillLab, tell: Callable[[str], None]) -> Played:
    """The drill as it went.

    Raises:
        UserError: it cannot run here, or the lab does not come up.
    """
    from agmonitor.drill.live_setup import not_live

    why_not = not_live(scenario)
    if why_not:
        raise UserError(why_not)
    return run(_play(scenario, wish, tell))


async def _play(scenario: Scenario, wish: DrillLab, tell: Callable[[str], None]) -> Played:
    from agmonitor.drill.live_setup import lab_options
    from agmonitor.lab.supervisor import Lab

    workflows = wish.workflows
    options = lab_options(scenario, () if workflows is None else (workflows,))
    lab = Lab(replace(options, dns=wish.dns))
    tell("Starting the lab …")
    try:
        await lab.start()
        unloaded = () if workflows is None else _unloaded(lab, workflows)
        return replace(await _played(scenario, lab, tell), unloaded=unloaded)
    except LabError as error:
        raise UserError(str(error)) from error
    finally:
        await lab.stop()


def _unloaded(lab: Lab, folder: Path) -> tuple[str, ...]:
    """Which of the author's workflows could not be loaded, and why; told at once too.

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
    return tuple(lines)


async def _played(scenario: Scenario, lab: Lab, tell: Callable[[str], None]) -> Played:
    from agmonitor.drill.live import LiveStage
    from agmonitor.drill.live_setup import watched_as
    from agmonitor.drill.steps import Course, hooks_seen

    settings = watched_as(scenario, lab.settings)
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
