"""What all dialogs share: never modal to the loop (no ``exec``), awaited through a future, one look.

None is larger than its screen: what there is no room for scrolls, and the buttons below it stay in sight.
"""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agmonitor.ui.on_screen import keep_on_screen, room_for

Answer = TypeVar("Answer")
BODY_LEAST_PX = 120  # of what scrolls, however much stands below it


class Dialog(QDialog, Generic[Answer]):
    """Shown beside a running loop. ``answered`` gives the answer, None when the dialog was closed.

    ``gone``: closed for good; whoever waited for something meanwhile must leave it alone.
    """

    def __init__(self, title: str, parent: QWidget | None, width_px: int = 560) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._width_px = width_px
        self.setMinimumWidth(min(width_px, room_for(self).width()))
        self._future: asyncio.Future[Answer | None] | None = None
        self._fitting = False
        self._fitted = False
        self.gone = False
        self._newest: QWidget | None = None
        self.column, self._body = QVBoxLayout(), QScrollArea()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(24, 20, 24, 18)
        self._whole.setSpacing(12)
        self._whole.addWidget(self._body, 1)
        self._fill_body()
        self.heading = QLabel(title)
        self.heading.setProperty("role", "heading")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.column.addWidget(self.heading)
        self.finished.connect(self._on_finished)

    def _fill_body(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        page.setLayout(self.column)
        self._body.setWidget(page)
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setFocusPolicy(Qt.FocusPolicy.NoFocus)

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
        """A row of buttons at the right edge, below all that scrolls."""
        row = QHBoxLayout()
        row.addStretch(1)
        for button in buttons:
            button.setAutoDefault(False)  # Enter presses the one that was made the default, or none
            row.addWidget(button)
        self.stay_below(row)

    def stay_below(self, part: QWidget | QLayout) -> None:
        """Put it where it is seen however much scrolls above it."""
        if isinstance(part, QLayout):
            self._whole.addLayout(part)
        else:
            self._whole.addWidget(part)

    def show_part(self, part: QWidget) -> None:
        """Scroll to a part of the body, where that scrolls."""
        self._body.ensureWidgetVisible(part, 0, 0)

    def show_last(self, part: QWidget) -> None:
        """Scroll to what was just put in, once it has its place."""
        self._newest = part

    def fit(self) -> None:
        """Grow to what the texts need (wrapped lines don't ask for it themselves), at most to the screen."""
        if self._fitting:
            return
        self._fitting = True
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        self._fitting = False
        self.column.activate()
        room, margins = room_for(self), self._whole.contentsMargins()
        beside = margins.left() + margins.right()
        least = self.column.totalMinimumSize()
        self.setMinimumWidth(min(max(self._width_px, least.width() + beside), room.width()))
        width = max(self.width(), self.minimumWidth()) - beside
        wanted = max(self.column.totalHeightForWidth(width), least.height())
        below = self._height_below(width) + margins.top() + margins.bottom()
        body = min(wanted, max(room.height() - below, BODY_LEAST_PX))
        self._body.setMinimumHeight(body)
        # A bar once there takes width, texts wrap at it, and it would stay for their sake.
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if body < wanted else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._body.setVerticalScrollBarPolicy(bar)
        self.setMinimumHeight(min(body + below, room.height()))
        # At first just that; afterwards a person may have made it larger.
        self.resize(self.width(), max(self.height(), body + below) if self._fitted else body + below)
        self._fitted = True
        keep_on_screen(self)
        if self._newest is not None:
            self.show_part(self._newest)
            self._newest = None

    def _height_below(self, width_px: int) -> int:
        """What stands below the body takes, with the space before each."""
        high = 0
        for place in range(1, self._whole.count()):
            item = self._whole.itemAt(place)
            if item is not None and not item.isEmpty():
                wrapped = item.heightForWidth(width_px) if item.hasHeightForWidth() else 0
                high += max(wrapped, item.sizeHint().height()) + self._whole.spacing()
        return high

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        keep_on_screen(self)
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
