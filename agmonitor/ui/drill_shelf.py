"""The drills to choose from: a search box, and a list of what they are called. Chooses; plays nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agmonitor.drill.scenario import Scenario
from agmonitor.texts import t
from agmonitor.ui.drill_rows import tags
from agmonitor.ui.drill_wrapping import WrappingRows

WIDTH_PX = 310


class DrillShelf(QWidget):
    """``chosen`` carries a ``Scenario``."""

    chosen = Signal(object)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH_PX)
        self._scenarios: Sequence[Scenario] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(t("Find a drill"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(t("Find a drill"))
        self.list = QListWidget()
        self.list.setAccessibleName(t("Drills that can be played here"))
        self.list.setWordWrap(True)
        self.list.setItemDelegate(WrappingRows(self.list))
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = QLabel(t("Reading the drills…"))
        self._none.setProperty("role", "muted")
        self._none.setWordWrap(True)
        own = QPushButton(t("One of your own…"))
        own.setAutoDefault(False)
        own.setToolTip(t("Open a scenario file (.toml)"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        column.addWidget(own)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.currentRowChanged.connect(self._on_row)
        own.clicked.connect(self.file_asked)

    def show_drills(self, scenarios: Sequence[Scenario], chosen: Scenario | None) -> None:
        """Replace the list, where it is another, and keep what is chosen."""
        if scenarios is not self._scenarios:
            self._scenarios = scenarios
            self.list.blockSignals(True)  # noqa: FBT003 - Qt's only form
            self.list.clear()
            for scenario in scenarios:
                item = QListWidgetItem(scenario.title, self.list)
                item.setToolTip(scenario.name)
            self.list.blockSignals(False)  # noqa: FBT003 - Qt's only form
            self._filter(self.search.text())
        if chosen is not None and chosen in scenarios:
            self.list.setCurrentRow(scenarios.index(chosen))
        elif scenarios:
            self.list.setCurrentRow(0)

    def say(self, text: str) -> None:
        """What stands in the list's place while it is empty."""
        if not self._scenarios:
            self._none.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Down and Enter in the search box go to what it found; Esc empties it before it closes anything.
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._scenarios):
            self.chosen.emit(self._scenarios[row])

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        first: int | None = None
        for row, scenario in enumerate(self._scenarios):
            words = f"{scenario.name} {scenario.title} {scenario.why} {tags(scenario)}".casefold()
            fits = all(word in words for word in wanted)
            self.list.setRowHidden(row, not fits)
            first = row if fits and first is None else first
        self._none.setText("" if self._scenarios else self._none.text())
        if self._scenarios and first is None:
            self._none.setText(t("Nothing matches."))
        self._none.setVisible(bool(self._none.text()))
        if first is not None and self.list.isRowHidden(self.list.currentRow()):
            self.list.setCurrentRow(first)
