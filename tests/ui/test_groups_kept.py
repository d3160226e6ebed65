"""Groups shown, added, changed, renamed and dropped in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agmonitor.config.checks import Mistake
from agmonitor.config.settings import ConfigError
from agmonitor.domain.model import GroupSettings
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.incoming_dialog import IncomingDialog
from agmonitor.ui.remove_dialog import RemoveDialog
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, FakeBook, Scene, coming_list, fill, opened
from tests.ui.fake_workspace import seen


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
            book.coming = coming_list()
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
