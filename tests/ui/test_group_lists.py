"""Export and import of the list of groups, as a person does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from agmonitor.config.checks import Mistake
from agmonitor.config.settings import ConfigError
from agmonitor.ui.incoming_dialog import IncomingDialog
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, FakeBook, coming_list, opened


class TestLists:
    """Export and import of the list of groups."""

    def test_what_is_shown_is_taken_in_and_watched(self, run: Run) -> None:
        async def main() -> tuple[list[str], str, list[tuple[str, ...]], float]:
            book = FakeBook()
            book.coming = coming_list()
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
            book.coming, book.take_breaks = coming_list(), OSError("The disk is full.")
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
