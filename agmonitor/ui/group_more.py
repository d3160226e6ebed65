"""What is seldom set of a group, folded away under *More*: pace, sign-in, clients, proxies."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from agmonitor.domain.model import GroupSettings
from agmonitor.texts import t
from agmonitor.ui.group_fields import add_field, field_grid

DEFAULT_CADENCE_S = 2.0
_FIELDS = (
    ("cadence_s", t("Pace of probes, seconds"), "2"),
    ("sign_in_extras", t("Sent with the sign-in"), t("KEY=VALUE, as bam_alias=main")),
)
JUDGED = (
    (None, t("once their path has worked")),
    (True, t("always")),
    (False, t("never")),
)


class MorePart(QWidget):
    """Folded until a person opens it, a mistake stands in it, or something in it is set."""

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, QLineEdit] = {}
        self.mistakes: dict[str, QLabel] = {}
        self.fold = QPushButton()
        self.fold.setCheckable(True)
        self.judge = QComboBox()
        self.proxies = QCheckBox(t("Heed the proxies of the environment"))
        self._inner = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inner)
        self._lay_out()
        self.fold.toggled.connect(self._on_fold)
        self._on_fold(opened=False)

    def open(self) -> None:
        self.fold.setChecked(True)

    def tell(self, before: GroupSettings) -> None:
        """Everything as it is set now."""
        extras = " ".join(f"{key}={value}" for key, value in before.sign_in_extras)
        self.fields["cadence_s"].setText(f"{before.cadence_s:g}")
        self.fields["sign_in_extras"].setText(extras)
        self.judge.setCurrentIndex([value for value, _ in JUDGED].index(before.judge_clients))
        self.proxies.setChecked(before.use_proxies)
        paced = before.cadence_s != DEFAULT_CADENCE_S
        if paced or extras or before.use_proxies or before.judge_clients is not None:
            self.open()

    @property
    def judge_clients(self) -> bool | None:
        return JUDGED[self.judge.currentIndex()][0]

    def _lay_out(self) -> None:
        grid = field_grid()
        grid.setContentsMargins(0, 0, 0, 0)
        for place, (key, caption, hint) in enumerate(_FIELDS):
            self.fields[key], self.mistakes[key] = add_field(grid, place, caption, hint)
        judged = QLabel(t("Judge the clients' path"))
        judged.setBuddy(self.judge)
        self.judge.setAccessibleName(judged.text())
        self.judge.addItems([words for _, words in JUDGED])
        below = 2 * len(_FIELDS)
        grid.addWidget(judged, below, 0)
        grid.addWidget(self.judge, below, 1)
        grid.addWidget(self.proxies, below + 1, 0, 1, 2)
        self._inner.setLayout(grid)
        self.proxies.toggled.connect(lambda _on: self.edited.emit("use_proxies"))

    def _on_fold(self, opened: bool) -> None:  # noqa: FBT001 - as Qt's signal gives it
        self._inner.setVisible(opened)
        self.fold.setText(t("More ▾") if opened else t("More ▸"))
        self.fold.setAccessibleName(t("Fold what is seldom set") if opened else t("Show what is seldom set"))
