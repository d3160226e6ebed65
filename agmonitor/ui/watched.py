"""One watched group as the window keeps it: its newest state, its history ready to draw, its round trips."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Iterable

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import GroupSettings, Role, Severity
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import GroupState
from agmonitor.domain.window import only
from agmonitor.monitor.ports import GroupChange
from agmonitor.texts import t
from agmonitor.ui.beat_seen import KnownBeat
from agmonitor.ui.series import GroupHistory

ROUND_TRIPS = 300  # ten minutes at the usual cadence
ENOUGH_FOR_P99 = 20


class Watched:
    """Mutable, owned by the bridge; views read it."""

    def __init__(self, state: GroupState) -> None:
        self.state = state
        self.history = GroupHistory(state.settings)
        self.marks: tuple[Mark, ...] = ()  # what people left, oldest first
        self.unwritten: str | None = None  # why history is not being written; None: it is
        self._round_trips: dict[str, deque[float]] = {
            node.name: deque(maxlen=ROUND_TRIPS) for node in state.nodes
        }

    @property
    def settings(self) -> GroupSettings:
        return self.state.settings

    def same_nodes(self, state: GroupState) -> bool:
        """Whether that state is of the pair watched here; settings may have been changed meanwhile."""
        return [node.name for node in state.nodes] == list(self._round_trips)

    @property
    def events(self) -> Iterable[Event]:
        """Oldest first, notes among them."""
        return heapq.merge(self.history.events, self.notes, key=lambda event: event.at)

    @property
    def notes(self) -> list[Event]:
        """Notes as the events' list tells them, oldest first."""
        return [note_event(mark) for mark in self.marks if mark.kind is MarkKind.NOTE]

    def take_marks(self, marks: Iterable[Mark]) -> bool:
        """What people left, as the history has it now; whether that is news."""
        before, self.marks = self.marks, tuple(sorted(marks, key=lambda mark: mark.at))
        for mark in self.marks if self.marks != before else ():
            if mark.kind is not MarkKind.BROKEN:
                self.history.pin(mark)
            elif mark not in before:
                self.history.take_faults(mark.text, mark.at)
        return self.marks != before

    def take(self, change: GroupChange) -> None:
        """A change came: it is the newest there is."""
        self.state = change.state
        self.unwritten = None if change.recorded else change.why_not or t("the reason is not known")
        self.history.feed(change.input, change.state, change.events)
        item = change.input
        if isinstance(item, NodeObservation) and item.round_trip_ms is not None:
            self._round_trips[item.node].append(item.round_trip_ms)

    def known_beat(self, node: str) -> KnownBeat | None:
        """The heartbeat that node tells of, as it is drawn; None while it is not heard."""
        return next((series.known_beat for series in self.history.nodes if series.name == node), None)

    @property
    def known_beat_of_standby(self) -> KnownBeat | None:
        """The one that the only Secondary tells of."""
        standby = only(self.state.nodes, Role.SECONDARY)
        return self.known_beat(standby.name) if standby is not None else None

    def p99_ms(self, node: str) -> float | None:
        """The 99th percentile of the newest round trips, once there are enough to say so."""
        known = sorted(self._round_trips[node])
        if len(known) < ENOUGH_FOR_P99:
            return None
        return known[min(len(known) - 1, math.ceil(len(known) * 0.99) - 1)]


def note_event(mark: Mark) -> Event:
    """A note among the events."""
    return Event(mark.at, EventKind.NOTE_PINNED, f"{mark.who}: {mark.text}", Severity.NOTICE)
