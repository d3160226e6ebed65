"""The fields of one group: typed, read, checked, each mistake beside its field. Keeps and tries nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agmonitor.config.checks import Mistake, check_group
from agmonitor.config.reading import STAND_INS
from agmonitor.domain.model import GroupSettings, NodeAddress
from agmonitor.texts import t
from agmonitor.ui.group_fields import (
    add_field,
    field_grid,
    read_extras,
    read_resolvers,
    read_seconds,
    read_server,
    read_tags,
)
from agmonitor.ui.group_more import DEFAULT_CADENCE_S, MorePart
from agmonitor.ui.phrases import Tone
from agmonitor.ui.theme import palette

# key, caption, what stands in an empty field
_FIELDS = (
    ("name", t("Name"), "gw-prod"),
    ("first.name", t("First node"), "gw-1"),
    ("first.url", t("URL of the first node"), "https://gw-1.example.net"),
    ("second.name", t("Second node"), "gw-2"),
    ("second.url", t("URL of the second node"), "https://gw-2.example.net"),
    ("user", t("User"), t("an account that may read the group on both nodes")),
    ("password", t("Password"), t("asked for when it is needed")),
    ("ca_file", t("CA file"), t("left empty: the system's own")),
    ("fqdn", t("Group's name in DNS"), t("left empty: as the nodes tell it")),
    ("dns_server", t("Authoritative DNS server"), t("HOST:PORT; left empty: by SOA")),
    ("resolvers", t("Resolvers"), t("HOST or HOST:PORT; asked beside the system's own")),
    ("timeout_s", t("Deadline of a probe, seconds"), "5"),
    ("tags", t("Tags"), t("prod emea: to find it by #prod")),
)
DEFAULT_TIMEOUT_S = 5.0
_READ: dict[str, Callable[[str], Any]] = {  # what is no plain text; each raises ValueError with a sentence
    "dns_server": read_server,
    "resolvers": read_resolvers,
    "timeout_s": lambda text: read_seconds(text, DEFAULT_TIMEOUT_S),
    "cadence_s": lambda text: read_seconds(text, DEFAULT_CADENCE_S),
    "sign_in_extras": read_extras,
    "tags": read_tags,
}
# Keys of config.checks that belong to a field of another name; node mistakes are told apart by their text.
_HOMES = {"insecure": "ca_file", "nodes": "second.name"}
_NEEDED = ("name", "first.name", "first.url", "second.name", "second.url")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is typed about one node, fit to be tried: the rest of the group may still be missing."""

    settings: GroupSettings
    node: NodeAddress
    password: str | None


class GroupForm(QWidget):
    """``edited`` names the field that a person changed; a check box has a name too."""

    edited = Signal(str)
    password_settled = Signal()  # its field was left

    def __init__(self, taken: frozenset[str], before: GroupSettings | None) -> None:
        """``taken``: names others have; ``before``: the group to be changed, if not a new one."""
        super().__init__()
        self._before = before
        self._taken = {name.casefold() for name in taken}
        self.fields: dict[str, QLineEdit] = {}
        self._mistakes: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid())
        self._allow_http = QCheckBox(t("Allow plain http to other machines (the password can be read)"))
        self._insecure = QCheckBox(t("Do not verify certificates of this group"))
        for name, box in (("allow_http", self._allow_http), ("insecure", self._insecure)):
            column.addWidget(box)
            box.toggled.connect(lambda _on, name=name: self._on_box(name))
        self.more = MorePart()
        self.more.edited.connect(self.edited)
        column.addWidget(self.more)
        self.fields |= self.more.fields
        self._mistakes |= self.more.mistakes
        for key, field in self.fields.items():
            field.textEdited.connect(lambda _text, key=key: self._on_edited(key))
            if key in _READ:
                field.editingFinished.connect(lambda key=key: self._look_at(key))
        column.addStretch(1)
        if before is not None:
            self._tell(before)

    def fill(self, **texts: str) -> None:
        """Type into fields; dots in a key are written as two underscores."""
        for key, text in texts.items():
            self.fields[key.replace("__", ".")].setText(text)

    def put(self, key: str, text: str) -> None:
        """Type for a person who agreed to it."""
        self.fields[key].setText(text)
        self._on_edited(key)

    def typed(self, key: str) -> str:
        """What stands in a field."""
        return self.fields[key].text()

    def allow_http(self, *, allowed: bool) -> None:
        self._allow_http.setChecked(allowed)

    def insecure(self, *, on: bool) -> None:
        self._insecure.setChecked(on)

    @property
    def mistakes(self) -> dict[str, str]:
        """What stands beside which field now."""
        return {key: label.text() for key, label in self._mistakes.items() if label.text()}

    def checked(self) -> GroupSettings | None:
        """The settings as typed, if nothing is wrong; else each mistake stands beside its field."""
        for key in self._mistakes:
            self._clear(key)
        settings = self._read()
        if settings is not None:
            for mistake in check_group(settings):
                self._blame(self._home(mistake, settings), mistake.sentence)
            if settings.name.casefold() in self._taken:
                self._blame(
                    "name",
                    t("The name {name} is used already; each group needs its own.", name=repr(settings.name)),
                )
        wrong = next((key for key, label in self._mistakes.items() if label.text()), None)
        if wrong is not None:
            if wrong in self.more.fields:
                self.more.open()
            self.fields[wrong].setFocus()
            return None
        return settings

    def draft(self, side: str) -> Draft | str:
        """What is typed about the ``first`` or ``second`` node; else why it cannot be tried yet."""
        texts = self._texts()
        place = ("first", "second").index(side)
        url = texts[f"{side}.url"].rstrip("/")
        if not url:
            return t("Type its URL.")
        stand_in = t("first node") if place == 0 else t("second node")
        node = NodeAddress(texts[f"{side}.name"] or stand_in, url)
        nodes = (node, STAND_INS[1]) if place == 0 else (STAND_INS[0], node)
        settings = self.group_of(t("name in the making"), nodes)
        if settings is None:
            return t("A DNS server, a resolver or a number of seconds cannot be read.")
        for mistake in check_group(settings):
            return mistake.sentence
        return Draft(settings, node, texts["password"] or None)

    def group_of(self, name: str, nodes: tuple[NodeAddress, NodeAddress]) -> GroupSettings | None:
        """A group of these nodes with what is typed besides; None where something cannot be read yet."""
        texts = self._texts()
        try:
            values = {key: read(texts[key]) for key, read in _READ.items()}
        except ValueError:
            return None
        return self._made(name, nodes, values, texts)

    def _grid(self) -> QGridLayout:
        grid = field_grid()
        for place, (key, caption, hint) in enumerate(_FIELDS):
            button = self._choice() if key == "ca_file" else None
            self.fields[key], self._mistakes[key] = add_field(grid, place, caption, hint, button)
        self.fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        self.fields["password"].editingFinished.connect(self.password_settled)
        return grid

    def _choice(self) -> QPushButton:
        choose = QPushButton(t("Choose…"))
        choose.setAccessibleName(t("Choose the CA file"))
        choose.clicked.connect(self._choose_file)
        return choose

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, t("The CA that signed the Gateways' certificates"))
        dialog.setNameFilters([t("Certificates (*.pem *.crt *.cer)"), t("All files (*)")])
        dialog.fileSelected.connect(lambda path: self.put("ca_file", path))
        dialog.open()

    def _on_box(self, name: str) -> None:
        if name == "insecure":
            self._insecure.setProperty("role", "loud" if self._insecure.isChecked() else "")
            style = self._insecure.style()
            style.unpolish(self._insecure)
            style.polish(self._insecure)
        self.edited.emit(name)

    def _on_edited(self, key: str) -> None:
        self._clear(key)
        self.edited.emit(key)

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
            resolvers=" ".join(map(str, before.resolvers)),
            ca_file=before.ca_file or "",
            timeout_s=f"{before.timeout_s:g}",
            tags=" ".join(before.tags),
        )
        self._allow_http.setChecked(before.allow_http)
        self._insecure.setChecked(before.insecure)
        self.more.tell(before)
        self.fields["password"].setPlaceholderText(t("stays as it is when left empty"))

    def _texts(self) -> dict[str, str]:
        return {key: field.text().strip() for key, field in self.fields.items()}

    def _read(self) -> GroupSettings | None:
        """The settings as typed; None where something cannot even be read."""
        texts = self._texts()
        missing = [key for key in _NEEDED if not texts[key]]
        for key in missing:
            self._blame(key, t("This must be filled."))
        values = {key: self._look_at(key) for key in _READ}
        if missing or any(self._mistakes[key].text() for key in _READ):
            return None
        nodes = (
            NodeAddress(texts["first.name"], texts["first.url"].rstrip("/")),
            NodeAddress(texts["second.name"], texts["second.url"].rstrip("/")),
        )
        return self._made(texts["name"], nodes, values, texts)

    def _made(
        self,
        name: str,
        nodes: tuple[NodeAddress, NodeAddress],
        values: dict[str, Any],
        texts: dict[str, str],
    ) -> GroupSettings:
        before = self._before or GroupSettings(name, nodes)
        return replace(
            before,
            name=name,
            nodes=nodes,
            failover_allowed=before.failover_allowed and before.nodes == nodes,  # allowed for those servers
            fqdn=texts["fqdn"] or None,
            user=texts["user"] or None,
            ca_file=texts["ca_file"] or None,
            insecure=self._insecure.isChecked(),
            allow_http=self._allow_http.isChecked(),
            judge_clients=self.more.judge_clients,
            use_proxies=self.more.proxies.isChecked(),
            **values,
        )

    def _look_at(self, key: str) -> Any:
        """What stands in a field; a mistake is told beside it, and reads as None."""
        try:
            return _READ[key](self.fields[key].text().strip())
        except ValueError as error:
            self._blame(key, str(error))
            return None

    @staticmethod
    def _home(mistake: Mistake, settings: GroupSettings) -> str:
        """The field a mistake stands beside."""
        if mistake.key.startswith("nodes."):
            part = mistake.key.removeprefix("nodes.")
            first = mistake.sentence.startswith((f"{settings.nodes[0].name}:", repr(settings.nodes[0].name)))
            return f"{'first' if first else 'second'}.{part}"
        key = mistake.key.partition(".")[0]  # sign_in_extras.bam_url
        return _HOMES.get(key, key)

    def _blame(self, key: str, sentence: str) -> None:
        home = key if key in self.fields else "name"
        self._mistakes[home].setText(f"✖ {sentence}")
        self._mistakes[home].show()
        self.fields[home].setStyleSheet(f"border: 1px solid {getattr(palette(), Tone.CRITICAL)};")
        self.fields[home].setAccessibleDescription(sentence)

    def _clear(self, key: str) -> None:
        self._mistakes[key].clear()
        self._mistakes[key].hide()
        self.fields[key].setStyleSheet("")
        self.fields[key].setAccessibleDescription("")
