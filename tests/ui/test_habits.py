"""Commands by name, rows and pictures that leave the window, the place found again at the next start."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
from agmonitor.ui import remembered
from agmonitor.ui.bottom_tabs import HOOKS, WHY
from agmonitor.ui.command_palette import Command, CommandPalette, commands, matching
from agmonitor.ui.copying import CSV, Carried, rows_as_mime
from agmonitor.ui.division import TABS_LEAST_PX
from agmonitor.ui.events_tab import EventsTab
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import full_time, use_utc
from agmonitor.ui.picture_button import PictureButton
from agmonitor.ui.shortcuts import SHORTCUTS, ShortcutsSheet
from agmonitor.ui.table import Table
from agmonitor.ui.time_layout import HEIGHT_MIN_PX, Graph
from agmonitor.ui.time_range import SPAN_MAX_S, SPAN_MIN_S
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import NAME, opened

OTHER = "gw-stage"
OFFERED = [
    Command("Find a group", "Ctrl+K", action="find"),
    Command("Heal everything in the lab", "Ctrl+H", action="heal"),
    Command("Go to gw-prod-toronto", group="gw-prod-toronto"),
    Command("Go to gw-stage", group="gw-stage"),
]


class TestMatching:
    @pytest.mark.parametrize(
        ("asked", "first"),
        [
            ("heal", "Heal everything in the lab"),
            ("go st", "Go to gw-stage"),
            ("toronto", "Go to gw-prod-toronto"),
            ("hlab", "Heal everything in the lab"),
            ("GROUP", "Find a group"),
        ],
    )
    def test_a_few_letters_find_it(self, asked: str, first: str) -> None:
        assert matching(asked, OFFERED)[0].words == first

    def test_nothing_typed_is_everything(self) -> None:
        assert matching("  ", OFFERED) == OFFERED

    def test_what_is_nowhere_is_not_found(self) -> None:
        assert matching("zzz", OFFERED) == []

    def test_only_actions_that_lead_somewhere_are_offered(self) -> None:
        offered = commands(["gw-stage"], {"heal", "commands"})

        assert [command.action for command in offered] == ["heal", ""]
        assert offered[-1].group == "gw-stage"


class TestPalette:
    def test_typing_and_enter_do_it(self, qtbot: QtBot) -> None:
        palette = CommandPalette(OFFERED)
        qtbot.addWidget(palette)
        palette.show()

        QTest.keyClicks(palette.asked, "heal")
        with qtbot.waitSignal(palette.chosen) as told:
            QTest.keyClick(palette.asked, Qt.Key.Key_Return)

        assert told.args == [OFFERED[1]]
        assert not palette.isVisible()

    def test_the_arrows_move_in_the_list_while_one_types(self, qtbot: QtBot) -> None:
        palette = CommandPalette(OFFERED)
        qtbot.addWidget(palette)

        for _ in range(2):
            QTest.keyClick(palette.asked, Qt.Key.Key_Down)
        with qtbot.waitSignal(palette.chosen) as told:
            QTest.keyClick(palette.asked, Qt.Key.Key_Return)

        assert told.args == [OFFERED[2]]

    def test_enter_on_nothing_does_nothing(self, qtbot: QtBot) -> None:
        palette = CommandPalette(OFFERED)
        qtbot.addWidget(palette)
        palette.show()
        QTest.keyClicks(palette.asked, "zzz")

        with qtbot.assertNotEmitted(palette.chosen):
            QTest.keyClick(palette.asked, Qt.Key.Key_Return)

        assert palette.isVisible()

    def test_in_the_window_it_goes_to_a_group_and_obeys(self, run: Run) -> None:
        async def main() -> tuple[str | None, list[str]]:
            other = staged.healthy(staged.settings(OTHER))
            async with opened(staged.healthy(), other) as scene:
                said: list[str] = []
                scene.window.asked.connect(said.append)
                for text in ("gw-stage", "Ask both"):
                    scene.press("commands")
                    palette = await scene.dialog(CommandPalette)
                    QTest.keyClicks(palette.asked, text)
                    QTest.keyClick(palette.asked, Qt.Key.Key_Return)
                return scene.desk.view.group, said

        assert run(main()) == (OTHER, ["commands", "commands", "poll"])


class TestCopying:
    def test_rows_leave_as_text_and_as_csv_with_titles(self) -> None:
        data = rows_as_mime(["When", "What"], [["09:05", "a, b\nc"]])

        assert data.text() == "09:05\ta, b c"
        rows = list(csv.reader(io.StringIO(bytes(data.data(CSV).data()).decode())))
        assert rows == [["When", "What"], ["09:05", "a, b\nc"]]

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x"])
    def test_no_cell_is_taken_for_a_formula(self, cell: str) -> None:
        data = rows_as_mime(["What"], [[cell]])

        assert list(csv.reader(io.StringIO(bytes(data.data(CSV).data()).decode())))[1] == [f"'{cell}"]
        assert data.text() == cell

    def test_the_platforms_key_copies_the_selected_rows_whole(self, qtbot: QtBot) -> None:
        model: TableModel[str] = TableModel([Column("One", str), Column("Two", str.upper)])
        table = Table(model, "Letters", "none", filtered=True)
        qtbot.addWidget(table)
        model.set_rows(["a", "b", "c"])
        table.selectRow(1)

        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

        assert QGuiApplication.clipboard().text() == "b\tB"

    def test_an_event_leaves_with_date_and_zone_however_it_is_shown(self, qtbot: QtBot) -> None:
        tab = EventsTab()
        qtbot.addWidget(tab)
        at = 1_795_317_170.25
        tab.show_all([Event(at, EventKind.NODE_LOST, "gw-1 is silent.", Severity.WARNING)])
        tab.table.selectRow(0)

        QTest.keyClick(tab.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

        when, *_rest = QGuiApplication.clipboard().text().split("\t")
        assert when == "2026-11-22T03:12:50.250Z"
        assert tab.table.model().index(0, 0).data() != when, "a row on the screen has no room for it"

    def test_rows_dragged_out_are_a_file_too_that_is_gone_afterwards(self, qtbot: QtBot) -> None:
        model: TableModel[str] = TableModel([Column("One", str), Column("Two", str.upper)])
        table = Table(model, "Events, newest first. 2 of them", "none", filtered=True)
        qtbot.addWidget(table)
        model.set_rows(["a", "b"])
        table.show()
        table.selectAll()
        seen: list[tuple[Path, str, str]] = []

        def drop(_source: QWidget, what: Carried) -> None:
            path = Path(what.data.urls()[0].toLocalFile())
            seen.append((path, path.read_text(), what.data.text()))

        table.carry = drop
        table.startDrag(Qt.DropAction.CopyAction)

        ((path, in_file, as_text),) = seen
        assert (path.name, in_file.split()) == ("Events.csv", ["One,Two", "a,A", "b,B"])
        assert as_text == "a\tA\nb\tB"
        assert not path.exists()

    def test_the_windows_picture_goes_on_the_clipboard(self, run: Run) -> None:
        async def main() -> tuple[int, int, int]:
            QGuiApplication.clipboard().clear()
            async with opened(staged.healthy()) as scene:
                scene.press("picture")
                image = QGuiApplication.clipboard().image()
                return image.width(), image.height(), scene.window.width()

        width, height, shown = run(main())
        assert width == shown
        assert height > 0


class TestPictureButton:
    def test_dragged_it_carries_a_png_that_is_gone_afterwards(self, qtbot: QtBot) -> None:
        shown = QLabel("a picture")
        qtbot.addWidget(shown)
        button = PictureButton()
        qtbot.addWidget(button)
        button.picture_of, button.name_of = lambda: shown, lambda: "gw/../prod"
        seen: list[tuple[str, bytes, bool]] = []

        def drop(_source: QWidget, what: Carried) -> None:
            path = Path(what.data.urls()[0].toLocalFile())
            seen.append((str(path), path.read_bytes()[:4], what.data.hasImage()))

        button.carry = drop
        QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
        with qtbot.waitSignal(button.dragged), qtbot.assertNotEmitted(button.clicked):
            QTest.mouseMove(button, QPoint(60, 4))
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(60, 4))

        (path, head, image) = seen[0]
        assert Path(path).name == "gw-..-prod.png"
        assert (head, image) == (b"\x89PNG", True)
        assert not Path(path).exists()

    def test_a_hand_that_only_shakes_presses(self, qtbot: QtBot) -> None:
        button = PictureButton()
        qtbot.addWidget(button)
        button.carry = lambda *_: pytest.fail("nothing was dragged")

        with qtbot.waitSignal(button.clicked):
            QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
            QTest.mouseMove(button, QPoint(5, 5))
            QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


class TestPlace:
    def test_group_tab_and_range_are_found_again(self, run: Run) -> None:
        other = staged.healthy(staged.settings(OTHER))

        async def leave() -> None:
            async with opened(staged.healthy(), other) as scene:
                scene.desk.choose(OTHER)
                scene.press("range_2")
                scene.press(f"tab_{HOOKS}")
                scene.window.closing.emit()  # closing the only window would end the test's loop

        async def come_back() -> tuple[str | None, int, int | None]:
            async with opened(staged.healthy(), other) as scene:
                assert scene.desk.view.axis is not None
                shown = scene.desk.view.axis.shown.chosen()
                return scene.desk.view.group, scene.desk.view.tabs.tabs.currentIndex(), shown

        run(leave())
        assert run(come_back()) == (OTHER, HOOKS, 2)

    def test_a_length_zoomed_to_freely_and_utc_are_found_again(self, run: Run) -> None:
        async def leave() -> tuple[float, bool]:
            async with opened(staged.healthy()) as scene:
                axis = scene.desk.view.axis
                assert axis is not None
                axis.zoom(7.0)
                axis.use_utc(True)
                scene.window.closing.emit()
                return axis.shown.span_s, axis.shown.live

        async def come_back() -> tuple[float, bool, bool, str]:
            async with opened(staged.healthy()) as scene:
                axis = scene.desk.view.axis
                assert axis is not None
                told = full_time(0.0)
                found = axis.shown.span_s, axis.shown.live, axis.zone.utc, told
                axis.use_utc(False)
                return found

        left = run(leave())
        use_utc(False)  # what a new program begins with
        assert run(come_back()) == (*left, True, "1970-01-01 00:00:00.000 UTC")

    @pytest.mark.parametrize("spoiled", ["-1", "many", "1e9", "", "3", "999999999"])
    def test_a_spoiled_length_is_none_or_one_there_is(self, run: Run, spoiled: str) -> None:
        remembered.keep(remembered.Place(NAME, 0, 0, 90))
        kept = remembered.settings()
        for key in ("span_s", "utc"):
            kept.setValue(key, spoiled)
        kept.sync()

        async def main() -> tuple[float, bool]:
            async with opened(staged.healthy()) as scene:
                axis = scene.desk.view.axis
                assert axis is not None
                return axis.shown.span_s, axis.zone.utc

        span_s, utc = run(main())
        assert SPAN_MIN_S <= span_s <= SPAN_MAX_S
        assert not utc

    def test_a_group_that_is_gone_leaves_a_first_start(self, run: Run) -> None:
        remembered.keep(remembered.Place("no more", HOOKS, 2))

        async def main() -> tuple[str | None, int]:
            async with opened(staged.healthy()) as scene:
                return scene.desk.view.group, scene.desk.view.tabs.tabs.currentIndex()

        assert run(main()) == ("gw-prod-toronto", 0)

    @pytest.mark.parametrize("spoiled", ["-1", "many", "1e9", ""])
    def test_a_spoiled_file_counts_as_none(self, qtbot: QtBot, spoiled: str) -> None:
        remembered.keep(remembered.Place("gw", 3, 2))
        kept = remembered.settings()
        kept.setValue("tab", spoiled)
        kept.sync()

        assert remembered.read() == replace(remembered.Place("gw", 0, 2))


class TestArrangement:
    """What was folded and where the dividers stood, in whatever window and group comes next."""

    def test_folds_and_dividers_are_found_again_with_another_group(self, run: Run) -> None:
        async def leave() -> tuple[int, int | None]:
            async with opened(staged.healthy()) as scene:
                scene.window.resize(1600, 1000)
                view = scene.desk.view
                assert view.axis is not None
                view.axis.fold(Graph.RESPONSE)
                view.divider.moveSplitter(view.divider.height() - 300, 1)
                view.tabs.open(WHY)
                scene.window.closing.emit()
                return view.divider.sizes()[1], view.divider.tabs_px

        async def come_back() -> tuple[int, dict[str, bool]]:
            async with opened(staged.healthy(staged.settings(OTHER))) as scene:
                scene.window.resize(1600, 1000)
                view = scene.desk.view
                assert view.axis is not None
                await scene.until(lambda: abs(view.divider.sizes()[1] - left[0]) <= 1)
                return view.divider.sizes()[1], dict(view.axis.folds)

        left = run(leave())
        assert left[0] == left[1]

        assert run(come_back()) == (left[0], {"response": True})

    def test_in_a_smaller_window_both_stay_within_it(self, run: Run) -> None:
        remembered.keep_arrangement(remembered.Arrangement((), 1200, 60))

        async def main() -> tuple[list[int], int]:
            async with opened(staged.healthy()) as scene:
                scene.window.resize(1280, 720)
                divider = scene.desk.view.divider
                await scene.until(lambda: divider.height() > 0 and sum(divider.sizes()) > 0)
                return divider.sizes(), divider.height()

        (axis, tabs), height = run(main())
        assert axis >= HEIGHT_MIN_PX
        assert TABS_LEAST_PX <= tabs < height

    @pytest.mark.parametrize("spoiled", ["-1", "many", "1e9", "", "0"])
    def test_a_spoiled_file_leaves_the_arrangement_to_us(self, qtbot: QtBot, spoiled: str) -> None:
        kept = remembered.settings()
        for key in ("folds", "tabs_px", "ledger_percent"):
            kept.setValue(key, spoiled)
        kept.sync()

        assert remembered.read_arrangement() == remembered.Arrangement()


def test_every_key_of_the_sheet_fits_a_small_screen(qtbot: QtBot) -> None:
    sheet = ShortcutsSheet()
    qtbot.addWidget(sheet)
    sheet.show()

    assert sheet.height() <= sheet.screen().availableGeometry().height()
    assert len({shortcut.keys for shortcut in SHORTCUTS}) == len(SHORTCUTS)
