"""The pre-flight table in the failover dialog: a line for each check, a box for each that may be overridden.

Shows what it is given, again and again; a box that was ticked stays so for as long as its check fails.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from agmonitor.domain.model import Severity
from agmonitor.failover.guards import Check, Result
from agmonitor.failover.preflight import Preflight
from agmonitor.texts import t
from agmonitor.ui.dialog import paragraph
from agmonitor.ui.marks import Mark
from agmonitor.ui.phrases import lasting

SEVERITIES = {
    Result.PASSED: Severity.OK,
    Result.FAILED: Severity.CRITICAL,
    Result.NOTICE: Severity.NOTICE,
    Result.NOT_JUDGED: Severity.UNKNOWN,
}
WORDS = {
    Result.PASSED: t("passed"),
    Result.FAILED: t("failed"),
    Result.NOTICE: t("notice"),
    Result.NOT_JUDGED: t("not judged"),
}


class ChecksTable(QScrollArea):
    """Failed checks first, with their sentences; the rest below."""

    changed = Signal()  # an override was ticked or taken back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(t("Pre-flight checks"))
        self._ticked: set[str] = set()
        self._boxes: dict[str, QCheckBox] = {}
        self._shown: tuple[tuple[object, ...], ...] = ()
        self._ages: list[QLabel] = []

    @property
    def overrides(self) -> frozenset[str]:
        """The checks that the person has named."""
        return frozenset(self._ticked)

    @property
    def text(self) -> str:
        """The whole table in words."""
        return self.accessibleDescription()

    def sizeHint(self) -> QSize:
        """No more than its least height: the rest is a person's to give, and the steps told need room."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def override(self, name: str) -> None:
        """Tick the box of that check, as a person would."""
        self._boxes[name].setChecked(True)

    def show_preflight(self, flight: Preflight) -> None:
        """Take over a newer judgement; what only grew older is only counted on."""
        order = sorted(flight.checks, key=lambda check: check.result is not Result.FAILED)
        shape = tuple((one.guard, one.result, one.value, one.sentence) for one in order)
        if shape != self._shown:
            self._shown = shape
            self._ticked &= {one.guard.value for one in flight.failed}
            self._fill(order)
        for label, check in zip(self._ages, order, strict=True):
            label.setText(
                t("{age} old", age=lasting(max(0.0, check.age_s))) if check.age_s is not None else ""
            )

    def _fill(self, checks: list[Check]) -> None:
        focused = next((name for name, box in self._boxes.items() if box.hasFocus()), None)
        content = QWidget()
        content.setObjectName("clear")
        grid = QGridLayout(content)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(2, 3)
        grid.setColumnStretch(3, 2)
        self._boxes.clear()
        self._ages.clear()
        told = []
        for check in checks:
            self._add(grid, check)
            told.append(f"{check.title}: {WORDS[check.result]}, {check.value}. {check.sentence}".strip())
        grid.setRowStretch(grid.rowCount(), 1)
        self.setAccessibleDescription(" ".join(told))
        self.setWidget(content)
        if focused in self._boxes:
            self._boxes[focused].setFocus()

    def _add(self, grid: QGridLayout, check: Check) -> None:
        row = grid.rowCount()
        mark = Mark(11)
        mark.show_severity(SEVERITIES[check.result])
        mark.setAccessibleName(WORDS[check.result])
        title, value, limit = QLabel(check.title), paragraph(check.value), paragraph(check.limit, "muted")
        title.setTextFormat(Qt.TextFormat.PlainText)
        age = QLabel()
        age.setProperty("role", "muted")
        grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(title, row, 1)
        grid.addWidget(value, row, 2)
        grid.addWidget(limit, row, 3)
        grid.addWidget(age, row, 4, Qt.AlignmentFlag.AlignRight)
        self._ages.append(age)
        if check.result in {Result.FAILED, Result.NOTICE} and check.sentence:
            role = "mistake" if check.result is Result.FAILED else "muted"
            grid.addWidget(paragraph(check.sentence, role), row + 1, 1, 1, 4)
        if check.result is Result.FAILED and check.overridable:
            grid.addWidget(self._box(check), row + 2, 1, 1, 4)

    def _box(self, check: Check) -> QCheckBox:
        box = QCheckBox(t("Act in spite of it: override {guard}", guard=check.guard))
        box.setChecked(check.guard in self._ticked)
        box.toggled.connect(lambda on, name=check.guard.value: self._on_toggled(name, on=on))
        self._boxes[check.guard.value] = box
        return box

    def _on_toggled(self, name: str, *, on: bool) -> None:
        (self._ticked.add if on else self._ticked.discard)(name)
        self.changed.emit()
