"""The standing parts of the main window, made and put in: list, empty view, error bar, keys, icon."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agmonitor.ui import accessible
from agmonitor.ui.empty_view import EmptyView
from agmonitor.ui.error_bar import ErrorBar
from agmonitor.ui.group_model import GroupListModel
from agmonitor.ui.main_window import LEAST_SIZE, MainWindow
from agmonitor.ui.shortcuts import SHORTCUTS, Shortcut
from agmonitor.ui.sidebar import Sidebar
from agmonitor.ui.symbol import window_icon


def furnish(window: MainWindow) -> MainWindow:
    """The same window, with everything that stands in it whatever is watched."""
    accessible.install()
    groups = GroupListModel()
    sidebar, empty, errors, stack = Sidebar(groups), EmptyView(), ErrorBar(), QStackedWidget()
    stack.addWidget(QWidget())  # until it is known whether there are groups
    stack.addWidget(empty)
    stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    window.place(groups, sidebar, empty, errors, stack)
    window.setCentralWidget(_scrolling(_page(sidebar, stack, errors)))
    for asker in (sidebar, empty):
        asker.add_asked.connect(lambda: window.asked.emit("add"))
        asker.lab_asked.connect(lambda: window.asked.emit("lab"))
    sidebar.export_asked.connect(lambda: window.asked.emit("export_groups"))
    sidebar.import_asked.connect(lambda: window.asked.emit("import_groups"))
    window.setWindowIcon(window_icon())
    for shortcut in SHORTCUTS:
        if shortcut.action:
            _offer(window, shortcut)
    sidebar.list.setFocus()  # not the search box: there a letter would be typed instead of obeyed
    return window


def _page(sidebar: Sidebar, stack: QStackedWidget, errors: ErrorBar) -> QWidget:
    right = QVBoxLayout()
    right.setSpacing(0)
    right.addWidget(stack, 1)
    right.addWidget(errors)
    page = QWidget()
    page.setObjectName("whole")
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(sidebar)
    row.addLayout(right, 1)
    return page


def _scrolling(page: QWidget) -> QScrollArea:
    """For a screen that has no room for the least there is to see, such as one with much enlarged texts."""
    page.setMinimumSize(LEAST_SIZE)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _offer(window: MainWindow, shortcut: Shortcut) -> None:
    offered = QAction(shortcut.what, window)
    offered.setShortcut(QKeySequence(shortcut.keys))
    offered.triggered.connect(lambda _on=False: window.asked.emit(shortcut.action))
    window.addAction(offered)
