"""A table over a model with declared columns, alike in every tab; says what is missing while it is empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QRect, QSize, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from agmonitor.texts import t, tn
from agmonitor.ui import theme
from agmonitor.ui.cells import BESIDE_PX, Cells, Written, lines_px, need_of
from agmonitor.ui.column_widths import by_need
from agmonitor.ui.copying import Carried, carried_rows, copy, drag
from agmonitor.ui.models import ROW_ROLE, TableModel
from agmonitor.ui.row_menu import Offer, pop_up

ROW_PX = 23
BOLD_PX = 13  # of what a model writes in bold
ICON_PX, ICON_GAP_PX = 12, 5
CELL_PX = 8  # the style's measure leaves out part of a bold text's margin


class Table(QTableView):
    """Rows are selected whole, copied with the platform's key and dragged out; Tab leaves the table."""

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
        self.carry: Callable[[QWidget, Carried], object] = drag
        self.offers: Callable[[Any], Sequence[Offer]] = lambda _row: ()  # in its menu, beside copying
        self._instead = ""  # what stands there whatever is usual
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
        self._stretched = len(model.columns) - 1
        self._wanted = [column.width_px for column in model.columns]
        self._fitting = self._sized_by_person = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self._only_from = {
            place: column.only_from_px for place, column in enumerate(model.columns) if column.only_from_px
        }
        self._wraps = frozenset(place for place, column in enumerate(model.columns) if column.wraps)
        self.setItemDelegate(Cells(self._wraps, self))
        self.setWordWrap(bool(self._wraps))
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setResizeContentsPrecision(0)  # what is in sight is measured, not thousands of rows
        header.sectionResized.connect(self._on_section_resized)
        self._fit_soon = QTimer(self)
        self._fit_soon.setSingleShot(True)
        self._fit_soon.timeout.connect(self.fit_columns)
        for told in (shown.dataChanged, shown.rowsInserted):
            told.connect(self._on_contents_changed)

    def stretch(self, place: int) -> None:
        """Let one column have what the others leave."""
        self._stretched = place

    def show_column(self, place: int, *, shown: bool) -> None:
        """Take a column out, or put it back."""
        if self.isColumnHidden(place) is shown:
            self._fitting = True  # it is not the person who sizes it
            self.setColumnHidden(place, not shown)
            self._fitting = False
            self.fit_columns()

    def fit_columns(self) -> None:
        """Columns as wide as their contents; where room is short, they share it by need.

        A column never narrows while its contents change, so that nothing jumps while one reads.
        """
        room = self.viewport().width()
        if self._sized_by_person or not self.isVisible() or room <= 0:
            return
        header = self.horizontalHeader()
        self._fitting = True  # it is not the person who sizes them
        for place, least in self._only_from.items():
            self.setColumnHidden(place, room < least)
        titles = [header.sectionSizeHint(place) for place in range(len(self._wanted))]
        self._wanted = [
            max(known, self.sizeHintForColumn(place) + CELL_PX, titles[place])
            for place, known in enumerate(self._wanted)
        ]
        hidden = [self.isColumnHidden(place) for place in range(len(self._wanted))]
        wanted = [0 if gone else width for width, gone in zip(self._wanted, hidden, strict=True)]
        cells = self._wrapping()
        needs = {place: need_of(of, titles[place]) for place, of in cells.items()}
        widths = by_need(wanted, room, needs)
        shown = [place for place, gone in enumerate(hidden) if not gone]
        widths[self._stretched if self._stretched in shown else shown[-1]] += max(0, room - sum(widths))
        for place, width in enumerate(widths):
            if not hidden[place] and width != self.columnWidth(place):
                self.setColumnWidth(place, width)
        self._fitting = False
        self._fit_rows(cells)

    def _wrapping(self) -> dict[int, list[Written]]:
        """The cells of the columns that wrap, as the rows stand now; past Qt's way to them, which is long."""
        if not self._wraps:
            return {}
        plain, bold = self.font().toString(), theme.font(BOLD_PX, bold=True).toString()
        rows, shown, columns = self._source.rows, self.model(), self._source.columns
        if isinstance(shown, QSortFilterProxyModel):
            places = (shown.mapToSource(shown.index(row, 0)).row() for row in range(shown.rowCount()))
            rows = [rows[place] for place in places]
        cells = {}
        for place in self._wraps:
            text, is_bold = columns[place].text, columns[place].bold
            fonts = (bold if is_bold is not None and is_bold(row) else plain for row in rows)
            beside = BESIDE_PX + (ICON_PX + ICON_GAP_PX if columns[place].mark is not None else 0)
            cells[place] = [Written(text(row), font, beside) for row, font in zip(rows, fonts, strict=True)]
        return {place: of for place, of in cells.items() if not self.isColumnHidden(place)}

    def _fit_rows(self, cells: Mapping[int, Sequence[Written]]) -> None:
        """Rows as high as what wraps in them."""
        widths = [self.columnWidth(place) for place in cells]
        for row, of in enumerate(zip(*cells.values(), strict=True)):
            height = max(lines_px(cell, width) for cell, width in zip(of, widths, strict=True))
            if max(ROW_PX, height) != self.rowHeight(row):
                self.setRowHeight(row, max(ROW_PX, height))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        indexes = self.selectedIndexes()
        if not indexes:
            return
        rows = self.visualRegionForSelection(self.selectionModel().selection()).boundingRect()
        picture = self.viewport().grab(rows.intersected(self.viewport().rect()))
        name = re.split("[,:.]", self.accessibleName())[0]
        with carried_rows(self.model().mimeData(indexes), name, picture) as what:
            self.carry(self, what)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.selectedIndexes():
            self._copy()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a row; the menu key and Shift+F10 bring it too."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            within = self.visualRect(index).center() if by_key else event.pos()
            pop_up(self.offers_of(index), self, self.viewport().mapToGlobal(within))

    def offers_of(self, index: QModelIndex) -> tuple[Offer, ...]:
        """Copying what is selected, and what its owner offers for that row."""
        if not self.selectionModel().isSelected(index):
            self.selectRow(index.row())
        chosen = len(self.selectionModel().selectedRows())
        words = tn("Copy row", "Copy {n} rows", chosen)
        return Offer(words, self._copy, "Ctrl+C"), *self.offers(index.data(ROW_ROLE))

    def _copy(self) -> None:
        copy(self.model().mimeData(self.selectedIndexes()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_columns()

    def _on_contents_changed(self, *_where: object) -> None:
        if self.isVisible():
            self._fit_soon.start(0)

    def _on_section_resized(self, *_section: int) -> None:
        if not self._fitting:
            self._sized_by_person = True
            self._fit_rows(self._wrapping())

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

    def say_instead(self, text: str) -> None:
        """Why there are no rows just now, whatever else stands in their place; empty: what is usual."""
        if text != self._instead:
            self._instead = text
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            empty = self._instead or self._empty
            text = empty if self._source.rowCount() == 0 else t("Nothing matches the filter.")
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.palette().muted))
            area: QRect = self.viewport().rect().adjusted(16, 12, -16, -12)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, text)
            painter.end()
