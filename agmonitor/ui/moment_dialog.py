"""Go to a moment: a link, an instant, a time of day or how long ago, understood while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.domain.model import Instant
from agmonitor.report.link import FORMS, Moment, typed_moment
from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog
from agmonitor.ui.phrases import full_time, lasting


class MomentDialog(Dialog[Moment]):
    """Answers with the moment that was typed."""

    def __init__(
        self, now: Instant, groups: Sequence[str], parent: QWidget | None = None, *, utc: bool
    ) -> None:
        super().__init__(t("Go to a moment"), parent)
        self._now, self._groups, self._utc = now, groups, utc
        self._moment: Moment | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(FORMS)
        self.line.setAccessibleName(t("The moment to go to"))
        self.line.textChanged.connect(self._on_typed)
        self.said = QLabel(t("Type {forms}.", forms=FORMS))
        self.said.setWordWrap(True)
        self.said.setProperty("role", "muted")
        self.go = QPushButton(t("Go"))
        self.go.setEnabled(False)
        self.go.clicked.connect(self._on_go)
        cancel = QPushButton(t("Cancel"))
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
            self.said.setText(str(error) if text.strip() else t("Type {forms}.", forms=FORMS))
        self.go.setEnabled(self._moment is not None)

    def _judged(self, moment: Moment) -> str:
        """What it would show, or why it cannot."""
        if moment.group is not None and moment.group not in self._groups:
            return t("There is no group {group} here.", group=moment.group)
        if moment.at > self._now:
            return t("{instant} is yet to come.", instant=full_time(moment.at))
        self._moment = moment
        when, ago = full_time(moment.at), lasting(self._now - moment.at)
        if moment.group is None:
            return t("{instant}, {time} ago", instant=when, time=ago)
        return t("{group} at {instant}, {time} ago", group=moment.group, instant=when, time=ago)

    def _on_go(self) -> None:
        if self._moment is not None:
            self.answer(self._moment)
            self.close()
