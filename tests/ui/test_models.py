"""Both models under Qt's own tester, and what they tell the views."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Severity
from agmonitor.ui import theme
from agmonitor.ui.column_widths import shared
from agmonitor.ui.group_facts import GroupRow
from agmonitor.ui.group_list import GroupList
from agmonitor.ui.group_model import GroupListModel
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import Tone
from agmonitor.ui.table import Table

COLUMNS: tuple[Column[int], ...] = (
    Column("Number", str, bold=lambda number: number > 5),
    Column(
        "Sort",
        lambda number: "odd" if number % 2 else "even",
        tone=lambda number: Tone.WARNING if number % 2 else Tone.OK,
        mark=lambda number: Severity.WARNING if number % 2 else None,
    ),
)


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


class TestTableModel:
    @pytest.mark.parametrize("rows", [[], [1], [1, 2, 3], [9, 2], list(range(40))])
    def test_rows_are_exchanged_whatever_there_was(self, qtbot: QtBot, rows: list[int]) -> None:
        model = TableModel(COLUMNS)
        tester = watched(model)

        for shown in ([1, 2, 3], rows, [], rows):
            model.set_rows(shown)
            assert list(model.rows) == shown

        assert tester.model() is model

    def test_only_changed_rows_are_told(self, qtbot: QtBot) -> None:
        model = TableModel(COLUMNS)
        model.set_rows([1, 2, 3, 4])

        with qtbot.waitSignal(model.dataChanged) as told:
            model.set_rows([1, 2, 7, 4])

        first, last = told.args[0], told.args[1]
        assert (first.row(), last.row()) == (2, 2)

    def test_newer_rows_come_on_top_and_the_oldest_go(self, qtbot: QtBot) -> None:
        model = TableModel(COLUMNS)
        tester = watched(model)
        model.set_rows([3, 2, 1])

        model.put_first([5, 4], at_most=4)

        assert list(model.rows) == [5, 4, 3, 2]
        assert tester.model() is model

    def test_a_state_is_said_by_shape_word_and_colour(self, qtbot: QtBot) -> None:
        model = TableModel(COLUMNS)
        model.set_rows([3])
        cell = model.index(0, 1)

        assert cell.data() == "odd"
        assert cell.data(Qt.ItemDataRole.ForegroundRole).name() == theme.DARK.warning
        assert not cell.data(Qt.ItemDataRole.DecorationRole).isNull()
        assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Sort: odd"

    def test_another_theme_changes_the_colours(self, qtbot: QtBot) -> None:
        model = TableModel(COLUMNS)
        model.set_rows([3])

        with qtbot.waitSignal(model.dataChanged):
            theme.use(theme.LIGHT)

        assert model.index(0, 1).data(Qt.ItemDataRole.ForegroundRole).name() == theme.LIGHT.warning


class TestTable:
    def test_the_filter_looks_into_every_column(self, qtbot: QtBot) -> None:
        model = TableModel(COLUMNS)
        model.set_rows([1, 2, 3, 12])
        table = Table(model, "Numbers", "None.", filtered=True)
        qtbot.addWidget(table)

        table.filter("even")
        even = table.model().rowCount()
        table.filter("12")

        assert (even, table.model().rowCount()) == (2, 1)

    def test_an_empty_table_is_not_a_blank_one(self, qtbot: QtBot) -> None:
        table = Table(TableModel(COLUMNS), "Numbers", "Nothing here yet.")
        qtbot.addWidget(table)
        table.resize(300, 120)

        image = table.grab().toImage()

        colours = {image.pixelColor(x, y).name() for x in range(200) for y in range(30, 60)}
        assert len(colours) > 1


def row(name: str, severity: Severity = Severity.OK) -> GroupRow:
    return GroupRow(name, severity, severity.word, "", lab=False)


class TestGroupListModel:
    def test_the_order_holds_through_any_course_of_changes(self, qtbot: QtBot) -> None:
        dice = random.Random(7)  # noqa: S311 - a repeatable course, no secret
        model = GroupListModel()
        tester = watched(model)

        for _ in range(400):
            name = f"gw-{dice.randrange(12)}"
            if dice.random() < 0.1:
                model.remove(name)
            else:
                model.put(row(name, Severity(dice.randrange(5))))
            assert list(model.rows) == sorted(model.rows, key=lambda one: one.order)

        assert tester.model() is model

    def test_the_selection_follows_its_group(self, qtbot: QtBot) -> None:
        model = GroupListModel()
        view = GroupList(model)
        qtbot.addWidget(view)
        for name in "abc":
            model.put(row(name))
        view.choose("c")

        model.put(row("c", Severity.CRITICAL))

        assert view.currentIndex().data() == "c"
        assert view.currentIndex().row() == 0

    def test_finding_hides_the_others(self, qtbot: QtBot) -> None:
        model = GroupListModel()
        view = GroupList(model)
        qtbot.addWidget(view)
        for name in ("gw-prod-paris", "gw-prod-oslo", "gw-stage"):
            model.put(row(name))

        view.show_matching("PROD")

        assert view.model().rowCount() == 2

    def test_a_screen_reader_hears_the_state(self, qtbot: QtBot) -> None:
        model = GroupListModel()
        model.put(GroupRow("lab", Severity.WARNING, "No standby", "gw-2 primary", lab=True))

        spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

        assert spoken == "lab group lab, warning: No standby · gw-2 primary"


def test_where_room_is_short_the_widest_columns_are_cut_first() -> None:
    assert shared([100, 40, 60], 300) == [100, 40, 60]
    assert shared([400, 40, 60], 300) == [200, 40, 60]
    assert shared([400, 40, 300], 300) == [130, 40, 130]
