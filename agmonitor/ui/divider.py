"""The line between the time axis and the tabs: each gets its share of the height until a person moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from agmonitor.ui.bottom_tabs import BottomTabs
from agmonitor.ui.division import GAP_PX, TABS_LEAST_PX

if TYPE_CHECKING:
    from agmonitor.ui.time_view import TimeView

TABS_MOST_SHARE = 0.75  # of what a person may have left from a larger window


class Divider(QSplitter):
    """``tabs_px``: the height a person gave the tabs; None while that is ours to choose."""

    def __init__(self, waiting: QWidget, tabs: BottomTabs) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._tabs = tabs
        self._axis: TimeView | None = None
        self.tabs_px: int | None = None
        self.setChildrenCollapsible(False)
        self.setHandleWidth(GAP_PX)
        self.addWidget(waiting)
        self.addWidget(tabs)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        tabs.setMinimumHeight(TABS_LEAST_PX)
        tabs.room_changed.connect(self.divide)
        self.splitterMoved.connect(self._on_moved)

    def put_axis(self, axis: TimeView) -> None:
        """The time view has been imported: it takes the place kept for it."""
        sizes = self.sizes()
        self.replaceWidget(0, axis)
        self.setStretchFactor(0, 1)
        self.setSizes(sizes)
        self._axis = axis
        axis.room_changed.connect(self.divide)

    def divide(self) -> None:
        """Share the height: as a person said, as far as it reaches; else by what each needs."""
        height = self.height() - self.handleWidth()
        if self.tabs_px is not None:
            tabs = max(TABS_LEAST_PX, min(self.tabs_px, round(height * TABS_MOST_SHARE)))
        else:
            tabs = self._tabs.share_px(height, self._axis.comfortable_px if self._axis is not None else 0)
        self.setSizes([max(1, height - tabs), tabs])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.divide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.divide()

    def _on_moved(self) -> None:
        self.tabs_px = self.sizes()[1]
