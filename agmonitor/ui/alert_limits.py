"""From when on something is sent: for all groups, and for the shown one where it has limits of its own.

Reads and shows values; whether they can stand is checked where they are saved.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from agmonitor.alerts.settings import AlertSettings, Thresholds
from agmonitor.config.alerting import ROUNDS
from agmonitor.domain.model import Severity
from agmonitor.texts import t
from agmonitor.ui.choice_row import ChoiceRow
from agmonitor.ui.dialog import paragraph

LEAST = (
    (t("Warning"), Severity.WARNING),
    (t("Unknown"), Severity.UNKNOWN),
    (t("Critical"), Severity.CRITICAL),
)


class AlertLimits(QWidget):
    """``group``: the one that may have its own; none is shown: only those for all."""

    def __init__(self, settings: AlertSettings, group: str | None) -> None:
        super().__init__()
        self._settings, self._group = settings, group
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.general = LimitsFields(t("All groups"), settings.thresholds)
        column.addWidget(self.general)
        self.own: QCheckBox | None = None
        self.special: LimitsFields | None = None
        if group is not None:
            self.own = QCheckBox(t("{group} has limits of its own", group=group.replace("&", "&&")))
            self.own.setChecked(group in settings.groups)
            self.special = LimitsFields(group, settings.of(group))
            self.special.setVisible(self.own.isChecked())
            self.own.toggled.connect(self._on_own)
            column.addWidget(self.own)
            column.addWidget(self.special)
        column.addWidget(paragraph(" ".join(self._notes()), "muted"))

    def _notes(self) -> list[str]:
        told = [t("Two Primaries are sent at once, whatever stands here.")]
        others = [name for name in self._settings.groups if name != self._group]
        if others:
            told.append(
                t("Also with limits of their own: {groups}; show one to change it.", groups=", ".join(others))
            )
        return told

    def _on_own(self, own: bool) -> None:  # noqa: FBT001 - a slot
        assert self.special is not None
        if own:
            self.special.show_limits(self.general.read())  # to begin with what holds now
        self.special.setVisible(own)

    def take(self, settings: AlertSettings) -> None:
        """Those were saved, and hold from now on."""
        self._settings = settings

    def read(self) -> tuple[Thresholds, Mapping[str, Thresholds]]:
        """The limits of all groups, and of those that have their own.

        What an own limit did not say differently before still follows the general one.
        """
        general = self.general.read()
        own = dict(self._settings.following(general).groups)
        if self._group is not None and self.own is not None and self.special is not None:
            own.pop(self._group, None)
            if self.own.isChecked():
                own[self._group] = self.special.read()
        return general, MappingProxyType(own)


class LimitsFields(QWidget):
    """How bad, and how many rounds running; ``of`` says of whom."""

    def __init__(self, of: str, limits: Thresholds) -> None:
        super().__init__()
        self.bad, self.good = _rounds(), _rounds()
        self.bad.setAccessibleName(t("{of}: bad rounds running before it is sent", of=of))
        self.good.setAccessibleName(t("{of}: good rounds running before it is over", of=of))
        self.least = ChoiceRow(t("{of}: sent from this severity on", of=of), LEAST)
        row = QHBoxLayout()
        row.setSpacing(8)
        sentence = t("Sent after {bad} bad rounds running, over after {good} good ones")
        for words, box, _, _ in string.Formatter().parse(sentence):
            row.addWidget(QLabel(words.strip()))
            if box is not None:
                row.addWidget({"bad": self.bad, "good": self.good}[box])
        row.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 80)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(t("From")), 0, 0)
        grid.addWidget(self.least, 0, 1)
        grid.addWidget(QLabel(t("Limits")), 1, 0)
        grid.addLayout(row, 1, 1)
        self.show_limits(limits)

    def show_limits(self, limits: Thresholds) -> None:
        """Fill the fields."""
        self.bad.setValue(limits.bad_rounds)
        self.good.setValue(limits.good_rounds)
        self.least.choose(limits.least)

    def read(self) -> Thresholds:
        """What stands in the fields."""
        return Thresholds(self.bad.value(), self.good.value(), self.least.value)


def _rounds() -> QSpinBox:
    box = QSpinBox()
    box.setRange(*ROUNDS)
    box.setFixedWidth(64)
    box.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return box
