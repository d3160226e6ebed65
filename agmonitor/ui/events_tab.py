"""What happened, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agmonitor.domain.events import Event
from agmonitor.ui.models import ROW_ROLE, Column, TableModel
from agmonitor.ui.phrases import SEVERITY_TONES, Tone, clock_time, full_time, title_of
from agmonitor.ui.table import Table

AT_MOST = 2000

COLUMNS: tuple[Column[Event], ...] = (
    Column("Time", lambda event: clock_time(event.at), tip=lambda event: full_time(event.at), width_px=96),
    Column(
        "Severity",
        lambda event: event.severity.word,
        tone=lambda event: SEVERITY_TONES[event.severity],
        mark=lambda event: event.severity,
        width_px=104,
    ),
    Column("What", lambda event: title_of(event.kind.value), width_px=176, bold=lambda _event: True),
    Column("Sentence", lambda event: event.sentence),
    Column(
        "Finding",
        lambda event: event.finding.replace("_", " ") if event.finding else "",
        tone=lambda _event: Tone.MUTED,
        width_px=140,
    ),
)


class EventsTab(QWidget):
    """A bounded table; new events are put on top without disturbing the selection.

    A click on a row, or Enter, asks for its moment.
    """

    moment_asked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, self)
        self.table = Table(
            self.model,
            "Events, newest first",
            "Nothing has happened yet. Changes of any kind are listed here.",
        )
        self.table.stretch(3)
        self.table.clicked.connect(self._on_picked)
        self.table.activated.connect(self._on_picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_all(self, events: Iterable[Event]) -> None:
        """Another group's events, oldest first."""
        self.model.set_rows([])
        self.model.put_first(list(events)[::-1], AT_MOST)
        self.table.scrollToTop()

    def add(self, events: Iterable[Event]) -> None:
        """New ones of the same group, oldest first."""
        self.model.put_first(list(events)[::-1], AT_MOST)

    def _on_picked(self, place: QModelIndex) -> None:
        self.moment_asked.emit(place.data(ROW_ROLE).at)
