"""Parts of the failover dialog: the lab's hatched band, the roles before and after, the steps, the form."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRect, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agmonitor.failover.guards import ENOUGH_REASON, Kind
from agmonitor.failover.preflight import Plan
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.dialog import paragraph
from agmonitor.ui.elided import Elided

BAND_PX, WORD_PX = 26, 12
STEPS = (t("Check"), t("Confirm"), t("Arm"), t("Fire"), t("Result"))
CHECK, CONFIRM, ARM, FIRE, RESULT = range(len(STEPS))


class LabBand(QWidget):
    """Purple hatching with the word LAB: nobody takes a lab's dialog for a real group's."""

    accessible_role = "StaticText"
    TEXT = t("LAB · not a real group · no name and no reason are asked for")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.TEXT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, BAND_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.palette()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QBrush(QColor(colours.lab), Qt.BrushStyle.BDiagPattern))
        painter.setFont(theme.font(WORD_PX, bold=True))
        wide = painter.fontMetrics().horizontalAdvance(self.TEXT) + 24
        word = QRect(0, 0, min(wide, self.width()), self.height())
        word.moveCenter(self.rect().center())
        painter.fillRect(word, QColor(colours.lab))
        painter.setPen(QColor(colours.on_fill))
        painter.drawText(word, Qt.AlignmentFlag.AlignCenter, self.TEXT)
        painter.end()


class StepsStrip(QWidget):
    """Where one is: the steps in their order, the one at hand in bold and with its mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self._labels = [QLabel(f"{number} {title}") for number, title in enumerate(STEPS, 1)]
        for label in self._labels:
            row.addWidget(label)
        row.addStretch(1)
        self.at(CHECK)

    def at(self, step: int) -> None:
        """Be at that step."""
        for place, (title, label) in enumerate(zip(STEPS, self._labels, strict=True)):
            label.setText(f"▸ {place + 1} {title}" if place == step else f"{place + 1} {title}")
            label.setProperty("role", "notice" if place == step else "caption")
            label.style().unpolish(label)
            label.style().polish(label)
        self.setAccessibleName(
            t("Step {number} of {n}: {step}", number=step + 1, n=len(STEPS), step=STEPS[step])
        )


class RolesPicture(QFrame):
    """Who is what before and after, and which node is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        self._cells: list[tuple[Elided, QLabel]] = []
        for _ in range(2):
            cell = QVBoxLayout()
            title, text = Elided(), paragraph("", "muted")
            title.setProperty("role", "heading")
            cell.addWidget(title)
            cell.addWidget(text)
            row.addLayout(cell, 1)
            self._cells.append((title, text))

    def show_plan(self, plan: Plan | None) -> None:
        """Without a plan there is nothing to picture."""
        self.setVisible(plan is not None)
        if plan is None:
            return
        gives = t("silent → not asked") if plan.kind is Kind.EMERGENCY else t("Primary → Secondary")
        rows = ((plan.old_primary, gives), (plan.new_primary, t("Secondary → Primary")))
        for (title, text), (name, change) in zip(self._cells, rows, strict=True):
            title.setText(name)
            here = [t("the order goes here: {word}", word=plan.word)] if name == plan.target else []
            text.setText(" · ".join((change, *here)))


class KindChoice(QWidget):
    """Planned or emergency: two lists of checks, two nodes that are told."""

    chosen = Signal(object)  # Kind

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._group = QButtonGroup(self)
        self._buttons = {}
        for kind, title, tip in (
            (Kind.PLANNED, t("Planned"), t("Both nodes are well: the Primary yields")),
            (Kind.EMERGENCY, t("Emergency"), t("The Primary is silent: the Secondary takes over")),
        ):
            button = QPushButton(title)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.clicked.connect(lambda _on, kind=kind: self.chosen.emit(kind))
            self._group.addButton(button)
            row.addWidget(button)
            self._buttons[kind] = button
        row.addStretch(1)

    def choose(self, kind: Kind) -> None:
        self._buttons[kind].setChecked(True)


class FireButton(QPushButton):
    """Comes where the button stood that arms: the second click of a double one must not fire."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._there = QElapsedTimer()

    def showEvent(self, event: QShowEvent) -> None:
        self._there.start()
        super().showEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._there.elapsed() < QApplication.doubleClickInterval():
            event.accept()
            return
        super().mousePressEvent(event)


class ConfirmForm(QWidget):
    """Why, and the group's name typed. A lab asks for neither, but takes a reason."""

    changed = Signal()

    def __init__(self, name: str, *, lab: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._lab = name, lab
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.reason, self.typed = QLineEdit(), QLineEdit()
        self.reason.setPlaceholderText(t("Why, for the record: change number, purpose…"))
        self.reason.setMaxLength(300)
        self.reason.setAccessibleName(t("Reason for the failover"))
        self.typed.setPlaceholderText(name)
        self.typed.setAccessibleName(t("The group's name, typed: {group}", group=name))
        self._add(column, t("REASON") if not lab else t("REASON (NOT NEEDED IN THE LAB)"), self.reason)
        if lab:
            self.typed.hide()
        else:
            self._add(column, t("TYPE THE GROUP'S NAME"), self.typed)
        for field in (self.reason, self.typed):
            field.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def complete(self) -> bool:
        """Enough is given to arm; whether it may be is the guards' word."""
        if self._lab:
            return True
        return len(self.reason.text().strip()) >= ENOUGH_REASON and self.confirmed_name == self._name

    @property
    def confirmed_name(self) -> str:
        return self._name if self._lab else self.typed.text().strip()

    def _add(self, column: QVBoxLayout, title: str, field: QLineEdit) -> None:
        caption = QLabel(title)
        caption.setProperty("role", "caption")
        column.addWidget(caption)
        column.addWidget(field)
