"""The tabs below the time axis. Only the one that can be seen is filled; the others when they are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from agmonitor.domain.events import Event
from agmonitor.domain.state import GroupState, LedgerRow
from agmonitor.texts import t, tn
from agmonitor.ui.anatomy_tab import AnatomyTab
from agmonitor.ui.configuration_tab import ConfigurationTab, setting_rows
from agmonitor.ui.division import TABS_LEAST_PX, tabs_px
from agmonitor.ui.events_tab import EventsTab
from agmonitor.ui.hooks_tab import HooksTab, hook_rows
from agmonitor.ui.name_facts import countdown
from agmonitor.ui.whatif_tab import WhatIfTab
from agmonitor.ui.why_tab import FILTER_LEAST_PX, FILTER_PX, WhyTab

Ledger = Callable[[GroupState], Sequence[LedgerRow]]
ANATOMY, EVENTS, WHY, HOOKS, CONFIGURATION, WHAT_IF = range(6)
FRAME_PX = 12  # round the tabs, and a hair's breadth
ANATOMY_PX = 228  # a waterfall with its scale
QUIET_PX = 188  # without an episode: some lines of words; the axis makes more of the room
ROWS = frozenset({EVENTS, WHY, HOOKS, CONFIGURATION})
ROWS_LEAST_PX = 140  # two of them: lower, the time axis would fold its graphs
ROWS_PX = 172  # some rows; in Why the sentence above them and the evidence beside them
LEDGER_PX, FROM_AXIS_PX = 250, 16  # many rows; the graph does with less height while one reads them
NARROW_PX, SHORTER_PX = 900, 110  # below that width two titles are so much shorter
AIR_PX = 12
TITLES_PX = 715  # what the tabs' titles need at their longest, with a little air


class BottomTabs(QFrame):
    """Failover anatomy, Events, Why, Hooks, Configuration, What-if. Pictures want more room than rows."""

    room_changed = Signal()

    def __init__(self, ledger: Ledger, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._ledger = ledger
        self._state: GroupState | None = None
        self.anatomy = AnatomyTab()
        self.anatomy.room_changed.connect(self.room_changed)
        self._past = False  # a past moment's state is shown; what comes in changes the events alone
        self._unknown = ""  # why nothing is known of it
        self.events = EventsTab()
        self.events.room_changed.connect(self.room_changed)
        self.why = WhyTab()
        self.hooks = HooksTab()
        self.configuration = ConfigurationTab()
        self.whatif = WhatIfTab()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName(t("Details of the group"))
        for title, tab in (
            (t("Failover anatomy"), self.anatomy),
            (t("Events"), self.events),
            (t("Why"), self.why),
            (t("Hooks"), self.hooks),
            (t("Configuration"), self.configuration),
            (t("What-if"), self.whatif),
        ):
            self.tabs.addTab(tab, title)
        corner = QWidget()
        beside = QHBoxLayout(corner)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        self._filters = QWidget()
        row = QHBoxLayout(self._filters)
        row.setContentsMargins(0, 1, AIR_PX, 3)
        for box in (self.events.filter, self.hooks.filter):
            row.addWidget(box)
        self._filters.hide()
        beside.addWidget(self._filters)
        beside.addWidget(self.why.corner)
        beside.addWidget(self.anatomy.corner)
        beside.addWidget(self.configuration.corner)
        self.tabs.setCornerWidget(corner)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 2, 1, 6)
        column.addWidget(self.tabs)
        self.why.corner.hide()
        self.configuration.corner.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title()
        self.why.fit_filter(self.width() - TITLES_PX + (SHORTER_PX if self._narrow else 0))
        self._fit_corner()

    @property
    def _narrow(self) -> bool:
        return self.width() < NARROW_PX

    def _fit_corner(self) -> None:
        """What stands beside the titles gives way before a title does."""
        room = self.width() - self.tabs.tabBar().sizeHint().width()
        self.anatomy.fit_corner(room)
        self.configuration.corner.setMaximumWidth(max(0, room - AIR_PX))
        for box in (self.events.filter, self.hooks.filter):
            box.setFixedWidth(min(FILTER_PX, max(FILTER_LEAST_PX, room - 2 * AIR_PX)))

    def show_group(self, state: GroupState, events: Iterable[Event]) -> None:
        """Another group."""
        self._past, self._unknown, self._state = False, "", state
        self.events.show_all(events)
        self.refresh()

    def add(self, state: GroupState, events: Sequence[Event], *, at_once: bool = True) -> None:
        """A change of the shown group; not ``at_once``: ages alone, which the next ``refresh`` tells."""
        self.events.add(events)
        if self._past:
            self._title()
            return
        self._state = state
        if not at_once:
            return
        if self.tabs.currentIndex() in {ANATOMY, HOOKS, CONFIGURATION, WHAT_IF} or countdown(
            state, state.now
        ):
            self._fill()  # the ledger costs more; it keeps step only with a countdown
        self._title()

    def show_past(self, state: GroupState | None, why: str) -> None:
        """A past moment's state; None: why it is not known. The events stay: they lead to other moments."""
        self._past, self._unknown = True, why if state is None else ""
        self._state = state if state is not None else self._state
        self.refresh()

    def show_present(self, state: GroupState) -> None:
        """Back from the past."""
        self._past, self._unknown, self._state = False, "", state
        self.refresh()

    def refresh(self) -> None:
        """What ages without a change: the ledger's values."""
        self._fill()
        self._title()

    def retell(self) -> None:
        """Instants are worded differently from now on."""
        for model in (self.events.model, self.hooks.model):
            model.retell()
        self.why.evidence.retell()
        self._fill()

    def show_proven(self, words: str) -> None:
        """When a failover was last seen to come true; "" is nothing to tell."""
        self.configuration.show_proven(words)
        self.anatomy.quiet.show_proven(words)

    def open(self, place: int) -> None:
        """Bring a tab to the front and put the keyboard into it."""
        if self.tabs.isTabVisible(place):
            self.tabs.setCurrentIndex(place)
            self.tabs.currentWidget().setFocus()

    def start_filtering(self) -> None:
        """The keyboard into the filter of the events or hooks, where they are on show, else the ledger's."""
        boxes = {EVENTS: self.events.filter, HOOKS: self.hooks.filter}
        if self.tabs.currentIndex() not in boxes:
            self.tabs.setCurrentIndex(WHY)
        box = boxes.get(self.tabs.currentIndex(), self.why.filter)
        box.setFocus()
        box.selectAll()

    def offer_whatif(self, *, offered: bool) -> None:
        """Where nothing makes predictions there is no tab for them."""
        self.tabs.setTabVisible(WHAT_IF, offered)

    @property
    def wants_room(self) -> bool:
        """A picture with its sliders needs more height than rows that scroll."""
        return self.tabs.currentIndex() == WHAT_IF

    def share_px(self, height_px: int, axis_px: int) -> int:
        """What they get of a height for both, less what the time axis needs."""
        wanted_px, roomy = self.wanted_px, self.wants_room
        axis_px -= FROM_AXIS_PX if self.tabs.currentIndex() == WHY else 0
        share = tabs_px(height_px, wanted_px, axis_px, roomy=roomy, least_px=self._least_px)
        quiet = self.tabs.currentIndex() == ANATOMY and not self.anatomy.has_episode
        return min(share, QUIET_PX) if quiet else share

    @property
    def _least_px(self) -> int:
        """The height below which a waterfall would lose its last row, and rows stand alone."""
        if self.tabs.currentIndex() in ROWS:
            return ROWS_LEAST_PX
        shown = self.tabs.currentIndex() == ANATOMY and self.anatomy.has_episode
        above = self.tabs.tabBar().sizeHint().height() + FRAME_PX
        return max(TABS_LEAST_PX, above + self.anatomy.picture.minimumHeight()) if shown else TABS_LEAST_PX

    @property
    def wanted_px(self) -> int:
        """The height below which what is shown would be cramped; 0: rows that scroll."""
        if self.tabs.currentIndex() in ROWS:
            return LEDGER_PX if self.tabs.currentIndex() == WHY else ROWS_PX
        return ANATOMY_PX if self.tabs.currentIndex() == ANATOMY and self.anatomy.has_episode else 0

    def _on_tab_changed(self, place: int) -> None:
        self.why.corner.setVisible(place == WHY)
        self.why.offer_filter(offered=place == WHY)
        self._filters.setVisible(place in {EVENTS, HOOKS})
        self.events.filter.setVisible(place == EVENTS)
        self.hooks.filter.setVisible(place == HOOKS)
        self.anatomy.corner.setVisible(place == ANATOMY)
        self.configuration.corner.setVisible(place == CONFIGURATION)
        self.room_changed.emit()
        self._fill()

    def _fill(self) -> None:
        if self._state is None:
            return
        place = self.tabs.currentIndex()
        for tab in (self.why, self.hooks, self.configuration):
            tab.table.say_instead(self._unknown)
        if self._unknown:
            self._clear()
        elif place == ANATOMY:
            self.anatomy.show_state(self._state)
        elif place == WHY:
            self.why.show_ledger(self._state, self._ledger(self._state))
        elif place == HOOKS:
            self.hooks.show_state(self._state)
        elif place == CONFIGURATION:
            self.configuration.show_state(self._state)
        elif place == WHAT_IF:
            self.whatif.show_state(self._state)

    def _clear(self) -> None:
        """Nothing is known of the moment shown: nothing of another stands there."""
        self.why.clear()
        for tab in (self.hooks, self.configuration):
            tab.model.set_rows([])

    def _title(self) -> None:
        configuration = t("Config") if self._narrow else t("Configuration")
        self._say(ANATOMY, t("Anatomy") if self._narrow else t("Failover anatomy"))
        if self._state is None:
            return
        events = self.events.model.rowCount()
        hooks = 0 if self._unknown else len(hook_rows(self._state))
        differing = 0 if self._unknown else sum(row.differs for row in setting_rows(self._state))
        self._say(EVENTS, t("Events {n}", n=events) if events else t("Events"))
        self._say(HOOKS, t("Hooks {n}", n=hooks) if hooks else t("Hooks"))
        found = [tn("{n} differ", "{n} differ", differing)] if differing else []
        self._say(CONFIGURATION, " · ".join((configuration, *found)))

    def _say(self, place: int, title: str) -> None:
        """A tab's title; Qt lays out and paints the whole page again even where it is the same."""
        if self.tabs.tabText(place) != title:
            self.tabs.setTabText(place, title)
            self._fit_corner()
