"""Everything the time half of the window draws about one group, folded from inputs and states as they come.

``feed`` costs the same however long we have been watching, and memory is bounded: old curves get coarser,
old bars and marks are forgotten in chunks. Knows numpy and the domain, no Qt; all instants are on our clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import assert_never

from agmonitor.domain.events import Event
from agmonitor.domain.kept import Mark
from agmonitor.domain.model import DnsAnswer, GroupSettings, Instant
from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
    Tick,
    instant_of,
)
from agmonitor.domain.soundness import sound
from agmonitor.domain.state import GroupState, Timers
from agmonitor.domain.timeline import BROKEN_AFTER_DEADLINES, DNS, RESOLVER
from agmonitor.texts import t
from agmonitor.ui.beat_columns import NONE, TOLD_APART, Beats, joined
from agmonitor.ui.cut_offs import CutOffs
from agmonitor.ui.due_windows import DueWindow, DueWindows
from agmonitor.ui.earlier import Earlier, Limits, NodeCurves, Wish, limits_at
from agmonitor.ui.hook_marks import HookMark, HookMarks
from agmonitor.ui.joined_track import JoinedTrack
from agmonitor.ui.lane_tracks import LaneTracks, hole_of, label_of
from agmonitor.ui.node_series import NodeSeries
from agmonitor.ui.pins import Pin, PinKind, Pins, pin_of_input, pin_of_mark
from agmonitor.ui.ttls import Ttls

EVENTS_CAP = 5_000
GAPS_CAP = 5_000


class GroupHistory:
    """Past and present of one group, ready to draw. ``changes`` grows with every input that can be seen."""

    def __init__(self, settings: GroupSettings) -> None:
        self.settings = settings
        self.nodes = (NodeSeries(settings.nodes[0].name), NodeSeries(settings.nodes[1].name))
        self.bars = LaneTracks(settings)
        self.hooks = HookMarks()
        self.gaps: deque[Gap] = deque(maxlen=GAPS_CAP)
        self.events: deque[Event] = deque(maxlen=EVENTS_CAP)
        self.pins = Pins()
        self.ttls = Ttls()
        self._windows = DueWindows()
        self.cut_offs = CutOffs()
        self.timers = Timers()
        self.earlier: Earlier | None = None  # from before all this, as the history tells it
        self.reading = False  # more of that is on its way
        self.began_at: Instant | None = None
        self.newest_at: Instant | None = None
        self.changes = 0

    def feed(self, item: Input, state: GroupState, events: tuple[Event, ...] = ()) -> None:
        """Fold in one input, the state after it and the events it made."""
        if not sound(item) or self._of_a_stranger(item):
            return  # as ``group.step``: an input that is of no use changes nothing
        self.settings = state.settings
        at = self._in_order(item)
        self.bars.feed(item, state)
        match item:
            case NodeObservation():
                self._node(item.node).feed(item, state.node(item.node), at, self._patience_s)
            case HooksObservation():
                self.hooks.feed(item, state.node(item.node).offset)
                self.hooks.miss(state, item.node)
            case Gap():
                self._feed_gap(item)
            case DnsObservation():
                self._feed_ttl(DNS, item, at)
            case ResolverObservation():
                self._feed_ttl(f"{RESOLVER}{item.resolver}", item, at)
            case FailoverOrdered() | Acknowledged():
                self.pins.put(pin_of_input(item))
            case ClientObservation() | LoadObservation() | Tick():
                pass
            case _:
                assert_never(item)
        self.timers = state.timers
        self._windows.feed(state, at, self._patience_s)
        self.cut_offs.feed(state, at)
        self.events.extend(events)
        self.newest_at = at
        self.began_at = at if self.began_at is None else min(at, self.began_at)
        self.changes += 1

    def lanes(self) -> tuple[tuple[str, JoinedTrack], ...]:
        """Name and bars of each lane, top down."""
        read = self.earlier.lanes if self.earlier is not None else {}
        names = self.bars.in_order(read)
        return tuple(
            (
                label_of(name),
                JoinedTrack(self.bars.track(name), read.get(name), self.border_at, self._hole_s(name)),
            )
            for name in names
        )

    def hooks_between(self, from_at: Instant, until_at: Instant, node: str | None = None) -> list[HookMark]:
        """Calls of hooks in order, of one node or of both, the history's first."""
        before = self.earlier.hooks if self.earlier is not None else ()
        found = [mark for mark in before if from_at <= mark.at <= until_at and mark.at < self.border_at]
        found += self.hooks.between(from_at, until_at)
        return found if node is None else [mark for mark in found if mark.node == node]

    def pins_between(self, from_at: Instant, until_at: Instant) -> list[Pin]:
        """What people left there, in order, each once."""
        before = self.earlier.pins if self.earlier is not None else ()
        found = {pin for pin in before if from_at <= pin.at <= until_at}
        if found and self.began_at is not None:
            found = {pin for pin in found if pin.kind is not PinKind.ORDERED or pin.at < self.border_at}
        return sorted(found | set(self.pins.between(from_at, until_at)))

    @property
    def knows_hooks(self) -> bool:
        return self.hooks.known or bool(self.earlier is not None and self.earlier.hooks)

    @property
    def knows_pins(self) -> bool:
        return bool(len(self.pins)) or bool(self.earlier is not None and self.earlier.pins)

    def pin(self, mark: Mark) -> None:
        """A note or an acknowledgement was written: show it. One that is known already changes nothing."""
        self.pins.put(pin_of_mark(mark))
        self.changes += 1

    def take_faults(self, words: str, at: Instant) -> None:
        """What is broken on purpose in the lab since its last word; empty: nothing."""
        self.bars.take_faults(words, at)
        self.changes += 1

    def hold_faults(self, now: Instant) -> None:
        """What is broken on purpose still is."""
        self.changes += self.bars.hold_faults(now)

    def ttl_at(self, lane: str, at: Instant) -> str:
        """For how long the answer of that lane's name server may be kept; empty where nothing is known.

        The authoritative one grants it anew with each answer, of a resolver's it runs out.
        """
        name = self.bars.name_of(lane)
        told = self.ttls.told_at(name, at)
        if told is None:
            return ""
        return (
            t("TTL {seconds} s", seconds=round(told[0]))
            if name == DNS
            else t("TTL {seconds} s left", seconds=round(told[1]))
        )

    @property
    def border_at(self) -> Instant:
        """Our own memory begins there; all before is the history's."""
        return math.inf if self.began_at is None else self.began_at

    def wish(self, begin_at: Instant, end_at: Instant, now: Instant, width: float) -> Wish | None:
        """What a view needs from before the border that has not been read."""
        border_at = min(self.border_at, now)
        if now <= 0.0 or begin_at >= border_at:
            return None
        if self.earlier is not None and self.earlier.serves(begin_at, end_at, border_at):
            return None
        return Wish.of_view(begin_at, end_at, border_at, width)

    def all_gaps(self) -> Iterator[Gap]:
        """In order, the history's first."""
        if self.earlier is not None:
            yield from (gap for gap in self.earlier.gaps if gap.until_at < self.border_at)
        yield from self.gaps

    def all_events(self) -> Iterator[Event]:
        """In order, the history's first."""
        if self.earlier is not None:
            yield from (event for event in self.earlier.events if event.at < self.border_at)
        yield from self.events

    def earlier_curves(self, node: str) -> NodeCurves | None:
        """A node's curves from before the border."""
        return self.earlier.nodes.get(node) if self.earlier is not None else None

    def age_at(self, side: int, at: Instant) -> Limits | None:
        """Lowest and highest age of the newest heartbeat that a node knew of around an instant, seconds."""
        node = self.nodes[side]
        read = self.earlier_curves(node.name)
        if at < self.border_at:
            return limits_at(read.ages if read is not None else {}, at)
        age_s = node.age_at(at, self._patience_s)
        return None if age_s is None else (age_s, age_s)

    def round_trip_at(self, side: int, at: Instant) -> Limits | None:
        """Lowest and highest round trip around an instant, milliseconds."""
        node = self.nodes[side]
        read = self.earlier_curves(node.name)
        if at < self.border_at:
            return limits_at(read.trips if read is not None else {}, at)
        trip_ms = node.round_trip_at(at, self._patience_s)
        return None if trip_ms is None else (trip_ms, trip_ms)

    @property
    def empty(self) -> bool:
        nothing_read = self.earlier is None or self.earlier.empty
        return nothing_read and not self.gaps and not any(len(lane) for lane in self.bars.tracks.values())

    @property
    def due(self) -> DueWindow | None:
        """The takeover expected right now, if any."""
        return self._windows.live

    @property
    def windows(self) -> deque[DueWindow]:
        """Takeovers expected since we watch, oldest first."""
        return self._windows.all

    def beats_between(self, side: int, from_at: Instant, until_at: Instant) -> Beats | None:
        """Heartbeats one node told of, the history's first; None: too many to be told apart."""
        node = self.nodes[side]
        if node.beats.count(from_at, until_at) > TOLD_APART:
            return None
        live = node.beats.between(from_at, until_at)
        if from_at >= self.border_at or self.earlier is None:
            return live
        read = self.earlier.nodes.get(node.name)
        before = read.beats if read is not None else NONE
        return (
            None if before is None else joined((before.between(from_at, min(until_at, self.border_at)), live))
        )

    def all_windows(self) -> Iterator[DueWindow]:
        """In order, the history's first."""
        if self.earlier is not None:
            yield from (window for window in self.earlier.windows if window.opens_at < self.border_at)
        yield from self._windows.all

    def gap_at(self, at: Instant) -> Gap | None:
        known = [gap for gap in self.all_gaps() if gap.from_at <= at <= gap.until_at]
        return known[-1] if known else None

    @property
    def _patience_s(self) -> float:
        """Answers further apart than this make two bars, and two lines."""
        return BROKEN_AFTER_DEADLINES * max(self.settings.timeout_s, self.settings.cadence_s)

    def _hole_s(self, lane: str) -> float:
        """So long after its newest answer nobody knows any more what a lane's bar would say."""
        return max(self._patience_s, hole_of(lane, self.settings))

    def _feed_ttl(self, lane: str, item: DnsObservation | ResolverObservation, at: Instant) -> None:
        if item.answer is DnsAnswer.OK and item.ttl_s is not None:
            self.ttls.put(lane, at, item.ttl_s)

    def _of_a_stranger(self, item: Input) -> bool:
        if not isinstance(item, NodeObservation | LoadObservation | HooksObservation):
            return False
        return item.node not in {node.name for node in self.nodes}

    def _node(self, name: str) -> NodeSeries:
        return self.nodes[0] if name == self.nodes[0].name else self.nodes[1]

    def _in_order(self, item: Input) -> Instant:
        """The input's instant, never before the one before it: columns are searched by time."""
        at = instant_of(item)
        if self.newest_at is None or at >= self.newest_at:
            return at
        if isinstance(item, Gap) and item.until_at < item.from_at:  # our clock was set back
            self._forget_after(at)
            return at
        return self.newest_at

    def _feed_gap(self, gap: Gap) -> None:
        if gap.until_at > gap.from_at:
            self.gaps.append(gap)
        for node in self.nodes:
            node.break_here()

    def _forget_after(self, at: Instant) -> None:
        for node in self.nodes:
            node.forget_after(at)
        self.bars.forget_after(at)
        self.gaps = deque((gap for gap in self.gaps if gap.until_at <= at), GAPS_CAP)
        self._windows.forget_after(at)
        self.cut_offs.forget_after(at)
        self.ttls.forget_after(at)
