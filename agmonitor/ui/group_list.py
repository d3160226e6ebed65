"""The list of groups, worst first: chosen by key or pointer, searched, and still under the hand that uses it.

Says what was chosen or asked for; paints through ``GroupDelegate``.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.group_delegate import GroupDelegate
from agmonitor.ui.group_facts import GroupRow
from agmonitor.ui.group_model import ROW, GroupListModel, MatchingGroups

GROUP_ACTIONS = (  # words, what is asked for, for a lab's group too
    (t("Ask now"), "F5", "poll", True),
    (t("Silence its alerts…"), "Ctrl+M", "silence", False),
    (t("Plan maintenance…"), "Ctrl+Shift+M", "maintenance", False),
    (t("Edit…"), "Ctrl+E", "edit", False),
    (t("Stop watching…"), "Del", "remove", False),
)
STILL_MS = 5_000  # after the last key
POINTED_MS = 30_000  # after the pointer's last move over the list: it may have been left there
NOTHING_FOUND = t("No group matches.\nEsc shows all of them.")
NO_GROUP = t("No group yet.\nCtrl+N adds one.")


class GroupList(QListView):
    """``chosen`` tells the group to be shown; ``asked`` what is to be done with which one."""

    chosen = Signal(str)
    asked = Signal(str, str)  # what for, and the group

    def __init__(self, model: GroupListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = model
        self._chosen = ""
        self._following = True  # whether another current row is a person's choice
        self._kept: tuple[QPersistentModelIndex, int] | None = None  # the chosen row and where it stood
        self._filter = MatchingGroups(model)
        self._filter.setParent(self)
        self._filter.rowsAboutToBeRemoved.connect(self._before_removal)  # before the view itself hears of it
        self.setModel(self._filter)
        self._filter.rowsRemoved.connect(self._find_chosen)
        self._filter.rowsInserted.connect(self._find_chosen)
        self._filter.layoutAboutToBeChanged.connect(self._before_sorting)
        self._filter.layoutChanged.connect(self._after_sorting)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.timeout.connect(model.release)
        self.setItemDelegate(GroupDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(t("Groups, worst first"))
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        theme.changed.connect(self.viewport().update)

    @property
    def shown_count(self) -> int:
        """How many rows the search leaves."""
        return self._filter.rowCount()

    def show_matching(self, text: str) -> None:
        """Show only groups that a search finds; the one that is chosen stays chosen."""
        self._filter.want(text)
        self._find_chosen()
        self.viewport().update()

    def choose(self, name: str) -> None:
        """Select that group, if it is shown."""
        index = self._index_of(name)
        if index.isValid():
            self.setCurrentIndex(index)

    def step(self, by: int) -> None:
        """Go that many rows down; stops at either end."""
        self._hold(STILL_MS)
        last = self._filter.rowCount() - 1
        place = min(max(0, self.currentIndex().row() + by), last)
        self.setCurrentIndex(self._filter.index(place, 0))

    def choose_first(self) -> None:
        """The first row: without a search, the worst group."""
        self._groups.release()
        self.setCurrentIndex(self._filter.index(0, 0))

    def menu_of(self, row: GroupRow) -> QMenu:
        """The actions of one group; a lab is ended by its own means."""
        menu = QMenu(self)
        for words, key, what, for_lab in GROUP_ACTIONS:
            if for_lab or not row.lab:
                action = menu.addAction(f"{words}\t{key}")
                action.triggered.connect(lambda _on=False, what=what: self.asked.emit(what, row.name))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with one group; the menu key and Shift+F10 bring it too."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        menu = self.menu_of(index.data(ROW))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(
            self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._hold(STILL_MS)
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and index.isValid():
            if not index.data(ROW).lab:
                self.asked.emit("remove", index.data())
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hold(POINTED_MS)
        super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._hold(POINTED_MS)
        super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._still.stop()
            self._groups.release()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._filter.rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme.palette().muted))
        text = NOTHING_FOUND if self._groups.rowCount() else NO_GROUP
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(16, 24, -16, 0), flags, text)
        painter.end()

    def _hold(self, for_ms: int) -> None:
        """Nothing moves under the hand that uses the list."""
        self._groups.hold()
        self._still.start(max(for_ms, self._still.remainingTime()))

    def _index_of(self, name: str) -> QModelIndex:
        for place in range(self._filter.rowCount()):
            index = self._filter.index(place, 0)
            if index.data() == name:
                return index
        return QModelIndex()

    def _before_removal(self) -> None:
        self._following = False  # Qt makes a neighbour the current row: nobody's choice

    def _find_chosen(self) -> None:
        """Have the chosen group's row selected where it is shown, and none where it is not."""
        self._following = False
        index = self._index_of(self._chosen)
        if index.isValid():
            if self.currentIndex() != index:
                self.setCurrentIndex(index)
        elif self.currentIndex().isValid():
            self.setCurrentIndex(index)
            self.clearSelection()
        self._following = True

    def _before_sorting(self) -> None:
        current = self.currentIndex()
        rect = self.visualRect(current)
        seen = current.isValid() and self.viewport().rect().intersects(rect)
        self._kept = (QPersistentModelIndex(current), rect.top()) if seen else None

    def _after_sorting(self) -> None:
        """The chosen row stays where it was on the screen, as far as the list can be scrolled."""
        if self._kept is None:
            return
        index, top = self._kept
        self._kept = None
        bar = self.verticalScrollBar()
        rect = self.visualRect(index)
        if bar.value() == bar.minimum() and self.viewport().rect().contains(rect):
            return  # who looks at the worst goes on seeing them
        bar.setValue(bar.value() + rect.top() - top)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and self._following:
            self._chosen = current.data()
            self.chosen.emit(self._chosen)
