"""A row of buttons of which one is chosen: few choices, all to be seen. Left and right move along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

Value = TypeVar("Value")


class ChoiceRow(QWidget, Generic[Value]):
    """``choices``: what each button says, and the value it stands for. The first is chosen at the start."""

    changed = Signal()

    def __init__(self, name: str, choices: Sequence[tuple[str, Value]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._values = [value for _, value in choices]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for place, (text, _) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(f"{name}: {text}")
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._on_toggled)

    @property
    def value(self) -> Value:
        return self._values[self._group.checkedId()]

    def choose(self, value: Value) -> None:
        """Choose that one, if it is offered."""
        button = self._group.button(self._values.index(value)) if value in self._values else None
        if button is not None and button.isEnabled():
            button.setChecked(True)

    def allow(self, value: Value, *, allowed: bool) -> None:
        """Offer one, or not; a choice that is not offered any more falls to the first."""
        self._group.button(self._values.index(value)).setEnabled(allowed)
        if not allowed and self.value == value:
            self._group.button(0).setChecked(True)

    def _on_toggled(self, _place: int, chosen: bool) -> None:  # noqa: FBT001 - a slot
        if chosen:
            self.changed.emit()
