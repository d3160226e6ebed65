"""All faults of the lab with node, link, numbers and length, and below them what is on now.

Stays open beside the window, so that one sees what a fault does. Asks; breaks nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agmonitor.domain.model import Instant
from agmonitor.lab.fault_order import LINK_WORDS
from agmonitor.lab.fault_words import in_words
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import FAULTS, Fault, Link, Parameter
from agmonitor.texts import t
from agmonitor.ui.choice_row import ChoiceRow
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.lab_session import FaultWish

LIST_PX, ROW_PX = 190, 25
FIXED_ROWS = 4  # node, link, length, start; a fault's numbers come below
BOTH = t("both nodes")
LINKS = {Link.DOOR: t("door"), Link.HEARTBEAT: t("heartbeat"), Link.DNS: t("DNS"), Link.WATCH: t("monitor")}
LENGTHS: tuple[tuple[str, float | None], ...] = (
    (t("until healed"), None),
    ("5 s", 5.0),
    ("20 s", 20.0),
    ("1 min", 60.0),
    ("5 min", 300.0),
)
FIELD_LEFT_PX = 8  # the style sheet's padding does not reach the number in a spin box
STARTS: tuple[tuple[str, float], ...] = (
    (t("now"), 0.0),
    (t("in {length}", length="5 s"), 5.0),
    (t("in {length}", length="20 s"), 20.0),
    (t("in {length}", length="1 min"), 60.0),
)
NOTHING_ON = t("Nothing is broken.")


class FaultPalette(Dialog[None]):
    """``asked`` carries a ``FaultWish``."""

    asked = Signal(object)
    heal_asked = Signal()

    def __init__(self, nodes: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(t("Simulate"), parent, width_px=820)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._numbers: dict[str, QDoubleSpinBox] = {}
        self.faults = QListWidget()
        self.faults.setAccessibleName(t("Faults"))
        self.faults.setFixedWidth(LIST_PX)
        self.faults.setMinimumHeight(ROW_PX * len(FAULTS))
        for fault in FAULTS.values():
            item = QListWidgetItem(fault.title, self.faults)
            item.setData(Qt.ItemDataRole.UserRole, fault.name)
        self.node = ChoiceRow[str | None](t("Node"), [*((node, node) for node in nodes), (BOTH, None)])
        self.link = ChoiceRow[Link](t("Link"), [(LINKS[link], link) for link in Link])
        self.length = ChoiceRow[float | None](t("Length"), LENGTHS)
        self.start = ChoiceRow[float](t("Start"), STARTS)
        self._sentence = paragraph("")
        self._on = paragraph(NOTHING_ON, "muted")
        self._on.setAccessibleName(t("On now"))
        self.begin = QPushButton(t("Break it"))
        self.begin.setDefault(True)
        self.heal = QPushButton(t("Heal everything (Ctrl+H)"))
        self._place()
        self.faults.currentRowChanged.connect(self._show_fault)
        self.faults.itemActivated.connect(self._ask)
        for row in (self.node, self.link):
            row.changed.connect(self._tell)
        self.begin.clicked.connect(self._ask)
        self.heal.clicked.connect(self.heal_asked)
        QShortcut(QKeySequence("Ctrl+H"), self, self.heal_asked.emit)
        self.faults.setCurrentRow(0)

    def choose(self, name: str, node: str | None) -> None:
        """Put that fault and node forward."""
        place = list(FAULTS).index(name)
        self.faults.setCurrentRow(place, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.node.choose(node)

    def show_faults(self, records: Sequence[FaultRecord], now: Instant) -> None:
        """What is on and how long it will be, and what will begin and when."""
        text = "\n".join(in_words(record, now) for record in records) or NOTHING_ON
        if text != self._on.text():
            lines_before = self._on.text().count("\n")
            self._on.setText(text)
            if text.count("\n") != lines_before:
                self.fit()

    @property
    def on_now(self) -> str:
        """What it shows to be on, a line each."""
        return self._on.text()

    @property
    def wish(self) -> FaultWish:
        """What is chosen."""
        fault = self._fault
        return FaultWish(
            fault.name,
            self.node.value,
            self.length.value if fault.lasts else None,
            self.link.value if fault.takes_link else None,
            {name: box.value() / _shown_as(name)[1] for name, box in self._numbers.items()},
            self.start.value,
        )

    def number(self, name: str) -> QDoubleSpinBox:
        """The field of one of the fault's numbers."""
        return self._numbers[name]

    @property
    def _fault(self) -> Fault:
        return FAULTS[self.faults.currentItem().data(Qt.ItemDataRole.UserRole)]

    def _place(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._captions: dict[str, QLabel] = {}
        rows: tuple[QWidget, ...] = (self.node, self.link, self.length, self.start)
        for place, row in enumerate(rows):
            caption = QLabel(row.accessibleName())
            caption.setProperty("role", "muted")
            self._captions[row.accessibleName()] = caption
            self._grid.addWidget(caption, place, 0)
            self._grid.addWidget(row, place, 1)
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addWidget(self._sentence)
        right.addLayout(self._grid)
        right.addStretch(1)
        on_now = QLabel(t("ON NOW"))
        on_now.setProperty("role", "caption")
        right.addWidget(on_now)
        right.addWidget(self._on)
        both = QHBoxLayout()
        both.setSpacing(20)
        both.addWidget(self.faults)
        both.addLayout(right, 1)
        self.column.addLayout(both)
        close = QPushButton(t("Close"))
        close.clicked.connect(self.close)
        self.buttons(close, self.heal, self.begin)

    def _show_fault(self, _row: int) -> None:
        fault = self._fault
        self.node.allow(None, allowed=not fault.needs_node)
        for row, shown in ((self.link, fault.takes_link), (self.length, fault.lasts)):
            row.setVisible(shown)
            self._captions[row.accessibleName()].setVisible(shown)
        self._show_numbers(fault)
        self._tell()
        self.fit()

    def _show_numbers(self, fault: Fault) -> None:
        for place in range(FIXED_ROWS, self._grid.rowCount()):
            for column in range(2):
                item = self._grid.itemAtPosition(place, column)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    self._grid.removeWidget(widget)
                    widget.deleteLater()
        self._numbers = {}
        for place, parameter in enumerate(fault.parameters, start=FIXED_ROWS):
            caption, box = QLabel(parameter.title), _box(parameter)
            caption.setProperty("role", "muted")
            caption.setBuddy(box)
            self._grid.addWidget(caption, place, 0)
            self._grid.addWidget(box, place, 1, Qt.AlignmentFlag.AlignLeft)
            self._numbers[parameter.name] = box

    def _tell(self) -> None:
        link = LINK_WORDS[self.link.value]
        self._sentence.setText(self._fault.sentence.format(node=self.node.value or BOTH, link=link))

    def _ask(self) -> None:
        self.asked.emit(self.wish)


def _shown_as(name: str) -> tuple[str, float]:
    """The unit behind the number, and what the number is multiplied by to be shown."""
    return (" %", 100.0) if name.endswith("_share") else (" s", 1.0)


def _box(parameter: Parameter) -> QDoubleSpinBox:
    unit, times = _shown_as(parameter.name)
    box = QDoubleSpinBox()
    box.setAccessibleName(parameter.title)
    box.setRange(parameter.least * times, parameter.most * times)
    box.setDecimals(1)
    box.setSuffix(unit)
    box.setValue(parameter.default * times)
    box.lineEdit().setTextMargins(FIELD_LEFT_PX, 0, 0, 0)
    box.setFixedWidth(110)
    return box
