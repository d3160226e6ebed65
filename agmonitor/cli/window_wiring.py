"""What stands behind the window: workspace, history, log, lab. Imported once it has been painted."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.cli.faults import say
from agmonitor.cli.group_book import Book
from agmonitor.cli.history_open import show_example
from agmonitor.cli.lab_apart import LabApart
from agmonitor.cli.lab_wish import LabWish
from agmonitor.cli.window_alerts import WindowAlerts
from agmonitor.cli.window_drills import WindowDrills
from agmonitor.config.log import open_log
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import GroupSettings

if TYPE_CHECKING:
    from agmonitor.monitor.workspace import Workspace
    from agmonitor.ui.main_window import MainWindow


def run_wired(
    window: MainWindow, password_file: str | None, *, lab: LabWish | None, at: str | None = None
) -> int:
    """Watch all configured groups in that window until it is closed; the exit code.

    Raises:
        UserError: the settings or the password file cannot be read.
    """
    groups = wiring.load_config().groups
    secrets = wiring.passwords(password_file)
    start_log(secrets)
    from agmonitor.ui.app import run_window

    history: list[wiring.History] = []

    async def make_workspace() -> Workspace:
        window.empty.offer_example(show_example)
        history.append(await asyncio.to_thread(wiring.open_history))  # an old file takes a while
        return wiring.watching(groups, secrets, LabApart(history[0]))

    async def save_group(settings: GroupSettings, password: str | None) -> str:
        return await asyncio.to_thread(keep_group, settings, password, secrets)

    async def drop_group(name: str) -> None:
        await asyncio.to_thread(forget_group, name, secrets)

    try:
        return run_window(
            make_workspace,
            start_lab=lab is not None,
            make_lab=lambda: wiring.new_lab(lab),
            save_group=save_group,
            drop_group=drop_group,
            book=Book(secrets, lambda: history[0]),
            predictor=wiring.predictor(),
            drills=WindowDrills(lab),
            make_alerts=WindowAlerts,
            window=window,
            at=at,
        )
    finally:
        for one in history:
            asyncio.run(one.close())


def keep_group(settings: GroupSettings, password: str | None, secrets: Passwords) -> str:
    """Put a new or changed group into the settings file, its password into the keyring; where that is now."""
    config = wiring.load_settings()
    groups = list(config.groups)
    place = next((place for place, one in enumerate(groups) if one.name == settings.name), len(groups))
    for before in groups[place : place + 1]:  # it may have been forbidden there since the window read it
        allowed = settings.failover_allowed and before.failover_allowed
        settings = replace(settings, failover_allowed=allowed)
    groups[place : place + 1] = [settings]
    wiring.save_settings(replace(config, groups=tuple(groups)))
    return secrets.keep(settings.name, password) if password is not None else ""


def forget_group(name: str, secrets: Passwords) -> None:
    """Take a group out of the settings file and its password out of the keyring."""
    config = wiring.load_settings()
    wiring.save_settings(replace(config, groups=tuple(one for one in config.groups if one.name != name)))
    secrets.forget(name)


def start_log(secrets: Passwords) -> None:
    """Write the rotating log file; where it cannot be written, say so and go on."""
    try:
        handler = open_log(wiring.places().log_file, secrets.known)
    except OSError as error:
        say(f"No log is written: {error}.")
        return
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
