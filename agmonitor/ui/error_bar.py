"""One bar for everything that went wrong in the program itself; it stays until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from agmonitor.domain.model import Severity
from agmonitor.ui import theme
from agmonitor.ui.marks import Mark


class ErrorBar(QFrame):
    """Shows the newest message and how many there were."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._detail = ""
        mark = Mark(15)
        mark.show_severity(Severity.CRITICAL)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        copy = QPushButton("Copy details")
        copy.clicked.connect(self._on_copy)
        dismiss = QPushButton("Dismiss")
        dismiss.clicked.connect(self._on_dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(mark)
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
        others = f"  ({self._count} in all)" if self._count > 1 else ""
        self._text.setText(sentence + others)
        self.setAccessibleName(f"Error: {sentence}")
        self.show()

    @property
    def text(self) -> str:
        return self._text.text()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._detail)

    def _on_dismiss(self) -> None:
        self._count = 0
        self.hide()

    def _on_theme_changed(self) -> None:
        now = theme.palette()
        ground = theme.tint(now.critical, now.panel, theme.TINT)
        self.setStyleSheet(f"ErrorBar {{ background: {ground}; border-top: 1px solid {now.critical}; }}")
