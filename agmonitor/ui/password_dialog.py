"""Asks for one password and says what becomes of it: it is kept for this session, in memory alone."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog, paragraph

KEPT = t("The password is kept for this session only, in memory; it is written nowhere.")


class PasswordDialog(Dialog[str]):
    """``answered`` gives the password, None if the person does not want to."""

    def __init__(self, group: str, user: str, why: str, parent: QWidget | None = None) -> None:
        super().__init__(t("Sign in to {group}", group=group), parent, width_px=460)
        if why:
            self.column.addWidget(paragraph(why))
        caption = QLabel(t("PASSWORD OF {user}", user=user))
        caption.setProperty("role", "caption")
        self.column.addWidget(caption)
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName(t("Password of {user}", user=user))
        self.column.addWidget(self._field)
        self.column.addWidget(paragraph(KEPT, "muted"))
        self.column.addStretch(1)
        cancel = QPushButton(t("Not now"))
        self.sign_in = QPushButton(t("Sign in"))
        self.sign_in.setDefault(True)
        self.sign_in.setEnabled(False)
        self.buttons(cancel, self.sign_in)
        cancel.clicked.connect(self.close)
        self._field.textChanged.connect(lambda text: self.sign_in.setEnabled(bool(text)))
        self.sign_in.clicked.connect(self._on_sign_in)
        self._field.setFocus()

    def type_password(self, text: str) -> None:
        self._field.setText(text)

    def _on_sign_in(self) -> None:
        password = self._field.text()
        self._field.clear()
        self.answer(password)
        self.close()
