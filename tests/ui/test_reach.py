"""Everything that can be pressed or typed into has a name for a screen reader and is reached by Tab."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from agmonitor.ui import theme
from agmonitor.ui.node_card import NodeCard
from agmonitor.ui.style import style_sheet
from agmonitor.ui.time_view import TimeView
from tests.ui.surfaces import SURFACES, whole_window

MOST_TABS = 80
INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QTabBar,
    TimeView,
    NodeCard,
)


def _interactive(surface: QWidget) -> list[QWidget]:
    found = [one for one in surface.findChildren(QWidget) if isinstance(one, INTERACTIVE)]
    return [one for one in found if one.isVisible() and not _part_of_another(one)]


def _part_of_another(widget: QWidget) -> bool:
    """A box's clear button, a table's corner and header, a tab bar's scroll arrows: Qt's own parts."""
    parent = widget.parentWidget()
    if isinstance(widget, QToolButton) and isinstance(parent, QLineEdit | QTabBar):
        return True
    if isinstance(widget, QLineEdit) and isinstance(parent, QAbstractSpinBox | QComboBox):
        return True
    return isinstance(widget, QHeaderView) or isinstance(parent, QAbstractScrollArea)


def _texts(surface: QWidget) -> list[QLabel | QPushButton]:
    return [*surface.findChildren(QLabel), *surface.findChildren(QPushButton)]


def _may_be_narrow(one: QLabel | QPushButton) -> bool:
    """It cuts its text itself, and says so; or it wraps."""
    return hasattr(type(one), "shown") or (isinstance(one, QLabel) and one.wordWrap())


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


def test_tab_pressed_goes_everywhere_and_is_caught_nowhere(surface: QWidget, qtbot: QtBot) -> None:
    surface.activateWindow()
    qtbot.waitUntil(surface.isActiveWindow)
    wanted = [one for one in _interactive(surface) if one.isEnabled() and not _by_arrows(one)]
    reached = set[QWidget]()

    for _ in range(MOST_TABS):
        at = QApplication.focusWidget() or surface
        reached.add(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)

    assert [_name(one) for one in wanted if one not in reached] == []


def _by_arrows(widget: QWidget) -> bool:
    """One of several of which one is chosen: Tab comes to that one, arrows choose another."""
    return isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()


def test_no_text_is_cut_off(surface: QWidget) -> None:
    if isinstance(surface, QDialog):
        surface.resize(surface.minimumWidth(), surface.height())  # as wide as it opens

    whole = [one for one in _texts(surface) if one.isVisible() and one.text() and not _may_be_narrow(one)]

    cut = [one.text() for one in whole if one.width() < one.sizeHint().width()]

    assert cut == []


def test_the_whole_window_is_looked_at(qtbot: QtBot) -> None:
    window = whole_window()
    qtbot.addWidget(window)
    window.show()

    names = {_name(one) for one in _interactive(window)}

    assert {"Find a group", "Groups, worst first", "Sign in…", "Failover…", "Show 5 m", "Dismiss"} <= names
