"""The sheet of keys holds: each works wherever the keyboard is, leads somewhere, and is a command too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.events import Event, EventKind
from agmonitor.ui.command_palette import commands
from agmonitor.ui.episodes_dialog import EpisodesDialog
from agmonitor.ui.idle_keys import NOTHING_TO_HEAL
from agmonitor.ui.models import ROW_ROLE
from agmonitor.ui.shortcuts import RANGE_WORDS, SHORTCUTS
from agmonitor.ui.time_range import RANGES
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import opened
from tests.ui.surfaces import window_on

TYPED_INTO = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
TABS = 6


def typed(keys: str) -> bool:
    """A letter, digit or sign: where text is typed it is text. Esc gives up what is typed."""
    return len(keys) == 1 or keys == "Esc"


def reached_by_tab(window: QWidget) -> list[QWidget]:
    tabbed = Qt.FocusPolicy.TabFocus.value
    found = [one for one in window.findChildren(QWidget) if one.isVisible() and one.isEnabled()]
    return [one for one in found if one.focusPolicy().value & tabbed]


@pytest.mark.parametrize("tab", range(TABS))
def test_every_key_is_obeyed_wherever_the_keyboard_is(qtbot: QtBot, tab: int) -> None:
    window, view = window_on(staged.no_standby())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view.tabs.tabs.setCurrentIndex(tab)
    asked: list[str] = []
    window.asked.connect(asked.append)
    unheard = []

    for place in reached_by_tab(window):
        for shortcut in SHORTCUTS:
            if shortcut.action and not (isinstance(place, TYPED_INTO) and typed(shortcut.keys)):
                place.setFocus()
                asked.clear()
                QTest.keySequence(place, QKeySequence(shortcut.keys))
                if asked != [shortcut.action]:
                    unheard.append((place.accessibleName(), shortcut.keys, *asked))

    assert unheard == []


def test_every_action_is_a_command_and_told_on_the_sheet_once(run: Run) -> None:
    async def main() -> tuple[set[str], set[str]]:
        async with opened(staged.healthy()) as scene:
            known = set(scene.desk._actions)
            return known, {command.action for command in commands([], known)}

    known, offered = run(main())

    assert known == {shortcut.action for shortcut in SHORTCUTS if shortcut.action}
    assert offered == known - {"commands"}
    told = [shortcut.action for shortcut in SHORTCUTS if shortcut.action and shortcut.what]
    assert len(told) == len(set(told))


def test_a_range_is_called_as_long_as_it_is() -> None:
    short = [f"{length} {unit[0]}" for length, unit in (words.split() for words in RANGE_WORDS)]

    assert short == [title for title, _ in RANGES]


@pytest.mark.parametrize("action", ["simulate", "palette", "drills"])
def test_what_breaks_the_lab_says_so_on_a_real_group(run: Run, action: str) -> None:
    async def main() -> str:
        async with opened(staged.healthy()) as scene:
            scene.press(action)
            return scene.window.errors.text

    assert "real group" in run(main())


IN_THE_EMPTY_WINDOW = {  # what leads somewhere without a group
    *("find", "worst", "previous", "next", "add", "export_groups", "import_groups", "silence", "maintenance"),
    *("alerts", "lab", "heal", "commands", "picture", "keys", "quit"),
}
SILENT = sorted({one.action for one in SHORTCUTS if one.action} - IN_THE_EMPTY_WINDOW)


@pytest.mark.parametrize("action", SILENT)
def test_a_key_that_needs_a_group_says_so_where_there_is_none(run: Run, action: str) -> None:
    async def main() -> str:
        async with opened() as scene:
            scene.press(action)
            return scene.window.errors.text

    assert "Ctrl+N" in run(main())


def test_without_a_lab_there_is_nothing_to_heal_and_that_is_said(run: Run) -> None:
    async def main() -> str:
        async with opened(staged.healthy()) as scene:
            scene.press("heal")
            return scene.window.errors.text

    assert run(main()) == NOTHING_TO_HEAL


def test_esc_empties_the_ledgers_filter_before_it_leaves_the_moment(qtbot: QtBot) -> None:
    window, view = window_on(staged.no_standby())
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    asked: list[str] = []
    window.asked.connect(asked.append)
    view.tabs.start_filtering()
    QTest.keyClicks(view.tabs.why.filter, "beat")

    QTest.keyClick(view.tabs.why.filter, Qt.Key.Key_Escape)
    assert (view.tabs.why.filter.text(), asked) == ("", [])

    QTest.keyClick(view.tabs.why.filter, Qt.Key.Key_Escape)
    assert asked == ["live"]


def test_the_filter_key_filters_the_rows_on_show_and_else_the_ledger(run: Run) -> None:
    async def main() -> None:
        async with opened(staged.healthy()) as scene:
            tabs = scene.desk.view.tabs
            events = [Event(at, EventKind.NODE_LOST, f"gw-{at:.0f} is gone") for at in (1.0, 2.0)]
            tabs.events.show_all(events)
            for place, box in ((1, tabs.events.filter), (3, tabs.hooks.filter), (2, tabs.why.filter)):
                scene.press(f"tab_{place}")
                scene.press("ledger")
                assert (tabs.tabs.currentIndex(), box.isVisible()) == (place, True)
            scene.press("tab_4")
            scene.press("ledger")
            assert tabs.tabs.currentIndex() == 2
            tabs.events.filter.setText("gw-2")
            shown = tabs.events.table.model()
            assert [shown.index(row, 0).data(ROW_ROLE).at for row in range(shown.rowCount())] == [2.0]

    run(main())


def test_esc_empties_the_filter_of_episodes_before_it_closes_them(qtbot: QtBot) -> None:
    dialog = EpisodesDialog("gw-prod")
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog.text, "takeover")

    QTest.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert (dialog.text.text(), dialog.isVisible()) == ("", True)
