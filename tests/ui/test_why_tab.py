"""The ledger in a small window: what was measured and what it was measured against can be read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from pytestqt.qtbot import QtBot

from agmonitor.domain.findings import ledger
from agmonitor.ui.bottom_tabs import WHY
from agmonitor.ui.column_widths import Need, by_need
from agmonitor.ui.table import ICON_PX, Table
from agmonitor.ui.why_tab import WhyTab
from tests.ui import staged
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS, WINDOWS, Window, shown

PADDING_PX = 16  # of the style, both sides
HEARTBEAT_PX = 48  # of the graph: a saw-tooth and its limits


def _cut(table: Table, column: str) -> list[str]:
    """The texts of that column of which not every word has room."""
    model = table.model()
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    place = titles.index(column)
    cut = []
    for row in range(model.rowCount()):
        index = model.index(row, place)
        own = index.data(Qt.ItemDataRole.FontRole)
        marked = ICON_PX if index.data(Qt.ItemDataRole.DecorationRole) is not None else 0
        metrics = QFontMetrics(own if isinstance(own, QFont) else table.font())
        room = QRect(0, 0, table.columnWidth(place) - PADDING_PX - marked, 10_000)
        wants = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, index.data())
        if wants.width() > room.width() or wants.height() > table.rowHeight(row):
            cut.append(index.data())
    return cut


@pytest.mark.parametrize("name", PLAYS)
def test_values_and_limits_are_whole_in_a_small_window(qtbot: QtBot, name: str) -> None:
    window = Window(shot(PLAYS[name]))
    window.view.tabs.open(WHY)
    shown(qtbot, window)
    table = window.view.tabs.why.table
    qtbot.waitUntil(lambda: table.horizontalHeader().length() <= table.viewport().width())

    assert table.model().rowCount() == len(ledger(shot(PLAYS[name]).watched.state))
    for column in ("Finding", "Condition", "Value", "Limit"):
        assert _cut(table, column) == []


def test_the_evidence_that_has_no_room_is_told_with_its_value(qtbot: QtBot) -> None:
    window = Window(shot(PLAYS["took-over"]))
    window.view.tabs.open(WHY)
    shown(qtbot, window)
    table = window.view.tabs.why.table
    first = table.model().index(0, 4).data(Qt.ItemDataRole.ToolTipRole)

    assert table.isColumnHidden(6)
    assert table.model().index(0, 4).data(Qt.ItemDataRole.AccessibleDescriptionRole) == first
    assert first.splitlines() == ["gw-1 silent, gw-2 primary", table.model().index(0, 6).data()]

    window.top.resize(QSize(2560, 1440))
    qtbot.waitUntil(lambda: not table.isColumnHidden(6))


class TestByNeed:
    """Widths are shared by need where room is short."""

    def test_with_room_for_all_each_has_what_it_wants(self) -> None:
        assert by_need([100, 200, 50], 400, {1: Need(60, 150, 200)}) == [100, 200, 50]

    def test_those_that_wrap_give_way_and_the_others_stay_whole(self) -> None:
        widths = by_need([100, 400, 200, 50], 600, {1: Need(90, 300, 400), 2: Need(80, 150, 200)})

        assert (widths[0], widths[3]) == (100, 50)
        assert widths[1] > widths[2] >= 80
        assert sum(widths) <= 600

    def test_no_word_is_broken_while_another_column_has_room(self) -> None:
        assert by_need([200, 400], 300, {0: Need(170, 180, 200), 1: Need(60, 300, 400)}) == [170, 130]

    def test_a_long_name_does_not_press_the_words_beside_it(self) -> None:
        widths = by_need([500, 300], 600, {1: Need(80, 200, 300)})

        assert widths == [114, 300]

    def test_where_even_that_does_not_do_the_widest_are_cut(self) -> None:
        widths = by_need([300, 300, 40], 200, {1: Need(250, 270, 300)})

        assert sum(widths) <= 200
        assert widths[1] == max(widths)


def test_a_laptops_window_shows_several_conditions_and_the_heartbeats_beside_them(qtbot: QtBot) -> None:
    window = WINDOWS["why"]()
    window.view.tabs.why.evidence.handle.setChecked(False)
    shown(qtbot, window)

    table = window.view.tabs.why.table
    last = table.rowAt(table.viewport().height() - 1)
    assert last >= 3
    assert window.axis.picture().layout.heartbeat.plot.height() >= HEARTBEAT_PX


def test_where_the_state_has_no_column_its_mark_stands_before_the_finding(qtbot: QtBot) -> None:
    tab = WhyTab()
    qtbot.addWidget(tab)
    state = staged.no_standby()
    tab.show_ledger(state, ledger(state))
    holding, *_others = (row for row in range(tab.model.rowCount()) if tab.model.rows[row].heading)

    cell = tab.model.index(holding, 0)

    assert cell.data(Qt.ItemDataRole.DecorationRole) is not None
    assert cell.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "warning"
