"""What stands in the window before there is any group: what to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.symbol import paint_symbol

SYMBOL_PX = 72


class _Symbol(QWidget):
    accessible_role = "Graphic"

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("agmonitor's symbol: two nodes and the name between them"))
        self.setFixedSize(QSize(SYMBOL_PX, SYMBOL_PX))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_symbol(painter, QRectF(self.rect()), theme.palette())
        painter.end()


class EmptyView(QWidget):
    """Three ways on: watch a pair of one's own, play with one made here, or look at a past incident."""

    add_asked = Signal()
    lab_asked = Signal()
    example_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        panel = QFrame()
        panel.setObjectName("panel")
        panel.setFixedWidth(680)
        headline = QLabel(t("Nothing is watched yet"))
        headline.setProperty("role", "title")
        headline.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = QLabel(
            t(
                "Name the two Gateways of an Availability group to watch roles, heartbeats and DNS record; "
                "or start a real pair on this machine, break it, and see it fail over."
            )
        )
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.add = QPushButton(t("Add a group…"))
        self.add.setDefault(True)
        self.lab = QPushButton(t("▶ Open the lab"))
        self.lab.setObjectName("lab")
        self.add.clicked.connect(self.add_asked)
        self.lab.clicked.connect(self.lab_asked)
        self.example = QPushButton(t("▷ Look at an example incident"))
        self.example.setToolTip(t("A recorded takeover, in a window of its own; nothing is asked or written"))
        self.example.clicked.connect(self.example_asked)
        self.example.hide()
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.add)
        buttons.addWidget(self.lab)
        buttons.addWidget(self.example)
        buttons.addStretch(1)
        keys = QLabel(t("Ctrl+N adds a group   ·   Ctrl+Shift+L opens the lab   ·   F1 shows all keys"))
        keys.setProperty("role", "muted")
        keys.setStyleSheet("font-size: 12px;")
        keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(40, 36, 40, 32)
        inside.setSpacing(18)
        inside.addWidget(_Symbol(), 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(headline)
        inside.addWidget(text)
        inside.addLayout(buttons)
        inside.addWidget(keys)
        outside = QVBoxLayout(self)
        outside.addWidget(panel, 0, Qt.AlignmentFlag.AlignCenter)

    def offer_example(self, show: Callable[[], object]) -> None:
        """There is one to look at."""
        self.example.setVisible(True)
        self.example_asked.connect(show)
