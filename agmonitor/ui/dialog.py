"""What all dialogs share: never modal to the loop (no ``exec``), awaited through a future, one look."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

Answer = TypeVar("Answer")


class Dialog(QDialog, Generic[Answer]):
    """Shown beside a running loop. ``answered`` gives the answer, None when the dialog was closed.

    ``gone``: closed for good; whoever waited for something meanwhile must leave it alone.
    """

    def __init__(self, title: str, parent: QWidget | None, width_px: int = 560) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(width_px)
        self._future: asyncio.Future[Answer | None] | None = None
        self._fitting = False
        self._fitted = False
        self.gone = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 20, 24, 18)
        self.column.setSpacing(12)
        self.heading = QLabel(title)
        self.heading.setProperty("role", "heading")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.column.addWidget(self.heading)
        self.finished.connect(self._on_finished)

    async def answered(self) -> Answer | None:
        """Show the dialog and wait; a cancelled wait closes it."""
        self._future = asyncio.get_running_loop().create_future()
        self.show()
        try:
            return await self._future
        except asyncio.CancelledError:
            self.close()
            raise

    def answer(self, value: Answer) -> None:
        """Give the answer; the dialog stays open until it is closed."""
        if self._future is not None and not self._future.done():
            self._future.set_result(value)

    def buttons(self, *buttons: QPushButton) -> None:
        """A row of buttons at the right edge."""
        row = QHBoxLayout()
        row.addStretch(1)
        for button in buttons:
            button.setAutoDefault(False)  # Enter presses the one that was made the default, or none
            row.addWidget(button)
        self.column.addLayout(row)

    def fit(self) -> None:
        """Grow to what the texts need at this width; wrapped lines don't ask for it by themselves."""
        if self._fitting:
            return
        self._fitting = True
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        self._fitting = False
        layout = self.layout()
        assert layout is not None
        layout.activate()
        needed = max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height())
        self.setMinimumHeight(needed)
        # At first just that; afterwards a person may have made it larger.
        self.resize(self.width(), max(self.height(), needed) if self._fitted else needed)
        self._fitted = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def _on_finished(self, _result: int) -> None:
        self.gone = True
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


def paragraph(text: str, role: str = "") -> QLabel:
    """Wrapped plain text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label
