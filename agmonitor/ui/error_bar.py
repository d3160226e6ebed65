"""One bar for what went wrong in the program itself, or a note now and then; it stays until dismissed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from agmonitor.domain.model import Severity
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.marks import Mark


class ErrorBar(QFrame):
    """Shows the newest message and how many there were."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._detail = ""
        self._severity = Severity.CRITICAL
        self._mark = Mark(15)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        copy = QPushButton(t("Copy details"))
        copy.clicked.connect(self._on_copy)
        dismiss = QPushButton(t("Dismiss"))
        dismiss.clicked.connect(self._on_dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(copy)
        row.addWidget(dismiss)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def tell(self, sentence: str, detail: str = "") -> None:
        """Show one more; ``detail`` is for whoever reports it."""
        self._count += 1
        self._detail = detail or sentence
        others = "  " + t("({n} in all)", n=self._count) if self._count > 1 else ""
        self._text.setText(sentence + others)
        self._show_as(Severity.CRITICAL, t("Error: {sentence}", sentence=sentence))

    def note(self, sentence: str) -> None:
        """Something to know; never in the way of an error that is shown."""
        if self._count == 0:
            self._detail = sentence
            self._text.setText(sentence)
            self._show_as(Severity.NOTICE, sentence)

    @property
    def text(self) -> str:
        return self._text.text()

    def _show_as(self, severity: Severity, spoken: str) -> None:
        self._severity = severity
        self._mark.show_severity(severity)
        self.setAccessibleName(spoken)
        self._on_theme_changed()
        self.show()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._detail)

    def _on_dismiss(self) -> None:
        self._count = 0
        self.hide()

    def _on_theme_changed(self) -> None:
        colour = theme.severity_colour(self._severity)
        ground = theme.tint(colour, theme.palette().panel, theme.TINT)
        self.setStyleSheet(f"ErrorBar {{ background: {ground}; border-top: 1px solid {colour}; }}")
