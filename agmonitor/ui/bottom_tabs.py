"""The tabs below the time axis. Only the one that can be seen is filled; the others when they are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

from agmonitor.domain.events import Event
from agmonitor.domain.state import GroupState, LedgerRow
from agmonitor.ui.configuration_tab import ConfigurationTab, setting_rows
from agmonitor.ui.events_tab import EventsTab
from agmonitor.ui.hooks_tab import HooksTab, hook_rows
from agmonitor.ui.name_facts import countdown
from agmonitor.ui.whatif_tab import WhatIfTab
from agmonitor.ui.why_tab import WhyTab

Ledger = Callable[[GroupState], Sequence[LedgerRow]]
EVENTS, WHY, HOOKS, CONFIGURATION, WHAT_IF = range(5)
TITLES_PX = 590  # what the tabs' titles need at their longest, with a little air


class BottomTabs(QFrame):
    """Events, Why, Hooks, Configuration, What-if. The last wants more room than the others."""

    room_changed = Signal()

    def __init__(self, ledger: Ledger, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._ledger = ledger
        self._state: GroupState | None = None
        self.events = EventsTab()
        self.why = WhyTab()
        self.hooks = HooksTab()
        self.configuration = ConfigurationTab()
        self.whatif = WhatIfTab()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("Details of the group")
        for title, tab in (
            ("Events", self.events),
            ("Why", self.why),
            ("Hooks", self.hooks),
            ("Configuration", self.configuration),
            ("What-if", self.whatif),
        ):
            self.tabs.addTab(tab, title)
        self.tabs.setCornerWidget(self.why.corner)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 2, 1, 6)
        column.addWidget(self.tabs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.why.fit_filter(self.width() - TITLES_PX)

    def show_group(self, state: GroupState, events: Iterable[Event]) -> None:
        """Another group."""
        self._state = state
        self.events.show_all(events)
        self.refresh()

    def add(self, state: GroupState, events: Sequence[Event]) -> None:
        """A change of the shown group."""
        self._state = state
        self.events.add(events)
        if self.tabs.currentIndex() in {HOOKS, CONFIGURATION, WHAT_IF} or countdown(state, state.now):
            self._fill()  # the ledger costs more; it keeps step only with a countdown
        self._title()

    def refresh(self) -> None:
        """What ages without a change: the ledger's values."""
        self._fill()
        self._title()

    def retell(self) -> None:
        """Instants are worded differently from now on."""
        for model in (self.events.model, self.hooks.model):
            model.retell()
        self._fill()

    def open(self, place: int) -> None:
        """Bring a tab to the front and put the keyboard into it."""
        if self.tabs.isTabVisible(place):
            self.tabs.setCurrentIndex(place)
            self.tabs.currentWidget().setFocus()

    def offer_whatif(self, *, offered: bool) -> None:
        """Where nothing makes predictions there is no tab for them."""
        self.tabs.setTabVisible(WHAT_IF, offered)

    @property
    def wants_room(self) -> bool:
        """A picture with its sliders needs more height than rows that scroll."""
        return self.tabs.currentIndex() == WHAT_IF

    def _on_tab_changed(self, place: int) -> None:
        self.why.offer_filter(offered=place == WHY)
        self.room_changed.emit()
        self._fill()

    def _fill(self) -> None:
        if self._state is None:
            return
        place = self.tabs.currentIndex()
        if place == WHY:
            self.why.show_ledger(self._state, self._ledger(self._state))
        elif place == HOOKS:
            self.hooks.show_state(self._state)
        elif place == CONFIGURATION:
            self.configuration.show_state(self._state)
        elif place == WHAT_IF:
            self.whatif.show_state(self._state)

    def _title(self) -> None:
        if self._state is None:
            return
        events = self.events.model.rowCount()
        hooks = len(hook_rows(self._state))
        differing = sum(row.differs for row in setting_rows(self._state))
        self._say(EVENTS, f"Events {events}" if events else "Events")
        self._say(HOOKS, f"Hooks {hooks}" if hooks else "Hooks")
        self._say(CONFIGURATION, f"Configuration · {differing} differ" if differing else "Configuration")

    def _say(self, place: int, title: str) -> None:
        """A tab's title; Qt lays out and paints the whole page again even where it is the same."""
        if self.tabs.tabText(place) != title:
            self.tabs.setTabText(place, title)
