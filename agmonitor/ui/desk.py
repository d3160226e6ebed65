"""Connects the window with the bridge: changes to the views, keys and clicks to whoever answers them.

Paints nothing, judges nothing, and waits for nothing: that is for ``orders``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agmonitor.lab.status import LabStatus
from agmonitor.monitor.ports import GroupChange
from agmonitor.protocol.faults import FAULTS
from agmonitor.texts import t
from agmonitor.ui.alerts_session import Alerts, AlertsSession
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.evidence_session import EvidenceSession
from agmonitor.ui.fleet import Fleet
from agmonitor.ui.group_orders import DropGroup, GroupBook, GroupOrders, SaveGroup
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.habits import Habits
from agmonitor.ui.idle_keys import why_idle
from agmonitor.ui.lab_session import LabSession, faults_in_lines, faults_in_words
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.moment_menu import MomentMenu
from agmonitor.ui.motion import Beat
from agmonitor.ui.open_dialogs import OpenDialogs
from agmonitor.ui.orders import Orders
from agmonitor.ui.past import PastSession
from agmonitor.ui.proven_session import ProvenSession
from agmonitor.ui.story_session import StorySession
from agmonitor.ui.time_actions import time_actions
from agmonitor.ui.whatif_session import Predictor, WhatIfSession

if TYPE_CHECKING:
    from agmonitor.ui.drill_session import LiveDrills


class Desk(QObject):
    """Lives from the first paint to the window's end."""

    def __init__(
        self,
        window: MainWindow,
        view: GroupView,
        bridge: Bridge,
        lab: LabSession,
        save: SaveGroup | None,
        drop: DropGroup | None = None,
        predictor: Predictor | None = None,
        drills: LiveDrills | None = None,
        book: GroupBook | None = None,
        alerts: Alerts | None = None,
    ) -> None:
        super().__init__(window)
        self.bridge, self.lab, self._window, self.view = bridge, lab, window, view
        self.fleet = Fleet(window.groups, bridge, self)
        dialogs = OpenDialogs()
        self.orders = Orders(window, view, bridge, lab, self.choose, drills, dialogs)
        self.groups = GroupOrders(window, bridge, dialogs, save, drop, book, self.choose)
        view.header.offer_drills(offered=self.orders.drills_possible)
        self.whatif = WhatIfSession(predictor, bridge, view.tabs.whatif)
        view.tabs.offer_whatif(offered=self.whatif.possible)
        self._status: LabStatus | None = None
        self._trouble = ""
        self._refused = ""
        self._beat = Beat(self)
        self._beat.timeout.connect(self._on_beat)
        self._actions: dict[str, Callable[[], object]] = {
            **window.sidebar.keyed,
            **self.groups.actions,
            "edit": self._edit,
            "poll": self._poll,
            "sign_in": self.orders.sign_in,
            "failover": self.orders.failover,
            "lab": self.orders.go_to_lab,
            "simulate": view.header.open_menu,
            "palette": self._open_palette,
            "drills": self._open_drills,
            "drill_step": self.orders.drill_step,
            "heal": self.orders.heal,
            "keys": self.orders.keys,
            "quit": window.quit,
            **time_actions(view),
            "ledger": view.tabs.start_filtering,
            **{f"tab_{place}": partial(view.tabs.open, place) for place in range(6)},
        }
        self.proven = ProvenSession(view, bridge, window.errors.note)
        self._connect()
        self.habits = Habits(window, view, bridge, self.choose)
        self.past = PastSession(window, view, bridge)
        self.evidence = EvidenceSession(view, bridge, self.past)
        self.story = StorySession(window, view, bridge, self.choose)
        MomentMenu(view, self.past, self.story, bridge)
        self.alerts = AlertsSession(window, view, bridge, dialogs, self.fleet, alerts, self.past)
        for session in (self.habits, self.past, self.story, self.alerts):
            self._actions |= session.actions
        self.habits.know(self._actions)

    def _connect(self) -> None:
        window, view, bridge = self._window, self.view, self.bridge
        window.asked.connect(self._on_asked)
        window.seen.connect(self._on_seen)
        window.sidebar.chosen.connect(self._on_chosen)
        window.sidebar.list.asked.connect(self._on_group_asked)
        view.header.failover_asked.connect(self.orders.failover)
        view.header.fault_asked.connect(self.orders.fault)
        view.header.palette_asked.connect(self.orders.simulate)
        view.header.drills_asked.connect(self._open_drills)
        view.header.heal_asked.connect(self.orders.heal)
        view.header.sign_in_asked.connect(self.orders.sign_in)
        bridge.group_added.connect(self._on_added)
        bridge.group_removed.connect(self._on_removed)
        bridge.group_changed.connect(self._on_changed)
        bridge.past_loaded.connect(self._on_past_loaded)
        bridge.earlier_loaded.connect(self._on_earlier_loaded)
        view.past_wanted.connect(bridge.want_past)
        self.lab.listen(self._on_lab_status, self._on_lab_stopped)
        self.lab.draw_faults(bridge)
        window.sidebar.lab_possible(possible=self.lab.possible)
        window.empty.lab.setVisible(self.lab.possible)
        if not bridge.workspace.groups:
            window.show_view(window.empty)
            window.empty.add.setFocus()
        self._on_seen(window.isVisible())

    def refuse(self, actions: Iterable[str], why: str) -> None:
        """These only say why not from now on; so does the list's own menu."""
        self._refused = why
        self._actions |= dict.fromkeys(actions, partial(self._window.errors.tell, why))

    def be_recording(self) -> None:
        """The sidebar says that it is one."""
        self._window.sidebar.be_recording()

    def knows(self, action: str) -> bool:
        """Whether an action's name leads anywhere."""
        return action in self._actions

    def end(self) -> None:
        """No more beats: what is behind the window is gone."""
        self._beat.stop()
        self.fleet.end()
        self.alerts.end()
        self.whatif.stop()
        if self.orders.drill is not None:
            self.orders.drill.end()

    # Changes that come in.

    def _on_added(self, name: str) -> None:
        watched = self.bridge.watched(name)
        self.fleet.add(name)
        if watched.settings.lab:
            self._window.sidebar.lab_is(there=True)
        if self.view.group is None or watched.settings.lab:
            self.choose(name)

    def _on_removed(self, name: str) -> None:
        self.fleet.remove(name)
        self.orders.forget(name)
        if self.lab.possible:
            self._window.sidebar.lab_is(there=self.lab.group is not None)
        if self.view.group != name:
            return
        self.view.forget_group()
        if self._window.groups.rows:
            self.choose(self._window.groups.rows[0].name)
        else:
            self._window.setWindowTitle("agmonitor")
            self._window.show_view(self._window.empty)

    def _on_changed(self, change: object) -> None:
        assert isinstance(change, GroupChange)
        now = self.bridge.now()
        self.fleet.note(change.group, change.state, shown=change.group == self.view.group)
        self.view.take(change, now)
        self.past.take(change)
        self.proven.take(change)
        self.orders.offer_sign_in(change)

    def _on_past_loaded(self, name: str) -> None:
        if self.view.group == name:
            self._on_chosen(name)

    def _on_earlier_loaded(self, name: str) -> None:
        if self.view.group == name:
            self.view.show_earlier()

    def _on_chosen(self, name: str) -> None:
        watched = self.bridge.watched(name)
        if self._window.empty.isVisible():  # else the keyboard would follow its button's place, to Failover…
            self._window.sidebar.list.setFocus()
        self.view.show_group(watched, self.bridge.now())
        self._window.show_view(self.view)
        self._window.setWindowTitle(f"{name} – agmonitor")
        self.alerts.refresh(past=self.past.shown is not None)
        self.proven.show_group(name)
        self._show_faults()

    def choose(self, name: str) -> None:
        """Show that group."""
        self._window.sidebar.list.choose(name)
        self._on_chosen(name)

    def _on_lab_status(self, status: LabStatus) -> None:
        self._status = status
        self._show_faults()
        trouble = status.trouble or status.not_begun
        if trouble and trouble != self._trouble:
            self._window.errors.tell(t("The lab: {why}", why=trouble))
        self._trouble = trouble

    def _on_lab_stopped(self) -> None:
        self._status, self._trouble = None, ""
        if self.orders.drill is not None:
            self.orders.drill.lab_gone()
        self._show_faults()
        self._window.sidebar.lab_is(there=False)
        self._window.errors.note(t("The lab was stopped from outside: agmonitor lab stop."))

    def _show_faults(self) -> None:
        shown = self.view.group is not None and self.view.group == self.lab.group
        if shown and self._status is not None:
            now = self.bridge.now()
            self.view.header.show_faults(
                faults_in_words(self._status, now), faults_in_lines(self._status, now)
            )
        else:
            self.view.header.show_faults("")
        self.orders.tell_faults()

    def _on_seen(self, visible: bool) -> None:  # noqa: FBT001 - a slot
        if visible:
            self._beat.start()
        else:
            self._beat.stop()

    def _on_beat(self) -> None:
        now = self.bridge.now()
        self.view.refresh(now)
        self.past.refresh(now)
        self.evidence.refresh(now)
        self.proven.refresh()
        self.alerts.refresh(past=self.past.shown is not None)
        if self._status is not None and (self._status.active_faults or self._status.coming):
            self._show_faults()  # what is left of them
        self.fleet.refresh()

    # What a person asks for with a key.

    def _on_asked(self, action: str) -> None:
        if self.past.refuses(action):
            return
        idle = "" if self._refused else why_idle(action, self.view.group, self.lab)
        if idle:
            self._window.errors.note(idle)
        else:
            self._actions[action]()

    def _on_group_asked(self, what: str, name: str) -> None:
        if self._refused:
            self._window.errors.tell(self._refused)
        elif what == "poll":
            self.bridge.workspace.poll_now(name)
        elif what in self.alerts.actions:
            self.choose(name)
            self.alerts.actions[what]()
        else:
            {"edit": self.groups.edit, "remove": self.groups.remove}[what](name)

    def _open_palette(self) -> None:
        group = self.view.group
        if group is not None and group == self.lab.group:
            first = self.bridge.watched(group).settings.nodes[0]
            self.orders.simulate(next(iter(FAULTS)), first.name)

    def _open_drills(self) -> None:
        if self.view.group is not None and self.view.group == self.lab.group:
            self.orders.drills()

    def _edit(self) -> None:
        if self.view.group is not None:
            self.groups.edit(self.view.group)

    def _poll(self) -> None:
        if self.view.group is not None:
            self.bridge.workspace.poll_now(self.view.group)
