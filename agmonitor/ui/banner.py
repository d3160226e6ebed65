"""The verdict across the top: its shape, its word, its sentence; and whatever else must not be overlooked."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from agmonitor.domain.state import GroupState
from agmonitor.domain.titles import title_of
from agmonitor.texts import t, worded
from agmonitor.ui import theme
from agmonitor.ui.elided import lines_of, unbroken
from agmonitor.ui.group_facts import beside
from agmonitor.ui.marks import Mark, framed
from agmonitor.ui.phrases import SEVERITY_WORDS
from agmonitor.ui.quiet_badge import QuietBadge

HEIGHT_PX = 50  # two lines fit: nothing below moves when a sentence grows
LINES_TIGHT = 2  # where the window is low; the rest of a sentence is in the tool tip and the ledger


class Banner(QWidget):
    """Framed and tinted in the colour of the verdict's severity."""

    accessible_role = "AlertMessage"
    why_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dashed = False  # the frame: a past moment is shown
        self._colour = theme.palette().unknown
        self._state: GroupState | None = None
        self._tight = False
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = Mark(19)
        self._word = QLabel()
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._word.setTextFormat(Qt.TextFormat.PlainText)
        self._unwritten = QLabel(t("⚠ history is not being written"))
        self._unwritten.hide()
        self.quiet = QuietBadge()
        self._more = QPushButton()
        self._more.setFlat(True)
        self._more.setCursor(Qt.CursorShape.PointingHandCursor)
        self._more.clicked.connect(self.why_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 7, 10, 7)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addWidget(self._word)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.quiet)
        row.addWidget(self._unwritten)
        row.addWidget(self._more)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_state(self, state: GroupState, unwritten: str | None) -> None:
        """Take the verdict over; ``unwritten`` says why history is not kept, None: it is."""
        self._state = state
        verdict = state.verdict
        others = beside(state)
        self._mark.show_severity(verdict.severity)
        self._word.setText(title_of(verdict.name))
        self._fit_sentence()
        self._more.setVisible(bool(others))
        self._more.setText(t("+ {n} more", n=len(others)) if others else "")
        self._more.setToolTip("\n".join(others))
        self._more.setAccessibleDescription(". ".join(others))
        self._unwritten.setVisible(unwritten is not None)
        self._unwritten.setToolTip(unwritten or "")
        self.setAccessibleName(self.spoken(unwritten))
        if theme.severity_colour(verdict.severity) != self._colour:
            self._on_theme_changed()  # a style sheet costs the same whether it changes anything or not

    def tighten(self, *, tight: bool) -> None:
        """In a low window a long sentence must not push the time axis out of it."""
        if tight != self._tight:
            self._tight = tight
            self._fit_sentence()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sentence()

    def _fit_sentence(self) -> None:
        if self._state is None:
            return
        sentence = worded(self._state.verdict.sentence)
        whole, width = unbroken(sentence), self._sentence.width()
        shown = lines_of(whole, self._sentence.fontMetrics(), width, LINES_TIGHT) if self._tight else whole
        if shown != self._sentence.text():
            self._sentence.setText(shown)
        self._sentence.setToolTip(sentence if shown != whole else "")

    def spoken(self, unwritten: str | None = None) -> str:
        """The banner as a screen reader says it."""
        if self._state is None:
            return ""
        verdict = self._state.verdict
        said = f"{SEVERITY_WORDS[verdict.severity]}: {title_of(verdict.name)}. {worded(verdict.sentence)}"
        if unwritten is None:
            return said
        return " ".join((said, t("History is not being written: {why}", why=unwritten)))

    def _on_theme_changed(self) -> None:
        now = theme.palette()
        if self._state is not None:
            self._colour = theme.severity_colour(self._state.verdict.severity)
        self._word.setStyleSheet(f"color: {self._colour}; font-size: 15px; font-weight: bold;")
        self._sentence.setStyleSheet("font-size: 14px;")
        self._unwritten.setStyleSheet(f"color: {now.critical}; font-weight: bold;")
        self._more.setStyleSheet(
            f"QPushButton {{ border: none; background: transparent; padding: 2px 6px; color: {now.text}; }}"
            f"QPushButton:hover, QPushButton:focus {{ color: {now.accent}; }}"
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(framed(self._colour, dashed=self.dashed))
        painter.setBrush(QColor(theme.tint(self._colour, theme.palette().panel, theme.TINT)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.8, 0.8, -0.8, -0.8), 8, 8)
        painter.end()
