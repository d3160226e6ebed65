"""The window on a recording: marked as one everywhere, at the moment chosen on the time axis.

A click chooses a moment, Esc goes back to the end. Everything that would ask, change or order says that this
is a recording instead.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui.bridge import Watching
from agmonitor.ui.desk import Desk
from agmonitor.ui.elided import Elided
from agmonitor.ui.phrases import clock_time, full_time

REFUSED = (
    "acknowledge",
    "add",
    "edit",
    "note",
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
IS_RECORDING = t("This is a recording: nothing is asked, changed or ordered here.")
MARGIN = 1.06  # the whole of it is in sight, and a little more
BADGE = t("▷ RECORDING")


class Recording(Protocol):
    """What is played back, as the window needs it."""

    @property
    def name(self) -> str: ...

    @property
    def from_at(self) -> Instant: ...

    @property
    def until_at(self) -> Instant: ...


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
        """Name the span."""
        text = t(
            "{beginning} to {end}. Click the time axis for a moment. Nothing is asked, written or ordered.",
            beginning=full_time(recording.from_at, fine=False),
            end=clock_time(recording.until_at),
        )
        self.words.setText(text)
        self.words.setToolTip(text)
        self.setAccessibleName(t("Recording. {what}", what=text))


class RecordingSession(QObject):
    """Lives as long as the desk it makes into a recording's."""

    def __init__(self, desk: Desk, recording: Recording, at: Instant | None = None) -> None:
        """``at``: the moment to begin at; None: the end."""
        super().__init__(desk)
        self._begin_at = at
        self._desk, self._recording = desk, recording
        self._strip = RecordingStrip()
        desk.refuse(REFUSED, IS_RECORDING)
        desk.view.be_recording(self._strip)
        desk.be_recording()
        desk.past.strip.be_recording()
        self._strip.tell(recording)
        axis = desk.view.axis
        assert axis is not None
        axis.live_changed.connect(self._on_live_changed)
        axis.zone_changed.connect(lambda _utc: self._strip.tell(recording))
        desk.bridge.past_loaded.connect(self._fit)
        desk.past.moment_shown.connect(lambda then: self._strip.setVisible(then is None))

    def _fit(self, _name: str) -> None:
        """The axis on the incident, the end shown first."""
        axis = self._desk.view.axis
        assert axis is not None
        axis.fit(self._recording.from_at, self._recording.until_at, MARGIN)
        at, self._begin_at = self._begin_at, None
        if at is not None:
            self._desk.past.choose(at)

    def _on_live_changed(self, live: bool) -> None:  # noqa: FBT001 - a slot
        if live:
            self._fit(self._recording.name)
