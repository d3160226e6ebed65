"""Everything that can be pressed or typed into has a name for a screen reader and is reached by Tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agmonitor.config.comparing import Coming, Compared
from agmonitor.config.group_list import Listed
from agmonitor.domain.findings import ledger
from agmonitor.ui import theme
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.drill_dialog import DrillDialog
from agmonitor.ui.drill_session import DrillSession
from agmonitor.ui.elided import Elided
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.fault_palette import FaultPalette
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.incoming_dialog import IncomingDialog
from agmonitor.ui.lab_session import LabSession
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.node_card import NodeCard
from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.remove_dialog import RemoveDialog
from agmonitor.ui.shortcuts import ShortcutsSheet
from agmonitor.ui.style import style_sheet
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.test_drill_dialog import KILLED, FakeDrills
from tests.ui.test_trial_session import FakeTries

INTERACTIVE = (QAbstractButton, QAbstractItemView, QLineEdit, QTabBar, TimeView, NodeCard)


def _whole_window() -> QWidget:
    window = furnish(MainWindow())
    view = GroupView(ledger)
    view.put_axis(TimeView())
    window.put_group_view(view)
    window.show_view(view)
    watched = Watched(staged.sign_in_refused())
    view.show_group(watched, staged.NOW)
    window.groups.put(group_row(watched.state, staged.NOW))
    window.errors.tell("Something went wrong.")
    return window


def _empty_window() -> QWidget:
    window = furnish(MainWindow())
    window.show_view(window.empty)
    return window


def _drills() -> QWidget:
    session = DrillSession(FakeDrills(), Bridge(FakeWorkspace()), LabSession(None))
    session.scenarios = [KILLED]
    return DrillDialog(session)


SURFACES: dict[str, Callable[[], QWidget]] = {
    "window": _whole_window,
    "empty": _empty_window,
    "failover": lambda: FailoverDialog(staged.healthy(), lambda: staged.NOW),
    "refusal": lambda: FailoverDialog(staged.no_standby(staged.settings(lab=True)), lambda: staged.NOW),
    "add": GroupDialog,
    "tried": lambda: GroupDialog(tries=FakeTries()),
    "edit": lambda: GroupDialog(before=staged.settings()),
    "incoming": lambda: IncomingDialog("groups.toml", [Compared(Listed(staged.settings()), Coming.NEW, "")]),
    "password": lambda: PasswordDialog("gw-prod", "monitor", "refused"),
    "remove": lambda: RemoveDialog("gw-prod"),
    "keys": ShortcutsSheet,
    "faults": lambda: FaultPalette(["gw-1", "gw-2"]),
    "drills": _drills,
}


def _interactive(surface: QWidget) -> list[QWidget]:
    found = [one for one in surface.findChildren(QWidget) if isinstance(one, INTERACTIVE)]
    return [one for one in found if one.isVisible() and not _part_of_another(one)]


def _part_of_another(widget: QWidget) -> bool:
    """A box's clear button, a table's corner and header, a tab bar's scroll arrows: Qt's own parts."""
    parent = widget.parentWidget()
    if isinstance(widget, QToolButton) and isinstance(parent, QLineEdit | QTabBar):
        return True
    return isinstance(widget, QHeaderView) or isinstance(parent, QAbstractScrollArea)


def _texts(surface: QWidget) -> list[QLabel | QPushButton]:
    return [*surface.findChildren(QLabel), *surface.findChildren(QPushButton)]


def _may_be_narrow(one: QLabel | QPushButton) -> bool:
    return isinstance(one, Elided) or (isinstance(one, QLabel) and one.wordWrap())


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _tabbed(surface: QWidget) -> set[QWidget]:
    """Every widget in the chain that Tab follows."""
    chain, seen, widget = set[QWidget](), set[QWidget](), surface.nextInFocusChain()
    while widget is not None and widget is not surface and widget not in seen:
        seen.add(widget)
        if widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
            chain.add(widget)
        widget = widget.nextInFocusChain()
    return chain


@pytest.fixture(params=SURFACES)
def surface(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    made = SURFACES[request.param]()
    qtbot.addWidget(made)
    made.setStyleSheet(style_sheet(theme.palette()))
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_everything_interactive_has_a_name(surface: QWidget) -> None:
    found = _interactive(surface)

    assert found
    assert [one for one in found if not _name(one)] == []


def test_everything_interactive_is_reached_by_tab(surface: QWidget) -> None:
    chain = _tabbed(surface)

    missed = [_name(one) for one in _interactive(surface) if one.isEnabled() and one not in chain]

    assert missed == []


def test_no_text_is_cut_off(surface: QWidget) -> None:
    if isinstance(surface, QDialog):
        surface.resize(surface.minimumWidth(), surface.height())  # as wide as it opens

    whole = [one for one in _texts(surface) if one.isVisible() and one.text() and not _may_be_narrow(one)]

    cut = [one.text() for one in whole if one.width() < one.sizeHint().width()]

    assert cut == []


def test_the_whole_window_is_looked_at(qtbot: QtBot) -> None:
    window = _whole_window()
    qtbot.addWidget(window)
    window.show()

    names = {_name(one) for one in _interactive(window)}

    assert {"Find a group", "Groups, worst first", "Sign in…", "Failover…", "Show 5 m", "Dismiss"} <= names
