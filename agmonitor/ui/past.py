"""The window in the past: a chosen moment is read and shown everywhere until the present is wanted again.

Reads through the workspace and judges nothing. While one moment is read only the newest wish waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.monitor.ports import GroupChange
from agmonitor.report.link import Moment, link_to, moment_of
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.moment_dialog import MomentDialog
from agmonitor.ui.past_facts import ORDERS_REFUSED
from agmonitor.ui.past_strip import PastStrip

UNTOLD = t("Nothing here tells what was.")
ORDERS = frozenset(("failover", "simulate", "palette", "drills", "drill_step", "sign_in"))
"""Actions on the group; what is shown while they are refused is not what they would meet."""


@runtime_checkable
class TellsPast(Protocol):
    """A workspace that can be asked what was."""

    async def moment(self, name: str, at: Instant) -> Then: ...

    async def neighbour(self, name: str, at: Instant, *, later: bool) -> Event | None: ...


class PastSession(QObject):
    """Made with the desk; ``moment_shown`` tells what is on screen now: a ``Then``, None for the present."""

    moment_shown = Signal(object)

    def __init__(self, window: MainWindow, view: GroupView, bridge: Bridge) -> None:
        super().__init__(window)
        self._window, self._view, self._bridge = window, view, bridge
        self._wanted: tuple[str, Instant] | None = None
        self._reading = False
        self._then: Then | None = None
        self._waiting: Moment | None = None  # a link whose group is not watched yet
        self.strip = PastStrip()
        view.put_past_strip(self.strip)
        self.actions: Mapping[str, Callable[[], object]] = {
            "event_before": lambda: self.step(later=False),
            "event_after": lambda: self.step(later=True),
            "link": self.copy_link,
            "go_to": self.ask_where,
        }
        self.strip.earlier_asked.connect(self.actions["event_before"])
        self.strip.later_asked.connect(self.actions["event_after"])
        self.strip.link_asked.connect(self.copy_link)
        view.link_asked.connect(self.copy_link)
        self.strip.live_asked.connect(self.leave)
        view.tabs.events.moment_asked.connect(self.choose)
        assert view.axis is not None
        view.axis.moment_chosen.connect(self._on_chosen)
        view.axis.zone_changed.connect(lambda _utc: self.refresh(bridge.now()))
        bridge.past_loaded.connect(self._on_past_loaded)

    @property
    def shown(self) -> Then | None:
        """The moment on screen; None: the present."""
        return self._then

    def refuses(self, action: str) -> bool:
        """Say why not, where an action is not for the past."""
        if self._wanted is None or action not in ORDERS:
            return False
        self._window.errors.note(ORDERS_REFUSED)
        return True

    def take(self, change: GroupChange) -> None:
        """Something happened in the present."""
        if self._wanted is not None and change.group == self._wanted[0]:
            self.strip.add(change.events)

    def refresh(self, now: Instant) -> None:
        """Time has passed."""
        if self._then is not None:
            self.strip.tell(self._then, now)

    def choose(self, at: Instant) -> None:
        """Show that moment of the shown group."""
        if self._view.axis is not None and self._view.group is not None:
            self._view.axis.choose_moment(at)

    def leave(self) -> None:
        """Back to the present."""
        if self._view.axis is not None:
            self._view.axis.go_live()

    def go(self, link: str) -> None:
        """Where a link leads, as soon as its group is watched and drawn.

        Raises:
            ValueError: it is no link.
        """
        self._waiting = moment_of(link)
        if self._waiting.group in self._bridge.names:
            self._follow()
        elif self._waiting.group not in self._bridge.workspace.groups:
            self._window.errors.tell(
                t(
                    "There is no group {group} here. Into a recording of it leads: "
                    "agmonitor history open FILE --at {link}",
                    group=self._waiting.group,
                    link=link.strip(),
                )
            )
            self._waiting = None

    def step(self, *, later: bool) -> None:
        """To the event before or after the moment shown."""
        group, workspace = self._view.group, self._bridge.workspace
        if group is None or not isinstance(workspace, TellsPast):
            return
        from_at = self._wanted[1] if self._wanted is not None else self._bridge.now()

        async def find() -> None:
            event = await workspace.neighbour(group, from_at, later=later)
            if event is None:
                self._window.errors.note(
                    t("No event of {group} is known after that moment.", group=group)
                    if later
                    else t("No event of {group} is known before that moment.", group=group)
                )
            elif self._view.group == group:
                self.choose(event.at)

        self._bridge.submit(t("Could not find the next event"), find)

    def copy_link(self, at: Instant | None = None) -> None:
        """A link to that moment of the shown group; None: to the moment shown, or to now."""
        if self._view.group is None:
            return
        if at is None:
            at = self._wanted[1] if self._wanted is not None else self._bridge.now()
        link = link_to(self._view.group, at)
        QGuiApplication.clipboard().setText(link)
        self._window.errors.note(t("On the clipboard: {link}", link=link))

    def ask_where(self) -> None:
        """Let a person name a moment."""
        if self._view.group is not None:
            self._bridge.submit(t("Could not go to a moment"), self._ask_where)

    async def _ask_where(self) -> None:
        axis = self._view.axis
        utc = axis is not None and axis.zone.utc
        dialog = MomentDialog(self._bridge.now(), self._bridge.names, self._window, utc=utc)
        moment = await dialog.answered()
        if moment is not None:
            self._waiting = moment
            self._follow()

    def _follow(self) -> None:
        moment, self._waiting = self._waiting, None
        if moment is None:
            return
        if moment.group is not None and moment.group != self._view.group:
            self._window.sidebar.list.choose(moment.group)
            self._window.sidebar.chosen.emit(moment.group)
        self.choose(moment.at)

    def _on_past_loaded(self, name: str) -> None:
        if self._waiting is not None and self._waiting.group == name:
            self._follow()

    def _on_chosen(self, at: Instant | None) -> None:
        group = self._view.group
        if at is None or group is None:
            self._show_present()
            return
        if self._wanted is None:
            self.strip.begin()
        self._wanted = group, round(at, 3)
        if not self._reading:
            self._reading = True
            self._bridge.submit(t("Could not show {group} as it was", group=group), self._read)

    def _show_present(self) -> None:
        self._wanted = self._then = None
        self.strip.hide()
        self._view.show_present(self._bridge.now())
        self.moment_shown.emit(None)

    async def _read(self) -> None:
        """Until what is shown is what was wanted last."""
        try:
            read: tuple[str, Instant] | None = None
            while self._wanted is not None and self._wanted != read:
                read = self._wanted
                then = await self._told(*read)
                if self._goes_for(read[0]):
                    self._show(then)
        finally:
            self._reading = False

    def _goes_for(self, group: str) -> bool:
        """Whether a past moment of that group is still wanted; meanwhile the person may have gone on."""
        return self._wanted is not None and self._wanted[0] == group == self._view.group

    async def _told(self, group: str, at: Instant) -> Then:
        workspace = self._bridge.workspace
        if not isinstance(workspace, TellsPast):
            return Then(at, Sure.NOTHING, why=UNTOLD)
        try:
            return await workspace.moment(group, at)
        except OSError as error:
            return Then(at, Sure.NOTHING, why=t("The history cannot be read: {error}", error=error))

    def _show(self, then: Then) -> None:
        self._then = then
        self.strip.tell(then, self._bridge.now())
        self.strip.show()
        self._view.show_past(then)
        self.moment_shown.emit(then)
