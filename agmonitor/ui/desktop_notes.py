"""Alerts as notifications of the desktop, and what a click on one of them asks for.

On Linux the desktop's own service is asked, behind a port; elsewhere Qt does it through the tray. Where
nothing can be shown it is said once, in the window.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from agmonitor.alerts.model import Alert
from agmonitor.alerts.notifications import FOR_ALL, Note, Picture, Urgency, note_of
from agmonitor.domain.model import Severity
from agmonitor.report.link import link_to
from agmonitor.texts import t
from agmonitor.ui.tray import Tray, state_icon

OPEN, SILENCE = "default", "silence"  # a click on the notification itself is called ``default``
PICTURE_PX = 48


class NotesPort(Protocol):
    """The desktop's notifications."""

    def hear_clicks(self, chosen: Callable[[str, str], None]) -> None:
        """Call ``chosen`` with the subject and the action of each click."""
        ...

    async def notify(self, note: Note) -> None:
        """Show it.

        Raises:
            OSError: this desktop shows none; the sentence says why.
        """
        ...

    async def probe_notifications(self) -> None:
        """Show nothing, only find out.

        Raises:
            OSError: as ``notify``.
        """
        ...


class DesktopNotes(QObject):
    """``moment_asked`` carries a link, ``silence_asked`` a group, ``opened`` nothing."""

    opened = Signal()
    moment_asked = Signal(str)
    silence_asked = Signal(str)
    failed = Signal(str)  # once, and again after one was shown

    def __init__(self, port: NotesPort, tray: Tray, parent: QObject) -> None:
        super().__init__(parent)
        self._port, self._tray = port, tray
        self._newest: dict[str, Alert] = {}
        self.why_not = ""
        port.hear_clicks(self._on_chosen)

    async def show(self, alert: Alert) -> str:
        """Show it, or say why that cannot be; nothing: it is shown."""
        if not sys.platform.startswith("linux"):
            self._tray.notify(alert)
            return await self.probe()
        self._newest[alert.group or FOR_ALL] = alert
        try:
            await self._port.notify(note_of(alert, _actions(alert), picture(alert.severity)))
        except OSError as error:
            first, self.why_not = not self.why_not, str(error)
            if first:
                self.failed.emit(t("No desktop notification was shown: {why}", why=self.why_not))
            return self.why_not
        self.why_not = ""
        return ""

    async def say(self, title: str, sentence: str) -> None:
        """Something of our own, not of a group; nobody minds where it cannot be shown."""
        if not sys.platform.startswith("linux"):
            self._tray.say(title, sentence)
            return
        note = Note(FOR_ALL, title, sentence, Urgency.NORMAL, ((OPEN, t("Open")),), picture(Severity.OK))
        with contextlib.suppress(OSError):
            await self._port.notify(note)

    async def probe(self) -> str:
        """Why none would be shown; nothing: they would."""
        if not sys.platform.startswith("linux"):
            return "" if self._tray.icon is not None else t("Without a tray no notifications are shown.")
        try:
            await self._port.probe_notifications()
        except OSError as error:
            return str(error)
        return ""

    def _on_chosen(self, subject: str, action: str) -> None:
        alert = self._newest.get(subject)
        self.opened.emit()
        if alert is None or not alert.group:
            return
        if action == SILENCE:
            self.silence_asked.emit(alert.group)
        else:
            self.moment_asked.emit(link_to(alert.group, alert.at))


def _actions(alert: Alert) -> tuple[tuple[str, str], ...]:
    """It can be silenced right there while something is wrong."""
    wrong = alert.group and alert.severity >= Severity.WARNING
    return ((OPEN, t("Open")), (SILENCE, t("Silence…"))) if wrong else ((OPEN, t("Open")),)


def picture(severity: Severity) -> Picture:
    """The symbol with the state's shape, as the tray has it."""
    image = state_icon(severity).pixmap(PICTURE_PX).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Picture(image.width(), image.height(), bytes(image.constBits()))
