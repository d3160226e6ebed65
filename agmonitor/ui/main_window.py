"""The main window: places the views, offers the actions, remembers its geometry. No logic.

It is painted before anything else is imported, as a ground with the sidebar's edge; ``furnish`` brings the
standing parts, ``put_group_view`` what shows a group.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Signal
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow

from agmonitor.config.paths import paths
from agmonitor.texts import t
from agmonitor.ui import remembered, theme
from agmonitor.ui.on_screen import keep_on_screen, room_for
from agmonitor.ui.style import SIDEBAR_PX, qt_palette, style_sheet

if TYPE_CHECKING:  # they come after the first paint; each class of Qt brings its enums with it
    from PySide6.QtGui import QCloseEvent, QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from agmonitor.ui.empty_view import EmptyView
    from agmonitor.ui.error_bar import ErrorBar
    from agmonitor.ui.group_model import GroupListModel
    from agmonitor.ui.sidebar import Sidebar

START_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(1024, 680)  # of what is shown; on a smaller screen it scrolls
SHELL_PX = 10_000  # as high as any window


class MainWindow(QMainWindow):
    """Emits ``asked`` with an action's name, ``closing`` when the person closes it, ``painted`` once."""

    asked = Signal(str)
    closing = Signal()
    painted = Signal()
    seen = Signal(bool)  # shown or hidden: nothing is refreshed that nobody sees

    def __init__(self) -> None:
        super().__init__()
        self._painted = self._quitting = False
        self.stays: Callable[[], bool] = lambda: False  # whether a close only puts it away
        self.put_away = False
        self.setWindowTitle("agmonitor")
        self.setMinimumSize(LEAST_SIZE.boundedTo(room_for(self)))
        self._shell = QFrame(self)  # the sidebar's ground, until the sidebar comes
        self._shell.setObjectName("sidebar")
        self._shell.setGeometry(0, 0, SIDEBAR_PX, SHELL_PX)
        self._settings = remembered.settings()
        self._restore()
        self.setStyleSheet(style_sheet(theme.palette()))

    def place(
        self,
        groups: GroupListModel,
        sidebar: Sidebar,
        empty: EmptyView,
        errors: ErrorBar,
        stack: QStackedWidget,
    ) -> None:
        """Take over the standing parts; called once, after the first paint."""
        self.groups, self.sidebar, self.empty, self.errors = groups, sidebar, empty, errors
        self._stack = stack
        sidebar.fit(self.width())
        self._shell.hide()
        self._shell.deleteLater()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def put_group_view(self, view: QWidget) -> None:
        """The view of one group, once it has been imported."""
        self._stack.addWidget(view)

    def show_view(self, view: QWidget) -> None:
        """Bring the empty view or a group's view to the front."""
        self._stack.setCurrentWidget(view)

    def save_picture(self, path: Path, width: int, height: int) -> None:
        """The window as it looks at that size, as a PNG of exactly that many pixels.

        Raises:
            OSError: the file cannot be written.
        """
        self.resize(width, height)
        pixmap = self.grab()
        if pixmap.width() != width or pixmap.height() != height:
            pixmap = pixmap.scaled(width, height)  # screens with more than one device pixel each
        if not pixmap.save(str(path), "PNG"):
            raise OSError(t("The picture {path} cannot be written.", path=path))

    def remember(self) -> None:
        """Keep the geometry for the next start."""
        paths().config.mkdir(parents=True, exist_ok=True)
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("theme", theme.palette().name)
        self._settings.sync()

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(
            geometry
        ):  # the file may be damaged
            self.resize(START_SIZE)
        self._stay_on_screen()
        # The system is asked for its scheme after the first paint; until then it is taken to be the last one.
        theme.use(theme.forced() or theme.named(self._settings.value("theme", theme.palette().name)))

    def _stay_on_screen(self) -> None:
        """No larger than the screen has room for beside its bars and our title, and wholly on it."""
        if self.isMaximized() or self.isFullScreen():
            return
        keep_on_screen(self)

    def _on_theme_changed(self) -> None:
        QApplication.setPalette(qt_palette(theme.palette()))
        self.setStyleSheet(style_sheet(theme.palette()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)  # noqa: FBT003 - a signal's argument

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)  # noqa: FBT003 - a signal's argument

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.centralWidget() is not None:
            self.sidebar.fit(self.width())

    def bring_up(self) -> None:
        """Before the person, wherever it was put."""
        self.put_away = False
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def quit(self) -> None:
        """Close it for good."""
        self._quitting = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        if self.stays() and not self._quitting:
            event.ignore()
            self.put_away = True
            self.hide()
            return
        event.accept()
        self.closing.emit()
