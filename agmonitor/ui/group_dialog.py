"""Add a group: the command line's options as fields, mistakes beside their field, nothing lost on an error.

Parses what was typed and asks ``config.checks``; saving is somebody else's, told through ``save_asked``.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from agmonitor.config.checks import Mistake, check_group, host_port
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.phrases import Tone
from agmonitor.ui.theme import palette

# key, caption, what stands in an empty field
_FIELDS = (
    ("name", "Name", "gw-prod"),
    ("first.name", "First node", "gw-1"),
    ("first.url", "URL of the first node", "https://gw-1.example.net"),
    ("second.name", "Second node", "gw-2"),
    ("second.url", "URL of the second node", "https://gw-2.example.net"),
    ("fqdn", "Group's name in DNS", "taken from the nodes when left empty"),
    ("user", "User", "an account that may read the group on both nodes"),
    ("password", "Password", "asked for when it is needed"),
    ("dns_server", "Authoritative DNS server", "HOST:PORT, found by SOA when left empty"),
    ("ca_file", "CA file", "the system's trust when left empty"),
    ("timeout_s", "Deadline of a probe, seconds", "5"),
)
DEFAULT_TIMEOUT_S = 5.0
# Keys of config.checks that belong to a field of another name; node mistakes are told apart by their text.
_HOMES = {"user": "user", "insecure": "ca_file", "nodes": "second.name", "cadence_s": "timeout_s"}


class GroupDialog(Dialog[GroupSettings]):
    """``save_asked`` carries settings that passed every check, and the password or None."""

    save_asked = Signal(object, object)

    def __init__(
        self,
        taken: frozenset[str] = frozenset(),
        parent: QWidget | None = None,
        before: GroupSettings | None = None,
    ) -> None:
        """``taken``: names others have; ``before``: the group to be changed, if not a new one."""
        super().__init__("Add a group" if before is None else f"Edit {before.name}", parent, width_px=680)
        self._before = before
        self._word = "Add and watch" if before is None else "Save"
        self._taken = {name.casefold() for name in taken}
        self._fields: dict[str, QLineEdit] = {}
        self._mistakes: dict[str, QLabel] = {}
        self.column.addWidget(
            paragraph(
                "Watching reads only. Failover stays forbidden until it is allowed for this group.", "muted"
            )
        )
        self.column.addLayout(self._grid())
        self._allow_http = QCheckBox("Allow plain http to other machines (the password travels unprotected)")
        self._insecure = QCheckBox("Do not verify certificates (anybody in between can read the password)")
        for box in (self._allow_http, self._insecure):
            self.column.addWidget(box)
        self._general = paragraph("", "mistake")
        self._general.hide()
        self.column.addWidget(self._general)
        self.column.addStretch(1)
        cancel = QPushButton("Cancel")
        self.save = QPushButton(self._word)
        self.save.setDefault(True)
        self.buttons(cancel, self.save)
        cancel.clicked.connect(self.close)
        self.save.clicked.connect(self._on_save)
        self._fields["name"].setFocus()
        if before is not None:
            self._tell(before)

    def _tell(self, before: GroupSettings) -> None:
        """Everything as it is set now."""
        first, second = before.nodes
        self.fill(
            name=before.name,
            first__name=first.name,
            first__url=first.url,
            second__name=second.name,
            second__url=second.url,
            fqdn=before.fqdn or "",
            user=before.user or "",
            dns_server=str(before.dns_server or ""),
            ca_file=before.ca_file or "",
            timeout_s=f"{before.timeout_s:g}",
        )
        self._allow_http.setChecked(before.allow_http)
        self._insecure.setChecked(before.insecure)
        self._fields["name"].setReadOnly(True)  # history and keyring know the group by its name
        self._fields["password"].setPlaceholderText("stays as it is when left empty")
        self._fields["first.url"].setFocus()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 190)
        for place, (key, caption, hint) in enumerate(_FIELDS):
            field = QLineEdit()
            field.setPlaceholderText(hint)
            field.setAccessibleName(caption)
            label = QLabel(caption)
            label.setBuddy(field)
            mistake = paragraph("", "mistake")
            mistake.hide()
            field.textEdited.connect(lambda _text, key=key: self._clear(key))
            grid.addWidget(label, 2 * place, 0)
            grid.addWidget(field, 2 * place, 1)
            grid.addWidget(mistake, 2 * place + 1, 1)
            self._fields[key] = field
            self._mistakes[key] = mistake
        self._fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        return grid

    def fill(self, **texts: str) -> None:
        """Type into fields; dots in a key are written as two underscores."""
        for key, text in texts.items():
            self._fields[key.replace("__", ".")].setText(text)

    def typed(self, key: str) -> str:
        """What stands in a field."""
        return self._fields[key].text()

    def allow_http(self, *, allowed: bool) -> None:
        self._allow_http.setChecked(allowed)

    @property
    def mistakes(self) -> dict[str, str]:
        """What stands beside which field now."""
        return {key: label.text() for key, label in self._mistakes.items() if label.text()}

    def refuse(self, sentence: str) -> None:
        """Saving failed: say so, keep everything that was typed."""
        self._general.setText(sentence)
        self._general.show()
        self.fit()
        self.save.setEnabled(True)
        self.save.setText(self._word)

    def _on_save(self) -> None:
        for key in self._mistakes:
            self._clear(key)
        self._general.hide()
        settings = self._read()
        if settings is not None:
            self._check(settings)
        wrong = next((key for key, label in self._mistakes.items() if label.text()), None)
        if wrong is not None:
            self._fields[wrong].setFocus()

    def _check(self, settings: GroupSettings) -> None:
        found = check_group(settings)
        for mistake in found:
            self._blame(self._home(mistake, settings), mistake.sentence)
        if settings.name.casefold() in self._taken:
            self._blame("name", f"The name {settings.name!r} is used already; each group needs its own.")
        elif not found:
            self.save.setEnabled(False)
            self.save.setText("Saving…")
            self.save_asked.emit(settings, self._fields["password"].text() or None)

    def _read(self) -> GroupSettings | None:
        """The settings as typed; None where something cannot even be read."""
        texts = {key: field.text().strip() for key, field in self._fields.items()}
        missing = [
            key for key in ("name", "first.name", "first.url", "second.name", "second.url") if not texts[key]
        ]
        for key in missing:
            self._blame(key, "This must be filled.")
        dns_server = self._dns_server(texts["dns_server"])
        timeout_s = self._timeout(texts["timeout_s"])
        if missing or timeout_s is None or (texts["dns_server"] and dns_server is None):
            return None
        nodes = (
            NodeAddress(texts["first.name"], texts["first.url"].rstrip("/")),
            NodeAddress(texts["second.name"], texts["second.url"].rstrip("/")),
        )
        before = self._before or GroupSettings(texts["name"], nodes)
        return replace(
            before,
            name=texts["name"],
            nodes=nodes,
            failover_allowed=before.failover_allowed and before.nodes == nodes,  # allowed for those servers
            fqdn=texts["fqdn"] or None,
            dns_server=dns_server,
            user=texts["user"] or None,
            ca_file=texts["ca_file"] or None,
            insecure=self._insecure.isChecked(),
            allow_http=self._allow_http.isChecked(),
            timeout_s=timeout_s,
        )

    def _dns_server(self, text: str) -> HostPort | None:
        try:
            return host_port(text) if text else None
        except ValueError as error:
            self._blame("dns_server", str(error))
            return None

    def _timeout(self, text: str) -> float | None:
        try:
            return float(text.replace(",", ".")) if text else DEFAULT_TIMEOUT_S
        except ValueError:
            self._blame("timeout_s", f"{text!r} is no number of seconds.")
            return None

    @staticmethod
    def _home(mistake: Mistake, settings: GroupSettings) -> str:
        """The field a mistake stands beside."""
        if mistake.key.startswith("nodes."):
            part = mistake.key.removeprefix("nodes.")
            first = mistake.sentence.startswith((f"{settings.nodes[0].name}:", repr(settings.nodes[0].name)))
            return f"{'first' if first else 'second'}.{part}"
        return _HOMES.get(mistake.key, mistake.key)

    def _blame(self, key: str, sentence: str) -> None:
        if key not in self._fields:
            self.refuse(sentence)
            return
        self._mistakes[key].setText(f"✖ {sentence}")
        self._mistakes[key].show()
        self.fit()
        self._mark(key, colour=getattr(palette(), Tone.CRITICAL))
        self._fields[key].setAccessibleDescription(sentence)

    def _clear(self, key: str) -> None:
        self._mistakes[key].clear()
        self._mistakes[key].hide()
        self._mark(key, colour=None)
        self._fields[key].setAccessibleDescription("")

    def _mark(self, key: str, colour: str | None) -> None:
        self._fields[key].setStyleSheet("" if colour is None else f"border: 1px solid {colour};")
