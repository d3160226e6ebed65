"""Both nodes' settings side by side, differences marked; beside it, when a failover was last proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agmonitor.domain.model import Configuration, Severity
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.state import Condition, GroupState, NodeState
from agmonitor.texts import listed, t
from agmonitor.ui.elided import Elided
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import Tone
from agmonitor.ui.table import Table


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as each node tells it. Some differ by nature: each node's own address, for one."""

    title: str
    left: str
    right: str
    own: bool = False  # each node has its own value
    old: str = ""  # the node whose word is from before it fell silent, or both

    @property
    def differs(self) -> bool:
        return not (self.own or self.old) and bool(self.left and self.right) and self.left != self.right

    @property
    def note(self) -> str:
        if self.own:
            return t("each node has its own")
        if self.differs:
            return t("differs")
        if bool(self.left) is not bool(self.right):
            return t("told by one node only")
        if self.old and self.left != self.right:
            return t("{nodes} as last heard", nodes=self.old)
        return ""


def _seconds(value: int | None) -> str:
    return "" if value is None else t("{n} s", n=value)


def _text(value: object) -> str:
    return "" if value is None else str(value)


_SETTINGS: tuple[tuple[str, Callable[[Configuration], str], bool], ...] = (
    (t("Heartbeat interval (report)"), lambda told: _seconds(told.health_report_interval), False),
    (t("Standby check interval"), lambda told: _seconds(told.health_check_interval), False),
    (t("Allowed absence"), lambda told: _seconds(told.allowed_absence_interval), False),
    (t("TTL of the host record"), lambda told: _seconds(told.group_fqdn_ttl), False),
    (t("Group name (FQDN)"), lambda told: _text(told.group_fqdn), False),
    (t("Scheme"), lambda told: _text(told.external_scheme), False),
    (t("Port"), lambda told: _text(told.external_port), True),
    (t("Address"), lambda told: _text(told.external_ipv4_address), True),
    (t("TSIG key"), lambda told: _text(told.tsig_name), False),
    (t("TSIG algorithm"), lambda told: _text(told.tsig_algorithm), False),
)


def setting_rows(state: GroupState) -> list[SettingRow]:
    """Every setting and the members as each node knows them, differences first; empty until one has told."""
    left, right = (_report(node) for node in state.nodes)
    if left is None and right is None:
        return []
    old = listed(node.name for node in state.nodes if node.condition is not Condition.HEARD)
    rows = [
        SettingRow(title, _of(left, read), _of(right, read), own=own, old=old)
        for title, read, own in _SETTINGS
    ]
    for title, seat in ((t("Member: primary"), "primary"), (t("Member: secondary"), "secondary")):
        rows.append(SettingRow(title, _member(left, seat), _member(right, seat), old=old))
    return sorted(rows, key=lambda row: not row.differs)


def _report(node: NodeState) -> NodeReport | None:
    return node.heard.report if node.heard is not None else None


def _of(report: NodeReport | None, read: Callable[[Configuration], str]) -> str:
    return read(report.configuration) if report is not None and report.configuration is not None else ""


def _member(report: NodeReport | None, seat: str) -> str:
    if report is None or report.members is None:
        return ""
    return getattr(report.members, seat) or t("nobody")


def _columns(left: str, right: str) -> tuple[Column[SettingRow], ...]:
    def tone(row: SettingRow) -> Tone:
        return Tone.WARNING if row.differs else Tone.TEXT

    return (
        Column(t("Setting"), lambda row: row.title, tone=lambda _row: Tone.MUTED, width_px=230),
        Column(left, lambda row: row.left or "–", tone=tone, bold=lambda row: row.differs, width_px=240),
        Column(right, lambda row: row.right or "–", tone=tone, bold=lambda row: row.differs, width_px=240),
        Column(
            t("Compared"),
            lambda row: row.note,
            tone=lambda row: Tone.WARNING if row.differs else Tone.MUTED,
            mark=lambda row: Severity.WARNING if row.differs else None,
        ),
    )


class ConfigurationTab(QWidget):
    """A table of settings; its two middle columns carry the nodes' names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(_columns(t("First node"), t("Second node")), self)
        self.table = Table(
            self.model, t("Settings of both nodes side by side"), t("Neither node has told its settings yet.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.corner = Elided()  # stands beside the tabs' titles, where it costs no height
        self.corner.setProperty("role", "muted")
        self.corner.setContentsMargins(0, 0, 14, 14)

    def show_state(self, state: GroupState) -> None:
        """Both nodes' settings as last heard."""
        names = [node.name for node in state.nodes]
        if [column.title for column in self.model.columns[1:3]] != names:
            shown = self.model.columns
            self.model.columns = (
                shown[0],
                replace(shown[1], title=names[0]),
                replace(shown[2], title=names[1]),
                shown[3],
            )
            self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 1, 2)
        self.model.set_rows(setting_rows(state))

    def show_proven(self, words: str) -> None:
        """When a failover was last seen to come true; "" is nothing to tell."""
        self.corner.setText(words)

    @property
    def proven(self) -> str:
        return self.corner.text()

    @property
    def differences(self) -> int:
        return sum(row.differs for row in self.model.rows)
