"""All stored episodes of a group with a filter; the one chosen is shown in the window beside it.

Reads nothing: it is given rows, and says which range is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from agmonitor.domain.events import Trigger
from agmonitor.domain.kept import KeptEpisode
from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui.anatomy_words import TRIGGER_WORDS
from agmonitor.ui.choice_row import ChoiceRow
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.episode_rows import COLUMNS, EpisodeFilter, EpisodeRow, episode_rows, filtered
from agmonitor.ui.filter_box import FilterBox
from agmonitor.ui.models import ROW_ROLE, TableModel
from agmonitor.ui.row_menu import Offer, of_moment
from agmonitor.ui.table import Table
from agmonitor.ui.time_range import DAY_S

ALL = "all"
TRIGGERS: tuple[tuple[str, Trigger | None], ...] = (
    (t("Any trigger"), None),
    *((TRIGGER_WORDS[trigger], trigger) for trigger in Trigger),
)
SPANS: tuple[tuple[str, float], ...] = (
    (t("All"), float("inf")),
    ("24 h", DAY_S),
    ("7 d", 7 * DAY_S),
    ("30 d", 30 * DAY_S),
    ("1 y", 365 * DAY_S),
)
NOTHING = t("No failover and no outage of this group is stored. When one happens it is listed here.")
READING = t("Reading the history…")
WIDTH_PX, ROOMY_PX, EDGES_PX, TABLE_PX = 960, 1280, 80, 260
CAUSE = 6


class EpisodesDialog(Dialog[None]):
    """Stands beside the window, which stays usable. ``chosen``: a ``KeptEpisode`` was selected."""

    chosen = Signal(object)
    moment_asked = Signal(float)
    link_asked = Signal(float)
    acknowledge_asked = Signal(object)  # an Episode

    def __init__(self, group: str, parent: QWidget | None = None) -> None:
        super().__init__(t("Episodes of {group}", group=group), parent, width_px=WIDTH_PX)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._rows: list[EpisodeRow] = []
        self._now: Instant = 0.0
        self.text = FilterBox(
            t("Filter: a node, a person, a word of the cause or a note…"), t("Filter the episodes")
        )
        self.unacknowledged = QCheckBox(t("Not acknowledged"))
        self.span = ChoiceRow(t("Range"), SPANS)
        self.trigger = ChoiceRow(t("Trigger"), TRIGGERS)
        self.model = TableModel(COLUMNS, self)
        self.table = Table(self.model, t("Episodes, newest first"), READING)
        self.table.stretch(CAUSE)
        self.table.offers = self._offers
        self.table.setMinimumHeight(TABLE_PX)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.trouble = paragraph("", "mistake")
        self.trouble.hide()
        self.moment = QPushButton(t("Show this moment"))
        self.acknowledge = QPushButton(t("Acknowledge…"))
        self.leave = QPushButton(t("Close"))
        self._place()
        self._connect()
        self._on_selected()
        room = self.screen().availableGeometry().width() - EDGES_PX
        self.resize(max(WIDTH_PX, min(ROOMY_PX, room)), self.height())  # causes are long
        self.table.setFocus()

    def _place(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(14)
        first.addWidget(self.text, 1)
        first.addWidget(self.span)
        second.setSpacing(14)
        second.addWidget(self.trigger)
        second.addWidget(self.unacknowledged)
        second.addStretch(1)
        second.addWidget(self.count)
        self.column.addLayout(first)
        self.column.addLayout(second)
        self.column.addWidget(self.trouble)
        self.column.addWidget(self.table, 1)
        self.buttons(self.moment, self.acknowledge, self.leave)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._fill)
        self.unacknowledged.toggled.connect(self._fill)
        self.span.changed.connect(self._fill)
        self.trigger.changed.connect(self._fill)
        self.table.selectionModel().currentRowChanged.connect(self._on_selected)
        self.table.activated.connect(lambda _index: self._ask_moment())
        self.moment.clicked.connect(self._ask_moment)
        self.acknowledge.clicked.connect(self._ask_acknowledge)
        self.leave.clicked.connect(self.close)

    def show_episodes(self, kept: Sequence[KeptEpisode], now: Instant) -> None:
        """What the history holds, in any order; the selection stays where it was."""
        self._rows, self._now = episode_rows(kept, now), now
        self.table.say_when_empty(NOTHING if not self._rows else t("No episode passes the filter."))
        self._fill()

    def tell_trouble(self, why: str) -> None:
        """The history could not be read, or is not kept."""
        self.trouble.setText(why)
        self.trouble.show()

    @property
    def wanted(self) -> EpisodeFilter:
        since = self._now - self.span.value
        return EpisodeFilter(
            self.text.text(), self.trigger.value, self.unacknowledged.isChecked(), max(0.0, since)
        )

    @property
    def selected(self) -> EpisodeRow | None:
        index = self.table.currentIndex()
        row = index.data(ROW_ROLE) if index.isValid() else None
        return row if isinstance(row, EpisodeRow) else None

    def _offers(self, row: EpisodeRow) -> tuple[Offer, ...]:
        return of_moment(row.episode.began_at, self.moment_asked.emit, self.link_asked.emit)

    def _fill(self) -> None:
        before = self.selected
        shown = filtered(self._rows, self.wanted)
        self.model.set_rows(shown)
        known, all_of_it = len(shown), len(self._rows)
        self.count.setText(
            t("{n} of {all}", n=known, all=all_of_it) if known != all_of_it else f"{all_of_it}"
        )
        if shown:
            key = None if before is None else before.episode.began_at
            place = next((n for n, row in enumerate(shown) if row.episode.began_at == key), 0)
            self.table.selectRow(place)
        self._on_selected()

    def _on_selected(self, *_rows: QModelIndex) -> None:
        row = self.selected
        self.moment.setEnabled(row is not None)
        self.acknowledge.setEnabled(row is not None and not row.acknowledged)
        if row is not None:
            self.chosen.emit(row.kept)

    def _ask_moment(self) -> None:
        if self.selected is not None:
            self.moment_asked.emit(self.selected.episode.began_at)

    def _ask_acknowledge(self) -> None:
        if self.selected is not None:
            self.acknowledge_asked.emit(self.selected.episode)
