"""A drill in the window's lab: started, stepped, stopped and healed, one at a time.

Knows no widget: the dialog shows what stands here. Whatever waits runs as a command of the bridge.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from agmonitor.drill.live_setup import differences, watched_as
from agmonitor.drill.scenario import Scenario
from agmonitor.drill.scenario_shelf import ScenarioError
from agmonitor.drill.stage import Played, Stage
from agmonitor.drill.stepper import Stepper
from agmonitor.lab.errors import LabError
from agmonitor.texts import t

if TYPE_CHECKING:
    from agmonitor.domain.model import Instant
    from agmonitor.ui.bridge import Bridge, Watching
    from agmonitor.ui.lab_session import LabSession, Pair

GONE = t("The lab was stopped, and the drill with it.")


class LiveStage(Stage, Protocol):
    """A stage in the lab that runs."""

    async def hooks_read(self) -> None: ...

    def close(self) -> None: ...


class LiveDrills(Protocol):
    """What is behind the window's drills: files, and a lab as a drill wants it."""

    async def every(self) -> Sequence[Scenario]:
        """All that can be played live.

        Raises:
            ScenarioError: one of them is wrong.
        """

    async def read(self, file: Path) -> Scenario:
        """One of a person's own.

        Raises:
            ScenarioError: it is wrong, or cannot be played live.
        """

    def lab(self, scenario: Scenario) -> Pair: ...

    def stage(self, pair: Pair, watched: Watching, group: str) -> LiveStage: ...

    async def save(self, file: Path, played: Played) -> None:
        """Write the report, in the form that the file's ending names.

        Raises:
            OSError: it cannot be written.
        """


class Phase(Enum):
    """Where a drill stands."""

    CHOOSING = "choosing"
    STARTING = "starting"  # the lab
    UNDER_WAY = "under way"  # a step is
    WAITING = "waiting"  # for a person to ask for the next step
    ENDING = "ending"  # hooks are read, everything is healed
    OVER = "over"


class DrillSession(QObject):
    """At most one drill a window at a time. ``changed``: what is to be shown may be another."""

    changed = Signal()

    def __init__(self, drills: LiveDrills, bridge: Bridge, lab: LabSession) -> None:
        super().__init__()
        self._drills, self._bridge, self._lab = drills, bridge, lab
        self._task: asyncio.Task[object] | None = None
        self._stage: LiveStage | None = None
        self._group = ""
        self.phase = Phase.CHOOSING
        self.scenarios: Sequence[Scenario] = ()
        self.scenario: Scenario | None = None
        self.stepper: Stepper | None = None
        self.played: Played | None = None
        self.stopped = False
        self.fresh = True  # a drill that begins has a lab of its own
        self.trouble = ""  # why it could not begin or go on
        self.said = ""  # where the report was written
        self.step_began_at: Instant = 0.0

    def now(self) -> Instant:
        return self._bridge.now()

    @property
    def differences(self) -> tuple[str, ...] | None:
        """How the lab that runs differs from what the chosen drill asks for; None: no lab runs."""
        pair = self._lab.pair
        if pair is None or self.scenario is None:
            return None
        return differences(self.scenario, pair.status(), self._bridge.watched(pair.settings.name).state)

    def load(self) -> None:
        """Have all drills read that come with the program; they stand in ``scenarios`` then."""
        self._bridge.submit(t("Could not read the drills"), self._load)

    def open_file(self, file: Path) -> None:
        """Put a drill of a person's own forward."""
        self._bridge.submit(t("Could not read {file}", file=file.name), lambda: self._read(file))

    def save(self, file: Path) -> None:
        """Write the report of what was played."""
        if self.played is not None:
            self._bridge.submit(
                t("Could not write the report"), functools.partial(self._save, file, self.played)
            )

    def choose(self, scenario: Scenario) -> None:
        """Put that drill forward; nothing begins yet."""
        assert self.phase in {Phase.CHOOSING, Phase.OVER}, "one drill at a time"
        self.scenario, self.stepper, self.played = scenario, None, None
        self.stopped, self.trouble, self.said = False, "", ""
        self._to(Phase.CHOOSING)

    def advance(self, *, to_end: bool) -> None:
        """The next step, or all that are left."""
        if self.scenario is None or self.phase not in {Phase.CHOOSING, Phase.WAITING}:
            return
        self._to(Phase.STARTING if self.stepper is None else Phase.UNDER_WAY)
        self._bridge.submit(
            t("Could not drill {scenario}", scenario=self.scenario.name),
            functools.partial(self._advance, to_end=to_end),
        )

    def stop(self) -> None:
        """End the drill where it is, and heal everything."""
        if self.phase in {Phase.STARTING, Phase.UNDER_WAY, Phase.WAITING}:
            self._to(Phase.ENDING)
            self._bridge.submit(t("Could not stop the drill"), self._stop)

    def leave(self) -> None:
        """Nobody looks any more."""
        self.stop()

    def lab_gone(self) -> None:
        """Somebody else has ended the lab."""
        if self.phase in {Phase.CHOOSING, Phase.OVER}:
            return
        self._give_up()
        self._end(stopped=True)
        self.trouble = GONE
        self._to(Phase.OVER)

    def end(self) -> None:
        """The window closes; the lab ends with it."""
        self._give_up()
        self._leave_stage()

    # what waits

    async def _load(self) -> None:
        try:
            self.scenarios = await self._drills.every()
        except ScenarioError as error:
            self.trouble = str(error)
        self.changed.emit()

    async def _read(self, file: Path) -> None:
        try:
            scenario = await self._drills.read(file)
        except ScenarioError as error:
            self.trouble = str(error)
            self.changed.emit()
            return
        if self.phase in {Phase.CHOOSING, Phase.OVER}:
            self.scenarios = (scenario, *(one for one in self.scenarios if one.name != scenario.name))
            self.choose(scenario)

    async def _save(self, file: Path, played: Played) -> None:
        try:
            await self._drills.save(file, played)
        except OSError as error:
            self.said = t("{file} cannot be written: {why}.", file=file, why=error.strerror or error)
        else:
            self.said = t("Written: {file}", file=file)
        self.changed.emit()

    async def _advance(self, *, to_end: bool) -> None:
        if self.phase not in {Phase.STARTING, Phase.UNDER_WAY}:
            return  # it was stopped before this began
        self._task = asyncio.current_task()
        try:
            if self.stepper is None and not await self._begin():
                return
            await self._steps(to_end=to_end)
        except Exception as error:
            self.trouble = t("The drill broke down in this program: {why}", why=error)
            self._end(stopped=True)
            await self._heal()
            raise
        finally:
            self._task = None

    async def _begin(self) -> bool:
        assert self.scenario is not None
        if self.fresh or self._lab.pair is None:
            wanted = functools.partial(watched_as, self.scenario)
            try:
                await self._lab.renew(self._drills.lab(self.scenario), self._bridge, wanted)
            except LabError as error:
                self.trouble = str(error)
                self._to(Phase.CHOOSING)
                return False
        pair = self._lab.pair
        assert pair is not None, "it has just been started"
        self._group = pair.settings.name
        self._stage = self._drills.stage(pair, self._bridge.workspace, self._group)
        self.stepper = Stepper(self.scenario, self._stage, self.changed.emit)
        return True

    async def _steps(self, *, to_end: bool) -> None:
        stepper = self.stepper
        assert stepper is not None
        while stepper.upcoming is not None:
            self.step_began_at = self.now()
            self._to(Phase.UNDER_WAY)
            await stepper.next()
            broken = any(not result.passed for result in stepper.results)  # the rest is not reached
            if not to_end and not broken and stepper.upcoming is not None:
                self._to(Phase.WAITING)
                return
        await self._finish()

    async def _finish(self) -> None:
        assert self._stage is not None
        self._to(Phase.ENDING)
        await self._stage.hooks_read()
        self._end(stopped=False)
        await self._heal()

    async def _stop(self) -> None:
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._end(stopped=True)
        await self._heal()

    async def _heal(self) -> None:
        try:
            if self._group in self._bridge.names:
                self._bridge.workspace.resume(self._group)  # a drill may have paused the watching
            await self._lab.heal()
        finally:
            self._to(Phase.OVER if self.stepper is not None else Phase.CHOOSING)

    def _end(self, *, stopped: bool) -> None:
        """What was played stands; nothing is listened to any more."""
        if self.stepper is not None and self.played is None:
            self.played = self.stepper.played()
            self.stopped = stopped
        self._leave_stage()

    def _leave_stage(self) -> None:
        stage, self._stage = self._stage, None
        if stage is not None:
            stage.close()

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _to(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
