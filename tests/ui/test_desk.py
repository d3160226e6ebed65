"""What a person does in the window, with a workspace and a lab that remember what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.config.checks import Mistake
from agmonitor.config.comparing import Coming, Compared
from agmonitor.config.group_list import Listed
from agmonitor.config.settings import ConfigError
from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.domain.state import GroupState
from agmonitor.drill.live import Caller
from agmonitor.failover.guards import Guard, Objection, Outcome
from agmonitor.failover.machine import Stage, refused
from agmonitor.lab import control
from agmonitor.lab.folder import LabFolder
from agmonitor.lab.status import ClientCounters, FaultRecord, LabStatus, LabTimers
from agmonitor.protocol.faults import Link
from agmonitor.ui.desk import Desk
from agmonitor.ui.drill_session import LiveDrills
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.failover_parts import LabBand
from agmonitor.ui.fault_palette import FaultPalette
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.group_orders import GroupBook
from agmonitor.ui.host import WindowHost
from agmonitor.ui.incoming_dialog import IncomingDialog
from agmonitor.ui.lab_session import FaultWish
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.remove_dialog import RemoveDialog
from agmonitor.ui.shortcuts import SHORTCUTS, ShortcutsSheet
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace, seen
from tests.ui.test_trial_session import FakeTries

NAME = "gw-prod-toronto"
Shown = TypeVar("Shown", bound=QDialog)


class FakePair:
    """A lab that is up at once."""

    password = "made up"

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.wished: list[tuple[float | None, str | None, dict[str, float]]] = []
        self.tell: Callable[[LabStatus], None] | None = None
        self.faults: tuple[FaultRecord, ...] = ()
        self.coming: tuple[FaultRecord, ...] = ()
        self.later: list[float] = []
        self.breaks: Exception | None = None
        self._folder: LabFolder | None = None

    @property
    def settings(self) -> GroupSettings:
        return staged.settings("lab", lab=True)

    async def start(self) -> None:
        self.asked.append(("start",))
        if self.breaks is not None:
            raise self.breaks
        self._folder = LabFolder()

    async def stop(self) -> None:
        self.asked.append(("stop",))
        if self._folder is not None:
            self._folder.remove()

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
        after_s: float = 0.0,
    ) -> str:
        if after_s:
            self.later.append(after_s)
        self.asked.append((name, node or "both"))
        self.wished.append((for_s, link, dict(parameters or {})))
        return "done"

    @property
    def folder(self) -> Path:
        assert self._folder is not None
        return self._folder.path

    def status(self) -> LabStatus:
        return replace(lab_status(*self.faults), coming=self.coming)

    def on_change(self, callback: Callable[[LabStatus], None]) -> Callable[[], None]:
        self.tell = callback
        return lambda: None

    async def keep_schedule(self) -> None:
        await asyncio.get_running_loop().create_future()

    async def heal(self) -> None:
        self.asked.append(("heal",))

    async def api_of(self, node: str) -> Caller:
        raise AssertionError("the window asks no node itself")


def lab_status(*faults: FaultRecord, trouble: str = "") -> LabStatus:
    return LabStatus(
        pid=1,
        began_at=staged.NOW,
        up=True,
        trouble=trouble,
        fqdn=staged.FQDN,
        nodes=(),
        nameserver=None,
        user="monitor",
        password_file="",
        faults=faults,
        clients=ClientCounters(),
        timers=LabTimers(2, 3, 6, 3),
    )


class FakeBook:
    """Keeps nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.tries = FakeTries()
        self.renamed: list[tuple[str, str]] = []
        self.erased: list[str] = []
        self.breaks: Exception | None = None
        self.take_breaks: Exception | None = None
        self.coming: tuple[Compared, ...] = ()
        self.files: list[Path] = []

    async def rename(self, name: str, settings: GroupSettings, password: str | None) -> str:
        if self.breaks is not None:
            raise self.breaks
        self.renamed.append((name, settings.name))
        return ""

    async def erase_history(self, name: str) -> None:
        self.erased.append(name)

    async def write_list(self, file: Path) -> int:
        self.files.append(file)
        return 3

    async def compare_list(self, file: Path) -> tuple[Compared, ...]:
        if self.breaks is not None:
            raise self.breaks
        return self.coming

    async def take_in(self, shown: Sequence[Compared]) -> tuple[GroupSettings, ...]:
        if self.take_breaks is not None:
            raise self.take_breaks
        return tuple(one.settings(None) for one in shown if one.taken_in)


class Scene:
    """An open window with its desk."""

    def __init__(self, host: WindowHost, desk: Desk, workspace: FakeWorkspace) -> None:
        self.window: MainWindow = host.window
        self.desk = desk
        self.workspace = workspace

    def press(self, action: str) -> None:
        self.window.asked.emit(action)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for something to come true; the loop's time limit ends a wait in vain."""
        while not true():
            turn = asyncio.Event()
            QTimer.singleShot(5, turn.set)
            await turn.wait()

    def shown(self, kind: type[Shown]) -> Shown | None:
        """The open dialog of that kind."""
        return next((one for one in self.window.findChildren(kind) if one.isVisible()), None)

    async def dialog(self, kind: type[Shown]) -> Shown:
        await self.until(lambda: self.shown(kind))
        found = self.shown(kind)
        assert found is not None
        return found


@asynccontextmanager
async def opened(
    *states: GroupState,
    pair: FakePair | None = None,
    save: object = None,
    drop: object = None,
    drills: LiveDrills | None = None,
    book: GroupBook | None = None,
) -> AsyncIterator[Scene]:
    host = shown_host()
    workspace = FakeWorkspace(*states)
    make = (lambda: pair) if pair is not None else None
    async with host.open(
        workspace,
        make_lab=make,
        save_group=save,  # type: ignore[arg-type]  # as the wiring gives it
        drop_group=drop,  # type: ignore[arg-type]  # as the wiring gives it
        drills=drills,
        book=book,
    ) as desk:
        scene = Scene(host, desk, workspace)
        await scene.until(lambda: all(("past", state.settings.name) in workspace.asked for state in states))
        yield scene
    host.window.deleteLater()


class TestLists:
    """Export and import of the list of groups."""

    def coming(self) -> tuple[Compared, ...]:
        new = replace(staged.settings("gw-new"), failover_allowed=False)
        changed = replace(staged.settings(), timeout_s=9.0)
        return (
            Compared(Listed(new), Coming.NEW, ""),
            Compared(Listed(changed), Coming.CHANGED, "timeout_s = 9.0", staged.settings()),
            Compared(Listed(replace(new, name="gw-x")), Coming.CLASH, "gw-y watches a node of it already"),
        )

    def test_what_is_shown_is_taken_in_and_watched(self, run: Run) -> None:
        async def main() -> tuple[list[str], str, list[tuple[str, ...]], float]:
            book = FakeBook()
            book.coming = self.coming()
            async with opened(staged.healthy(), book=book) as scene:
                scene.desk.groups.import_from(Path("/lists/groups.toml"))
                dialog = await scene.dialog(IncomingDialog)
                model = dialog.model
                shown = [model.index(place, 0).data() for place in range(model.rowCount())]
                words = dialog.take.text()
                dialog.take.click()
                await scene.until(lambda: scene.shown(IncomingDialog) is None)
                timeout_s = scene.desk.bridge.watched(NAME).settings.timeout_s
                return shown, words, scene.workspace.asked, timeout_s

        shown, words, asked, timeout_s = run(main())

        assert (shown, words) == (["new", "changed", "clash: left out"], "Take in 2 groups")
        assert ("add", "gw-new") in asked
        assert ("replace", NAME) in asked
        assert ("add", "gw-x") not in asked
        assert timeout_s == 9.0

    def test_a_list_with_mistakes_is_told_and_nothing_opened(self, run: Run) -> None:
        async def main() -> tuple[str, object]:
            book = FakeBook()
            book.breaks = ConfigError(Path("/lists/x.toml"), (Mistake("groups.x.password", "never here."),))
            async with opened(staged.healthy(), book=book) as scene:
                scene.desk.groups.import_from(Path("/lists/x.toml"))
                await scene.until(lambda: scene.window.errors.text)
                return scene.window.errors.text, scene.shown(IncomingDialog)

        assert run(main()) == ("/lists/x.toml: groups.x.password: never here.", None)

    def test_what_cannot_be_kept_is_told_in_the_dialog(self, run: Run) -> None:
        async def main() -> tuple[str, list[tuple[str, ...]]]:
            book = FakeBook()
            book.coming, book.take_breaks = self.coming(), OSError("The disk is full.")
            async with opened(staged.healthy(), book=book) as scene:
                scene.desk.groups.import_from(Path("/lists/groups.toml"))
                dialog = await scene.dialog(IncomingDialog)
                dialog.take.click()
                await scene.until(lambda: dialog.refusal)
                return dialog.refusal, scene.workspace.asked

        told, asked = run(main())

        assert told == "The disk is full."
        assert ("add", "gw-new") not in asked

    def test_an_exported_list_is_told(self, run: Run) -> None:
        async def main() -> tuple[list[Path], str]:
            book = FakeBook()
            async with opened(staged.healthy(), book=book) as scene:
                scene.desk.groups.export_to(Path("/lists/groups.toml"))
                await scene.until(lambda: scene.window.errors.text)
                return book.files, scene.window.errors.text

        assert run(main()) == (
            [Path("/lists/groups.toml")],
            "3 groups in /lists/groups.toml, without passwords.",
        )

    @pytest.mark.parametrize("action", ["export_groups", "import_groups"])
    def test_the_file_is_asked_for_without_holding_up_the_loop(self, run: Run, action: str) -> None:
        async def main() -> None:
            async with opened(staged.healthy(), book=FakeBook()) as scene:
                scene.press(action)
                await scene.until(lambda: scene.shown(QFileDialog))

        run(main())


class TestFailover:
    async def armed(self, scene: Scene) -> FailoverDialog:
        """As a person arms it."""
        scene.press("failover")
        dialog = await scene.dialog(FailoverDialog)
        dialog.type_reason("monthly drill")
        assert not dialog.arm.isEnabled(), "the name is still to be typed"
        dialog.type_name(NAME)
        dialog.arm.click()
        await scene.until(dialog.fire.isVisible)
        return dialog

    def test_the_whole_course_in_one_dialog(self, run: Run) -> None:
        async def main() -> tuple[tuple[str, ...], list[tuple[str, ...]], str, bool]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                word = dialog.fire.text()
                dialog.fire.click()
                await scene.until(lambda: len(dialog.said) == 4)
                said, back = dialog.said, dialog.back.isVisible()
                dialog.close()
                return said, scene.workspace.asked, word, back

        said, asked, word, back = run(main())

        assert word == "Yield"
        assert ("arm", NAME, "monthly drill", NAME) in asked
        assert ("fire", NAME) in asked
        assert said == (
            "Reading both nodes and DNS.",
            "gw-tor-1 was told to yield.",
            "Succeeded. gw-tor-2 is Primary now.",
            "Left changed: gw-tor-2 is Primary now; it was gw-tor-1.",
        )
        assert back, "the way back is one click away"

    def test_without_a_reason_nothing_is_armed(self, run: Run) -> None:
        async def main() -> list[tuple[str, ...]]:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_name(NAME)
                dialog.type_reason("  x ")
                dialog.arm.click()
                dialog.close()
                return scene.workspace.asked

        assert not [one for one in run(main()) if one[0] in {"arm", "fire"}]

    def test_what_cannot_be_ordered_says_why_and_offers_nothing(self, run: Run) -> None:
        async def main() -> tuple[str, bool]:
            async with opened(staged.no_standby()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                return dialog.checks.text, dialog.arm.isEnabled()

        said, may_arm = run(main())

        assert "gw-tor-1 is not heard (refused)" in said
        assert not may_arm

    def test_a_failed_check_is_overridden_by_its_own_box_alone(self, run: Run) -> None:
        async def main() -> tuple[bool, list[tuple[str, ...]]]:
            bad = replace(staged.healthy(), dns=staged.record(None))
            async with opened(bad) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                before = dialog.arm.isEnabled()
                dialog.checks.override("record_elsewhere")
                dialog.arm.click()
                await scene.until(dialog.fire.isVisible)
                return before, scene.workspace.asked

        before, asked = run(main())

        assert not before
        assert ("arm", NAME, "monthly drill", NAME, "record_elsewhere") in asked

    def test_the_preflight_lives(self, run: Run) -> None:
        async def main() -> tuple[bool, bool]:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                before = dialog.arm.isEnabled()
                scene.workspace.publish(staged.no_standby())
                return before, dialog.arm.isEnabled()

        assert run(main()) == (True, False)

    def test_a_course_is_predicted_as_soon_as_there_is_somebody_to_order(self, run: Run) -> None:
        async def main() -> None:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.kind_chosen.connect(lambda kind: chosen.append(kind.value))
                (emergency,) = (one for one in dialog.findChildren(QPushButton) if one.text() == "Emergency")
                emergency.click()
                assert dialog.plan is None, "two healthy nodes have a planned failover"
                scene.workspace.publish(staged.primary_silent())
                await scene.until(lambda: dialog.plan is not None)

        chosen: list[str] = []
        run(main())

        assert chosen == ["emergency", "emergency"]

    def test_what_moved_is_told_and_can_be_armed_again(self, run: Run) -> None:
        async def main() -> tuple[str, bool]:
            async with opened(staged.healthy()) as scene:
                scene.workspace.refuses = "gw-tor-2 was heard and is silent."
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                dialog.arm.click()
                await scene.until(lambda: len(dialog.said) == 2)
                return dialog.said[-1], dialog.arm.isEnabled()

        said, again = run(main())

        assert said == "Refused here, nothing was sent. gw-tor-2 was heard and is silent."
        assert again

    @pytest.mark.parametrize("put_away", [False, True])
    def test_what_is_refused_at_firing_is_told_and_can_be_armed_again(
        self, run: Run, *, put_away: bool
    ) -> None:
        async def main() -> tuple[bool, bool, list[tuple[str, ...]]]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                scene.workspace.refuses = "Since it was armed: gw-tor-2 was heard and is silent."
                scene.workspace.states[NAME] = staged.no_standby()
                dialog.fire.click()
                if put_away:
                    QTest.keyClick(dialog, Qt.Key.Key_Escape)
                await scene.until(lambda: dialog.isVisible() and dialog.arm.isVisible())
                assert dialog.said == (f"Refused here, nothing was sent. {scene.workspace.refuses}",)
                assert "failed" in dialog.checks.text
                held = dialog.arm.isEnabled()
                scene.workspace.refuses = ""
                scene.workspace.publish(staged.healthy())
                dialog.type_name(NAME)
                free = dialog.arm.isEnabled()
                dialog.arm.click()
                await scene.until(dialog.fire.isVisible)
                dialog.fire.click()
                await scene.until(dialog.back.isVisible)
                return held, free, scene.workspace.asked

        held, free, asked = run(main())

        assert (held, free) == (False, True), "only on what is good by now"
        assert [one[0] for one in asked if one[0] in {"arm", "fire", "poll"}] == [
            "arm",
            "fire",
            "poll",
            "arm",
            "fire",
            "poll",
        ]
        assert [one[0] for one in asked].count("survey") >= 2, "the cool-down may have changed too"

    def test_what_is_armed_and_left_is_disarmed(self, run: Run) -> None:
        async def main() -> tuple[bool, list[tuple[str, ...]]]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                safe = dialog.leave.hasFocus() or not dialog.fire.hasFocus()
                dialog.leave.click()
                await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
                assert not dialog.fire.isVisible()
                return safe, scene.workspace.asked

        safe, asked = run(main())

        assert safe, "Enter alone must not fire at a real group"
        assert ("fire", NAME) not in asked

    def test_escape_disarms_and_enter_neither_arms_nor_fires(self, run: Run) -> None:
        async def main() -> list[tuple[str, ...]]:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    for part in (*dialog.findChildren(QLineEdit), dialog.arm, dialog):
                        QTest.keyClick(part, key)
                assert not [one for one in scene.workspace.asked if one[0] == "arm"]
                QTest.keyClick(dialog.arm, Qt.Key.Key_Space)
                await scene.until(dialog.fire.isVisible)
                for part in (dialog.leave, dialog.fire, dialog):
                    QTest.keyClick(part, Qt.Key.Key_Return)
                assert dialog.fire.isVisible()
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
                await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
                return scene.workspace.asked

        assert ("fire", NAME) not in run(main())

    def test_escape_puts_an_order_under_way_away_and_its_outcome_comes_back(self, run: Run) -> None:
        async def main() -> str:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                dialog.fire.click()
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
                assert not dialog.isVisible()
                await scene.until(dialog.isVisible)
                return " ".join(dialog.said)

        assert "Succeeded" in run(main())

    def test_a_double_click_on_what_arms_does_not_fire(self, run: Run) -> None:
        async def main() -> list[tuple[str, ...]]:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                QApplication.setDoubleClickInterval(60_000)
                try:
                    QTest.mouseClick(dialog.arm, Qt.MouseButton.LeftButton)
                    await scene.until(dialog.fire.isVisible)
                    QTest.mouseClick(dialog.fire, Qt.MouseButton.LeftButton)
                finally:
                    QApplication.setDoubleClickInterval(400)
                assert dialog.fire.isVisible()
                return scene.workspace.asked

        assert ("fire", NAME) not in run(main())

    def test_what_was_armed_and_no_longer_is_sends_nothing_and_can_be_armed_again(self, run: Run) -> None:
        async def main() -> tuple[str, bool, str]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                scene.workspace.lapsed = True
                dialog.fire.click()
                await scene.until(lambda: dialog.arm.isVisible() and dialog.arm.isEnabled())
                said = dialog.said[-1]
                dialog.arm.click()
                await scene.until(dialog.fire.isVisible)
                assert dialog.said == ("Reading both nodes and DNS.",), "an earlier try takes no room"
                return said, dialog.fire.isVisible(), scene.window.errors.text

        assert run(main()) == ("It is armed no longer: nothing was sent.", True, "")

    def test_a_dialog_that_is_closed_at_once_leaves_nothing_behind(self, run: Run) -> None:
        async def main() -> tuple[list[tuple[str, ...]], str]:
            async with opened(staged.healthy()) as scene:
                scene.press("failover")
                (await scene.dialog(FailoverDialog)).close()
                await scene.until(lambda: ("survey", NAME, "planned") in scene.workspace.asked)
                scene.workspace.publish(staged.healthy())
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                dialog.arm.click()
                dialog.close()
                await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
                return scene.workspace.asked, scene.window.errors.text

        asked, error = run(main())

        assert ("fire", NAME) not in asked
        assert error == ""

    def test_what_is_armed_and_forgotten_disarms_itself(self, run: Run) -> None:
        async def main() -> tuple[str, list[tuple[str, ...]]]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                scene.workspace.at += 31
                await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
                assert not dialog.fire.isVisible()
                return dialog.said[-1], scene.workspace.asked

        said, asked = run(main())

        assert said == "It was not fired within 30 s: disarmed, nothing was sent."
        assert ("fire", NAME) not in asked

    def test_the_way_back_passes_the_same_guards(self, run: Run) -> None:
        async def main() -> tuple[bool, bool, list[tuple[str, ...]]]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                dialog.fire.click()
                await scene.until(dialog.back.isVisible)
                scene.workspace.cools_until = staged.NOW + 100
                surveys = scene.workspace.asked.count(("survey", NAME, "planned"))
                dialog.back.click()
                await scene.until(lambda: scene.workspace.asked.count(("survey", NAME, "planned")) > surveys)
                await scene.until(lambda: "Cool-down: failed" in dialog.checks.text)
                dialog.type_name(NAME)
                held = dialog.arm.isEnabled()
                dialog.checks.override("cooling_down")
                free = dialog.arm.isEnabled()
                dialog.arm.click()
                await scene.until(dialog.fire.isVisible)
                return held, free, scene.workspace.asked

        held, free, asked = run(main())

        assert (held, free) == (False, True)
        assert ("arm", NAME, "Return: monthly drill", NAME, "cooling_down") in asked

    def test_a_lab_is_marked_and_asks_for_neither_name_nor_reason(self, run: Run) -> None:
        async def main() -> tuple[list[str], bool]:
            async with opened(staged.healthy(staged.settings(lab=True))) as scene:
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                marks = [one.accessibleName() for one in dialog.findChildren(LabBand)]
                return marks, dialog.arm.isEnabled()

        assert run(main()) == ([LabBand.TEXT], True)

    def test_an_order_under_way_is_not_ended_by_closing_its_dialog(self, run: Run) -> None:
        async def main() -> tuple[bool, bool]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                dialog.fire.click()
                dialog.close()
                away = not dialog.isVisible()
                await scene.until(lambda: len(dialog.said) == 4)
                return away, dialog.isVisible()

        assert run(main()) == (True, True)

    def test_a_refusal_of_the_node_is_named(self, run: Run) -> None:
        async def main() -> str:
            async with opened(staged.healthy()) as scene:
                scene.workspace.outcome = Outcome.REFUSED_BY_NODE
                dialog = await self.armed(scene)
                dialog.fire.click()
                await scene.until(lambda: len(dialog.said) == 4)
                return dialog.said[2]

        assert run(main()).startswith("Refused by the node.")

    def test_a_defect_while_arming_is_told_in_dialog_and_bar(self, run: Run) -> None:
        async def main() -> tuple[str, str]:
            async with opened(staged.healthy()) as scene:
                scene.workspace.order_breaks = ValueError("a defect")
                scene.press("failover")
                dialog = await scene.dialog(FailoverDialog)
                dialog.type_reason("monthly drill")
                dialog.type_name(NAME)
                dialog.arm.click()
                await scene.until(lambda: scene.window.errors.text)
                return dialog.said[-1], scene.window.errors.text

        said, error = run(main())

        assert "watch both nodes" in said
        assert error == f"Could not arm a failover of {NAME}: a defect"

    def test_what_moves_while_it_is_armed_is_told_and_disarms(self, run: Run) -> None:
        async def main() -> tuple[bool, str, list[tuple[str, ...]]]:
            async with opened(staged.healthy()) as scene:
                dialog = await self.armed(scene)
                assert scene.workspace.showing is not None
                moved = Objection(Guard.ROLES_MOVED, "Since it was armed: gw-tor-1 was Primary.")
                scene.workspace.showing(refused(scene.workspace.machine, moved))
                await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
                return dialog.fire.isVisible(), dialog.said[-1], scene.workspace.asked

        fires, said, asked = run(main())

        assert not fires
        assert said == "Refused here, nothing was sent. Since it was armed: gw-tor-1 was Primary."
        assert ("fire", NAME) not in asked

    @pytest.mark.parametrize("arms", [False, True])
    def test_what_another_program_forbids_is_seen_in_the_open_dialog(self, run: Run, *, arms: bool) -> None:
        async def main() -> tuple[bool, bool, str, tuple[str, ...]]:
            async with opened(staged.healthy()) as scene:
                if arms:
                    dialog = await self.armed(scene)
                else:
                    scene.press("failover")
                    dialog = await scene.dialog(FailoverDialog)
                    dialog.type_reason("monthly drill")
                    dialog.type_name(NAME)
                    await scene.until(dialog.arm.isEnabled)
                if arms:
                    assert scene.workspace.showing is not None
                    changed = Objection(Guard.GROUP_CHANGED, "Failover was forbidden while it was armed.")
                    scene.workspace.showing(refused(scene.workspace.machine, changed))
                state = scene.workspace.states[NAME]
                settings = replace(state.settings, failover_allowed=False)
                scene.workspace.publish(replace(state, settings=settings))
                await scene.until(lambda: not dialog.arm.isEnabled())
                table = " ".join(label.text() for label in dialog.checks.findChildren(QLabel))
                return dialog.arm.isVisible(), dialog.fire.isVisible(), table, dialog.said

        offered, fires, table, said = run(main())

        assert (offered, fires) == (True, False)
        assert "read-only" in table
        assert said[-1:] == (
            ("Refused here, nothing was sent. Failover was forbidden while it was armed.",) if arms else ()
        )

    @pytest.mark.parametrize("closed", [False, True])
    def test_an_unknown_outcome_is_told_again_when_it_resolves_itself(
        self, run: Run, *, closed: bool
    ) -> None:
        async def main() -> tuple[str, str, bool, str]:
            async with opened(staged.healthy()) as scene:
                scene.workspace.outcome = Outcome.UNKNOWN
                dialog = await self.armed(scene)
                dialog.fire.click()
                await scene.until(lambda: len(dialog.said) == 4)
                unknown = dialog.said[2]
                if closed:
                    dialog.close()
                assert scene.workspace.showing is not None
                answer = FailoverAnswer(accepted=None, http_status=None, detail="lost")
                scene.workspace.showing(
                    replace(
                        scene.workspace.machine,
                        stage=Stage.SUCCEEDED,
                        answer=answer,
                        outcome=Outcome.SUCCEEDED,
                        sentence="Resolved: gw-tor-2 is Primary.",
                    )
                )
                if closed:
                    return unknown, "", False, scene.window.errors.text
                return unknown, dialog.said[-1], dialog.back.isVisible(), scene.window.errors.text

        unknown, said, back, note = run(main())

        assert unknown.startswith("Unknown, still watching. ")
        assert "What later evidence shows is told here, or in the main window." in unknown
        if closed:
            assert note == f"Failover of {NAME}: Resolved: gw-tor-2 is Primary."
        else:
            assert (said, back) == ("Succeeded. Resolved: gw-tor-2 is Primary.", True)
            assert note == ""

    def test_the_window_tells_when_a_failover_was_last_proven(self, run: Run) -> None:
        async def main() -> tuple[str, str, str]:
            async with opened(staged.healthy()) as scene:
                tab, header = scene.desk.view.tabs.configuration, scene.desk.view.header
                await scene.until(lambda: tab.proven)
                before, tip = tab.proven, header.failover.toolTip()
                scene.workspace.proven = staged.NOW
                ended = Event(staged.NOW, EventKind.EPISODE_ENDED, "It is over.", episode=1)
                scene.workspace.publish(staged.healthy(), ended)
                await scene.until(lambda: tab.proven != before)
                return before, tip, tab.proven

        before, tip, after = run(main())

        assert before == "A failover of this group was last proven 12 days ago."
        assert tip.splitlines() == ["Order a planned failover (Ctrl+F)", before]
        assert after == "A failover of this group was last proven today."


class TestGroups:
    def test_the_first_group_is_shown_at_once(self, run: Run) -> None:
        async def main() -> str:
            async with opened(staged.healthy(), staged.no_standby(staged.settings("gw-other"))) as scene:
                return scene.window.windowTitle()

        assert run(main()) == f"{NAME} – agmonitor"

    def test_a_change_moves_the_row_and_leaves_the_choice(self, run: Run) -> None:
        async def main() -> tuple[list[str], str]:
            other = staged.settings("gw-other")
            async with opened(staged.healthy(), staged.healthy(other)) as scene:
                scene.desk.choose("gw-other")
                state = staged.two_primaries()
                scene.workspace.publish(state, item=seen(state))
                await scene.until(lambda: scene.window.groups.rows[0].name == NAME)
                return [row.name for row in scene.window.groups.rows], scene.window.windowTitle()

        assert run(main()) == ([NAME, "gw-other"], "gw-other – agmonitor")

    def test_without_groups_the_window_says_what_to_do(self, run: Run) -> None:
        async def main() -> bool:
            async with opened() as scene:
                return scene.window.empty.isVisible()

        assert run(main())

    def test_a_group_is_saved_watched_and_shown(self, run: Run) -> None:
        async def main() -> tuple[list[tuple[object, object]], list[tuple[str, ...]], str, str]:
            saved: list[tuple[object, object]] = []

            async def save(settings: GroupSettings, password: str | None) -> str:
                saved.append((settings, password))
                return "The password is kept for this session only."

            async with opened(save=save) as scene:
                scene.press("add")
                dialog = await scene.dialog(GroupDialog)
                fill(dialog)
                dialog.save.click()
                await scene.until(lambda: scene.window.windowTitle().startswith("gw-prod "))
                await scene.until(lambda: scene.window.errors.text)
                title = scene.window.windowTitle()
                return saved, scene.workspace.asked, title, scene.window.errors.text

        saved, asked, title, note = run(main())

        ((settings, password),) = saved
        assert isinstance(settings, GroupSettings)
        assert [node.url for node in settings.nodes] == ["https://192.0.2.1", "https://192.0.2.2:8443"]
        assert (settings.failover_allowed, password) == (False, "secret")
        assert asked[:2] == [("add", "gw-prod"), ("password", "gw-prod", "secret")]
        assert title == "gw-prod – agmonitor"
        assert note == "The password is kept for this session only."

    def test_what_cannot_be_saved_keeps_what_was_typed(self, run: Run) -> None:
        async def main() -> tuple[bool, str, list[tuple[str, ...]]]:
            async def save(settings: GroupSettings, password: str | None) -> str:
                raise ConfigError(Path("settings.toml"), (Mistake("", "It cannot be written."),))

            async with opened(save=save) as scene:
                scene.press("add")
                dialog = await scene.dialog(GroupDialog)
                fill(dialog)
                dialog.save.click()
                await scene.until(dialog.save.isEnabled)
                return dialog.isVisible(), dialog.typed("name"), scene.workspace.asked

        assert run(main()) == (True, "gw-prod", [])


class TestGroupMenu:
    """Edit and remove, from the list."""

    def test_a_changed_group_is_saved_and_watched_as_it_is_now(self, run: Run) -> None:
        async def main() -> tuple[GroupSettings, str, list[tuple[str, ...]], GroupSettings]:
            saved: list[GroupSettings] = []

            async def save(settings: GroupSettings, password: str | None) -> str:
                assert password is None
                saved.append(settings)
                return ""

            async with opened(staged.healthy(), save=save) as scene:
                scene.press("edit")
                dialog = await scene.dialog(GroupDialog)
                typed = dialog.typed("first.url")
                dialog.fill(first__url="https://192.0.2.77", timeout_s="3")
                dialog.save.click()
                await scene.until(lambda: ("replace", NAME) in scene.workspace.asked)
                return saved[0], typed, scene.workspace.asked, scene.desk.bridge.watched(NAME).settings

        saved, typed, asked, watched = run(main())
        before = staged.settings()

        assert typed == before.nodes[0].url
        assert saved == watched
        assert (saved.nodes[0].url, saved.nodes[1], saved.timeout_s) == (
            "https://192.0.2.77",
            before.nodes[1],
            3.0,
        )
        assert not saved.failover_allowed, "it was allowed for other servers"
        assert (saved.name, saved.judge_clients) == (before.name, before.judge_clients)
        assert ("add", NAME) not in asked

    def test_a_renamed_group_keeps_what_was_drawn_of_it(self, run: Run) -> None:
        async def main() -> tuple[bool, list[tuple[str, str]], str, list[str]]:
            book = FakeBook()
            async with opened(staged.healthy(), book=book) as scene:
                drawn = scene.desk.bridge.watched(NAME).history
                scene.press("edit")
                dialog = await scene.dialog(GroupDialog)
                dialog.fill(name="gw-new")
                dialog.save.click()
                await scene.until(lambda: scene.shown(GroupDialog) is None)
                kept = scene.desk.bridge.watched("gw-new").history is drawn
                rows = [row.name for row in scene.window.groups.rows]
                return kept, book.renamed, scene.window.windowTitle(), rows

        assert run(main()) == (True, [(NAME, "gw-new")], "gw-new – agmonitor", ["gw-new"])

    def test_a_name_that_cannot_be_kept_is_told_and_the_old_one_stays(self, run: Run) -> None:
        async def main() -> tuple[list[str], str]:
            book = FakeBook()
            book.breaks = OSError("Another copy of agmonitor is writing the history.")
            async with opened(staged.healthy(), book=book) as scene:
                scene.press("edit")
                dialog = await scene.dialog(GroupDialog)
                dialog.fill(name="gw-new")
                dialog.save.click()
                await scene.until(lambda: dialog.refusal)
                return [row.name for row in scene.window.groups.rows], dialog.refusal

        rows, told = run(main())

        assert rows == [NAME]
        assert told == f"It is still called {NAME}. Another copy of agmonitor is writing the history."

    def test_history_is_erased_only_where_that_was_asked_for(self, run: Run) -> None:
        async def main() -> list[str]:
            book = FakeBook()
            async with opened(staged.healthy(), staged.healthy(staged.settings("gw-b")), book=book) as scene:
                for name, erase in ((NAME, False), ("gw-b", True)):
                    scene.window.sidebar.list.asked.emit("remove", name)
                    dialog = await scene.dialog(RemoveDialog)
                    dialog.history.setChecked(erase)
                    dialog.remove.click()
                    await scene.until(lambda: scene.shown(RemoveDialog) is None)
                await scene.until(lambda: book.erased)
                return book.erased

        assert run(main()) == ["gw-b"]

    def test_other_nodes_begin_a_new_history(self, run: Run) -> None:
        async def main() -> bool:
            async with opened(staged.healthy()) as scene:
                before = scene.desk.bridge.watched(NAME).history
                scene.press("edit")
                dialog = await scene.dialog(GroupDialog)
                dialog.fill(first__name="gw-new")
                dialog.save.click()
                await scene.until(lambda: ("replace", NAME) in scene.workspace.asked)
                return scene.desk.bridge.watched(NAME).history is not before

        assert run(main())

    def test_a_group_is_dropped_only_when_it_was_agreed(self, run: Run) -> None:
        dropped: list[str] = []

        async def drop(name: str) -> None:
            dropped.append(name)

        async def main() -> tuple[list[str], str]:
            other = staged.settings("gw-other")
            async with opened(staged.healthy(), staged.healthy(other), drop=drop) as scene:
                scene.desk.choose(NAME)
                scene.window.sidebar.list.asked.emit("remove", NAME)
                (await scene.dialog(RemoveDialog)).close()
                scene.window.sidebar.list.asked.emit("remove", NAME)
                await scene.until(lambda: scene.shown(RemoveDialog))
                assert not dropped
                (await scene.dialog(RemoveDialog)).remove.click()
                await scene.until(lambda: scene.desk.view.group == "gw-other")
                return [row.name for row in scene.window.groups.rows], scene.window.windowTitle()

        assert run(main()) == (["gw-other"], "gw-other – agmonitor")
        assert dropped == [NAME]

    def test_one_that_cannot_be_dropped_is_watched_on(self, run: Run) -> None:
        async def drop(name: str) -> None:
            raise ConfigError(Path("settings.toml"), (Mistake("", "It cannot be written."),))

        async def main() -> tuple[list[str], str]:
            async with opened(staged.healthy(), drop=drop) as scene:
                scene.window.sidebar.list.asked.emit("remove", NAME)
                (await scene.dialog(RemoveDialog)).remove.click()
                await scene.until(lambda: scene.window.errors.text)
                return [row.name for row in scene.window.groups.rows], scene.window.errors.text

        rows, error = run(main())

        assert rows == [NAME]
        assert error.startswith(f"Could not stop watching {NAME}: ")

    @pytest.mark.parametrize("what", ["remove", "edit", "rename", "take a list in"])
    def test_what_is_armed_is_disarmed_before_its_group_is_changed_and_a_running_order_forbids_it(
        self, run: Run, what: str
    ) -> None:
        kept: list[str] = []

        async def keep(settings: GroupSettings, password: str | None) -> str:
            kept.append(settings.name)
            return ""

        async def drop(name: str) -> None:
            kept.append(name)

        async def ask(scene: Scene) -> Callable[[], str]:
            """Wish it; where a refusal stands then."""
            if what == "remove":
                scene.window.sidebar.list.asked.emit("remove", NAME)
                (await scene.dialog(RemoveDialog)).remove.click()
                return lambda: scene.window.errors.text
            if what == "take a list in":
                scene.desk.groups.import_from(Path("list.toml"))
                incoming = await scene.dialog(IncomingDialog)
                incoming.take.click()
                return lambda: incoming.refusal
            scene.press("edit")
            dialog = await scene.dialog(GroupDialog)
            dialog.fill(**({"name": "gw-new"} if what == "rename" else {"timeout_s": "3"}))
            dialog.save.click()
            return lambda: dialog.refusal

        async def main() -> tuple[str, list[tuple[str, ...]]]:
            book = FakeBook()
            book.coming = TestLists().coming()
            async with opened(staged.healthy(), save=keep, drop=drop, book=book) as scene:
                scene.workspace.under_way = f"A failover of {NAME} is under way."
                told = await ask(scene)
                await scene.until(told)
                refused, rows = told(), [row.name for row in scene.window.groups.rows]
                assert (kept, book.renamed, rows) == ([], [], [NAME])
                for kind in (GroupDialog, IncomingDialog):
                    if (shown := scene.shown(kind)) is not None:
                        shown.close()
                scene.workspace.under_way = ""
                before = len(scene.workspace.asked)
                await ask(scene)
                await scene.until(
                    lambda: [one for one in scene.workspace.asked[before:] if one[0] in changes]
                )
                return refused, scene.workspace.asked[before:]

        changes = {"remove", "replace", "rename"}
        refused, asked = run(main())

        assert f"A failover of {NAME} is under way." in refused
        told = [one[:2] for one in asked if one[0] in changes | {"disarm"}]
        assert told[0] == ("disarm", NAME)
        assert told[1][1] == NAME

    def test_the_menu_is_that_of_its_row_and_leaves_the_lab_to_the_lab(self, run: Run) -> None:
        async def main() -> tuple[list[str], list[str], list[tuple[str, str]]]:
            lab = staged.settings("lab", lab=True)
            async with opened(staged.healthy(), staged.healthy(lab)) as scene:
                rows = {row.name: row for row in scene.window.groups.rows}
                asked: list[tuple[str, str]] = []
                groups = scene.window.sidebar.list
                groups.asked.connect(lambda what, name: asked.append((what, name)))
                menu = groups.menu_of(rows[NAME])
                menu.actions()[0].trigger()
                groups.choose("lab")
                QTest.keyClick(groups, Qt.Key.Key_Delete)
                groups.choose(NAME)
                QTest.keyClick(groups, Qt.Key.Key_Delete)
                return (
                    [action.text().split("\t")[0] for action in menu.actions()],
                    [action.text().split("\t")[0] for action in groups.menu_of(rows["lab"]).actions()],
                    asked,
                )

        whole, of_lab, asked = run(main())

        quiet = ["Silence its alerts…", "Plan maintenance…"]
        assert whole == ["Ask now", *quiet, "Edit…", "Stop watching…"]
        assert of_lab == ["Ask now"]
        assert asked == [("poll", NAME), ("remove", NAME)]


def fill(dialog: GroupDialog, **other: str) -> None:
    texts = {
        "name": "gw-prod",
        "first__name": "gw-1",
        "first__url": "https://192.0.2.1",
        "second__name": "gw-2",
        "second__url": "https://192.0.2.2:8443",
        "user": "monitor",
        "password": "secret",
    }
    dialog.fill(**(texts | other))


class TestSignIn:
    def test_a_refused_sign_in_asks_once_and_keeps_the_answer_for_the_session(self, run: Run) -> None:
        async def main() -> tuple[list[tuple[str, ...]], bool]:
            async with opened(staged.healthy()) as scene:
                state = staged.sign_in_refused()
                scene.workspace.publish(state, item=seen(state))
                dialog = await scene.dialog(PasswordDialog)
                dialog.type_password("another")
                dialog.sign_in.click()
                await scene.until(lambda: ("retry", NAME) in scene.workspace.asked)
                scene.workspace.publish(state, item=seen(state))
                return scene.workspace.asked, scene.shown(PasswordDialog) is not None

        asked, again = run(main())

        assert ("password", NAME, "another") in asked
        assert not again

    def test_not_now_changes_nothing(self, run: Run) -> None:
        async def main() -> list[tuple[str, ...]]:
            async with opened(staged.sign_in_refused()) as scene:
                scene.press("sign_in")
                dialog = await scene.dialog(PasswordDialog)
                dialog.close()
                await scene.until(lambda: scene.shown(PasswordDialog) is None)
                return scene.workspace.asked

        assert not [one for one in run(main()) if one[0] in {"password", "retry"}]


class TestLab:
    def test_it_is_started_shown_broken_healed_and_ended(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[str, list[tuple[str, ...]]]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: scene.window.windowTitle().startswith("lab"))
                scene.desk.view.header.fault_asked.emit(FaultWish("kill", "gw-1"))
                scene.press("heal")
                await scene.until(lambda: ("heal",) in pair.asked)
                return scene.window.windowTitle(), scene.workspace.asked

        title, asked = run(main())

        assert title == "lab – agmonitor"
        assert ("password", "lab", "made up") in asked
        assert pair.asked == [("start",), ("kill", "gw-1"), ("heal",), ("stop",)]

    def test_what_is_to_begin_later_outlives_the_palette_and_is_told(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[str, str, str, str]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: pair.tell and scene.window.windowTitle().startswith("lab"))
                scene.desk.view.header.palette_asked.emit("kill", staged.TWO)
                palette = await scene.dialog(FaultPalette)
                palette.start.choose(20.0)
                palette.begin.click()
                await scene.until(lambda: pair.later)
                palette.close()
                now = scene.desk.bridge.now()
                pair.coming = (FaultRecord("kill", staged.TWO, now + 20),)
                assert pair.tell is not None
                pair.tell(pair.status())
                header = scene.desk.view.header.faults
                scene.desk.view.header.palette_asked.emit("kill", staged.TWO)
                told = (await scene.dialog(FaultPalette)).on_now
                scene.press("heal")
                await scene.until(lambda: ("heal",) in pair.asked)
                pair.coming, why = (), "Kill could not begin: gw-2 is gone."
                pair.tell(replace(pair.status(), not_begun=why))
                return header, told, scene.desk.view.header.faults, scene.window.errors.text

        header, told, healed, error = run(main())

        assert pair.later == [20.0]
        assert told == f"{staged.TWO}: kill, begins in 20 s"
        assert header == f"⚡ {told}"
        assert healed == ""
        assert error == "The lab: Kill could not begin: gw-2 is gone."

    def test_the_palette_breaks_shows_what_is_on_and_heals(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[str, str]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("palette")  # a real group: nothing opens
                assert scene.shown(FaultPalette) is None
                scene.press("lab")
                await scene.until(lambda: pair.tell and scene.window.windowTitle().startswith("lab"))
                scene.desk.view.header.palette_asked.emit("slow", staged.TWO)
                palette = await scene.dialog(FaultPalette)
                palette.link.choose(Link.DNS)
                palette.length.choose(20.0)
                palette.number("delay_s").setValue(2.5)
                palette.begin.click()
                await scene.until(lambda: pair.wished)
                now = scene.desk.bridge.now()
                pair.faults = (
                    FaultRecord("slow", staged.TWO, now, now + 3600, None, "dns", {"delay_s": 2.5}),
                )
                assert pair.tell is not None
                pair.tell(pair.status())
                told = palette.on_now, scene.desk.view.header.faults
                pair.tell(lab_status(*pair.faults, FaultRecord("kill", staged.ONE, now)))
                assert scene.desk.view.header.faults == "⚡ 2 faults: slow, kill"
                lanes = dict(scene.desk.bridge.watched("lab").history.lanes())
                on = lanes["Faults"].last()
                assert on is not None
                assert on.value.words == f"{staged.TWO}: slow + {staged.ONE}: kill"
                palette.heal.click()
                await scene.until(lambda: ("heal",) in pair.asked)
                scene.desk.bridge.remove("lab")
                await scene.until(lambda: scene.shown(FaultPalette) is None)
                return told

        on_now, header = run(main())

        assert pair.asked[1] == ("slow", staged.TWO)
        assert pair.wished == [(20.0, "dns", {"delay_s": 2.5})]
        assert on_now == f"{staged.TWO}: slow (way to DNS, 2.5 s), 60 min left"
        assert header == f"⚡ {on_now}"

    def test_a_lab_that_does_not_start_is_told_and_ended(self, run: Run) -> None:
        pair = FakePair()
        pair.breaks = OSError("no free address")

        async def main() -> str:
            async with opened(pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: scene.window.errors.text)
                return scene.window.errors.text

        assert run(main()) == "Could not open the lab: no free address"
        assert pair.asked == [("start",), ("stop",)]

    def test_what_is_broken_and_what_has_ended_by_itself_is_told(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[str, str, str]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: pair.tell and scene.window.windowTitle().startswith("lab"))
                assert pair.tell is not None
                pair.tell(
                    lab_status(FaultRecord("cut_dns", "gw-1", staged.NOW), trouble="its client has ended")
                )
                broken = scene.desk.view.header.faults
                scene.desk.choose(NAME)
                return broken, scene.desk.view.header.faults, scene.window.errors.text

        assert run(main()) == ("⚡ gw-1: cut from DNS", "", "The lab: its client has ended")

    def test_without_a_lab_none_is_offered(self, run: Run) -> None:
        async def main() -> bool:
            async with opened() as scene:
                return scene.window.empty.lab.isVisible()

        assert not run(main())

    def test_opened_from_the_empty_window_the_keyboard_goes_to_the_list(self, run: Run) -> None:
        async def main() -> tuple[bool, bool]:
            async with opened(pair=FakePair()) as scene:
                before = scene.window.focusWidget() is scene.window.empty.add
                scene.press("lab")
                await scene.until(lambda: scene.desk.view.group == "lab")
                return before, scene.window.focusWidget() is scene.window.sidebar.list

        assert run(main()) == (True, True)


class TestLabFromOutside:
    """What ``agmonitor lab …`` in another terminal does to the window's lab."""

    def test_it_answers_breaks_and_heals(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[dict[str, object], str]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: scene.desk.view.group == "lab")
                await scene.until((pair.folder / control.SOCKET).exists)
                status = await control.send({"do": "status"})
                fault = await control.send({"do": "fault", "name": "freeze", "node": "gw-2"})
                await control.send({"do": "heal"})
                return dict(status), str(fault["sentence"])

        status, said = run(main())

        assert (status["ok"], said) == (True, "done")
        assert pair.asked == [("start",), ("freeze", "gw-2"), ("heal",), ("stop",)]

    def test_stopped_there_its_group_goes_and_the_window_says_why(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[str | None, list[str], str, str]:
            async with opened(staged.healthy(), pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: scene.desk.view.group == "lab")
                await scene.until((pair.folder / control.SOCKET).exists)
                await control.send({"do": "stop"})
                shown = scene.desk.view.group
                rows = [row.name for row in scene.window.groups.rows]
                scene.press("lab")
                await scene.until(lambda: scene.desk.view.group == "lab")
                return shown, rows, scene.window.errors.text, scene.desk.lab.group or ""

        shown, rows, note, again = run(main())

        assert (shown, rows, again) == (NAME, [NAME], "lab")
        assert note == "The lab was stopped from outside: agmonitor lab stop."
        assert pair.asked == [("start",), ("stop",), ("start",), ("stop",)]

    def test_stopped_there_as_the_only_group_the_window_says_what_to_do_next(self, run: Run) -> None:
        pair = FakePair()

        async def main() -> tuple[bool, str, str | None]:
            async with opened(pair=pair) as scene:
                scene.press("lab")
                await scene.until(lambda: scene.desk.view.group == "lab")
                await scene.until((pair.folder / control.SOCKET).exists)
                await control.send({"do": "stop"})
                return scene.window.empty.isVisible(), scene.window.windowTitle(), scene.desk.view.group

        assert run(main()) == (True, "agmonitor", None)


class TestKeys:
    def test_every_key_does_something(self, run: Run) -> None:
        async def main() -> list[str]:
            async with opened(staged.healthy()) as scene:
                return [one.action for one in SHORTCUTS if one.action and not scene.desk.knows(one.action)]

        assert run(main()) == []

    def test_no_key_is_given_twice(self) -> None:
        keys = [one.keys for one in SHORTCUTS]

        assert len(keys) == len(set(keys))

    def test_the_sheet_lists_every_key_of_the_time_view(self) -> None:
        listed = " ".join(f"{one.keys} {one.what}" for one in SHORTCUTS if one.what)

        for key in ("1 … 7", "+", "-", "L", "End", "Esc", "U", "← →"):
            assert key in listed.split() or key in listed, key

    def test_a_letter_is_obeyed_at_once_and_not_typed_into_the_search_box(
        self, run: Run, qapp: QApplication
    ) -> None:
        async def main() -> tuple[QWidget | None, Scene]:
            async with opened(staged.healthy()) as scene:
                scene.window.activateWindow()
                await scene.until(qapp.focusWidget)
                return qapp.focusWidget(), scene

        focused, scene = run(main())

        assert focused is scene.window.sidebar.list

    def test_keys_zoom_and_lead_into_the_time_view(self, run: Run) -> None:
        async def main() -> tuple[float, float, bool]:
            async with opened(staged.healthy()) as scene:
                axis = scene.desk.view.axis
                assert axis is not None
                scene.press("range_0")
                scene.press("zoom_in")
                larger_s = axis.shown.span_s
                scene.press("zoom_out")
                scene.press("time")
                return larger_s, axis.shown.span_s, scene.window.focusWidget() is axis

        assert run(main()) == (200.0, 300.0, True)

    def test_f5_asks_at_once(self, run: Run) -> None:
        async def main() -> list[tuple[str, ...]]:
            async with opened(staged.healthy()) as scene:
                scene.press("poll")
                return scene.workspace.asked

        assert ("poll", NAME) in run(main())

    def test_the_sheet_opens_once(self, run: Run) -> None:
        async def main() -> int:
            async with opened(staged.healthy()) as scene:
                scene.press("keys")
                scene.press("keys")
                return len(scene.window.findChildren(ShortcutsSheet))

        assert run(main()) == 1


class TestEnd:
    def test_everything_has_ended_with_the_window(self, run: Run) -> None:
        async def main() -> FakeWorkspace:
            async with opened(staged.healthy()) as scene:
                pass
            return scene.workspace

        workspace = run(main())

        assert workspace.ended
        assert workspace.subscribers == 0

    def test_the_picture_has_the_asked_size(self, run: Run, tmp_path: Path) -> None:
        async def main() -> bytes:
            async with opened(staged.healthy()) as scene:
                scene.window.save_picture(tmp_path / "a.png", 1280, 720)
            return (tmp_path / "a.png").read_bytes()

        head = run(main())[:24]

        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1280, 720)
