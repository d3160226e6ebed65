"""The window on a recording: marked as one everywhere, at the moment chosen on the time axis.

A click chooses a moment, Esc goes back to the end. Everything that would ask, change or order says that this
is a recording instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from agmonitor.domain.model import Instant
from agmonitor.domain.state import GroupState
from agmonitor.ui.bridge import Watching
from agmonitor.ui.desk import Desk
from agmonitor.ui.elided import Elided
from agmonitor.ui.phrases import clock_time, full_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agmonitor.domain.events import Event

REFUSED = (
    "add",
    "edit",
    "poll",
    "sign_in",
    "failover",
    "lab",
    "simulate",
    "palette",
    "drills",
    "drill_step",
    "heal",
)
IS_RECORDING = "This is a recording: nothing is asked, changed or ordered here."
MARGIN = 1.06  # the whole of it is in sight, and a little more
BADGE = "▷ RECORDING"


class Recording(Protocol):
    """What is played back, as the window needs it."""

    @property
    def name(self) -> str: ...

    @property
    def from_at(self) -> Instant: ...

    @property
    def until_at(self) -> Instant: ...

    @property
    def shown_at(self) -> Instant: ...

    @property
    def events(self) -> Iterator[Event]: ...

    def show(self, at: Instant) -> GroupState: ...


class PlaysBack(Recording, Watching, Protocol):
    """A recording that stands in for a workspace."""


class RecordingStrip(QWidget):
    """One line above everything: that it is a recording, of when, and which moment is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        badge = QLabel(BADGE)
        badge.setProperty("role", "badge-recording")
        self.words = Elided()
        self.words.setStyleSheet("font-size: 13px;")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)

    def tell(self, recording: Recording) -> None:
        """Name the span and the moment."""
        at_end = recording.shown_at >= recording.until_at
        moment = "the end; click the time axis for a moment" if at_end else None
        shown = moment or f"{clock_time(recording.shown_at)}; Esc for the end"
        text = (
            f"{full_time(recording.from_at, fine=False)} to {clock_time(recording.until_at)}. "
            f"Shown: {shown}. Nothing is asked, written or ordered."
        )
        self.words.setText(text)
        self.words.setToolTip(text)
        self.setAccessibleName(f"Recording. {text}")


class RecordingSession(QObject):
    """Lives as long as the desk it makes into a recording's."""

    def __init__(self, desk: Desk, recording: Recording) -> None:
        super().__init__(desk)
        self._desk, self._recording = desk, recording
        self._strip = RecordingStrip()
        desk.refuse(REFUSED, IS_RECORDING)
        desk.view.be_recording(self._strip)
        desk.be_recording()
        self._strip.tell(recording)
        axis = desk.view.axis
        assert axis is not None
        axis.moment_chosen.connect(self._on_chosen)
        axis.live_changed.connect(self._on_live_changed)
        axis.zone_changed.connect(lambda _utc: self._strip.tell(recording))
        desk.bridge.past_loaded.connect(self._on_past_loaded)

    def show(self, at: Instant) -> None:
        """The whole window at that moment."""
        state = self._recording.show(at)
        watched = self._desk.bridge.watched(self._recording.name)
        watched.state = state
        self._desk.view.show_moment(self._recording.shown_at, self._recording.events)
        self._strip.tell(self._recording)

    def _on_past_loaded(self, _name: str) -> None:
        """The axis on the incident, the end shown first."""
        axis = self._desk.view.axis
        assert axis is not None
        axis.fit(self._recording.from_at, self._recording.until_at, MARGIN)
        self.show(self._recording.until_at)

    def _on_chosen(self, at: float | None) -> None:
        if at is not None:  # let go of: the end is shown as soon as the axis is there
            self.show(at)

    def _on_live_changed(self, live: bool) -> None:  # noqa: FBT001 - a slot
        if live:
            self._on_past_loaded(self._recording.name)
