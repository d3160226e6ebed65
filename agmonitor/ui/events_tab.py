"""What happened, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.titles import title_of
from agmonitor.texts import t, worded
from agmonitor.ui.elided import Elided
from agmonitor.ui.events_listed import key_of, listing_of
from agmonitor.ui.filter_box import FilterBox
from agmonitor.ui.models import ROW_ROLE, Column, TableModel
from agmonitor.ui.phrases import SEVERITY_TONES, SEVERITY_WORDS, Tone, clock_time, full_time, utc_time
from agmonitor.ui.row_menu import of_moment
from agmonitor.ui.table import Table
from agmonitor.ui.time_range import TimeRange
from agmonitor.ui.watched import Watched

AT_MOST = 2000
NOTHING_YET = t("Nothing has happened yet. Changes of any kind are listed here.")
NONE_THEN = t("Nothing happened in the stretch of time on screen. Move or widen it on the axis, or press L.")

FINDING_FROM_PX = 1_100  # narrower, the sentences need its room


def told_in_full(event: Event) -> str:
    """The sentence, and the finding it is about, which has no column of its own where room is short."""
    sentence = worded(event.sentence)
    return f"{sentence}\n{title_of(event.finding)}" if event.finding else sentence


COLUMNS: tuple[Column[Event], ...] = (
    Column(
        t("Severity"),
        lambda event: SEVERITY_WORDS[event.severity],
        tone=lambda event: SEVERITY_TONES[event.severity],
        mark=lambda event: event.severity,
        width_px=104,
    ),
    Column(t("What"), lambda event: title_of(event.kind.value), width_px=176, bold=lambda _event: True),
    Column(t("Sentence"), lambda event: worded(event.sentence), tip=told_in_full),
    Column(
        t("Finding"),
        lambda event: worded(title_of(event.finding)) if event.finding else "",
        tone=lambda _event: Tone.MUTED,
        width_px=140,
        only_from_px=FINDING_FROM_PX,
    ),
)


class EventsTab(QWidget):
    """A bounded table; new events are put on top without disturbing the selection.

    A click on a row, or Enter, asks for its moment.
    """

    moment_asked = Signal(float)
    link_asked = Signal(float)
    room_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: TableModel[Event] = TableModel((self._time(), *COLUMNS), self)
        self.table = Table(
            self.model,
            t("Events, newest first"),
            NOTHING_YET,
            filtered=True,
        )
        self.filter = FilterBox(t("Filter…"), t("Filter the events"))
        self.filter.textChanged.connect(self.table.filter)
        self.table.stretch(3)
        self.table.offers = lambda row: of_moment(row.at, self.moment_asked.emit, self.link_asked.emit)
        self.table.clicked.connect(self._on_picked)
        self.table.activated.connect(self._on_picked)
        self.words = Elided()
        self.words.setStyleSheet("font-size: 12px; padding: 2px 10px;")
        self.words.hide()
        self._until_at: Instant | None = None  # newer ones are not listed
        self._listed: tuple[object, ...] = ()  # what the list was made of
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self.table)

    def _time(self) -> Column[Event]:
        """With the date where that is not the newest one's."""

        def text(event: Event) -> str:
            return clock_time(event.at, self.model.rows[0].at if self.model.rows else None)

        return Column(
            t("Time"),
            text,
            tip=lambda event: full_time(event.at),
            width_px=96,
            copied=lambda event: utc_time(event.at),
        )

    def show_all(self, events: Iterable[Event]) -> None:
        """Another group's events, oldest first."""
        self.model.set_rows([])
        self.model.put_first(list(events)[::-1], AT_MOST)
        self.table.scrollToTop()
        self._listed = ()
        self._say("", None)

    def follow(self, watched: Watched, shown: TimeRange, *, held: bool) -> None:
        """The same group's, of what is on screen; what stays keeps its place and selection.

        ``held``: a moment is chosen; then they stay as they are, for they lead to other moments.
        """
        key = key_of(watched, shown)
        if held or key == self._listed:
            return
        self._listed = key
        listing = listing_of(watched, shown)
        self.model.set_rows(listing.events[::-1][:AT_MOST])
        self._say(listing.words, listing.until_at)

    def _say(self, words: str, until_at: Instant | None) -> None:
        self._until_at = until_at
        self.words.setText(words)
        self.words.setToolTip(words)
        if self.words.isHidden() is bool(words):
            self.words.setVisible(bool(words))
            self.room_changed.emit()
        self.table.say_when_empty(NONE_THEN if words else NOTHING_YET)
        self.table.setAccessibleName(
            t("Events, newest first. {listed}", listed=words) if words else t("Events, newest first")
        )

    def add(self, events: Iterable[Event]) -> None:
        """New ones of the same group, oldest first."""
        until_at = self._until_at
        new = [event for event in events if until_at is None or event.at <= until_at]
        self.model.put_first(new[::-1], AT_MOST)

    def _on_picked(self, place: QModelIndex) -> None:
        self.moment_asked.emit(place.data(ROW_ROLE).at)
