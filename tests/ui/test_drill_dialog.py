"""Drills from the window: chosen, stepped, stopped, healed; in virtual time, and once in a real lab."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from agmonitor.cli import wiring
from agmonitor.cli.window_drills import WindowDrills
from agmonitor.drill.scenario import Scenario
from agmonitor.drill.scenario_shelf import ScenarioError, scenario
from agmonitor.drill.stage import Played
from agmonitor.drill.virtual import VirtualStage
from agmonitor.lab.errors import LabError
from agmonitor.ui import theme
from agmonitor.ui.bridge import Watching
from agmonitor.ui.drill_dialog import HEALED, DrillDialog
from agmonitor.ui.drill_session import GONE, DrillSession, LiveStage, Phase
from agmonitor.ui.lab_session import Pair
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.desk_scene import FakePair, Scene, opened

REAL_LIMIT_S = 120.0  # two labs, on a machine that others use
KILLED, REFUSED = scenario("primary-killed"), scenario("guard-no-reason")


class PlayedVirtually(VirtualStage):
    """A World in the lab's place; its first expectation comes true when it may."""

    def __init__(self, drill: Scenario, may: asyncio.Event, told: list[tuple[str, ...]]) -> None:
        super().__init__(drill)
        self._may, self.told = may, told
        self.closed = False

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        try:
            await self._may.wait()
        except asyncio.CancelledError:
            self.told.append(("given up",))
            raise
        return await super().until(is_so, seconds)

    async def hooks_read(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class FakeDrills:
    """Satisfies ``LiveDrills``."""

    def __init__(self, *scenarios: Scenario) -> None:
        self.scenarios = scenarios or (KILLED, REFUSED)
        self.may = asyncio.Event()
        self.may.set()
        self.pair = FakePair()
        self.stages: list[PlayedVirtually] = []
        self.saved: list[tuple[Path, Played]] = []
        self.breaks: Exception | None = None

    async def every(self) -> Sequence[Scenario]:
        return self.scenarios

    async def read(self, file: Path) -> Scenario:
        raise ScenarioError(f"{file.name}: is no scenario.")

    def lab(self, scenario: Scenario) -> Pair:
        return self.pair

    def stage(self, pair: Pair, watched: Watching, group: str) -> LiveStage:
        self.stages.append(PlayedVirtually(self.scenarios[0], self.may, self.pair.asked))
        return self.stages[-1]

    async def save(self, file: Path, played: Played) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.saved.append((file, played))


class Drilling(Scene):
    """The window with its lab and the drills open."""

    dialog_shown: DrillDialog
    session: DrillSession
    drills: FakeDrills
    running: FakePair

    async def rests(self, phase: Phase) -> None:
        await self.until(lambda: self.session.phase is phase)


@asynccontextmanager
async def drilling(*scenarios: Scenario) -> AsyncIterator[Drilling]:
    running, drills = FakePair(), FakeDrills(*scenarios)
    async with opened(staged.healthy(), pair=running, drills=drills) as scene:
        scene.press("lab")
        await scene.until(lambda: scene.desk.view.group == "lab")
        scene.press("drills")
        scene.__class__ = Drilling
        assert isinstance(scene, Drilling)
        scene.dialog_shown = await scene.dialog(DrillDialog)
        assert scene.desk.orders.drill is not None
        scene.session, scene.drills, scene.running = scene.desk.orders.drill, drills, running
        await scene.until(lambda: scene.session.scenario is not None)
        yield scene


def texts(dialog: DrillDialog) -> list[str]:
    return [dialog.steps.item(row).text() for row in range(dialog.steps.count())]


class TestChoosing:
    def test_a_drill_is_found_by_any_of_its_words_and_told_before_it_begins(self, run: Run) -> None:
        async def main() -> tuple[list[bool], list[str], str]:
            async with drilling() as scene:
                dialog = scene.dialog_shown
                dialog.shelf.search.setText("reason REFUSED")
                hidden = [dialog.shelf.list.isRowHidden(row) for row in range(2)]
                QTest.keyClick(dialog.shelf.search, Qt.Key.Key_Escape)
                assert dialog.isVisible()
                return hidden, texts(dialog), dialog.shelf.search.text()

        hidden, told, left = run(main())

        assert hidden == [True, False]
        assert any("without a reason" in line for line in told)
        assert left == ""

    def test_what_the_chosen_lab_means_is_told(self, run: Run) -> None:
        async def main() -> tuple[str, str]:
            async with drilling() as scene:
                fresh = scene.dialog_shown.lab_words
                scene.dialog_shown.lab.choose(False)
                return fresh, scene.dialog_shown.lab_words

        fresh, running = run(main())

        assert "report 2 s, check 3 s, absence 6 s, TTL 3 s" in fresh
        assert "raises at each takeover" in running

    def test_a_file_that_is_no_scenario_is_told(self, run: Run) -> None:
        async def main() -> str:
            async with drilling() as scene:
                scene.session.open_file(Path("own.toml"))
                await scene.until(lambda: scene.session.trouble)
                return scene.dialog_shown.told

        assert run(main()) == "own.toml: is no scenario."

    def test_a_real_group_has_no_drills(self, run: Run) -> None:
        async def main() -> object:
            async with opened(staged.healthy(), pair=FakePair(), drills=FakeDrills()) as scene:
                scene.press("drills")
                scene.press("drill_step")
                return scene.shown(DrillDialog)

        assert run(main()) is None


class TestPlaying:
    def test_a_step_at_a_time_in_a_fresh_lab_from_either_window(self, run: Run) -> None:
        async def main() -> tuple[list[str], bool, Drilling]:
            async with drilling() as scene:
                dialog = scene.dialog_shown
                dialog.next.setFocus()
                QTest.keyClick(dialog.next, Qt.Key.Key_Return)
                await scene.rests(Phase.WAITING)
                scene.press("drill_step")
                await scene.until(lambda: scene.session.stepper and len(scene.session.stepper.results) == 2)
                await scene.rests(Phase.WAITING)
                return texts(dialog), dialog.focusWidget() is dialog.next, scene

        told, focused, scene = run(main())

        assert "\npassed after" in told[0]
        assert "\ndone after" in told[1]
        assert told[1].endswith("gw-1 is killed: connections are refused.")
        assert told[2].endswith("next, does not hold yet")
        assert told[-1].endswith("not seen so far")
        assert focused
        assert scene.running.asked == [("start",), ("stop",)]
        assert scene.drills.pair.asked[0] == ("start",)

    def test_the_lab_that_runs_is_left_in_its_place_where_a_person_says_so(self, run: Run) -> None:
        async def main() -> tuple[Drilling, object]:
            async with drilling() as scene:
                scene.dialog_shown.lab.choose(False)
                scene.press("drill_step")
                await scene.rests(Phase.WAITING)
                return scene, scene.desk.lab.pair

        scene, pair = run(main())

        assert pair is scene.running
        assert scene.drills.pair.asked == []

    def test_to_the_end_it_is_judged_healed_and_written_where_asked(self, run: Run) -> None:
        async def main() -> tuple[str, str, Drilling]:
            async with drilling() as scene:
                scene.dialog_shown.run.click()
                await scene.rests(Phase.OVER)
                told = scene.dialog_shown.told
                scene.session.save(Path("junit.xml"))
                await scene.until(lambda: scene.session.said)
                return told, scene.dialog_shown.told, scene

        told, written, scene = run(main())

        assert told.startswith(f"Passed. All {len(KILLED.steps)} steps in ")
        assert told.endswith(HEALED)
        assert written.endswith("Written: junit.xml")
        ((_, played),) = scene.drills.saved
        assert played.passed
        assert ("heal",) in scene.drills.pair.asked
        assert scene.drills.stages[0].closed

    def test_a_report_that_cannot_be_written_is_told(self, run: Run) -> None:
        async def main() -> str:
            async with drilling() as scene:
                scene.drills.breaks = PermissionError(13, "Permission denied")
                scene.dialog_shown.run.click()
                await scene.rests(Phase.OVER)
                scene.session.save(Path("junit.xml"))
                await scene.until(lambda: scene.session.said)
                return scene.session.said

        assert run(main()) == "junit.xml cannot be written: Permission denied."

    def test_an_expectation_that_fails_ends_the_drill_and_the_rest_is_not_reached(self, run: Run) -> None:
        async def main() -> tuple[str, list[str]]:
            async with drilling(scenario("planned-failover")) as scene:
                scene.dialog_shown.next.click()
                await scene.rests(Phase.WAITING)
                assert scene.session.stepper is not None
                world = scene.drills.stages[0]._world
                world.fault("kill", "gw-2")
                scene.dialog_shown.next.click()
                await scene.rests(Phase.OVER)
                return scene.dialog_shown.told, texts(scene.dialog_shown)

        told, lines = run(main())

        assert told.startswith("FAILED. Step 2")
        assert "\nFAILED after" in lines[1]
        assert any(line.endswith("\nnot reached") for line in lines)

    def test_the_keyboard_stays_off_the_button_that_stops_while_a_step_is_under_way(self, run: Run) -> None:
        async def main() -> tuple[bool, bool]:
            async with drilling() as scene:
                dialog = scene.dialog_shown
                scene.drills.may.clear()
                dialog.next.setFocus()
                QTest.keyClick(dialog.next, Qt.Key.Key_Space)
                await scene.rests(Phase.UNDER_WAY)
                during = dialog.focusWidget() is dialog.steps
                scene.drills.may.set()
                await scene.rests(Phase.WAITING)
                return during, dialog.focusWidget() is dialog.next

        assert run(main()) == (True, True)

    def test_marks_follow_the_theme(self, run: Run) -> None:
        async def main() -> tuple[int, int]:
            async with drilling() as scene:
                before = scene.dialog_shown.steps.item(0).foreground().color().rgb()
                theme.use(theme.LIGHT)
                return before, scene.dialog_shown.steps.item(0).foreground().color().rgb()

        before, after = run(main())

        assert before != after


class TestStopping:
    def test_a_step_under_way_is_given_up_and_everything_healed(self, run: Run) -> None:
        async def main() -> tuple[str, Drilling]:
            async with drilling() as scene:
                scene.drills.may.clear()
                scene.dialog_shown.next.click()
                await scene.rests(Phase.UNDER_WAY)
                QTest.keyClick(scene.dialog_shown, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
                await scene.rests(Phase.OVER)
                return scene.dialog_shown.told, scene

        told, scene = run(main())

        assert told == f"Stopped. 0 of {len(KILLED.steps)} steps were done. {HEALED}"
        assert scene.drills.pair.asked == [("start",), ("given up",), ("heal",), ("stop",)]
        assert ("resume", "lab") in scene.workspace.asked
        assert scene.session.played is not None
        assert not scene.session.played.passed

    def test_closed_in_the_middle_it_heals_and_can_be_opened_again(self, run: Run) -> None:
        async def main() -> tuple[Drilling, str]:
            async with drilling() as scene:
                scene.dialog_shown.next.click()
                await scene.rests(Phase.WAITING)
                scene.dialog_shown.close()
                await scene.rests(Phase.OVER)
                scene.press("drills")
                again = await scene.dialog(DrillDialog)
                told = again.told
                again.other.click()
                assert scene.session.phase is Phase.CHOOSING
                return scene, told

        scene, told = run(main())

        assert ("heal",) in scene.drills.pair.asked
        assert scene.drills.stages[0].closed
        assert told.startswith(f"Stopped. 1 of {len(KILLED.steps)} ")

    def test_a_lab_stopped_by_somebody_else_takes_the_drill_along(self, run: Run) -> None:
        async def main() -> tuple[str, bool]:
            async with drilling() as scene:
                scene.drills.may.clear()
                scene.dialog_shown.next.click()
                await scene.rests(Phase.UNDER_WAY)
                pair = scene.desk.lab.pair
                assert pair is not None
                scene.desk.lab._stopped_outside(pair, scene.desk.bridge)
                await scene.rests(Phase.OVER)
                return scene.session.trouble, scene.drills.stages[0].closed

        assert run(main()) == (GONE, True)

    def test_a_lab_that_does_not_start_is_told_and_another_try_is_offered(self, run: Run) -> None:
        async def main() -> tuple[str, bool, bool]:
            async with drilling() as scene:
                scene.drills.pair.breaks = LabError("no free address")
                scene.dialog_shown.next.click()
                await scene.until(lambda: scene.session.trouble)
                dialog = scene.dialog_shown
                return dialog.told, dialog.next.isEnabled(), dialog.shelf.isVisible()

        assert run(main()) == ("no free address", True, True)

    def test_the_windows_end_leaves_no_drill(self, run: Run) -> None:
        async def main() -> Drilling:
            async with drilling() as scene:
                scene.drills.may.clear()
                scene.dialog_shown.next.click()
                await scene.rests(Phase.UNDER_WAY)
                return scene

        scene = run(main())

        assert scene.drills.stages[0].closed
        assert scene.drills.pair.asked[-1] == ("stop",)


OWN = """
title = "One's own"
why = "As a workflow author would."
timers = "demo"
pair = { scheme = "http" }
[[steps]]
expect = { verdict = "healthy" }
within_s = 20
[[steps]]
fault = "kill"
node = "secondary"
[[steps]]
expect = { gw-2 = "silent" }
within_s = 20
[[steps]]
wait_s = 600
"""


@pytest.mark.lab
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lab needs Linux")
def test_in_a_real_lab_a_drill_of_ones_own_is_stepped_stopped_and_healed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")

    async def main() -> tuple[list[str], str, int]:
        host = shown_host()
        workspace = wiring.watching([], wiring.passwords(None))
        lab = wiring.new_lab
        async with host.open(workspace, make_lab=lab, drills=WindowDrills(None), start_lab=True) as desk:
            scene = Scene(host, desk, None)  # type: ignore[arg-type]  # the workspace is a real one
            await scene.until(lambda: desk.view.group == "lab")
            scene.press("drills")
            dialog, session = await scene.dialog(DrillDialog), desk.orders.drill
            assert session is not None
            await scene.until(lambda: session.scenarios)
            session.open_file(file)
            await scene.until(lambda: session.scenario and session.scenario.title == "One's own")
            dialog.run.click()
            await scene.until(lambda: session.stepper and len(session.stepper.results) == 3)
            dialog.stop.click()
            await scene.until(lambda: session.phase is Phase.OVER)
            told = texts(dialog), dialog.told, len(desk.lab.faults)
            dialog.close()
        host.window.deleteLater()
        return told

    lines, told, faults = run(main(), REAL_LIMIT_S)

    assert told == f"Stopped. 3 of 4 steps were done. {HEALED}"
    assert "gw-2 silent" in lines[2]
    assert lines[3].endswith("not reached")
    assert faults == 0


def test_tab_leads_through_everything_and_out_again(run: Run) -> None:
    async def main() -> tuple[set[str], bool]:
        async with drilling() as scene:
            dialog = scene.dialog_shown
            dialog.shelf.search.setFocus()
            passed: list[QWidget] = []
            while dialog.focusWidget() not in passed:
                passed.append(dialog.focusWidget())
                QTest.keyClick(passed[-1], Qt.Key.Key_Tab)
            names = {one.accessibleName() or one.property("text") for one in passed}
            return names, dialog.focusWidget() is dialog.shelf.search

    names, around = run(main())

    assert names == {
        "Find a drill",
        "Drills that can be played here",
        "One of your own…",
        "Lab: A fresh lab",
        "Steps of the drill",
        "Close",
        "Run to the end",
        "Next step (F10)",
    }
    assert around
