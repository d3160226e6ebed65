"""What keeps a failover from being ordered is told in its dialog, before it is armed and after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from agmonitor.failover.guards import Guard, Objection, Outcome
from agmonitor.failover.machine import refused
from agmonitor.ui.failover_dialog import FailoverDialog
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, armed, opened


def test_without_a_reason_nothing_is_armed(run: Run) -> None:
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


def test_what_cannot_be_ordered_says_why_and_offers_nothing(run: Run) -> None:
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


def test_a_failed_check_is_overridden_by_its_own_box_alone(run: Run) -> None:
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


def test_the_preflight_lives(run: Run) -> None:
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


def test_what_moved_is_told_and_can_be_armed_again(run: Run) -> None:
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
def test_what_is_refused_at_firing_is_told_and_can_be_armed_again(run: Run, *, put_away: bool) -> None:
    async def main() -> tuple[bool, bool, list[tuple[str, ...]]]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
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


def test_what_was_armed_and_no_longer_is_sends_nothing_and_can_be_armed_again(run: Run) -> None:
    async def main() -> tuple[str, bool, str]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
            scene.workspace.lapsed = True
            dialog.fire.click()
            await scene.until(lambda: dialog.arm.isVisible() and dialog.arm.isEnabled())
            said = dialog.said[-1]
            dialog.arm.click()
            await scene.until(dialog.fire.isVisible)
            assert dialog.said == ("Reading both nodes and DNS.",), "an earlier try takes no room"
            return said, dialog.fire.isVisible(), scene.window.errors.text

    assert run(main()) == ("It is armed no longer: nothing was sent.", True, "")


def test_a_refusal_of_the_node_is_named(run: Run) -> None:
    async def main() -> str:
        async with opened(staged.healthy()) as scene:
            scene.workspace.outcome = Outcome.REFUSED_BY_NODE
            dialog = await armed(scene)
            dialog.fire.click()
            await scene.until(lambda: len(dialog.said) == 4)
            return dialog.said[2]

    assert run(main()).startswith("Refused by the node.")


def test_a_defect_while_arming_is_told_in_dialog_and_bar(run: Run) -> None:
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


def test_what_moves_while_it_is_armed_is_told_and_disarms(run: Run) -> None:
    async def main() -> tuple[bool, str, list[tuple[str, ...]]]:
        async with opened(staged.healthy()) as scene:
            dialog = await armed(scene)
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
def test_what_another_program_forbids_is_seen_in_the_open_dialog(run: Run, *, arms: bool) -> None:
    async def main() -> tuple[bool, bool, str, tuple[str, ...]]:
        async with opened(staged.healthy()) as scene:
            if arms:
                dialog = await armed(scene)
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
