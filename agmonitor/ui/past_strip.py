"""One line above all while a past moment is shown: which, how well known, what came since, the way back."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.moment import Then
from agmonitor.texts import t, tn
from agmonitor.ui import theme
from agmonitor.ui.elided import Elided
from agmonitor.ui.past_facts import sure_words, when_words
from agmonitor.ui.phrases import SEVERITY_TONES, SEVERITY_WORDS

BADGE = t("◷ PAST")


class PastStrip(QFrame):
    """Signals carry what was asked for."""

    accessible_role = "AlertMessage"
    earlier_asked = Signal()
    later_asked = Signal()
    link_asked = Signal()
    live_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events = 0
        self._worst = Severity.OK
        self._recorded = False
        self._said = ("", "")
        self._badge = QLabel(BADGE)
        self._badge.setProperty("role", "badge-recording")
        self.words = Elided()
        self.words.setStyleSheet("font-size: 13px; font-weight: bold;")
        self.news = QLabel()
        self.news.hide()
        self.earlier = _button("◂", t("The event before (Alt+Left)"))
        self.later = _button("▸", t("The event after (Alt+Right)"))
        self.link = _button(t("Copy link"), t("A link to this moment (Ctrl+Shift+C)"))
        self.live = _button(t("Live · Esc"), t("Back to the present (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 8, 5)
        row.setSpacing(8)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.news)
        for button in (self.earlier, self.later, self.link, self.live):
            row.addWidget(button)
        self.earlier.clicked.connect(self.earlier_asked)
        self.later.clicked.connect(self.later_asked)
        self.link.clicked.connect(self.link_asked)
        self.live.clicked.connect(self.live_asked)
        theme.changed.connect(self._tell_news)
        self.hide()

    def be_recording(self) -> None:
        """The way back leads to the recording's end."""
        self._recorded = True
        self._badge.setText("  ".join((t("▷ RECORDING"), BADGE)))
        self.live.setText(t("The end · Esc"))
        self.live.setToolTip(t("The end of the recording (Esc)"))

    def tell(self, then: Then, now: Instant) -> None:
        """That moment is shown."""
        when, sure = when_words(then.at, now, recorded=self._recorded), sure_words(then)
        if (when, sure) != self._said:
            self._said = when, sure
            self.words.setText(when)  # how well it is known stands in full below
            self.words.setToolTip(f"{when}\n{sure}".strip())
            told = " · ".join(part for part in self._said if part)
            told = told.rstrip(".")
            self.setAccessibleName(
                t("Past: {moment}. Esc returns to the end.", moment=told)
                if self._recorded
                else t("Past: {moment}. Esc returns to the present.", moment=told)
            )

    def begin(self) -> None:
        """The past is entered: nothing has happened since."""
        self._events, self._worst = 0, Severity.OK
        self._tell_news()

    def add(self, events: Iterable[Event]) -> None:
        """New events of the group, which the past does not show."""
        for event in events:
            self._events += 1
            self._worst = max(self._worst, event.severity)
        self._tell_news()

    def _tell_news(self) -> None:
        said = ""
        if self._events:
            worst = SEVERITY_WORDS[self._worst]
            said = tn(
                "{n} new, worst: {severity}", "{n} new, worst: {severity}", self._events, severity=worst
            )
        self.news.setText(said)
        self.news.setVisible(bool(said))
        told = t("Events since the past was entered: {count}", count=said) if said else ""
        self.news.setToolTip(told)
        self.news.setAccessibleName(told)
        colour = getattr(theme.palette(), SEVERITY_TONES[self._worst])
        self.news.setStyleSheet(f"color: {colour}; font-weight: bold;")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.8, 0.8, -0.8, -0.8)
        painter.setPen(QPen(QColor(now.accent), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.tint(now.accent, now.panel, theme.TINT)))
        painter.drawRoundedRect(frame, 8, 8)
        painter.end()


def paint_past_frame(painter: QPainter, area: QRectF, width_px: float) -> None:
    """Hatching all round, so that the past differs in form from a lab's or a recording's frame."""
    brush = QBrush(QColor(theme.palette().accent), Qt.BrushStyle.BDiagPattern)
    for edge in edges(area, width_px):
        painter.fillRect(edge, brush)


def edges(area: QRectF, width_px: float) -> tuple[QRectF, ...]:
    """The four sides of a frame within the area."""
    return (
        QRectF(area.left(), area.top(), area.width(), width_px),
        QRectF(area.left(), area.bottom() - width_px, area.width(), width_px),
        QRectF(area.left(), area.top(), width_px, area.height()),
        QRectF(area.right() - width_px, area.top(), width_px, area.height()),
    )


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setStyleSheet("padding: 3px 10px;")
    return button
