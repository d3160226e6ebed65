"""A table over a model with declared columns, alike in every tab; says what is missing while it is empty."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QRect, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from agmonitor.ui import theme
from agmonitor.ui.models import TableModel

ROW_PX = 23
ICON_PX = 12


class Table(QTableView):
    """Rows are selected whole; Tab leaves the table; text can be copied with the platform's key."""

    def __init__(
        self,
        model: TableModel[Any],
        name: str,
        empty: str,
        *,
        filtered: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._empty = empty
        self._source = model
        shown: QAbstractItemModel = model
        if filtered:
            proxy = QSortFilterProxyModel(self)
            proxy.setSourceModel(model)
            proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            proxy.setFilterKeyColumn(-1)
            shown = proxy
        self.setModel(shown)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, column in enumerate(model.columns):
            if column.width_px:
                self.setColumnWidth(place, column.width_px)

    def filter(self, text: str) -> None:
        """Show only rows with that text in any column."""
        proxy = self.model()
        assert isinstance(proxy, QSortFilterProxyModel)
        proxy.setFilterFixedString(text)
        self.viewport().update()

    def say_when_empty(self, text: str) -> None:
        """What stands where the rows would be."""
        if text != self._empty:
            self._empty = text
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            text = self._empty if self._source.rowCount() == 0 else "Nothing matches the filter."
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.palette().muted))
            area: QRect = self.viewport().rect().adjusted(16, 12, -16, -12)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, text)
            painter.end()
