"""Alerting put together: for ``watch --alerts``, and for the window."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from agmonitor.cli import wiring
from agmonitor.cli.faults import UserError, say

if TYPE_CHECKING:
    from agmonitor.alerts.alerting import Alerting
    from agmonitor.alerts.claims import Claim
    from agmonitor.alerts.kept import QuietFile
    from agmonitor.monitor.ports import GroupChange
    from agmonitor.monitor.workspace import Workspace


def quiet_file() -> QuietFile:
    """Where silences and maintenance are kept, for all that watch."""
    from agmonitor.alerts.kept import QuietFile

    return QuietFile(wiring.places().data / "quiet.json")


def rename_quiet(before: str, after: str) -> None:
    """What is silenced stays so under the group's new name; where that cannot be written, it is loud."""
    from agmonitor.alerts.kept import QuietError, renamed

    file = quiet_file()
    if not file.path.exists():
        return
    try:
        file.change(renamed(before, after), wiring.now())
    except QuietError as error:
        say(str(error))


def alerting_of(workspace: Workspace) -> Alerting:
    """Alerting by the settings file, fed by that workspace from now on."""
    from agmonitor.alerts.alerting import Alerting
    from agmonitor.monitor.clock import SystemClock

    made = Alerting(
        wiring.load_config().alerts, quiet_file(), workspace.now, SystemClock().sleep, lab_too=True
    )

    def take(change: GroupChange) -> None:
        made.take(change.state)

    workspace.subscribe(take)
    return made


def sender_in_words(other: Claim | None) -> str:
    """Who sends the alerts that this process would send as well."""
    if other is None:
        return "they are sent from here now."
    since = dt.datetime.fromtimestamp(other.since, dt.UTC).astimezone()
    return (
        f"they are sent by another agmonitor (process {other.pid}, since {since:%Y-%m-%d %H:%M %Z});"
        " this one takes over when that ends."
    )


def alerted(workspace: Workspace) -> Callable[[], Coroutine[Any, Any, None]]:
    """The workspace's run with alerts sent beside it; a door that fails is told on stderr, once.

    Raises:
        UserError: neither a command nor a webhook is set.
    """
    alerting = alerting_of(workspace)
    if not alerting.doors:
        raise UserError("Neither a command nor a webhook is set: see agmonitor alerts --help.", 2)
    told: dict[str, str] = {}
    others: list[int] = []

    def tell() -> None:
        pid = alerting.other.pid if alerting.other is not None else 0
        if pid != (others[-1] if others else 0):
            others.append(pid)
            say(f"alerts: {sender_in_words(alerting.other)}")
        troubles = {door.name: door.why_not for door in alerting.doors} | {"silences": alerting.trouble}
        for name, why_not in troubles.items():
            if why_not and told.get(name) != why_not:
                say(f"alerts: {why_not}")
            told[name] = why_not

    alerting.hear(lambda _alert: None, tell)

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(alerting.run(), name="alerts")
            await workspace.run()

    return run
