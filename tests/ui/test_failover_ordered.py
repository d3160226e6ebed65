"""A failover ordered in its dialog: armed, fired, put away, come back, and returned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.observations import FailoverAnswer
from agmonitor.failover.guards import Outcome
from agmonitor.failover.machine import Stage
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.failover_parts import LabBand
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, armed, opened


def test_the_whole_course_in_one_dialog(run: Run) -> None:
    async def main() -> tuple[tuple[str, ...], list[tuple[str, ...]], str, bool]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
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


def test_a_course_is_predicted_as_soon_as_there_is_somebody_to_order(run: Run) -> None:
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


def test_what_is_armed_and_left_is_disarmed(run: Run) -> None:
    async def main() -> tuple[bool, list[tuple[str, ...]]]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
            safe = dialog.leave.hasFocus() or not dialog.fire.hasFocus()
            dialog.leave.click()
            await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
            assert not dialog.fire.isVisible()
            return safe, scene.workspace.asked

    safe, asked = run(main())

    assert safe, "Enter alone must not fire at a real group"
    assert ("fire", NAME) not in asked


def test_escape_disarms_and_enter_neither_arms_nor_fires(run: Run) -> None:
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


def test_escape_puts_an_order_under_way_away_and_its_outcome_comes_back(run: Run) -> None:
    async def main() -> str:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
            dialog.fire.click()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            assert not dialog.isVisible()
            await scene.until(dialog.isVisible)
            return " ".join(dialog.said)

    assert "Succeeded" in run(main())


def test_a_double_click_on_what_arms_does_not_fire(run: Run) -> None:
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


def test_a_dialog_that_is_closed_at_once_leaves_nothing_behind(run: Run) -> None:
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


def test_what_is_armed_and_forgotten_disarms_itself(run: Run) -> None:
    async def main() -> tuple[str, list[tuple[str, ...]]]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
            scene.workspace.at += 31
            await scene.until(lambda: ("disarm", NAME) in scene.workspace.asked)
            assert not dialog.fire.isVisible()
            return dialog.said[-1], scene.workspace.asked

    said, asked = run(main())

    assert said == "It was not fired within 30 s: disarmed, nothing was sent."
    assert ("fire", NAME) not in asked


def test_the_way_back_passes_the_same_guards(run: Run) -> None:
    async def main() -> tuple[bool, bool, list[tuple[str, ...]]]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
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


def test_a_lab_is_marked_and_asks_for_neither_name_nor_reason(run: Run) -> None:
    async def main() -> tuple[list[str], bool]:
        async with opened(staged.healthy(staged.settings(lab=True))) as scene:
            scene.press("failover")
            dialog = await scene.dialog(FailoverDialog)
            marks = [one.accessibleName() for one in dialog.findChildren(LabBand)]
            return marks, dialog.arm.isEnabled()

    assert run(main()) == ([LabBand.TEXT], True)


def test_an_order_under_way_is_not_ended_by_closing_its_dialog(run: Run) -> None:
    async def main() -> tuple[bool, bool]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
            dialog.fire.click()
            dialog.close()
            away = not dialog.isVisible()
            await scene.until(lambda: len(dialog.said) == 4)
            return away, dialog.isVisible()

    assert run(main()) == (True, True)


@pytest.mark.parametrize("closed", [False, True])
def test_an_unknown_outcome_is_told_again_when_it_resolves_itself(run: Run, *, closed: bool) -> None:
    async def main() -> tuple[str, str, bool, str]:
        async with opened(staged.healthy()) as scene:
            scene.workspace.outcome = Outcome.UNKNOWN
            dialog = await armed(scene)
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


def test_the_window_tells_when_a_failover_was_last_proven(run: Run) -> None:
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
