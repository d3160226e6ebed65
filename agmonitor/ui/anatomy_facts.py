"""The key numbers of an episode beside its waterfall, two by two, the cause below them. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from agmonitor.ui import theme
from agmonitor.ui.elided import Elided
from agmonitor.ui.phrases import Fact

PAIRS = 3  # rows of two facts; the seventh fact has a line of its own
WIDTH_PX, WIDTH_MOST_PX, WIDTH_SHARE = 322, 460, 0.27
CAUSE_FONT_PX = (13, 12, 11)  # smaller type before cut words
PAIR_PX = 33
CAUSE_PX = 48
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class _Lines(QLabel):
    """Plain text on as many lines as there is room for; what does not fit is cut at a word, and said so."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(16)

    @property
    def shown(self) -> str:
        """What stands there at this size."""
        return self._lettering()[1]

    def _lettering(self) -> tuple[QFont, str]:
        """The largest type that lets all of it stand there; else as many words as the smallest lets."""
        font, words = QFont(self.font()), self.text().split(" ")
        for size_px in CAUSE_FONT_PX:
            font.setPixelSize(size_px)
            if self._fits(font, self.text()):
                return font, self.text()
        cut = (" ".join(words[:count]) + " …" for count in range(len(words) - 1, 0, -1))
        return font, next((text for text in cut if self._fits(font, text)), words[0])

    def _fits(self, font: QFont, text: str) -> bool:
        area = QRect(0, 0, max(1, self.width()), 10_000)
        return QFontMetrics(font).boundingRect(area, WRAPPED, text).height() <= self.height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        font, text = self._lettering()
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), WRAPPED, text)
        painter.end()


class FactView(QWidget):
    """A caption over a value."""

    def __init__(self, *, wrapped: bool) -> None:
        super().__init__()
        self.caption = QLabel()
        self.caption.setStyleSheet("font-size: 11px;")
        self.caption.setProperty("role", "muted")
        self.value = _Lines() if wrapped else Elided()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value, 1 if wrapped else 0)
        self._fact: Fact | None = None
        theme.changed.connect(self._paint)

    def show_fact(self, fact: Fact) -> None:
        if fact != self._fact:
            self._fact = fact
            self.caption.setText(fact.caption)
            self.value.setText(fact.value)
            self.setToolTip(fact.tip or fact.value)
            self.value.setToolTip(fact.tip or fact.value)
            self.value.setAccessibleName(f"{fact.caption}: {fact.value}")
            self._paint()

    @property
    def told(self) -> str:
        """Both as one text."""
        return self.value.accessibleName()

    def _paint(self) -> None:
        if self._fact is not None:
            colour = getattr(theme.palette(), self._fact.tone)
            self.value.setStyleSheet(f"color: {colour}; font-size: 13px; font-weight: bold;")


class AnatomyFacts(QWidget):
    """Seven facts; where the height is short the pairs below the first two go, the cause stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH_PX)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 10, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        self._views = [FactView(wrapped=place == 2 * PAIRS) for place in range(2 * PAIRS + 1)]
        for place, view in enumerate(self._views[:-1]):
            grid.addWidget(view, place // 2, place % 2)
        grid.addWidget(self._views[-1], PAIRS, 0, 1, 2)
        grid.setRowStretch(PAIRS, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def fit(self, room_px: int) -> None:
        """A share of what waterfall and facts have together."""
        self.setFixedWidth(round(min(max(WIDTH_PX, WIDTH_SHARE * room_px), WIDTH_MOST_PX)))

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """The facts of one episode, the cause last."""
        for view, fact in zip(self._views, facts, strict=True):
            view.show_fact(fact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        pairs = max(1, min(PAIRS, int((self.height() - CAUSE_PX) // PAIR_PX)))
        for place, view in enumerate(self._views[:-1]):
            view.setVisible(place // 2 < pairs)
