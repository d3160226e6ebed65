"""The lab in the window: started, broken, healed and stopped, from inside and from outside."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.lab import control
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import Link
from agmonitor.ui.fault_palette import FaultPalette
from agmonitor.ui.lab_session import FaultWish
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, FakePair, lab_status, opened


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
