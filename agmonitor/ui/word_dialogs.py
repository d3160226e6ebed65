"""What a person leaves in the history: an acknowledgement with who and why, a note pinned to a moment.

They only ask: what was typed goes out through ``save_asked``, and what came of it comes back.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.phrases import read_time, written_time

LONGEST = 500
NOTE_PX = 84


class _WordDialog(Dialog[None]):
    """Fields, a line for what went wrong, and two buttons."""

    def __init__(self, title: str, save: str, parent: QWidget | None) -> None:
        super().__init__(title, parent, width_px=520)
        self.mistake = paragraph("", "mistake")
        self.mistake.hide()
        self.leave = QPushButton(t("Cancel"))
        self.save = QPushButton(save)
        self.save.setDefault(True)
        self.save.setEnabled(False)
        self.leave.clicked.connect(self.close)

    def _end(self) -> None:
        self.column.addWidget(self.mistake)
        self.column.addStretch(1)
        self.buttons(self.leave, self.save)

    def _field(self, caption: str, field: QWidget) -> None:
        label = QLabel(caption.upper())
        label.setProperty("role", "caption")
        field.setAccessibleName(caption)
        self.column.addWidget(label)
        self.column.addWidget(field)

    def refuse(self, why: str) -> None:
        """It was not kept: say why and let it be tried again; nothing that was typed is lost."""
        self.mistake.setText(why)
        self.mistake.show()
        self.save.setEnabled(True)
        self.fit()


class AcknowledgeDialog(_WordDialog):
    """``save_asked`` carries who and why."""

    save_asked = Signal(str, str)

    def __init__(self, what: str, who: str, parent: QWidget | None = None) -> None:
        super().__init__(t("Acknowledge"), t("Acknowledge"), parent)
        self.column.addWidget(paragraph(what))
        self.who = QLineEdit(who)
        self.who.setMaxLength(100)
        self.why = QLineEdit()
        self.why.setMaxLength(LONGEST)
        self.why.setPlaceholderText(t("What it was, or what was done: change number, repair…"))
        self._field(t("Who"), self.who)
        self._field(t("Why it needs no more looking at"), self.why)
        self.column.addWidget(
            paragraph(
                t(
                    "It is kept in the history with this moment and can't be taken back. A failover "
                    "that nothing explains is warned of no longer."
                ),
                "muted",
            )
        )
        self._end()
        self.save.clicked.connect(self._on_save)
        for field in (self.who, self.why):
            field.textChanged.connect(self._on_typed)
        self.why.setFocus()

    def _on_typed(self) -> None:
        self.save.setEnabled(bool(self.who.text().strip() and self.why.text().strip()))

    def _on_save(self) -> None:
        if self.who.text().strip() and self.why.text().strip():
            self.save.setEnabled(False)
            self.save_asked.emit(self.who.text().strip(), self.why.text().strip())


class NoteDialog(_WordDialog):
    """``save_asked`` carries the instant and the text."""

    save_asked = Signal(float, str)

    def __init__(
        self, group: str, at: Instant, who: str, now: Instant, parent: QWidget | None = None
    ) -> None:
        super().__init__(t("Note on {group}", group=group), t("Pin the note"), parent)
        self._at, self._now = at, now
        self._told = written_time(at)
        self.moment = QLineEdit(self._told)
        self.text = QPlainTextEdit()
        self.text.setFixedHeight(NOTE_PX)
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(t("What was seen or done then"))
        self._field(t("Moment"), self.moment)
        self._field(t("Note"), self.text)
        self.column.addWidget(
            paragraph(
                t(
                    "Pinned as {who}. It is listed with the events, drawn on the time axis and goes along "
                    "with an exported recording; it can't be changed afterwards.",
                    who=who,
                ),
                "muted",
            )
        )
        self._end()
        self.save.clicked.connect(self._on_save)
        self.text.textChanged.connect(self._on_typed)
        self.moment.textChanged.connect(self._on_typed)
        self.text.setFocus()

    @property
    def at(self) -> Instant | None:
        """The moment as typed; to the millisecond where it was left as it was. None: it is no moment."""
        typed = self.moment.text().strip()
        return self._at if typed == self._told else read_time(typed)

    @property
    def note(self) -> str:
        return self.text.toPlainText().strip()[:LONGEST]

    def _on_typed(self) -> None:
        at = self.at
        wrong = ""
        if at is None:
            today = written_time(self._now)
            wrong = t("The moment is to be written like {today}.", today=today)
        elif at > self._now + 1:
            wrong = t("The moment lies in the future.")
        self.moment.setProperty("wrong", bool(wrong))
        self.moment.style().polish(self.moment)
        self.mistake.setText(wrong)
        self.mistake.setVisible(bool(wrong))
        self.save.setEnabled(not wrong and bool(self.note))
        self.fit()

    def _on_save(self) -> None:
        at = self.at
        if at is not None and self.note:
            self.save.setEnabled(False)
            self.save_asked.emit(at, self.note)
