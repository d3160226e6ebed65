"""Plays the story on a lab of its own, in a window that nobody sees, with a picture of each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.cli.faults import UserError
from agmonitor.cli.lab_wish import LabWish
from agmonitor.cli.story import Story, Told
from agmonitor.lab import control
from agmonitor.lab.errors import LabError
from agmonitor.ui.app import run_offscreen
from agmonitor.ui.bottom_tabs import ANATOMY, EVENTS, HOOKS, WHY
from agmonitor.ui.time_view import TimeView

if TYPE_CHECKING:
    from agmonitor.lab.supervisor import Lab
    from agmonitor.ui.app import WindowHost

WIDTH, HEIGHT = 1600, 1000
SPAN_MIN_S = 20.0
SPAN_MARGIN = 1.1  # the whole story is in sight, and a little more
TABS = {
    "02-primary-killed.png": WHY,
    "03-takeover.png": ANATOMY,
    "04-hooks.png": HOOKS,
    "05-old-primary-back.png": ANATOMY,
}  # the others show the events


def play_story(folder: Path, tell: Callable[[str], None], wish: LabWish) -> Told | None:
    """The story as it went; None where it was interrupted.

    Raises:
        UserError: the lab does not come up.
    """
    told: list[Told] = []

    async def main(host: WindowHost) -> int:
        lab = wiring.new_lab(wish)
        tell("Starting the lab …")
        await lab.start()
        try:
            told.append(await _play(host, lab, folder, tell))
        finally:
            await lab.stop()
        return 0

    try:
        run_offscreen(main)
    except LabError as error:
        raise UserError(str(error)) from error
    return told[0] if told else None


async def _play(host: WindowHost, lab: Lab, folder: Path, tell: Callable[[str], None]) -> Told:
    settings = lab.settings
    secrets = wiring.passwords(None)
    secrets.remember(settings.name, lab.password)
    workspace = wiring.watching([settings], secrets)
    host.window.resize(WIDTH, HEIGHT)

    now = wiring.clock().now
    began_at = now()

    async def take_picture(name: str) -> None:
        host.window.asked.emit(f"tab_{TABS.get(name, EVENTS)}")
        axis = host.window.findChild(TimeView)
        if axis is not None:
            axis.zoom(max(SPAN_MIN_S, (now() - began_at) * SPAN_MARGIN) / axis.shown.span_s)
        await host.settled()
        host.window.save_picture(folder / name, WIDTH, HEIGHT)

    async with host.open(workspace), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(control.serve(lab), name="lab control")
        story = Story(
            workspace,
            lab,
            take_picture,
            now,
            lambda: lab.status().clients.clients_without_service_s,
            tell,
        )
        told = await story.play()
        serving.cancel()
    return told
