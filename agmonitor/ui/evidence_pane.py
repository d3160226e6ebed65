"""Raw evidence of failed probes beside the ledger: what was asked, what came back; to read and to copy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.state import LedgerRow
from agmonitor.report.evidence import rests_on, text_of
from agmonitor.texts import t
from agmonitor.ui.phrases import clock_time, full_time

ALL = t("Last failures, as they came")
NONE_FOR_ROW = t("No failed probe under this row; the last failures:")


class EvidencePane(QFrame):
    """Shows what the selected row rests on, else all that was given; hidden while there is nothing.

    Its ``handle``, which stands elsewhere, opens and closes it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Sequence[Evidence] = ()
        self._row: LedgerRow | None = None
        self.handle = QPushButton(t("Raw evidence"))
        self.handle.setCheckable(True)
        self.handle.setToolTip(t("What failed probes asked and got, as it came"))
        self.handle.setStyleSheet("padding: 0px 10px;")
        self.handle.toggled.connect(lambda _on: self._put())
        self.handle.hide()
        self.title = QLabel(ALL)
        self.title.setProperty("role", "muted")
        self.copy = QPushButton(t("Copy"))
        self.copy.setToolTip(t("The evidence as text"))
        self.copy.setAccessibleDescription(t("The evidence as text"))
        self.copy.setStyleSheet("padding: 1px 10px;")
        self.copy.clicked.connect(self._on_copy)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(t("Raw evidence of failed probes"))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(12)
        self.text.setFont(font)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        top = QHBoxLayout()
        top.setContentsMargins(10, 3, 8, 0)
        top.addWidget(self.title, 1)
        top.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        self.hide()

    def show_evidence(self, found: Sequence[Evidence]) -> None:
        """What failed last by the moment shown, newest first."""
        if tuple(found) != tuple(self._found):
            self._found = tuple(found)
            self._put()

    def show_row(self, row: LedgerRow | None) -> None:
        """The row that was selected; None: none."""
        if row != self._row:
            self._row = row
            self._put()

    def retell(self) -> None:
        """Instants are worded differently from now on."""
        self._put()

    def _put(self) -> None:
        mine = rests_on(self._row, self._found) if self._row is not None else []
        title = ALL
        if self._row is not None:
            title = t("What “{condition}” rests on", condition=self._row.condition) if mine else NONE_FOR_ROW
        self.title.setText(title)
        text = text_of(mine or self._found, full_time, clock_time)
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        self.handle.setVisible(bool(self._found))
        self.setVisible(bool(self._found) and self.handle.isChecked())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
