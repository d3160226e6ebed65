"""The hooks of both nodes with their last call; offers the inventory workflow where there is none."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from agmonitor.domain.model import Answer, Severity
from agmonitor.domain.observations import Hook, HookCall, HookOutcome, HooksObservation
from agmonitor.domain.state import GroupState
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import ROLE_WORDS, Tone, clock_time, full_time, milliseconds
from agmonitor.ui.table import Table

NOT_HEARD = "{nodes}: the hooks could not be read; what is shown here is from the nodes that answered."
NO_INVENTORY = (
    "{nodes}: no hook inventory ({why}). Import the workflow from resources/gateway_workflow into the "
    "Gateway to see its hooks here."
)
NOTHING_YET = (
    "No hooks known yet. Hooks that workflows subscribe through availability_group.api are listed here."
)
_OUTCOME_MARKS = {
    HookOutcome.RETURNED: Severity.OK,
    HookOutcome.RAISED: Severity.CRITICAL,
    HookOutcome.RUNNING: Severity.NOTICE,
}
_OUTCOME_TONES = {
    HookOutcome.RETURNED: Tone.OK,
    HookOutcome.RAISED: Tone.CRITICAL,
    HookOutcome.RUNNING: Tone.NOTICE,
}


@dataclass(frozen=True, slots=True)
class HookRow:
    """One hook on one node, with its newest call if it was ever called."""

    node: str
    hook: Hook
    call: HookCall | None
    calls: int

    @property
    def change(self) -> str:
        if self.call is None:
            return ""
        previous = "start" if self.call.previous is None else ROLE_WORDS[self.call.previous]
        return f"{previous} → {ROLE_WORDS[self.call.new]}"

    @property
    def took(self) -> str:
        return (
            "" if self.call is None or self.call.duration_ms is None else milliseconds(self.call.duration_ms)
        )

    @property
    def outcome(self) -> str:
        return "never called" if self.call is None else self.call.outcome.value


COLUMNS: tuple[Column[HookRow], ...] = (
    Column("Node", lambda row: row.node, bold=lambda _row: True),
    Column("Workflow", lambda row: row.hook.workflow),
    Column("Hook", lambda row: row.hook.callback, tip=lambda row: f"{row.hook.callback}\n{row.hook.source}"),
    Column("Calls", lambda row: str(row.calls) if row.calls else ""),
    Column(
        "Last call",
        lambda row: clock_time(row.call.started_at) if row.call is not None else "",
        tip=lambda row: full_time(row.call.started_at) + " on the node's clock" if row.call else "",
    ),
    Column("Change", lambda row: row.change),
    Column("Took", lambda row: row.took),
    Column(
        "Outcome",
        lambda row: row.outcome,
        tone=lambda row: Tone.MUTED if row.call is None else _OUTCOME_TONES[row.call.outcome],
        mark=lambda row: None if row.call is None else _OUTCOME_MARKS[row.call.outcome],
    ),
    Column("Error", lambda row: row.call.error if row.call else "", tone=lambda _row: Tone.CRITICAL),
)


def hook_rows(state: GroupState) -> list[HookRow]:
    """Node by node; hooks that are subscribed no more but were called stand at the end of theirs."""
    rows: list[HookRow] = []
    for node in state.nodes:
        told = node.hooks
        if told is None or told.answer is not Answer.OK:
            continue
        known = {(hook.workflow, hook.callback) for hook in told.hooks}
        gone = sorted({(call.workflow, call.callback) for call in told.calls} - known)
        hooks = [*told.hooks, *(Hook(workflow, callback, "no longer there") for workflow, callback in gone)]
        rows += [_row(node.name, hook, told) for hook in hooks]
    return rows


def _row(node: str, hook: Hook, told: HooksObservation) -> HookRow:
    calls = [call for call in told.calls if (call.workflow, call.callback) == (hook.workflow, hook.callback)]
    return HookRow(node, hook, calls[-1] if calls else None, len(calls))


def missing_inventory(state: GroupState) -> str:
    """What keeps hooks from being seen, and what helps: importing helps no silent node."""
    failed = [
        (n.name, n.hooks) for n in state.nodes if n.hooks is not None and n.hooks.answer is not Answer.OK
    ]
    missing = [(name, told) for name, told in failed if told.answer is Answer.HTTP_STATUS]
    unheard = [name for name, told in failed if told.answer is not Answer.HTTP_STATUS]
    said = []
    if missing:
        why = missing[0][1].detail.rstrip(".") or missing[0][1].answer.value.replace("_", " ")
        said.append(NO_INVENTORY.format(nodes=" and ".join(name for name, _ in missing), why=why))
    if unheard:
        said.append(NOT_HEARD.format(nodes=" and ".join(unheard)))
    return " ".join(said)


class HooksTab(QWidget):
    """A table of both nodes' hooks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, self)
        self.table = Table(self.model, "Hooks of both nodes with their last call", NOTHING_YET)
        self.table.stretch(8)
        self._missing = QLabel()
        self._missing.setProperty("role", "muted")
        self._missing.setWordWrap(True)
        self._missing.setContentsMargins(16, 8, 16, 4)
        self._missing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._missing)
        column.addWidget(self.table, 1)

    def show_state(self, state: GroupState) -> None:
        """Both nodes' inventories as last told."""
        text = missing_inventory(state)
        self._missing.setText(text)
        self._missing.setVisible(bool(text))
        self.table.say_when_empty("" if text else NOTHING_YET)
        self.model.set_rows(hook_rows(state))
