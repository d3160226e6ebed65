"""Alerting behind the window: notes in the history, settings saved and read again, groups followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from agmonitor.alerts.settings import AlertSettings, Doors, Flapping, Thresholds
from agmonitor.cli.window_alerts import WindowAlerts
from agmonitor.cli.wiring import load_config, save_config
from agmonitor.config.settings import Config
from agmonitor.monitor.ports import GroupChange
from tests.builders import T, settings


class Workspace:
    """What alerting needs of one."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, float, str]] = []
        self.full = False

    def now(self) -> float:
        return T

    def subscribe(self, _callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        return lambda: None

    async def note(self, name: str, at: float, text: str) -> None:
        if self.full:
            raise OSError("The disk is full.")
        self.notes.append((name, at, text))


def alerts_of(workspace: Workspace) -> WindowAlerts:
    return WindowAlerts(cast("Any", workspace))


def test_what_is_silenced_or_planned_is_noted_where_it_begins() -> None:
    async def main() -> None:
        workspace = Workspace()
        alerts = alerts_of(workspace)
        await alerts.keep_silent("gw-prod", None, T + 3600, "disk")
        await alerts.plan("gw-prod", T + 600, T + 7200, "patch day")
        (name, at, silenced), (_, begins, planned) = workspace.notes
        assert (name, at, begins) == ("gw-prod", T, T + 600)
        assert silenced.startswith("Silenced all alerts until ")
        assert planned.startswith("Maintenance until ")

    asyncio.run(main())


def test_what_ends_before_its_time_is_noted_once_where_it_ends() -> None:
    async def main() -> None:
        workspace = Workspace()
        alerts, other = alerts_of(workspace), alerts_of(workspace)
        one = await alerts.keep_silent("gw-prod", None, T + 3600, "disk")
        await alerts.end(one.id)
        await other.end(one.id)
        assert workspace.notes[1:] == [("gw-prod", T, "Silence of all alerts ended: disk")]

    asyncio.run(main())


def test_a_history_that_cannot_be_written_keeps_nobody_from_silencing() -> None:
    async def main() -> None:
        workspace = Workspace()
        workspace.full = True
        alerts = alerts_of(workspace)
        await alerts.keep_silent("gw-prod", None, T + 3600, "disk")
        assert len(alerts.quiet.silences) == 1

    asyncio.run(main())


def test_settings_are_saved_and_a_renamed_group_keeps_its_limits() -> None:
    save_config(Config((settings(),)))

    async def main() -> None:
        alerts = alerts_of(Workspace())
        own = AlertSettings(groups={"gw-prod": Thresholds(9, 9)})
        await alerts.keep_settings(own)
        assert load_config().alerts == own
        save_config(Config((settings(name="gw-oslo"),), alerts=own.renamed("gw-prod", "gw-oslo")))
        alerts.forget("gw-prod")
        assert alerts.settings.of("gw-oslo") == Thresholds(9, 9)

    asyncio.run(main())


def test_settings_that_cannot_stand_are_told_and_change_nothing() -> None:
    async def main() -> None:
        alerts = alerts_of(Workspace())
        with pytest.raises(OSError, match="out of range"):
            await alerts.keep_settings(AlertSettings(Thresholds(bad_rounds=0)))
        assert alerts.settings == AlertSettings()

    asyncio.run(main())


def test_what_others_wrote_into_the_settings_meanwhile_stays() -> None:
    save_config(Config((settings(), settings(name="gw-oslo"))))

    async def main() -> None:
        alerts = alerts_of(Workspace())
        theirs = AlertSettings(
            Thresholds(good_rounds=8), Flapping(messages=9), Doors(sound=True), {"gw-oslo": Thresholds(4, 8)}
        )
        save_config(Config((settings(), settings(name="gw-oslo")), alerts=theirs))
        ours = AlertSettings(Thresholds(bad_rounds=7), groups={"gw-prod": Thresholds(1, 1)})
        await alerts.keep_settings(ours)
        kept = load_config().alerts
        assert alerts.settings == kept
        assert (kept.thresholds, kept.flapping, kept.doors) == (
            Thresholds(7, 8),
            Flapping(messages=9),
            Doors(sound=True),
        )
        assert dict(kept.groups) == {"gw-prod": Thresholds(1, 1), "gw-oslo": Thresholds(4, 8)}

    asyncio.run(main())
