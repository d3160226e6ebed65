"""The left side: find a group, the groups worst first, and the two ways to get more of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from agmonitor.texts import t
from agmonitor.ui.elided import Elided
from agmonitor.ui.group_facts import counts
from agmonitor.ui.group_list import GroupList
from agmonitor.ui.group_model import GroupListModel
from agmonitor.ui.style import NARROW_BELOW_PX, NARROW_SIDEBAR_PX, SIDEBAR_PX

TAG_SIZE = QSize(106, 20)
MORE_PX = 34
FOUND_BY = t("By name, node, address, state or #tag; Enter chooses the first, Esc shows all again")
NO_GROUP_YET = t("No group yet")


class Sidebar(QWidget):
    """Signals say what was asked for; the window does it."""

    chosen = Signal(str)
    add_asked = Signal()
    lab_asked = Signal()
    export_asked = Signal()
    import_asked = Signal()

    def __init__(self, model: GroupListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(SIDEBAR_PX)
        self._model = model
        self._find = QLineEdit()
        self._find.setPlaceholderText(t("Find a group    Ctrl+K"))
        self._find.setToolTip(FOUND_BY)
        self._find.setAccessibleDescription(FOUND_BY)
        self._find.setClearButtonEnabled(True)
        self._find.setAccessibleName(t("Find a group"))
        self.list = GroupList(model)
        self._caption = QLabel(t("GROUPS"))
        self._caption.setProperty("role", "caption")
        self._counts = Elided()
        self._counts.setAccessibleName(NO_GROUP_YET)
        self._counts.setProperty("role", "muted")
        self._counts.setStyleSheet("font-size: 11px;")
        self._add = QPushButton(t("+ Add a group…"))
        self._add.setAccessibleName(t("Add a group"))
        self._add.setToolTip(t("Watch another pair of Gateways (Ctrl+N)"))
        self._more = QPushButton("⋯")
        self._more.setAccessibleName(t("More about the list of groups"))
        self._more.setToolTip(t("Export or import a list of groups"))
        self._more.setFixedWidth(MORE_PX)
        self._more.setObjectName("small")
        self._more.clicked.connect(self._open_more)
        self._lab = QPushButton(t("▶ Open the lab"))
        self._lab.setObjectName("lab")
        self._lab.setToolTip(t("Start a real pair on this machine to play with (Ctrl+Shift+L)"))
        self._place()
        self._find.textChanged.connect(self._on_find)
        self._find.installEventFilter(self)
        self.list.chosen.connect(self.chosen)
        self._add.clicked.connect(self.add_asked)
        self._lab.clicked.connect(self.lab_asked)
        model.counted.connect(self._count)

    def _place(self) -> None:
        heading = self._heading = QHBoxLayout()
        heading.setContentsMargins(16, 4, 16, 0)
        heading.addWidget(self._caption)
        heading.addStretch(1)
        heading.addWidget(self._counts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 1, 14)
        column.setSpacing(8)
        for widget in (self._find, self._add, self._lab):
            row = QHBoxLayout()
            row.setContentsMargins(12, 0, 12, 0)
            row.addWidget(widget, 1)
            if widget is self._add:
                row.addWidget(self._more)
            column.addLayout(row)
        column.insertLayout(1, heading)
        column.insertWidget(2, self.list, 1)

    def fit(self, window_px: int) -> None:
        """Narrower beside a small window."""
        narrow = window_px < NARROW_BELOW_PX
        self.setFixedWidth(NARROW_SIDEBAR_PX if narrow else SIDEBAR_PX)
        self._add.setText(t("+ Add…") if narrow else t("+ Add a group…"))

    def be_recording(self) -> None:
        """What is listed is recorded: nothing is added, and nobody takes it for being watched."""
        tag = QLabel(t("▷ RECORDING"))
        tag.setProperty("role", "badge-recording")
        self._heading.insertWidget(0, tag, 0, Qt.AlignmentFlag.AlignVCenter)
        self._heading.setContentsMargins(12, 2, 16, 2)
        tag.setMinimumSize(TAG_SIZE)  # the sheet's padding comes too late for the layout
        tag.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.hide()
        self._counts.hide()
        self._add.hide()
        self._more.hide()
        self._lab.hide()

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, asked in (
            (t("Export the list…") + "\tCtrl+Shift+E", self.export_asked),
            (t("Import a list…") + "\tCtrl+Shift+O", self.import_asked),
        ):
            menu.addAction(words).triggered.connect(asked)
        above = self._more.mapToGlobal(self._more.rect().topLeft())
        menu.popup(above - QPoint(0, menu.sizeHint().height()))

    def start_finding(self) -> None:
        """Put the cursor into the search box."""
        self._find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find.selectAll()

    @property
    def counted(self) -> str:
        """What stands beside the caption."""
        return self._counts.text()

    @property
    def keyed(self) -> dict[str, Callable[[], object]]:
        """What has a key."""
        return {
            "find": self.start_finding,
            "previous": partial(self.list.step, -1),
            "next": partial(self.list.step, 1),
            "worst": self.choose_worst,
        }

    def choose_worst(self) -> None:
        """The worst of all groups, whatever was searched for."""
        self._find.clear()
        self.list.choose_first()

    def lab_possible(self, *, possible: bool) -> None:
        """Without a lab there is no button for it."""
        self._lab.setVisible(possible)

    def lab_is(self, *, there: bool, starting: bool = False) -> None:
        """The button starts the lab, or goes to the one that runs."""
        self._lab.setEnabled(not starting)
        self._lab.setText(
            t("Starting the lab…") if starting else t("▶ Go to the lab") if there else t("▶ Open the lab")
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Down and Enter in the search box go to what it found; Esc empties it.
        if watched is not self._find or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()  # Esc is ours while there is something to empty
            return bool(self._find.text())
        if event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                self.list.choose_first()
                return True
            if event.key() == Qt.Key.Key_Escape and self._find.text():
                self._find.clear()
                return True
        return super().eventFilter(watched, event)

    def _on_find(self, text: str) -> None:
        self.list.show_matching(text)
        self._count()

    def _count(self) -> None:
        rows = self._model.rows
        told = counts(row.severity for row in rows) if rows else ""
        every = told
        if self._find.text().strip():
            told = t("{shown} of {all}", shown=self.list.shown_count, all=len(rows))
        self._counts.setText(told)
        self._counts.setToolTip(every)
        self._counts.setAccessibleName(told or NO_GROUP_YET)
