"""Keys, sign-in and the end of the window, on a workspace that remembers what it was asked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.shortcuts import SHORTCUTS, ShortcutsSheet
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, Scene, opened
from tests.ui.fake_workspace import FakeWorkspace, seen


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
