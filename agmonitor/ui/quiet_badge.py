"""A framed line that says what keeps a group's alerts quiet; in full as its tool tip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.elided import Elided

MOST_PX, LEAST_PX = 340, 120
PAD_PX = 9


class QuietBadge(Elided):
    """Hidden while nothing is quiet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(PAD_PX, 3, PAD_PX, 3)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self.update)
        self.hide()

    def show_quiet(self, badges: Sequence[str]) -> None:
        text = "; ".join(badges)
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(t("Alerts: {badges}", badges=text) if text else "")
            self.setVisible(bool(text))
            self.updateGeometry()

    @property
    def shown(self) -> str:
        """Until when and by whom comes first; the reason gives way."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def sizeHint(self) -> QSize:
        whole = super().sizeHint()
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2 * PAD_PX + 2
        return QSize(min(MOST_PX, wide), whole.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(LEAST_PX, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.palette().muted), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        super().paintEvent(event)
