"""The symbol in the system's tray: the worst state as shape and colour, a sentence, a menu, notifications.

Where the desktop has no tray there is none until one comes. Signals carry what was asked.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from agmonitor.alerts.model import Alert
from agmonitor.alerts.wording import heading
from agmonitor.domain.model import Severity
from agmonitor.texts import t, worded
from agmonitor.ui import theme
from agmonitor.ui.marks import paint_mark
from agmonitor.ui.symbol import paint_symbol

NO_TRAY = t("This desktop has no tray: no symbol shows the worst state, and closing the window quits.")
SIZES = (16, 22, 24, 32, 48, 64)
SHARE = 0.62  # of the symbol's side that the state's shape takes: it is what is looked for
SHOWN_MS = 10_000
LINGER_MS = 1_500
LATER_MS = 10_000
URGENT = {
    Severity.CRITICAL: QSystemTrayIcon.MessageIcon.Critical,
    Severity.UNKNOWN: QSystemTrayIcon.MessageIcon.Warning,
    Severity.WARNING: QSystemTrayIcon.MessageIcon.Warning,
}


class Tray(QObject):
    """Lives as long as the window. Without a tray there is no icon, until one comes."""

    open_asked = Signal()
    asked = Signal(str)  # an action of the window's, by name

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worst = (Severity.OK, t("Nothing is watched yet."))
        self._group: str | None = None
        self._painted: Severity | None = None
        self.icon: QSystemTrayIcon | None = None
        self.menu: QMenu | None = None
        self._later = QTimer(self)  # a panel may start after us, as at sign-in
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._place)
        self._later.start()
        self._place()

    def _place(self) -> None:
        if not system_has_tray():
            return
        self._later.stop()
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self.menu.setAccessibleName("agmonitor")
        # The state as words as well: many a tray shows no tool tip. Chosen, it leads to the worst group.
        self._state = self._offer("", lambda: self._ask_in_window("worst"))
        self.menu.addSeparator()
        self._offer(t("&Open the window"), self.open_asked.emit)
        self._silence = self._offer("", lambda: self._ask_in_window("silence"))
        self._offer(t("&Alerts…"), lambda: self._ask_in_window("alerts"))
        self.menu.addSeparator()
        self._offer(t("&Quit"), lambda: self.asked.emit("quit"))
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(self.open_asked)
        self._show()
        self.icon.show()

    @property
    def there(self) -> bool:
        """Whether it can be seen now: a panel may have ended since."""
        return self.icon is not None and system_has_tray()

    def _offer(self, words: str, do: Callable[[], object]) -> QAction:
        assert self.menu is not None
        action = QAction(words, self.menu)
        action.triggered.connect(lambda _on=False: do())
        self.menu.addAction(action)
        return action

    def _ask_in_window(self, action: str) -> None:
        self.open_asked.emit()
        self.asked.emit(action)

    def show_worst(self, severity: Severity, sentence: str) -> None:
        """The worst state of all groups, and what it is."""
        self._worst = (severity, sentence)
        self._show()

    def name_group(self, group: str | None) -> None:
        """The one that the menu offers to silence."""
        if group != self._group:
            self._group = group
            self._show()

    def _show(self) -> None:
        if self.icon is None:
            return
        severity, sentence = self._worst
        self.icon.setToolTip(t("agmonitor: {sentence}", sentence=sentence))
        self._state.setText(_literal(sentence))
        self._silence.setText(t("&Silence {group}…", group=_literal(self._group or "")))
        self._silence.setVisible(self._group is not None)
        if severity is not self._painted:
            self._painted = severity
            self.icon.setIcon(state_icon(severity))

    def notify(self, alert: Alert) -> None:
        """A notification of the desktop's."""
        if self.icon is not None:
            kind = URGENT.get(alert.severity, QSystemTrayIcon.MessageIcon.Information)
            self.icon.showMessage(heading(alert), worded(alert.sentence), kind, SHOWN_MS)

    def say(self, title: str, sentence: str) -> None:
        """Something of the program's own."""
        if self.icon is not None:
            self.icon.showMessage(title, sentence, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS)

    def end(self) -> None:
        """Leave nothing behind in the tray."""
        self._later.stop()
        if self.icon is not None:
            self.icon.hide()
        if self.menu is not None:
            self.menu.deleteLater()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open_asked.emit()


def _literal(text: str) -> str:
    """Nothing of it marks a key."""
    return text.replace("&", "&&")


def system_has_tray() -> bool:
    """Whether the desktop has a tray now."""
    return QSystemTrayIcon.isSystemTrayAvailable()


def state_icon(severity: Severity) -> QIcon:
    """The program's symbol with the state's shape before it; where all is well, the symbol alone."""
    icon = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_symbol(painter, QRectF(0, 0, size, size), theme.DARK)
        if severity > Severity.NOTICE:
            side = size * SHARE
            area = QRectF(size - side, size - side, side, side)
            # A disc behind the ring: the heartbeat must not show inside it.
            ground = Severity.OK if severity is Severity.UNKNOWN else severity
            paint_mark(painter, area.adjusted(-1, -1, 1, 1), ground, theme.DARK.panel)
            paint_mark(painter, area, severity, getattr(theme.DARK, severity.word))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def sound() -> None:
    """The system's own bell."""
    QApplication.beep()


def notify_once(app: QApplication, alert: Alert) -> str:
    """Show a notification without a window; why not, or nothing."""
    if not system_has_tray():
        return NO_TRAY
    parent = QObject()
    tray = Tray(parent)
    tray.notify(alert)
    QTimer.singleShot(LINGER_MS, QGuiApplication.exit)
    app.exec()
    tray.end()
    return ""
