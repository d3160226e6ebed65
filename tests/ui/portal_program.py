"""A desktop's settings portal and a program that follows it, on the message bus this process finds.

Prints whether motion is reduced: at first, once the desktop has said so, and once it has changed its mind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, QTimer, Slot
from PySide6.QtDBus import QDBusAbstractAdaptor, QDBusConnection, QDBusMessage, QDBusVariant

from agmonitor.ui.motion import INTERFACE, KEY, NAMESPACE, PATH, SERVICE, Motion

LIMIT_MS = 30_000
described: Callable[[type[QObject]], type[QObject]] = ClassInfo({"D-Bus Interface": INTERFACE})  # type: ignore[assignment,call-arg]  # as documented


@described
class Portal(QDBusAbstractAdaptor):
    """Says that animations are off."""

    @Slot(str, str, result=QDBusVariant)
    def ReadOne(self, namespace: str, key: str) -> QDBusVariant:  # noqa: N802 - the portal's word
        return QDBusVariant(not (namespace == NAMESPACE and key == KEY))


def main() -> int:
    app = QCoreApplication(sys.argv)
    bus = QDBusConnection.sessionBus()
    desktop = QObject()
    Portal(desktop)
    assert bus.registerObject(PATH, desktop)
    assert bus.registerService(SERVICE)
    motion = Motion()
    sys.stdout.write(f"{motion.reduced}\n")

    def on_changed() -> None:
        sys.stdout.write(f"{motion.reduced}\n")
        if motion.reduced:
            signal = QDBusMessage.createSignal(PATH, INTERFACE, "SettingChanged")
            signal.setArguments([NAMESPACE, KEY, QDBusVariant(True)])
            bus.send(signal)
        else:
            app.quit()

    motion.changed.connect(on_changed)
    QTimer.singleShot(LIMIT_MS, app.quit)
    return app.exec()


sys.exit(main())
