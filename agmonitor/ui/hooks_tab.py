"""The hooks of both nodes with their last call; offers the inventory workflow where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agmonitor.domain.memory import HookTrouble, HookTroubleKind
from agmonitor.domain.model import Answer, Severity
from agmonitor.domain.observations import Hook, HookCall, HookOutcome
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import brief
from agmonitor.report.hook_pairs import HookOnNode, HookPair, differences, side_by_side
from agmonitor.texts import listed, t, tn, worded
from agmonitor.ui.elided import Elided
from agmonitor.ui.filter_box import FilterBox
from agmonitor.ui.models import Column, TableModel
from agmonitor.ui.phrases import ROLE_WORDS, SEVERITY_TONES, Tone, clock_time, full_time, utc_time
from agmonitor.ui.table import Table

LEAST_MS = 0.05  # below that "0.0" would be told

NOTHING_YET = t(
    "No hooks known yet. Hooks that workflows subscribe through availability_group.api are listed here."
)
OUTCOME_WORDS = {
    HookOutcome.RETURNED: t("returned"),
    HookOutcome.RAISED: t("raised"),
    HookOutcome.RUNNING: t("running"),
}
TROUBLE_WORDS = {
    HookTroubleKind.RAISED: t("raised"),
    HookTroubleKind.MISSED: t("missed"),
    HookTroubleKind.RAN_TWICE: t("ran twice"),
    HookTroubleKind.OVERLAPPED: t("overlapped"),
    HookTroubleKind.OUTLIVED: t("outlived the window"),
}
_OUTCOME_MARKS = {
    HookOutcome.RETURNED: Severity.OK,
    HookOutcome.RAISED: Severity.CRITICAL,
    HookOutcome.RUNNING: Severity.NOTICE,
}


@dataclass(frozen=True, slots=True)
class HookRow:
    """One hook on one node, or its absence there: its newest call, and what went wrong at the last change."""

    node: str
    hook: Hook
    registered: bool
    call: HookCall | None
    calls: int
    troubles: tuple[HookTrouble, ...] = ()

    @property
    def change(self) -> str:
        """The new role first: where room is short, the end is cut off."""
        if self.call is None:
            return ""
        role = ROLE_WORDS[self.call.new]
        if self.call.previous is None:
            return t("{role}, at start", role=role)
        return t("{role}, was {before}", role=role, before=ROLE_WORDS[self.call.previous])

    @property
    def took(self) -> str:
        if self.call is None:
            return ""
        ran_ms = self.call.duration_ms if self.call.duration_ms is not None else self.call.so_far_ms
        if ran_ms is None:
            return ""
        return t("< 0.1 ms") if 0 < ran_ms < LEAST_MS else worded(brief(ran_ms))

    @property
    def registered_once(self) -> bool:
        return self.registered and self.hook.registrations == 1

    @property
    def registration(self) -> str:
        if not self.registered:
            return t("no longer") if self.calls else t("not here")
        count = self.hook.registrations
        return t("yes") if count == 1 else tn("{n} times", "{n} times", count)

    @property
    def outcome(self) -> str:
        """One word: what went wrong at the last change of role, else how the newest call ended."""
        kinds = {trouble.kind for trouble in self.troubles}
        worst = next((kind for kind in HookTroubleKind if kind in kinds), None)
        if worst is not None:
            return TROUBLE_WORDS[worst]
        if self.call is None:
            return t("never called") if self.registered else ""
        return OUTCOME_WORDS[self.call.outcome]

    @property
    def mark(self) -> Severity | None:
        if self.troubles and self.troubles[0].kind is not HookTroubleKind.RAISED:
            return Severity.WARNING
        return None if self.call is None else _OUTCOME_MARKS[self.call.outcome]

    @property
    def wrong(self) -> str:
        """What went wrong at the last change, else the newest call's error."""
        error = self.call.error if self.call is not None else ""
        told = [
            error if trouble.kind is HookTroubleKind.RAISED and error else worded(trouble.text)
            for trouble in self.troubles
        ]
        return "; ".join(told) or error


def _call_in_full(row: HookRow, call: HookCall) -> str:
    started = full_time(call.started_at)
    known = tn(
        "{instant} on the node's clock; {n} call known",
        "{instant} on the node's clock; {n} calls known",
        row.calls,
        instant=started,
    )
    return f"{row.change}\n{known}"


def _outcome_tone(row: HookRow) -> Tone:
    return Tone.MUTED if row.mark is None else SEVERITY_TONES[row.mark]


COLUMNS: tuple[Column[HookRow], ...] = (
    Column(t("Workflow"), lambda row: row.hook.workflow),
    Column(
        t("Hook"), lambda row: row.hook.callback, tip=lambda row: f"{row.hook.callback}\n{row.hook.event}"
    ),
    Column(
        # Translators: where in the source
        t("Where"),
        lambda row: row.hook.source.rpartition("/")[2],
        tone=lambda _row: Tone.MUTED,
        tip=lambda row: row.hook.source,
    ),
    Column(t("Node"), lambda row: row.node, bold=lambda _row: True),
    Column(
        t("Registered"),
        lambda row: row.registration,
        tone=lambda row: Tone.TEXT if row.registered_once else Tone.WARNING,
        mark=lambda row: None if row.registered_once else Severity.WARNING,
        tip=lambda row: (
            t("{instant} on the node's clock", instant=full_time(row.hook.registered_at))
            if row.hook.registered_at is not None and row.registered
            else row.registration
        ),
    ),
    Column(
        t("Last call"),
        lambda row: f"{clock_time(row.call.started_at)} {row.change}" if row.call is not None else "",
        tip=lambda row: _call_in_full(row, row.call) if row.call is not None else "",
        wraps=True,
        copied=lambda row: f"{utc_time(row.call.started_at)} {row.change}" if row.call is not None else "",
    ),
    # Translators: how long a call ran
    Column(t("Took"), lambda row: row.took),
    Column(t("Outcome"), lambda row: row.outcome, tone=_outcome_tone, mark=lambda row: row.mark),
    Column(t("What went wrong"), lambda row: row.wrong, tone=_outcome_tone, wraps=True),
)
REGISTERED, WRONG = 4, len(COLUMNS) - 1


def hook_rows(state: GroupState) -> list[HookRow]:
    """Hook by hook, both nodes side by side; those that something went wrong with come first."""
    blocks = [
        [_row(state, pair, node, one) for node, one in zip(pair.nodes, pair.on, strict=True)]
        for pair in _pairs(state)
    ]
    blocks.sort(key=lambda rows: not any(row.troubles for row in rows))
    return [row for rows in blocks for row in rows]


def _pairs(state: GroupState) -> list[HookPair]:
    return side_by_side([node.hooks for node in state.nodes if node.hooks is not None])


def _row(state: GroupState, pair: HookPair, node: str, one: HookOnNode | None) -> HookRow:
    if one is None:
        return HookRow(
            node, replace(pair.known[0].hook, registered_at=None), registered=False, call=None, calls=0
        )
    hook = one.hook
    troubles = tuple(
        trouble
        for trouble in state.memory.hook_troubles
        if (trouble.node, trouble.workflow, trouble.callback) == (node, hook.workflow, hook.callback)
    )
    return HookRow(node, hook, one.registered, one.last_call, len(one.calls), troubles)


def said_above(state: GroupState) -> str:
    """What stands above the table: whose hooks cannot be seen, who was there first, and what differs."""
    earlier = [
        t(
            "{node}: loaded before the inventory, so that hooks of theirs may be unknown: {workflows}.",
            node=node.name,
            workflows=", ".join(node.hooks.earlier),
        )
        for node in state.nodes
        if node.hooks is not None and node.hooks.earlier
    ]
    told = [missing_inventory(state), *earlier, *(one.sentence for one in differences(_pairs(state)))]
    return " ".join(text for text in told if text)


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
        said.append(
            t(
                "{nodes}: no hook inventory ({why}). Import the workflow from resources/gateway_workflow "
                "into the Gateway to see its hooks here.",
                nodes=listed(name for name, _ in missing),
                why=why,
            )
        )
    if unheard:
        said.append(
            t(
                "{nodes}: the hooks could not be read; what is shown here is from the nodes that answered.",
                nodes=listed(unheard),
            )
        )
    return " ".join(said)


class HooksTab(QWidget):
    """A table of both nodes' hooks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, self)
        name = t("Hooks of both nodes with their last call")
        self.table = Table(self.model, name, NOTHING_YET, filtered=True)
        self.filter = FilterBox(t("Filter…"), t("Filter the hooks"))
        self.filter.textChanged.connect(self.table.filter)
        self.table.stretch(WRONG)
        self._missing = Elided()  # one line: the rows need the room
        self._missing.setProperty("role", "muted")
        self._missing.setContentsMargins(16, 4, 16, 0)
        self._missing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._missing)
        column.addWidget(self.table, 1)

    def show_state(self, state: GroupState) -> None:
        """Both nodes' inventories as last told."""
        text = said_above(state)
        self._missing.setText(text)
        self._missing.setVisible(bool(text))
        self.table.say_when_empty("" if text else NOTHING_YET)
        rows = hook_rows(state)
        self.model.set_rows(rows)
        # A column of nothing but "yes", or of nothing at all, takes the room that roles and errors need.
        self.table.show_column(REGISTERED, shown=any(not row.registered_once for row in rows))
        self.table.show_column(WRONG, shown=any(row.wrong for row in rows))
