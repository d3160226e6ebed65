"""Why this verdict, and why no other: the ledger grouped by finding, with a filter, and what it rests on.

Above it, why there was no takeover; beside it, the raw evidence of failed probes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from agmonitor.domain.model import Severity
from agmonitor.domain.no_takeover import no_takeover
from agmonitor.domain.state import GroupState, LedgerRow
from agmonitor.domain.titles import title_of
from agmonitor.texts import t, worded
from agmonitor.ui.elided import Elided
from agmonitor.ui.evidence_pane import EvidencePane
from agmonitor.ui.filter_box import FilterBox
from agmonitor.ui.models import ROW_ROLE, Column, TableModel
from agmonitor.ui.phrases import SEVERITY_TONES, SEVERITY_WORDS, Tone
from agmonitor.ui.table import Table

EVIDENCE_FROM_PX = 1_100  # narrower, values and limits need its room; a mark tells the state
PASSED_WORDS = {True: t("yes"), False: t("no"), None: t("not judged")}


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One condition; ``heading`` is filled on the first row of its finding alone."""

    heading: str
    holds: Severity | None  # the finding's severity where it holds
    row: LedgerRow

    @property
    def mark(self) -> Severity | None:
        if not self.heading:
            return None
        return self.holds if self.holds is not None else Severity.OK

    @property
    def state(self) -> str:
        if not self.heading:
            return ""
        return t("does not hold") if self.holds is None else SEVERITY_WORDS[self.holds]


def value_and_evidence(row: WhyRow) -> str:
    """Together, for the evidence has no column of its own where room is short."""
    return "\n".join(worded(text) for text in (row.row.value, row.row.evidence) if text)


COLUMNS: tuple[Column[WhyRow], ...] = (
    Column(
        t("Finding"),
        lambda row: row.heading,
        tone=lambda row: Tone.MUTED if row.holds is None else Tone.TEXT,
        bold=lambda _row: True,
        mark=lambda row: row.mark if row.holds is not None else None,
        tip=lambda row: row.state,
        wraps=True,
    ),
    Column(
        t("State"),
        lambda row: row.state,
        tone=lambda row: Tone.MUTED if row.holds is None else SEVERITY_TONES[row.holds],
        only_from_px=EVIDENCE_FROM_PX,
    ),
    Column(t("Condition"), lambda row: worded(row.row.condition), wraps=True),
    Column(
        # Translators: whether the condition holds
        t("Met"),
        lambda row: PASSED_WORDS[row.row.passed],
        tone=lambda row: (
            Tone.MUTED if not row.row.passed else Tone.NOTICE if row.holds is None else Tone.TEXT
        ),
        mark=lambda row: {True: Severity.NOTICE, None: Severity.UNKNOWN}.get(row.row.passed),
    ),
    Column(
        t("Value"),
        lambda row: worded(row.row.value),
        bold=lambda row: row.row.passed is True,
        tip=value_and_evidence,
        wraps=True,
    ),
    Column(t("Limit"), lambda row: worded(row.row.limit), wraps=True),
    Column(
        t("Evidence"),
        lambda row: worded(row.row.evidence),
        tone=lambda _row: Tone.MUTED,
        only_from_px=EVIDENCE_FROM_PX,
    ),
)


def why_rows(state: GroupState, ledger: Sequence[LedgerRow]) -> list[WhyRow]:
    """Findings that hold first, worst first; then the others by number."""
    holding = {finding.name: finding for finding in state.verdict.findings}
    rank = {name: place for place, name in enumerate(holding)}
    ordered = sorted(ledger, key=lambda row: (rank.get(row.finding, len(rank)), row.number, row.finding))
    rows = []
    last = ""
    for row in ordered:
        held = holding.get(row.finding)
        heading = "" if row.finding == last else f"{row.number} · {title_of(row.finding)}"
        rows.append(WhyRow(heading, held.severity if held is not None else None, row))
        last = row.finding
    return rows


FILTER_PX, FILTER_LEAST_PX = 240, 90
SHARES = 1_000  # larger than any pixel count: shares, of which Qt makes widths
BESIDE_PX = 1_400  # from here on the evidence has room beside rows of one line


class WhyTab(QWidget):
    """The ledger of the shown state; rows are laid over the old ones, so nothing jumps while one reads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[WhyRow] = []
        self._roomy: bool | None = None
        self.ledger_percent: int | None = None  # as a person moved the line between
        self.model = TableModel(COLUMNS, self)
        self.table = Table(
            self.model,
            t("Ledger: every condition with value and limit"),
            t("Nothing has been judged yet."),
            filtered=True,
        )
        self.table.stretch(6)
        self.filter = FilterBox(t("Filter…"), t("Filter the ledger"))
        self.filter.setFixedWidth(FILTER_PX)
        self.filter.textChanged.connect(self.table.filter)
        self.holding = QCheckBox(t("Only findings that hold"))
        self.holding.toggled.connect(self._put)
        self.corner = QWidget()  # stands beside the tabs' titles, where it costs no height
        for part in (self.filter, self.holding):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # so that the tabs' titles need no new layout
            part.setSizePolicy(policy)
            part.hide()
        top = QHBoxLayout(self.corner)
        top.setContentsMargins(0, 1, 12, 3)
        top.setSpacing(14)
        top.addWidget(self.holding)
        top.addWidget(self.filter, 1)
        self.first = Elided()
        self.first.setContentsMargins(12, 2, 12, 2)
        self.first.setStyleSheet("font-size: 13px; font-weight: bold;")
        self.evidence = EvidencePane()
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.beside = beside = QSplitter(Qt.Orientation.Horizontal)
        beside.setChildrenCollapsible(False)
        beside.addWidget(self.table)
        beside.addWidget(self.evidence)
        beside.setStretchFactor(0, 5)
        beside.setStretchFactor(1, 3)
        beside.splitterMoved.connect(self._on_moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top_row = QHBoxLayout()
        top_row.setContentsMargins(0, 0, 10, 0)
        top_row.addWidget(self.first, 1)
        top_row.addWidget(self.evidence.handle)
        column.addLayout(top_row)
        column.addWidget(beside, 1)
        self.setFocusProxy(self.table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= BESIDE_PX
        if roomy is not self._roomy:
            self._roomy = roomy
            self.evidence.handle.setChecked(roomy)

    def share(self, ledger_percent: int | None) -> None:
        """The ledger's share of the width beside its evidence, as a person left it."""
        self.ledger_percent = ledger_percent
        if ledger_percent is not None:
            self.beside.setSizes([ledger_percent * SHARES, (100 - ledger_percent) * SHARES])

    def _on_moved(self) -> None:
        ledger, evidence = self.beside.sizes()
        self.ledger_percent = round(100 * ledger / max(1, ledger + evidence))

    def fit_filter(self, room_px: int) -> None:
        """As wide as the titles leave it."""
        self.filter.setFixedWidth(
            min(FILTER_PX, max(FILTER_LEAST_PX, room_px - self.holding.sizeHint().width()))
        )

    def offer_filter(self, *, offered: bool) -> None:
        """Show the parts beside the titles, or leave their place empty."""
        self.filter.setVisible(offered)
        self.holding.setVisible(offered)

    def show_ledger(self, state: GroupState, ledger: Sequence[LedgerRow]) -> None:
        """The ledger of one state."""
        self._all = why_rows(state, ledger)
        said = worded(no_takeover(state, ledger).sentence)
        if said != self.first.text():
            self.first.setText(said)
            self.first.setAccessibleName(said)
        self._put()

    def clear(self) -> None:
        """Nothing is known of the moment shown."""
        self._all = []
        self.first.setText("")
        self.model.set_rows([])

    def _on_selected(self) -> None:
        chosen = self.table.selectionModel().selectedRows()
        self.evidence.show_row(chosen[0].data(ROW_ROLE).row if chosen else None)

    def _put(self) -> None:
        only = self.holding.isChecked()
        rows = [row for row in self._all if row.holds is not None] if only else self._all
        nothing = (
            t("No finding holds: all is well.") if only and self._all else t("Nothing has been judged yet.")
        )
        self.table.say_when_empty(nothing)
        self.model.set_rows(rows)
