"""The menus of rows and of the time axis, as the pointer and the menu key bring them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.model import Severity
from agmonitor.report.link import link_to, moment_of
from agmonitor.ui.models import ROW_ROLE
from agmonitor.ui.row_menu import COPY_LINK, PIN_NOTE, SHOW_MOMENT
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.desk_scene import opened

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing", extend=True)  # as a menu does
BY_KEY, BY_POINTER = QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse


def press(widget: QWidget, reason: QContextMenuEvent.Reason, place: QPoint, words: str) -> list[str]:
    """Bring the menu and choose those words; all that was offered."""
    QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))
    (menu,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible())
    actions = {action.text().partition("\t")[0]: action for action in menu.actions()}
    actions[words].trigger()
    menu.close()
    return list(actions)


def test_an_event_is_copied_shown_and_linked_to_by_the_menu_key(run: Run) -> None:
    async def main() -> tuple[list[str], str, str]:
        async with opened(staged.healthy()) as scene:
            view = scene.desk.view
            scene.press("tab_1")
            at = scene.desk.bridge.now() - 3.0
            view.tabs.events.show_all([Event(at, EventKind.NODE_LOST, "gone", Severity.WARNING)])
            table = view.tabs.events.table
            table.setCurrentIndex(table.model().index(0, 0))
            offered = press(table, BY_KEY, QPoint(0, 0), COPY_LINK)
            link = QGuiApplication.clipboard().text()
            assert table.currentIndex().data(ROW_ROLE).at == at
            press(table, BY_KEY, QPoint(0, 0), SHOW_MOMENT)
            assert view.axis is not None
            assert view.axis.moment_at == at
            assert view.group is not None
            return offered, link, link_to(view.group, at)

    offered, link, expected = run(main())

    assert offered == ["Copy row", SHOW_MOMENT, COPY_LINK]
    assert link == expected


def test_a_row_of_the_ledger_is_copied(run: Run) -> None:
    async def main() -> tuple[list[str], str]:
        async with opened(staged.healthy()) as scene:
            scene.press("tab_2")
            table = scene.desk.view.tabs.why.table
            row = table.visualRect(table.model().index(0, 0)).center()
            offered = press(table.viewport(), BY_POINTER, row, "Copy row")
            return offered, QGuiApplication.clipboard().text()

    offered, copied = run(main())

    assert offered == ["Copy row"]
    assert copied.count("\t") == 6


def test_the_axis_has_a_menu_for_the_moment_under_the_pointer(run: Run) -> None:
    async def main() -> None:
        async with opened(staged.healthy()) as scene:
            axis = scene.desk.view.axis
            assert axis is not None
            picture = axis.picture()
            place = QPoint(round(picture.scale.right) - 40, round(picture.layout.roles.plot.center().y()))
            at = min(picture.scale.at(place.x()), scene.desk.bridge.now())
            offered = press(axis, BY_POINTER, place, COPY_LINK)
            assert offered[:2] == [SHOW_MOMENT, COPY_LINK]
            assert abs(moment_of(QGuiApplication.clipboard().text()).at - at) < 1.0
            shown = [axis.moment_at]
            by_key = press(axis, BY_KEY, QPoint(0, 0), SHOW_MOMENT)
            assert by_key == offered
            assert shown == [None], "a link alone shows nothing else"
            assert axis.moment_at is not None
            assert offered[2] == PIN_NOTE

    run(main())
