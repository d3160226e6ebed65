"""A closed window that goes on watching in the tray, so that alerts do not end without a word.

Decides only whether a close ends the program; how it ends is the window's and the host's business.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from agmonitor.alerts.settings import Doors
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.tray import Tray

LOOK_MS = 1_000
TITLE = t("agmonitor goes on watching")
SENTENCE = t(
    "The window is closed; alerts are still sent. To quit: Ctrl+Q in the window, or Quit in the tray."
)
LAB_RUNS = t("The lab runs on, too.")
DIALOG_OPEN = t("A dialog is open: finish or close it, then quit.")


class Away(Protocol):
    """How another start finds the window that was put away."""

    def leave(self) -> None:
        """Be asked for from now on; OSError where nobody can ask."""

    def be_here(self) -> None:
        """Be given links from now on, away or not; OSError where another window is, or nobody can ask."""

    def wanted(self) -> str | None:
        """The link somebody wants to see, "" where it is only the window; None: nobody has asked."""
        ...

    def come_back(self) -> None:
        """It is there."""

    def end(self) -> None:
        """It is gone."""


class Staying(QObject):
    """``said`` carries a title and a sentence, once: the first time the window is closed and stays.

    ``link_asked``: another start was given that link, and this window is to show where it leads.
    """

    said = Signal(str, str)
    link_asked = Signal(str)  # by a later start; the window is up by then

    def __init__(
        self, window: MainWindow, tray: Tray, bridge: Bridge, doors: Callable[[], Doors], away: Away
    ) -> None:
        super().__init__(window)
        self._window, self._tray, self._bridge, self._doors = window, tray, bridge, doors
        self._away = away
        self._told = False
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._on_look)
        window.stays = self._stays
        window.seen.connect(self._on_seen)
        with contextlib.suppress(OSError):  # then a link given to a later start opens a second window
            away.be_here()
        self._look.start()

    def end(self) -> None:
        """The window is going."""
        self._look.stop()
        self._away.end()
        self._tray.end()

    def quit(self) -> None:
        """As Ctrl+Q does, which no open dialog lets through."""
        if any(one.isVisible() and one.isModal() for one in self._window.findChildren(QDialog)):
            self._window.bring_up()
            self._window.errors.note(DIALOG_OPEN)
        else:
            self._window.asked.emit("quit")

    def _stays(self) -> bool:
        """Whether somebody is still to be alerted, and finds the way back."""
        doors = self._doors()
        alerting = doors.desktop or doors.sound or bool(doors.command) or doors.webhook is not None
        app = QApplication.instance()
        leaving = isinstance(app, QGuiApplication) and app.isSavingSession()
        return doors.in_tray and alerting and not leaving and bool(self._watched()) and self._tray.there

    def _watched(self) -> list[str]:
        watched = self._bridge.workspace.groups
        return [name for name in watched if not self._is_lab(name)]

    def _is_lab(self, name: str) -> bool:
        return name in self._bridge.names and self._bridge.watched(name).settings.lab

    def _on_seen(self, visible: bool) -> None:  # noqa: FBT001 - a slot
        if visible:
            self._away.come_back()
            return
        if not self._window.put_away:
            return
        for beside in self._window.findChildren(QDialog):
            if beside.isVisible():  # of a window that is closed nothing stays on the screen
                beside.close()
        with contextlib.suppress(OSError):  # then a second start opens a second window
            self._away.leave()
        if not self._told:
            self._told = True
            lab = any(self._is_lab(name) for name in self._bridge.workspace.groups)
            self.said.emit(TITLE, f"{SENTENCE} {LAB_RUNS}" if lab else SENTENCE)

    def _on_look(self) -> None:
        """A tray that is gone must not leave a window that nobody can reach; and who asks for it sees it."""
        link = self._away.wanted()
        if link is not None or (self._window.put_away and not self._tray.there):
            self._window.bring_up()
        if link:
            self.link_asked.emit(link)
