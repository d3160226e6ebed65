"""The standing parts of the main window, made and put in: list, empty view, error bar, keys, icon."""

from __future__ import annotations

from agmonitor.ui.empty_view import EmptyView
from agmonitor.ui.error_bar import ErrorBar
from agmonitor.ui.group_list import GroupListModel
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.shortcuts import SHORTCUTS
from agmonitor.ui.sidebar import Sidebar
from agmonitor.ui.symbol import window_icon


def furnish(window: MainWindow) -> MainWindow:
    """The same window, with everything that stands in it whatever is watched."""
    groups = GroupListModel()
    window.place(groups, Sidebar(groups), EmptyView(), ErrorBar())
    window.setWindowIcon(window_icon())
    for shortcut in SHORTCUTS:
        if shortcut.action:
            window.offer(shortcut.what, shortcut.keys, shortcut.action)
    return window
