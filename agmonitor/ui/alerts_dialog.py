"""Alerts in one place: what is quiet now, by which doors alerts get out and how those do, and from when on.

Shows and asks; ending, testing and saving are somebody else's, told by signals.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agmonitor.alerts.claims import Claim
from agmonitor.alerts.delivery import DoorState
from agmonitor.alerts.model import Maintenance, Silence
from agmonitor.alerts.ordering import badge_of
from agmonitor.alerts.settings import AlertSettings
from agmonitor.config.alerting import check_alerts
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace
from agmonitor.domain.words import ago
from agmonitor.texts import t, tn, worded
from agmonitor.ui.alert_limits import AlertLimits
from agmonitor.ui.dialog import Dialog, paragraph
from agmonitor.ui.elided import Elided
from agmonitor.ui.phrases import lasting, short_time

NOTHING_QUIET = t("Nothing is silenced and no maintenance is planned. Ctrl+M silences the shown group.")
SHOWN_MOST = 5


class AlertsDialog(Dialog[None]):
    """``save_asked`` carries settings that passed every check."""

    save_asked = Signal(object)
    test_asked = Signal()
    end_asked = Signal(str)

    def __init__(
        self,
        settings: AlertSettings,
        tray_note: str,
        parent: QWidget | None = None,
        group: str | None = None,
    ) -> None:
        """``group``: the one whose own limits can be set; ``tray_note``: why there is no tray."""
        super().__init__(t("Alerts"), parent, width_px=720)
        self._settings = settings
        self._quiet = QVBoxLayout()
        self._quiet.setSpacing(4)
        self._caption(t("QUIET NOW OR SOON"))
        self.column.addLayout(self._quiet)
        self._caption(t("HOW ALERTS GET OUT"))
        self.sent_by = paragraph("")
        self.sent_by.hide()
        self.column.addWidget(self.sent_by)
        self._place_doors(settings, tray_note)
        self._caption(t("WHAT IS SENT OF ALL GROUPS"))
        self.limits = AlertLimits(settings, group)
        if self.limits.own is not None:
            self.limits.own.toggled.connect(self.fit)
        self.column.addWidget(self.limits)
        self.mistake = paragraph("", "mistake")
        self.mistake.hide()
        self.stay_below(self.mistake)
        self.column.addStretch(1)
        self.test = QPushButton(t("Send a test"))
        self.test.setToolTip(t("Through every door that is saved, the desktop included"))
        close = QPushButton(t("Close"))
        self.save = QPushButton(t("Save"))
        self.save.setDefault(True)
        self.buttons(self.test, close, self.save)
        self.test.clicked.connect(self._on_test)
        close.clicked.connect(self.close)
        self.save.clicked.connect(self._on_save)

    def _caption(self, text: str) -> None:
        label = QLabel(text)
        label.setProperty("role", "caption")
        self.column.addWidget(label)

    def _place_doors(self, settings: AlertSettings, tray_note: str) -> None:
        doors = settings.doors
        self.desktop = QCheckBox(t("Desktop notifications"))
        self.desktop.setChecked(doors.desktop)
        self.sound = QCheckBox(t("Sound"))
        self.sound.setChecked(doors.sound)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.desktop)
        row.addWidget(self.sound)
        row.addStretch(1)
        self.column.addLayout(row)
        self.in_tray = QCheckBox(t("Closing the window goes on watching in the tray; Ctrl+Q quits"))
        self.in_tray.setChecked(doors.in_tray)
        self.in_tray.setEnabled(not tray_note)
        self.column.addWidget(self.in_tray)
        if tray_note:
            self.column.addWidget(paragraph(tray_note, "muted"))
        self.desktop_trouble = paragraph("", "mistake")
        self.desktop_trouble.hide()
        self.column.addWidget(self.desktop_trouble)
        self.command, self.webhook = QLineEdit(shlex.join(doors.command)), QLineEdit(doors.webhook or "")
        self.command.setPlaceholderText(t("program and arguments; gets the alert as JSON on standard input"))
        self.webhook.setPlaceholderText(t("https://… gets the alert as JSON by POST"))
        self._outcomes = {"command": _outcome(), "webhook": _outcome()}
        fields = (("command", t("Command"), self.command), ("webhook", t("Webhook"), self.webhook))
        grid = _grid()
        for place, (door, caption, field) in enumerate(fields):
            field.setAccessibleName(caption)
            label = QLabel(caption)
            label.setBuddy(field)
            grid.addWidget(label, 2 * place, 0)
            grid.addWidget(field, 2 * place, 1)
            grid.addWidget(self._outcomes[door], 2 * place + 1, 1)
        self.column.addLayout(grid)

    # What is shown.

    def show_quiet(
        self,
        quiet: Sequence[Silence | Maintenance],
        trouble: str,
        now: Instant,
        flapping: Sequence[str] = (),
    ) -> None:
        """All silences and maintenance, each with a button that ends it."""
        while (item := self._quiet.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if trouble:
            self._quiet.addWidget(paragraph(f"✖ {trouble}", "mistake"))
        elif not quiet and not flapping:
            self._quiet.addWidget(paragraph(NOTHING_QUIET, "muted"))
        if flapping:
            steady = lasting(self._settings.flapping.steady_s)
            told = t(
                "{groups}: flapping, so quiet until nothing has changed for {steady}",
                groups=", ".join(flapping),
                steady=steady,
            )
            self._quiet.addWidget(paragraph(told))
        for one in quiet[:SHOWN_MOST]:
            self._quiet.addWidget(self._line(one, now))
        if len(quiet) > SHOWN_MOST:
            more = t("{n} more: agmonitor alerts list", n=len(quiet) - SHOWN_MOST)
            self._quiet.addWidget(paragraph(more, "muted"))
        self.fit()

    def _line(self, one: Silence | Maintenance, now: Instant) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        text = Elided()
        text.setText(f"{one.group}: {_quiet(one, now)}")
        end = QPushButton(t("End"))
        end.setObjectName("line")
        end.setAutoDefault(False)
        end.setAccessibleName(t("End: {what}", what=text.text()))
        end.clicked.connect(lambda: self.end_asked.emit(one.id))
        row.addWidget(text, 1)
        row.addWidget(end)
        return line

    def show_doors(self, doors: Sequence[DoorState], now: Instant) -> None:
        """How each door did last."""
        states = {door.name: door for door in doors}
        for name, label in self._outcomes.items():
            door = states.get(name)
            label.setText("" if door is None else _told(door, now))
            label.setProperty("role", "muted" if door is None or door.works else "mistake")
            label.style().polish(label)
            label.setVisible(bool(label.text()))
        self.fit()

    def show_sender(self, other: Claim | None, now: Instant) -> None:
        """Who sends them instead of this window."""
        if other is not None:
            since = short_time(other.since, now)
            told = t(
                "Another agmonitor sends them (process {pid}, since {since}); when that ends, this one does.",
                pid=other.pid,
                since=since,
            )
            self.sent_by.setText(told)
        self.sent_by.setVisible(other is not None)
        self.fit()

    def show_desktop(self, why_not: str) -> None:
        """Whether the desktop shows notifications; ``why_not`` empty: it does."""
        self.desktop_trouble.setText(f"✖ {why_not}")
        self.desktop_trouble.setVisible(bool(why_not))
        self.fit()

    def show_tested(self) -> None:
        """The test is through."""
        self.test.setEnabled(True)
        self.test.setText(t("Send a test"))

    def show_saved(self, settings: AlertSettings) -> None:
        """They hold from now on."""
        self._settings = settings
        self.limits.take(settings)
        self.save.setEnabled(True)
        self.save.setText(t("Saved"))

    def refuse(self, sentence: str) -> None:
        """Say what is wrong; what was typed stays."""
        self.mistake.setText(f"✖ {sentence}")
        self.mistake.show()
        self.save.setEnabled(True)
        self.show_tested()
        self.fit()

    # What is asked.

    def read(self) -> AlertSettings:
        """The settings as they stand in the fields.

        Raises:
            ValueError: the command's quotes do not match.
        """
        doors = replace(
            self._settings.doors,
            desktop=self.desktop.isChecked(),
            sound=self.sound.isChecked(),
            in_tray=self.in_tray.isChecked(),
            command=tuple(shlex.split(self.command.text())),
            webhook=self.webhook.text().strip() or None,
        )
        limits, own = self.limits.read()
        return replace(self._settings, doors=doors, thresholds=limits, groups=own)

    def _on_save(self) -> None:
        self.mistake.hide()
        try:
            settings = self.read()
        except ValueError:
            self.refuse(t("The command's quotes do not match."))
            return
        wrong = check_alerts(settings)
        if wrong:
            told = (f"{one.key.removeprefix('alerts.').capitalize()}: {one.sentence}" for one in wrong)
            self.refuse(" ".join(told))
            return
        self.save.setEnabled(False)
        self.save_asked.emit(settings)

    def _on_test(self) -> None:
        self.mistake.hide()
        self.test.setEnabled(False)
        self.test.setText(t("Sending…"))
        self.test_asked.emit()


def _quiet(one: Silence | Maintenance, now: Instant) -> str:
    """Until when, and since when where it is yet to come."""
    badge = badge_of(one, short_time(one.until, now))
    if isinstance(one, Maintenance) and one.from_at > now:
        return t("from {begin} {badge}", begin=short_time(one.from_at, now), badge=badge)
    return badge


def _told(door: DoorState, now: Instant) -> str:
    lost = " " + tn("{n} had to be dropped.", "{n} had to be dropped.", door.dropped) if door.dropped else ""
    if door.at is None:
        return t("Nothing has been sent yet.") + lost if door.works else door.why_not
    when = worded(ago(max(0.0, now - door.at)))
    return t("✔ Sent {when}.", when=when) + lost if door.works else f"✖ {when}: {door.why_not}{lost}"


def _outcome() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.hide()
    return label


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, 80)
    grid.setColumnStretch(1, 1)
    return grid
