"""The main window: places the views, offers the actions, remembers its geometry. No logic.

It is painted before anything else is imported, as a ground with the sidebar's edge; ``furnish`` brings the
standing parts, ``put_group_view`` what shows a group.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QColor,
    QHideEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agmonitor.config.paths import paths
from agmonitor.ui import theme
from agmonitor.ui.style import SIDEBAR_PX, qt_palette, style_sheet

if TYPE_CHECKING:  # they come after the first paint
    from agmonitor.ui.empty_view import EmptyView
    from agmonitor.ui.error_bar import ErrorBar
    from agmonitor.ui.group_list import GroupListModel
    from agmonitor.ui.sidebar import Sidebar

START_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(1024, 640)


class MainWindow(QMainWindow):
    """Emits ``asked`` with an action's name, ``closing`` when the person closes it, ``painted`` once."""

    asked = Signal(str)
    closing = Signal()
    painted = Signal()
    seen = Signal(bool)  # shown or hidden: nothing is refreshed that nobody sees

    def __init__(self) -> None:
        super().__init__()
        self._painted = False
        self.setWindowTitle("agmonitor")
        self.setMinimumSize(LEAST_SIZE)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._settings = QSettings(str(paths().config / "window.ini"), QSettings.Format.IniFormat)
        self._restore()

    def place(self, groups: GroupListModel, sidebar: Sidebar, empty: EmptyView, errors: ErrorBar) -> None:
        """Put the standing parts in; called once, after the first paint."""
        self.groups, self.sidebar, self.empty, self.errors = groups, sidebar, empty, errors
        self._stack = QStackedWidget()
        self._stack.addWidget(QWidget())  # until it is known whether there are groups
        self._stack.addWidget(empty)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(errors)
        page = QWidget()
        page.setObjectName("page")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(sidebar)
        row.addLayout(right, 1)
        self.setCentralWidget(page)
        sidebar.list.setFocus()  # not the search box: there a letter would be typed instead of obeyed
        for asker in (sidebar, empty):
            asker.add_asked.connect(lambda: self.asked.emit("add"))
            asker.lab_asked.connect(lambda: self.asked.emit("lab"))

    def offer(self, what: str, keys: str, action: str) -> None:
        """One action with its key."""
        offered = QAction(what, self)
        offered.setShortcut(QKeySequence(keys))
        offered.triggered.connect(lambda _on=False: self.asked.emit(action))
        self.addAction(offered)

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
            raise OSError(f"The picture {path} cannot be written.")

    def remember(self) -> None:
        """Keep the geometry for the next start."""
        paths().config.mkdir(parents=True, exist_ok=True)
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.sync()

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(START_SIZE)

    def _on_theme_changed(self) -> None:
        QApplication.setPalette(qt_palette(theme.palette()))
        self.setStyleSheet(style_sheet(theme.palette()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.centralWidget() is None:
            self._paint_shell()
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def _paint_shell(self) -> None:
        now = theme.palette()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(now.window))
        painter.fillRect(0, 0, SIDEBAR_PX - 1, self.height(), QColor(now.sidebar))
        painter.fillRect(SIDEBAR_PX - 1, 0, 1, self.height(), QColor(now.panel_border))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)  # noqa: FBT003 - a signal's argument

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)  # noqa: FBT003 - a signal's argument

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        event.accept()
        self.closing.emit()
