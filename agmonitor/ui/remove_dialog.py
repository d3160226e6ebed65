"""Asks before a group is watched no more. What happens then is somebody else's, told through ``agreed``."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog, paragraph


class RemoveDialog(Dialog[None]):
    """Two buttons; Enter presses neither of them unasked."""

    agreed = Signal(bool)  # whether the history goes too

    def __init__(self, name: str, parent: QWidget | None = None, *, can_erase: bool = False) -> None:
        super().__init__(t("Stop watching {name}?", name=name), parent, width_px=460)
        what = t(
            "{name} leaves the list and the settings file, and its password leaves the keyring. What was "
            "recorded is kept unless you say otherwise, and nothing changes on the nodes.",
            name=name,
        )
        self.column.addWidget(paragraph(what))
        self.history = QCheckBox(t("Erase what was recorded of it too; it cannot be brought back"))
        self.history.setVisible(can_erase)
        self.history.toggled.connect(self._on_history)
        self.column.addWidget(self.history)
        self.column.addStretch(1)
        stay = QPushButton(t("Go on watching"))
        self.remove = QPushButton(t("Stop watching"))
        self.remove.setObjectName("danger")
        self.buttons(stay, self.remove)
        stay.setFocus()
        stay.clicked.connect(self.close)
        self.remove.clicked.connect(self._on_agreed)

    def _on_history(self, erased: bool) -> None:  # noqa: FBT001 - a slot
        self.remove.setText(t("Stop and erase") if erased else t("Stop watching"))

    def _on_agreed(self) -> None:
        self.remove.setEnabled(False)
        self.agreed.emit(self.history.isChecked())
        self.close()
