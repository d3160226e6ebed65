"""Table models over frozen dataclasses: columns are declared, not coded. They show; they never judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from agmonitor.domain.model import Severity
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.copying import CSV, rows_as_mime
from agmonitor.ui.marks import mark_icon
from agmonitor.ui.phrases import Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its title, the text of a cell, and if wanted its tone, its shape and its tool tip.

    Where room is short, one that ``wraps`` takes more lines and is never cut; one with
    ``only_from_px`` is left out of a narrower table, and its text belongs into another's tip.
    """

    title: str
    text: Callable[[Row], str]
    tone: Callable[[Row], Tone] | None = None
    mark: Callable[[Row], Severity | None] | None = None
    tip: Callable[[Row], str] | None = None
    width_px: int = 0  # 0: as wide as its contents
    bold: Callable[[Row], bool] | None = None
    wraps: bool = False
    only_from_px: int = 0
    copied: Callable[[Row], str] | None = None  # None: as it is shown

    def leaving(self, row: Row) -> str:
        """A cell's text where it leaves the window: read on another day, in another zone."""
        return self.text(row) if self.copied is None else self.copied(row)


class TableModel(QAbstractTableModel, Generic[Row]):
    """Rows of one dataclass type. New rows are laid over the old ones in place, so that selections stay."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Row] = []
        theme.changed.connect(self.retell)

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows instead; only cells that differ are told to the view."""
        common = min(len(rows), len(self._rows))
        changed = [place for place in range(common) if rows[place] != self._rows[place]]
        self._rows[:common] = rows[:common]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(self.columns) - 1))
        if len(self._rows) > common:
            self.beginRemoveRows(ROOT, common, len(self._rows) - 1)
            del self._rows[common:]
            self.endRemoveRows()
        elif len(rows) > common:
            self.beginInsertRows(ROOT, common, len(rows) - 1)
            self._rows.extend(rows[common:])
            self.endInsertRows()

    def put_first(self, rows: Sequence[Row], at_most: int) -> None:
        """Put newer rows on top and forget the oldest beyond ``at_most``."""
        rows = rows[:at_most]
        if not rows:
            return
        self.beginInsertRows(ROOT, 0, len(rows) - 1)
        self._rows[:0] = rows
        self.endInsertRows()
        if len(self._rows) > at_most:
            self.beginRemoveRows(ROOT, at_most, len(self._rows) - 1)
            del self._rows[at_most:]
            self.endRemoveRows()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        own = super().flags(index)
        return own | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else own

    def mimeTypes(self) -> list[str]:
        return ["text/plain", CSV]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The whole rows that these cells stand in, as text and as CSV."""
        places = sorted({index.row() for index in indexes})
        cells = ([column.leaving(self._rows[place]) for column in self.columns] for place in places)
        return rows_as_mime([column.title for column in self.columns], cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ": ".join((column.title, column.text(row) or t("none")))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return column.tip(row) if column.tip is not None else None
        return self._look(row, column, role)

    def _look(self, row: Row, column: Column[Row], role: int) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole and column.tone is not None:
            return QColor(getattr(theme.palette(), column.tone(row)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip is not None else column.text(row)
        if role == Qt.ItemDataRole.FontRole and column.bold is not None and column.bold(row):
            return theme.font(13, bold=True)
        if role == Qt.ItemDataRole.DecorationRole and column.mark is not None:
            severity = column.mark(row)
            return None if severity is None else mark_icon(severity, theme.severity_colour(severity))
        return None

    def retell(self) -> None:
        """Every cell looks different: another theme, another zone."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))
