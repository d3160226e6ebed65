"""Go to a moment: a link, an instant, a time of day or how long ago, understood while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.domain.model import Instant
from agmonitor.domain.words import duration
from agmonitor.report.link import FORMS, Moment, typed_moment
from agmonitor.ui.dialog import Dialog
from agmonitor.ui.phrases import full_time


class MomentDialog(Dialog[Moment]):
    """Answers with the moment that was typed."""

    def __init__(
        self, now: Instant, groups: Sequence[str], parent: QWidget | None = None, *, utc: bool
    ) -> None:
        super().__init__("Go to a moment", parent)
        self._now, self._groups, self._utc = now, groups, utc
        self._moment: Moment | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(FORMS)
        self.line.setAccessibleName("The moment to go to")
        self.line.textChanged.connect(self._on_typed)
        self.said = QLabel(f"Type {FORMS}.")
        self.said.setWordWrap(True)
        self.said.setProperty("role", "muted")
        self.go = QPushButton("Go")
        self.go.setEnabled(False)
        self.go.clicked.connect(self._on_go)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.close)
        self.column.addWidget(self.line)
        self.column.addWidget(self.said)
        self.buttons(cancel, self.go)
        self.go.setDefault(True)
        self.line.setFocus()

    def _on_typed(self, text: str) -> None:
        self._moment = None
        try:
            moment = typed_moment(text, self._now, utc=self._utc)
            self.said.setText(self._judged(moment))
        except ValueError as error:
            self.said.setText(str(error) if text.strip() else f"Type {FORMS}.")
        self.go.setEnabled(self._moment is not None)

    def _judged(self, moment: Moment) -> str:
        """What it would show, or why it cannot."""
        if moment.group is not None and moment.group not in self._groups:
            return f"There is no group {moment.group} here."
        if moment.at > self._now:
            return f"{full_time(moment.at)} is yet to come."
        self._moment = moment
        where = f"{moment.group} at " if moment.group is not None else ""
        return f"{where}{full_time(moment.at)}, {duration(self._now - moment.at)} ago"

    def _on_go(self) -> None:
        if self._moment is not None:
            self.answer(self._moment)
            self.close()
