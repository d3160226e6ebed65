"""Failover…: which node will do what, a reason, then progress and outcome in the same place.

It orders nothing itself: it hands the reason out, and is told what happens. The workspace reads both nodes
and DNS again before it sends anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agmonitor.domain.model import Severity
from agmonitor.failover import Outcome, Plan, Refusal
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.marks import Mark

if TYPE_CHECKING:
    from agmonitor.monitor.operation import FailoverResult

AGAIN = "Both nodes and DNS are read again before anything is sent; if anything has moved, nothing is."
ENOUGH_REASON = 3

_OUTCOME_SEVERITY = {
    Outcome.SUCCEEDED: Severity.OK,
    Outcome.REFUSED_HERE: Severity.WARNING,
    Outcome.REFUSED_BY_NODE: Severity.CRITICAL,
    Outcome.UNKNOWN: Severity.UNKNOWN,
}
_OUTCOME_WORDS = {
    Outcome.SUCCEEDED: "Succeeded",
    Outcome.REFUSED_HERE: "Refused here, nothing was sent",
    Outcome.REFUSED_BY_NODE: "Refused by the node",
    Outcome.UNKNOWN: "Unknown, still watching",
}


class FailoverDialog(Dialog[str]):
    """Open it, connect ``fire_asked``, and tell it the progress and the result."""

    fire_asked = Signal(str)  # the reason

    def __init__(self, name: str, plan: Plan | Refusal, *, lab: bool, parent: QWidget | None = None) -> None:
        super().__init__(f"Failover of {name}", parent)
        self._under_way = False
        self.plan = plan if isinstance(plan, Plan) else None  # what the person is shown and agrees to
        if lab:
            badge = QLabel("LAB")
            badge.setProperty("role", "badge-lab")
            self.column.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        self._reason = QLineEdit()
        self._reason.setPlaceholderText("Why, for the record: change number, purpose…")
        self._reason.setMaxLength(300)
        self._reason.setAccessibleName("Reason for the failover")
        self._steps = QVBoxLayout()
        self._steps.setSpacing(6)
        self.fire = QPushButton(plan.word if isinstance(plan, Plan) else "Fail over")
        self.fire.setObjectName("" if lab else "danger")
        self.fire.setDefault(lab)
        self.fire.setEnabled(False)
        self.leave = QPushButton("Cancel")
        self._say(plan)
        self.column.addLayout(self._steps)
        self.column.addStretch(1)
        self.buttons(self.leave, self.fire)
        self.leave.clicked.connect(self.close)
        self.fire.clicked.connect(self._on_fire)
        self._reason.textChanged.connect(self._on_reason_changed)
        if lab:  # a real group takes a deliberate click
            self._reason.returnPressed.connect(self._on_fire)

    def _say(self, plan: Plan | Refusal) -> None:
        if isinstance(plan, Refusal):
            self.column.addWidget(paragraph("No failover can be ordered now:"))
            for reason in plan.reasons:
                self._step(Severity.WARNING, reason)
            self.leave.setText("Close")
            self.fire.hide()
            return
        self.column.addWidget(_picture(plan))
        self.column.addWidget(paragraph(plan.sentence))
        self.column.addWidget(paragraph(AGAIN, "muted"))
        caption = QLabel("REASON")
        caption.setProperty("role", "caption")
        self.column.addWidget(caption)
        self.column.addWidget(self._reason)
        self._reason.setFocus()

    def progress(self, sentence: str) -> None:
        """One more thing has happened."""
        self._step(Severity.NOTICE, sentence)

    def finish(self, result: FailoverResult) -> None:
        """The outcome, in place."""
        self._under_way = False
        self._step(_OUTCOME_SEVERITY[result.outcome], f"{_OUTCOME_WORDS[result.outcome]}. {result.sentence}")
        self.leave.setText("Close")
        self.fire.hide()
        self.leave.setDefault(True)
        self.leave.setFocus()
        self.show()  # it may have been put away meanwhile

    def fail(self, sentence: str) -> None:
        """The order itself broke down; what it did is not known."""
        self._under_way = False
        self._step(Severity.UNKNOWN, sentence)
        self.leave.setText("Close")

    @property
    def said(self) -> tuple[str, ...]:
        """Every step told so far."""
        return tuple(label.text() for label in self.findChildren(QLabel, "step"))

    def type_reason(self, text: str) -> None:
        self._reason.setText(text)

    def _on_reason_changed(self, text: str) -> None:
        self.fire.setEnabled(len(text.strip()) >= ENOUGH_REASON and not self._under_way)

    def _on_fire(self) -> None:
        if not self.fire.isEnabled():
            return
        self._under_way = True
        self.fire.setEnabled(False)
        self._reason.setReadOnly(True)
        self.leave.setText("Put away")
        self.fire_asked.emit(self._reason.text().strip())

    def _step(self, severity: Severity, sentence: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        mark = Mark(12)
        mark.show_severity(severity)
        text = paragraph(sentence)
        text.setObjectName("step")
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        self._steps.addLayout(row)
        for part in (mark, text):
            part.show()  # at once: a layout leaves out what is still to be shown
        self.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._under_way:
            # What has been sent can't be called back: the dialog steps aside and returns with the outcome.
            event.ignore()
            self.hide()
            return
        super().closeEvent(event)


def _picture(plan: Plan) -> QFrame:
    """Who is what before and after, as a small table of words."""
    frame = QFrame()
    frame.setObjectName("panel")
    row = QHBoxLayout(frame)
    row.setContentsMargins(16, 12, 16, 12)
    for name, before, after in (
        (plan.old_primary, "primary", "secondary"),
        (plan.new_primary, "secondary", "primary"),
    ):
        cell = QVBoxLayout()
        title = QLabel(name)
        title.setProperty("role", "heading")
        title.setTextFormat(Qt.TextFormat.PlainText)
        cell.addWidget(title)
        cell.addWidget(paragraph(f"{before} → {after}"))
        if name == plan.target:
            cell.addWidget(paragraph("the order goes here", "muted"))
        cell.addStretch(1)
        row.addLayout(cell, 1)
    return frame
