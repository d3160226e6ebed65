"""What a desktop program is expected to do: commands by name, pictures to copy, the place found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from agmonitor.texts import t
from agmonitor.ui import remembered
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.command_palette import Command, CommandPalette, commands
from agmonitor.ui.copying import picture_of
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.time_range import RANGES


class Habits(QObject):
    """Made with the desk; ``choose`` shows a group by its name."""

    def __init__(
        self, window: MainWindow, view: GroupView, bridge: Bridge, choose: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._bridge, self._choose = window, view, bridge, choose
        self._place: remembered.Place | None = remembered.read()
        self._arrange(remembered.read_arrangement())
        self._known: Iterable[str] = ()
        self.actions: Mapping[str, Callable[[], object]] = {
            "commands": self.commands,
            "picture": self.copy_picture,
        }
        view.header.picture.clicked.connect(self.copy_picture)
        bridge.group_added.connect(self._on_added)
        window.closing.connect(self._keep)

    def know(self, actions: Iterable[str]) -> None:
        """Which actions lead anywhere."""
        self._known = actions

    def commands(self) -> None:
        """Offer everything by name."""
        palette = CommandPalette(commands(self._bridge.names, self._known), self._window)
        palette.chosen.connect(self._do)
        palette.show()

    def copy_picture(self) -> None:
        """The window as it looks, for a chat or a ticket."""
        QGuiApplication.clipboard().setPixmap(picture_of(self._window))
        self._window.errors.note(t("The window's picture is on the clipboard."))

    def _do(self, command: Command) -> None:
        if command.group:
            if command.group in self._bridge.names:  # it may have gone while the palette was open
                self._choose(command.group)
        else:
            self._window.asked.emit(command.action)

    def _on_added(self, name: str) -> None:
        """Back to where the person was; once, and only while nothing else was asked for."""
        place = self._place
        if place is None or name != place.group:
            return
        self._place = None
        self._choose(name)
        tabs = self._view.tabs.tabs
        if place.tab < tabs.count() and tabs.isTabVisible(place.tab):
            tabs.setCurrentIndex(place.tab)
        axis = self._view.axis
        if axis is not None and place.span_s:
            axis.zoom(place.span_s / axis.shown.span_s)
        elif axis is not None and 0 < place.range < len(RANGES):
            axis.choose_range(place.range)

    def _arrange(self, left: remembered.Arrangement) -> None:
        """As the person left it, in whatever window there is now."""
        axis = self._view.axis
        if axis is not None and left.folds:
            axis.be_folded(dict(left.folds))
        if axis is not None:
            axis.use_utc(left.utc)
        self._view.divider.tabs_px = left.tabs_px
        self._view.divider.divide()
        self._view.tabs.why.share(left.ledger_percent)

    def _keep(self) -> None:
        axis, tabs = self._view.axis, self._view.tabs
        folds = tuple(axis.folds.items()) if axis is not None else ()
        remembered.keep_arrangement(
            remembered.Arrangement(
                folds,
                self._view.divider.tabs_px,
                tabs.why.ledger_percent,
                utc=axis is not None and axis.zone.utc,
            )
        )
        if self._view.group is None or self._view.recorded:
            return  # a recording is no place to come back to
        chosen = axis.shown.chosen() if axis is not None else 0
        span_s = round(axis.shown.span_s) if axis is not None and chosen is None else 0
        remembered.keep(remembered.Place(self._view.group, tabs.tabs.currentIndex(), chosen or 0, span_s))
