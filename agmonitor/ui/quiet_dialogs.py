"""Silence a group, or plan its maintenance: how long, and why. Making it is somebody else's."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.alerts.ordering import LONGEST_REASON, mistake_of
from agmonitor.domain.model import Instant
from agmonitor.domain.titles import title_of
from agmonitor.texts import t, tc
from agmonitor.ui.choice_row import ChoiceRow
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.phrases import day_and_time, full_time, typed_time

LENGTHS = (
    (t("30 min"), 1800.0),
    (t("2 h"), 7200.0),
    (t("4 h"), 14_400.0),
    (t("8 h"), 28_800.0),
    (t("1 d"), 86_400.0),
)
LENGTHS_OF_WORK = (
    (t("30 min"), 1800.0),
    (t("1 h"), 3600.0),
    (t("2 h"), 7200.0),
    (t("4 h"), 14_400.0),
    (t("8 h"), 28_800.0),
)
FINDINGS_MOST = 3
ALL = ""
SILENCE = t(
    "Nothing is sent about it until then, or until what is wrong is over, whichever is first."
    " Two Primaries are sent all the same, unless they are silenced by name."
)
MAINTENANCE = t(
    "Nothing but two Primaries is sent about it meanwhile. Everything goes on being asked and recorded,"
    " and what is still wrong at the end is sent then."
)


class QuietDialog(Dialog[None]):
    """What both have: a length, a reason that is required, who it will be put down to."""

    asked = Signal(object)

    def __init__(
        self, title: str, what: str, word: str, who: str, now: Instant, parent: QWidget | None
    ) -> None:
        super().__init__(title, parent, width_px=600)
        self._now = now
        self.column.addWidget(paragraph(what, "muted"))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnMinimumWidth(0, 80)
        self.grid.setColumnStretch(1, 1)
        self.column.addLayout(self.grid)
        self.reason = QLineEdit()
        self.reason.setMaxLength(LONGEST_REASON)
        self.reason.setPlaceholderText(t("for whoever looks next: disk is being changed, ticket 4711"))
        self.reason.setAccessibleName(t("Reason"))
        self.ends = QLabel()
        self.ends.setProperty("role", "muted")
        self.mistake = paragraph("", "mistake")
        self.mistake.hide()
        self.make = QPushButton(word)
        self.make.setDefault(True)
        self.make.clicked.connect(self._on_make)
        self._who = who

    def put(self, caption: str, widget: QWidget) -> None:
        """One more line."""
        row = self.grid.rowCount()
        label = QLabel(caption)
        label.setBuddy(widget)
        self.grid.addWidget(label, row, 0)
        self.grid.addWidget(widget, row, 1)

    def finish(self) -> None:
        """The lines that come last, and the buttons."""
        self.put(t("Ends"), self.ends)
        self.put(t("Reason"), self.reason)
        by = QLabel(self._who)
        by.setProperty("role", "muted")
        # Translators: who asks for it
        self.put(t("By"), by)
        self.column.addWidget(self.mistake)
        self.column.addStretch(1)
        cancel = QPushButton(t("Cancel"))
        cancel.clicked.connect(self.close)
        self.buttons(cancel, self.make)
        self.reason.setFocus()
        self.tell()

    def refuse(self, sentence: str) -> None:
        """It could not be had; everything that was typed stays."""
        self.mistake.setText(f"✖ {sentence}")
        self.mistake.show()
        self.make.setEnabled(True)
        self.fit()

    @abstractmethod
    def span(self) -> tuple[Instant, Instant]:
        """From when until when.

        Raises:
            ValueError: with a sentence, where it cannot be read.
        """

    def tell(self) -> None:
        """Say when it ends."""
        try:
            self.ends.setText(full_time(self.span()[1], fine=False))
        except ValueError as error:
            self.ends.setText(str(error))

    @abstractmethod
    def wish(self) -> object:
        """What ``asked`` carries."""

    def _on_make(self) -> None:
        self.mistake.hide()
        try:
            mistake = mistake_of(self.reason.text(), *self.span(), self._now)
        except ValueError as error:
            mistake = str(error)
        if mistake:
            self.refuse(mistake)
            self.reason.setFocus()
            return
        self.make.setEnabled(False)
        self.asked.emit(self.wish())


class SilenceDialog(QuietDialog):
    """``asked`` carries finding or None, instant of the end, reason."""

    def __init__(
        self, group: str, wrong: Sequence[str], who: str, now: Instant, parent: QWidget | None = None
    ) -> None:
        """``wrong``: names of the findings that hold, worst first."""
        super().__init__(
            t("Silence {group}", group=group), SILENCE, tc("alerts", "Silence"), who, now, parent
        )
        offered = [(t("All of it"), ALL), *((title_of(name), name) for name in wrong[:FINDINGS_MOST])]
        self.what = ChoiceRow(t("What is silenced"), offered)
        self.length = ChoiceRow(t("For how long"), LENGTHS)
        self.length.changed.connect(self.tell)
        # Translators: that is, what shall be silenced
        self.put(t("What"), self.what)
        # Translators: for how long
        self.put(t("For"), self.length)
        self.finish()

    def span(self) -> tuple[Instant, Instant]:
        return self._now, self._now + self.length.value

    def wish(self) -> object:
        return self.what.value or None, self.span()[1], self.reason.text().strip()


class MaintenanceDialog(QuietDialog):
    """``asked`` carries instants of begin and end, reason."""

    def __init__(self, group: str, who: str, now: Instant, parent: QWidget | None = None) -> None:
        super().__init__(
            t("Maintenance of {group}", group=group), MAINTENANCE, t("Plan it"), who, now, parent
        )
        self._begins = day_and_time(now)
        self.begin = QLineEdit(self._begins)
        self.begin.setPlaceholderText("2026-11-22 04:00")
        self.begin.setAccessibleName(t("Begins, date and time"))
        self.begin.textChanged.connect(self.tell)
        self.length = ChoiceRow(t("For how long"), LENGTHS_OF_WORK)
        self.length.changed.connect(self.tell)
        self.put(t("Begins"), self.begin)
        self.put(t("For"), self.length)
        self.finish()

    def span(self) -> tuple[Instant, Instant]:
        text = self.begin.text().strip()
        if text == self._begins:
            return self._now, self._now + self.length.value  # not typed: at once
        try:
            from_at = typed_time(text)
        except (ValueError, OverflowError, OSError):
            raise ValueError(t("The begin is a date and a time, such as 2026-11-22 04:00.")) from None
        return from_at, from_at + self.length.value

    def wish(self) -> object:
        return *self.span(), self.reason.text().strip()
