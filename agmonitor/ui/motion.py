"""Whether things on screen should rather hold still. Asks the desktop, follows it live, moves nothing itself.

``AGMONITOR_MOTION=reduced|full`` decides; else the desktop's switch for animations does, where it has one.
Nothing in this window is animated; what moves by itself is the time axis, and calmly it moves less often.
"""

from __future__ import annotations

import os

from PySide6.QtCore import SLOT, QObject, QTimer, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant

ENVIRONMENT = "AGMONITOR_MOTION"
SERVICE, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
NAMESPACE, KEY = "org.gnome.desktop.interface", "enable-animations"
BEAT_MS = 500
CALM_BEAT_MS = 5_000  # what changes is shown at once all the same


def forced() -> bool | None:
    """What ``AGMONITOR_MOTION`` asks for, if anything: ``True`` is reduced."""
    return {"reduced": True, "full": False}.get(os.environ.get(ENVIRONMENT, "").strip().lower())


class Motion(QObject):
    """``reduced`` is false until the desktop has said otherwise; ``changed`` tells when it has."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reduced = forced() or False
        self._watcher: QDBusPendingCallWatcher | None = None
        if forced() is None:
            self._ask()

    def _ask(self) -> None:
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return  # no desktop session: nobody has a wish
        slot = SLOT("_on_changed(QDBusMessage)")
        bus.connect(SERVICE, PATH, INTERFACE, "SettingChanged", self, slot)  # type: ignore[call-overload]
        question = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "ReadOne")
        question.setArguments([NAMESPACE, KEY])
        self._watcher = QDBusPendingCallWatcher(bus.asyncCall(question), self)
        self._watcher.finished.connect(self._on_told)

    def _on_told(self, watcher: QDBusPendingCallWatcher) -> None:
        if not watcher.isError() and watcher.reply().arguments():
            self._take(watcher.reply().arguments()[0])

    @Slot(QDBusMessage)
    def _on_changed(self, message: QDBusMessage) -> None:
        arguments = message.arguments()
        if arguments[:2] == [NAMESPACE, KEY] and len(arguments) > 2:
            self._take(arguments[2])

    def _take(self, told: object) -> None:
        animated = told.variant() if isinstance(told, QDBusVariant) else told
        if isinstance(animated, bool) and self.reduced is animated:
            self.reduced = not animated
            self.changed.emit()


class Beat(QTimer):
    """How often what ages by itself is told anew; calmer where motion is to be reduced."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._motion = Motion(self)
        self._motion.changed.connect(self._keep_time)
        self._keep_time()

    def _keep_time(self) -> None:
        self.setInterval(CALM_BEAT_MS if self._motion.reduced else BEAT_MS)
