"""The list of groups, worst first: a model that moves one row at a change, and how a row is painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from agmonitor.domain.model import Severity
from agmonitor.ui import theme
from agmonitor.ui.group_facts import GroupRow
from agmonitor.ui.marks import paint_mark

ROW_PX = 54
MARK_PX = 13
LEFT_PX = 40
GROUP_ACTIONS = (  # words, what is asked for, for a lab's group too
    ("Ask now\tF5", "poll", True),
    ("Edit…\tCtrl+E", "edit", False),
    ("Stop watching…\tDel", "remove", False),
)
ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class GroupListModel(QAbstractListModel):
    """Rows in order of severity; an update moves one row and leaves the selection where it is."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[GroupRow] = []

    @property
    def rows(self) -> tuple[GroupRow, ...]:
        return tuple(self._rows)

    def put(self, row: GroupRow) -> None:
        """Add the group, or show its new state at its new place."""
        place = self._place_of(row.name)
        if place is None:
            target = self._target(row, without=-1)
            self.beginInsertRows(ROOT, target, target)
            self._rows.insert(target, row)
            self.endInsertRows()
            return
        if row == self._rows[place]:
            return
        target = self._target(row, without=place)
        if target != place:
            # Qt counts the destination before the row is taken out.
            self.beginMoveRows(ROOT, place, place, ROOT, target + 1 if target > place else target)
            self._rows.insert(target, self._rows.pop(place))
            self.endMoveRows()
        self._rows[target] = row
        self.dataChanged.emit(self.index(target), self.index(target))

    def remove(self, name: str) -> None:
        place = self._place_of(name)
        if place is not None:
            self.beginRemoveRows(ROOT, place, place)
            del self._rows[place]
            self.endRemoveRows()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: row.name,
            Qt.ItemDataRole.AccessibleTextRole: row.spoken,
            Qt.ItemDataRole.ToolTipRole: row.spoken,
            Qt.ItemDataRole.UserRole: row,
        }.get(Qt.ItemDataRole(role))

    def _place_of(self, name: str) -> int | None:
        return next((place for place, row in enumerate(self._rows) if row.name == name), None)

    def _target(self, row: GroupRow, without: int) -> int:
        others = (other for place, other in enumerate(self._rows) if place != without)
        return sum(other.order < row.order for other in others)


class GroupDelegate(QStyledItemDelegate):
    """Shape, name, second line, and for the lab its badge."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: GroupRow = index.data(Qt.ItemDataRole.UserRole)
        now = theme.palette()
        rect = QRectF(option.rect).adjusted(8, 2, -8, -2)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, row, state)
        mark = QRectF(rect.left() + 11, rect.center().y() - MARK_PX / 2, MARK_PX, MARK_PX)
        paint_mark(painter, mark, row.severity, theme.severity_colour(row.severity))
        right = self._badge(painter, rect) if row.lab else rect.right() - 8
        left = rect.left() + LEFT_PX - 8
        painter.setFont(theme.font(14, bold=True))
        painter.setPen(QColor(now.text))
        # Names of one site begin alike: their ends are what tells them apart.
        middle = Qt.TextElideMode.ElideMiddle
        self._line(painter, QRectF(left, rect.top() + 5, right - left, 21), row.name, middle)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(now.muted if row.severity < Severity.WARNING else now.text))
        self._line(painter, QRectF(left, rect.top() + 26, rect.right() - 8 - left, 18), row.line)
        painter.restore()

    @staticmethod
    def _ground(painter: QPainter, rect: QRectF, row: GroupRow, state: QStyle.StateFlag) -> None:
        now = theme.palette()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(QColor(theme.tint(now.accent, now.sidebar, 0.16 if selected else 0.07)))
            painter.drawRoundedRect(rect, 6, 6)
        if selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(now.accent))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(Qt.PenStyle.NoPen)
        if row.lab:
            painter.setBrush(QColor(now.lab))
            painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 6, 3, rect.height() - 12), 1.5, 1.5)

    @staticmethod
    def _badge(painter: QPainter, rect: QRectF) -> float:
        now = theme.palette()
        painter.setFont(theme.font(10, bold=True))
        badge = QRectF(rect.right() - 44, rect.top() + 8, 36, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.lab))
        painter.drawRoundedRect(badge, 4, 4)
        painter.setPen(QColor(now.on_fill))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "LAB")
        return badge.left() - 4

    @staticmethod
    def _line(
        painter: QPainter, area: QRectF, text: str, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        shown = QFontMetricsF(painter.font()).elidedText(text, mode, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class GroupList(QListView):
    """The list itself; tells which group was chosen."""

    chosen = Signal(str)
    asked = Signal(str, str)  # what for, and the group

    def __init__(self, model: GroupListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(model)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(self._filter)
        self.setItemDelegate(GroupDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Groups, worst first")
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        theme.changed.connect(self.viewport().update)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with one group; the menu key and Shift+F10 bring it too."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        menu = self.menu_of(index.data(Qt.ItemDataRole.UserRole))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(
            self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
        )

    def menu_of(self, row: GroupRow) -> QMenu:
        """The actions of one group; a lab is ended by its own means."""
        menu = QMenu(self)
        for words, what, for_lab in GROUP_ACTIONS:
            if for_lab or not row.lab:
                action = menu.addAction(words)
                action.triggered.connect(lambda _on=False, what=what: self.asked.emit(what, row.name))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and index.isValid():
            if not index.data(Qt.ItemDataRole.UserRole).lab:
                self.asked.emit("remove", index.data())
            return
        super().keyPressEvent(event)

    def show_matching(self, text: str) -> None:
        """Show only groups whose name holds the text."""
        self._filter.setFilterFixedString(text)

    def choose(self, name: str) -> None:
        """Select that group, if it is shown."""
        for place in range(self._filter.rowCount()):
            index = self._filter.index(place, 0)
            if index.data() == name:
                self.setCurrentIndex(index)
                return

    def step(self, by: int) -> None:
        """Go that many rows down; stops at either end."""
        last = self._filter.rowCount() - 1
        place = min(max(0, self.currentIndex().row() + by), last)
        self.setCurrentIndex(self._filter.index(place, 0))

    def choose_first(self) -> None:
        self.setCurrentIndex(self._filter.index(0, 0))

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.data())
