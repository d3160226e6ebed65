"""What stands behind the window's drills: the scenario files, a lab for each, the report's file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.cli import wiring
from agmonitor.cli.lab_wish import LabWish

if TYPE_CHECKING:
    from agmonitor.drill.live import LiveStage, Pair, Watched
    from agmonitor.drill.scenario import Scenario
    from agmonitor.drill.stage import Played
    from agmonitor.lab.supervisor import Lab


class WindowDrills:
    """Satisfies the window's ``LiveDrills``. ``wish``: what the person asked of the window's own lab."""

    def __init__(self, wish: LabWish | None) -> None:
        self._wish = wish or LabWish()

    async def every(self) -> Sequence[Scenario]:
        from agmonitor.drill import scenario_shelf

        return [one for one in await asyncio.to_thread(scenario_shelf.every) if one.live]

    async def read(self, file: Path) -> Scenario:
        from agmonitor.drill import scenario_shelf
        from agmonitor.drill.live_setup import not_live

        scenario = await asyncio.to_thread(scenario_shelf.opened, file)
        why_not = not_live(scenario)
        if why_not:
            raise scenario_shelf.ScenarioError(why_not)
        return scenario

    def lab(self, scenario: Scenario) -> Lab:
        """At the scenario's pace, with the person's workflows and name server."""
        from agmonitor.drill.live_setup import lab_options
        from agmonitor.lab.supervisor import Lab

        options = lab_options(scenario, self._wish.workflows)
        return Lab(replace(options, dns="bind" if self._wish.bind else "embedded"))

    def stage(self, pair: Pair, watched: Watched, group: str) -> LiveStage:
        from agmonitor.drill.live import LiveStage

        return LiveStage(pair, watched, wiring.now, group)

    async def save(self, file: Path, played: Played) -> None:
        await asyncio.to_thread(file.write_text, report_text(file, played), encoding="utf-8")


def report_text(file: Path, played: Played) -> str:
    """In the form that the file's ending names; JUnit where it names none."""
    from agmonitor.drill import report
    from agmonitor.drill.junit import junit

    if file.suffix == ".json":
        took_s = played.ended_at - played.began_at
        return json.dumps({"drills": [report.document(played, took_s, live=True)]}, indent=2) + "\n"
    return f"{report.text(played)}\n" if file.suffix == ".txt" else junit([played])
