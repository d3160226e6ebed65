"""A colleague's list of groups before it is taken in: what is new, changed, the same or clashing.

Reads and writes nothing itself: ``agreed`` says that it shall be taken in.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from agmonitor.config.comparing import Coming, Compared
from agmonitor.domain.model import Severity
from agmonitor.texts import t, tn
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import SEVERITY_TONES, Tone
from agmonitor.ui.table import Table


def _urls(one: Compared) -> list[str]:
    return [node.url for node in one.listed.settings.nodes]


def _hosts(one: Compared) -> list[str]:
    return [urlsplit(url).netloc for url in _urls(one)]


MARKS = {
    Coming.NEW: Severity.OK,
    Coming.CHANGED: Severity.NOTICE,
    Coming.SAME: Severity.UNKNOWN,
    Coming.CLASH: Severity.WARNING,
}
WORDS = {
    Coming.NEW: t("new"),
    Coming.CHANGED: t("changed"),
    Coming.SAME: t("the same"),
    Coming.CLASH: t("clash: left out"),
}
WHAT = t(
    "Only what is new or changed is taken in, all in one step. Passwords are asked for when they are needed; "
    "failover stays forbidden for new groups."
)
NOTHING = t("Nothing of it is new or changed.")
TABLE_PX = 260
COLUMNS: tuple[Column[Compared], ...] = (
    Column(
        "",
        lambda one: WORDS[one.coming],
        tone=lambda one: SEVERITY_TONES[MARKS[one.coming]],
        mark=lambda one: MARKS[one.coming],
        width_px=140,
        bold=lambda _one: True,
    ),
    Column(t("Group"), lambda one: one.name),
    Column(t("Nodes"), lambda one: ", ".join(_hosts(one)), tip=lambda one: "\n".join(_urls(one))),
    Column(t("What differs"), lambda one: one.why, tone=lambda _one: Tone.MUTED, tip=lambda one: one.why),
)


class IncomingDialog(Dialog[None]):
    """``agreed`` once; the dialog stays until it is closed."""

    agreed = Signal()

    def __init__(self, file: str, compared: Sequence[Compared], parent: QWidget | None = None) -> None:
        super().__init__(t("Groups in {file}", file=file), parent, width_px=860)
        count = sum(one.taken_in for one in compared)
        self.column.addWidget(paragraph(WHAT if count else NOTHING, "muted"))
        self.model: TableModel[Compared] = TableModel(COLUMNS)
        self.model.set_rows(compared)
        self.table = Table(self.model, t("Groups of the list, and what would become of each"), "")
        self.table.setMinimumHeight(TABLE_PX)
        self.column.addWidget(self.table, 1)
        self._general = paragraph("", "mistake")
        self._general.hide()
        self.stay_below(self._general)
        cancel = QPushButton(t("Cancel") if count else t("Close"))
        self.take = QPushButton(tn("Take in {n} group", "Take in {n} groups", count))
        self.take.setDefault(True)
        self.take.setVisible(bool(count))
        self.buttons(cancel, self.take)
        cancel.clicked.connect(self.close)
        self.take.clicked.connect(self._on_take)

    @property
    def refusal(self) -> str:
        """Why it was not taken in; empty while nothing is known against it."""
        return self._general.text()

    def refuse(self, sentence: str) -> None:
        """It could not be taken in."""
        self._general.setText(sentence)
        self._general.show()
        self.fit()

    def _on_take(self) -> None:
        self.take.setEnabled(False)
        self.agreed.emit()
