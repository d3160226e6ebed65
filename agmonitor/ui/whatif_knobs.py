"""The What-if tab's sliders, each with its number to type, and the choice of what happens to the pair."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QWidget,
)

from agmonitor.protocol.prediction import KNOBS, Knob, Trigger, WhatIf
from agmonitor.texts import t, tc
from agmonitor.ui.whatif_words import TRIGGERS

LOW_PX = 190  # below that height the sliders stand in two columns
FIELD_LEFT_PX = 5  # the style sheet's padding does not reach the number in a spin box
NUMBER_PX, SLIDER_LEAST_PX, RESET_PX = 60, 40, 30


@dataclass(frozen=True, slots=True)
class Look:
    """How one knob is shown: what is typed is the field's value times ``scale``."""

    word: str
    letter: str  # what stands there where there is little room
    least: int
    most: int
    unit: str
    scale: float = 1.0
    decimals: int = 0


LOOKS = {
    "report": Look(t("Heartbeat"), "H", 1, 120, " s"),
    "check": Look(tc("the interval of checks", "Check"), "C", 1, 120, " s"),
    "absence": Look(t("Absence"), "A", 1, 300, " s"),
    "ttl": Look("TTL", "TTL", 0, 300, " s"),
    "loss": Look(t("Loss"), t("Loss"), 0, 30, " %", scale=100.0, decimals=1),
}


class KnobRow:
    """One title, slider and number that always say the same."""

    def __init__(self, knob: Knob, parent: Knobs) -> None:
        look = LOOKS[knob.name]
        self.knob, self.look = knob, look
        self._fine = 10**look.decimals
        self.title = QLabel(parent)
        self.shorten(short=False)
        self.title.setProperty("role", "muted")
        self.title.setToolTip(knob.title)
        self.slider = QSlider(Qt.Orientation.Horizontal, parent)
        self.slider.setAccessibleName(knob.title)
        self.slider.setMinimumWidth(SLIDER_LEAST_PX)
        self.slider.setPageStep(10 * self._fine)
        self.number = QDoubleSpinBox(parent)
        self.number.setAccessibleName(t("{title}, as a number", title=knob.title))
        self.number.setObjectName("knob")
        self.number.setSuffix(look.unit)
        self.number.setDecimals(look.decimals)
        self.number.setFixedWidth(NUMBER_PX)
        self.number.lineEdit().setTextMargins(FIELD_LEFT_PX, 0, 0, 0)
        self.number.setKeyboardTracking(False)
        self.title.setBuddy(self.slider)
        self._reach(look.most)
        self.slider.valueChanged.connect(lambda place: self._turned(place / self._fine))
        self.number.valueChanged.connect(self._turned)
        self._told = parent.on_turned

    def shorten(self, *, short: bool) -> None:
        """The title as a letter, or with its word."""
        look = self.look
        whole = look.word if look.word == look.letter else f"{look.word} {look.letter}"
        self.title.setText(look.letter if short else whole)

    @property
    def value(self) -> float:
        return self.number.value() / self.look.scale

    def put(self, value: float) -> None:
        """Show a value without telling anybody; the range grows for what lies beyond it."""
        shown = value * self.look.scale
        if shown != round(shown, self.number.decimals()):
            self.number.setDecimals(2)  # a lab may have half seconds
        self._reach(shown)
        self._show(shown)

    def _reach(self, shown: float) -> None:
        least, most = min(self.look.least, shown), max(self.look.most, shown)
        with QSignalBlocker(self.number), QSignalBlocker(self.slider):
            self.number.setRange(least, most)
            self.slider.setRange(math.floor(least * self._fine), math.ceil(most * self._fine))

    def _show(self, shown: float) -> None:
        with QSignalBlocker(self.number), QSignalBlocker(self.slider):
            self.number.setValue(shown)
            self.slider.setValue(round(shown * self._fine))

    def _turned(self, shown: float) -> None:
        self._show(shown)
        self._told()


class Knobs(QWidget):
    """All of them; tells of a change made by a person, never of one put in."""

    turned = Signal()
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = [KnobRow(knob, self) for knob in KNOBS]
        self.trigger = QComboBox(self)
        self.trigger.setAccessibleName(t("What happens to the pair"))
        self.trigger.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for trigger, words in TRIGGERS.items():
            self.trigger.addItem(words, trigger)
        self.trigger.currentIndexChanged.connect(self.on_turned)
        self.reset = QPushButton("↺", self)
        self.reset.setObjectName("small")
        self.reset.setFixedWidth(RESET_PX)
        self.reset.setToolTip(t("Back to the group's own settings"))
        self.reset.setAccessibleName(t("Reset to the group's settings"))
        self.reset.clicked.connect(self.reset_asked)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._choice = QWidget(self)
        choice = QHBoxLayout(self._choice)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.setSpacing(6)
        choice.addWidget(self.trigger, 1)
        choice.addWidget(self.reset)
        self._columns = 0
        self.stand_in(1)
        order = [part for row in self.rows for part in (row.slider, row.number)]
        self.put(WhatIf())
        for before, after in zip([*order, self.trigger], [*order[1:], self.trigger, self.reset], strict=True):
            self.setTabOrder(before, after)

    def on_turned(self) -> None:
        """A person has changed something."""
        self.turned.emit()

    @property
    def settings(self) -> WhatIf:
        """What is shown now."""
        values = {row.knob.field: row.value for row in self.rows}
        trigger = self.trigger.currentData()
        return replace(WhatIf(), **values, trigger=Trigger(trigger))

    def put(self, settings: WhatIf) -> None:
        """Show these intervals; what happens to the pair stays as chosen."""
        for row in self.rows:
            row.put(getattr(settings, row.knob.field))

    def shorten(self, *, short: bool) -> None:
        """Titles as letters, or with their words."""
        for row in self.rows:
            row.shorten(short=short)

    def stand_in(self, columns: int) -> None:
        """Arrange the rows in one column or in two."""
        if columns == self._columns:
            return
        self._columns = columns
        high = 6 // columns
        for place, row in enumerate(self.rows):
            line, left = place % high, 4 * (place // high)
            for offset, part in enumerate((row.title, row.slider, row.number)):
                self._grid.addWidget(part, line, left + offset)
        line, left = (high - 1, 4) if columns == 2 else (5, 0)
        self._grid.addWidget(self._choice, line, left, 1, 3)
        for column in range(7):
            self._grid.setColumnStretch(column, 1 if column in {1, 5} and column < 4 * columns else 0)
        self._grid.setColumnMinimumWidth(3, 8 if columns == 2 else 0)
