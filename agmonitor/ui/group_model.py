"""The groups in order, as a Qt model: changed rows told one by one, the order held on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from agmonitor.ui.group_facts import GroupRow

ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


def _order(row: GroupRow) -> tuple[int, bool, str]:
    return row.order


class GroupListModel(QAbstractListModel):
    """Rows in order of severity. ``counted`` tells that a severity, or the number of rows, is another."""

    counted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[GroupRow] = []
        self._places: dict[str, int] = {}
        self._held = False

    @property
    def rows(self) -> tuple[GroupRow, ...]:
        return tuple(self._rows)

    def put(self, row: GroupRow) -> None:
        """Add the group, or show its new state."""
        self.put_all([row])

    def put_all(self, rows: Iterable[GroupRow]) -> None:
        """Show many at once; those that are as they were cost nothing."""
        recount = resort = False
        for row in rows:
            place = self._places.get(row.name)
            if place is None:
                self._insert(row)
                recount = True
                continue
            before = self._rows[place]
            if row == before:
                continue
            self._rows[place] = row
            index = self.index(place)
            self.dataChanged.emit(index, index)
            recount |= row.severity is not before.severity
            resort |= row.order != before.order
        if resort and not self._held:
            self._sort()
        if recount:
            self.counted.emit()

    def remove(self, name: str) -> None:
        place = self._places.get(name)
        if place is not None:
            self.beginRemoveRows(ROOT, place, place)
            del self._rows[place]
            self._index()
            self.endRemoveRows()
            self.counted.emit()

    def hold(self) -> None:
        """Rows change where they stand from now on: somebody is pointing at one."""
        self._held = True

    def release(self) -> None:
        """Nobody points any more: everything goes to its place."""
        if self._held:
            self._held = False
            self._sort()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return row.spoken
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and row.trace is not None:
            return row.trace.spoken
        return None

    def _insert(self, row: GroupRow) -> None:
        if self._held:
            place = len(self._rows)
        else:
            place = next((at for at, one in enumerate(self._rows) if row.order < one.order), len(self._rows))
        self.beginInsertRows(ROOT, place, place)
        self._rows.insert(place, row)
        self._index()
        self.endInsertRows()

    def _index(self) -> None:
        self._places = {row.name: place for place, row in enumerate(self._rows)}

    def _sort(self) -> None:
        """Put every row in its place; whoever remembers one by its index finds it again."""
        rows = sorted(self._rows, key=_order)
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        names = [self._rows[index.row()].name for index in before]
        self._rows = rows
        self._index()
        self.changePersistentIndexList(before, [self.index(self._places[name]) for name in names])
        self.layoutChanged.emit()


class MatchingGroups(QSortFilterProxyModel):
    """Those that a search finds."""

    def __init__(self, source: GroupListModel) -> None:
        super().__init__()
        self._wanted = ""
        self.setSourceModel(source)

    @property
    def wanted(self) -> str:
        return self._wanted

    def want(self, text: str) -> None:
        """Show only those that match."""
        self._wanted = text.strip()
        self.setFilterFixedString(self._wanted)  # has Qt ask ``filterAcceptsRow`` anew

    def filterAcceptsRow(self, place: int, parent: Index) -> bool:
        if not self._wanted:
            return True
        row: GroupRow = self.sourceModel().index(place, 0, parent).data(ROW)
        return row.matches(self._wanted)
