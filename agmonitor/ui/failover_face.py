"""What the failover dialog is made of and where it stands; what happens in it is ``failover_dialog``."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agmonitor.domain.model import Severity
from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.failover_checks import ChecksTable
from agmonitor.ui.failover_course import CoursePicture
from agmonitor.ui.failover_parts import ConfirmForm, FireButton, KindChoice, LabBand, RolesPicture, StepsStrip
from agmonitor.ui.marks import Mark
from agmonitor.ui.on_screen import room_for

WIDTH_PX, TABLE_PX, LOW_TABLE_PX = 1080, 360, 140
SMALL_SCREEN_PX = 960, 560  # below that the form stands under the table, or the table is low from the start


class FailoverFace(Dialog[str]):
    """All its widgets in their places."""

    def __init__(self, name: str, *, lab: bool, parent: QWidget | None) -> None:
        super().__init__(t("Failover of {group}", group=name), parent, WIDTH_PX)
        self._strip = StepsStrip()
        self._roles = RolesPicture()
        self._kinds = KindChoice()
        self.checks = ChecksTable()
        self._course = CoursePicture()
        self._form = ConfirmForm(name, lab=lab)
        self._proven, self._countdown = paragraph("", "muted"), QLabel()
        self._countdown.setProperty("role", "heading")
        self._told = QVBoxLayout()
        self._told.setSpacing(5)
        self._steps: list[QWidget] = []
        self.leave = QPushButton(t("Cancel"))
        self.arm = QPushButton(t("Arm"))
        self.fire = FireButton(t("Yield"))
        self.back = QPushButton(t("Order the way back…"))
        self.fire.setObjectName("" if lab else "danger")
        if lab:
            self.column.insertWidget(0, LabBand())
        self.column.addWidget(self._strip)
        self.column.addWidget(self._roles)
        self.column.addLayout(self._two_columns(), 1)
        self.column.addLayout(self._told)
        self.stay_below(self._countdown)
        self.buttons(self.back, self.leave, self.arm, self.fire)

    def _two_columns(self) -> QBoxLayout:
        row, right = QBoxLayout(QBoxLayout.Direction.LeftToRight), QVBoxLayout()
        room = room_for(self)
        if room.width() < SMALL_SCREEN_PX[0]:
            row.setDirection(QBoxLayout.Direction.TopToBottom)
        self._table_px = TABLE_PX if room.height() >= SMALL_SCREEN_PX[1] else LOW_TABLE_PX
        row.setSpacing(16)
        right.setSpacing(10)
        self.checks.setMinimumHeight(self._table_px)
        for part in (self._kinds, self._course, self._proven, self._form):
            right.addWidget(part)
        right.addStretch(1)
        row.addWidget(self.checks, 3)
        row.addLayout(right, 2)
        return row

    @property
    def said(self) -> tuple[str, ...]:
        """Every step told so far."""
        return tuple(label.text() for label in self.findChildren(QLabel, "step"))

    def type_reason(self, text: str) -> None:
        self._form.reason.setText(text)

    def type_name(self, text: str) -> None:
        self._form.typed.setText(text)

    def _step(self, severity: Severity, sentence: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        mark = Mark(12)
        mark.show_severity(severity)
        text = paragraph(sentence)
        text.setObjectName("step")
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        self._told.addLayout(row)
        self._steps += (mark, text)
        for part in (mark, text):
            part.show()  # at once: a layout leaves out what is still to be shown
        self.fit()
        self.show_last(text)

    def _forget_steps(self) -> None:
        """Those of an earlier try: they would push this one's off a small screen."""
        while self._told.takeAt(0) is not None:
            pass
        for part in self._steps:
            part.setParent(None)
            part.deleteLater()
        self._steps.clear()
