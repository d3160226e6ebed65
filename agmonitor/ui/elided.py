"""A line of text that gives way: shortened in the middle where there is no room, in full as its tool tip."""

from __future__ import annotations

import re
from bisect import bisect_left

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LEAST_PX = 60
UNIT = re.compile(r"(\d) (ms|s|min|h|d)\b")


class Elided(QLabel):
    """Plain text; a name's ends tell it from others, so its middle goes first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        whole = super().sizeHint()
        return QSize(min(LEAST_PX, whole.width()), whole.height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    @property
    def shown(self) -> str:
        """What stands there at this width."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.contentsRect(), self.alignment(), self.shown)
        painter.end()


def unbroken(text: str) -> str:
    """The same words, no number parted from its unit by the end of a line."""
    return UNIT.sub("\\1\u00a0\\2", text)


def lines_of(text: str, metrics: QFontMetrics, width: int, lines: int) -> str:
    """As many words as fit into some lines of that width; ``…`` where that is not all."""

    def fits(shown: str) -> bool:
        area = metrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, shown)
        return area.height() < (lines + 0.5) * metrics.lineSpacing()  # with a rounding more or less

    if width <= 0 or fits(text):
        return text
    words = text.split(" ")
    count = bisect_left(range(1, len(words)), 1, key=lambda n: int(not fits(" ".join(words[:n]) + " …")))
    return " ".join(words[: max(1, count)]) + " …"
