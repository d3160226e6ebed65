"""Everything the time half of the window draws about one group, folded from inputs and states as they come.

``feed`` costs the same however long we have been watching, and memory is bounded: old curves get coarser,
old bars and marks are forgotten in chunks. Knows numpy and the domain, no Qt; all instants are on our clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from agmonitor.domain.events import Event
from agmonitor.domain.model import GroupSettings, Instant, Role
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
from agmonitor.domain.timeline import BROKEN_AFTER_DEADLINES
from agmonitor.ui.earlier import Earlier, JoinedTrack, Limits, NodeCurves, Wish, limits_at
from agmonitor.ui.hook_marks import HookMarks
from agmonitor.ui.lane_tracks import LaneTracks
from agmonitor.ui.node_series import NodeSeries

EVENTS_CAP = 5_000
GAPS_CAP = 5_000
WINDOWS_CAP = 1_000
DUE = frozenset({"takeover_due", "takeover_overdue"})


@dataclass(frozen=True, slots=True)
class DueWindow:
    """A takeover that was, or is, to be expected: when it could begin and must have happened."""

    opens_at: Instant
    closes_at: Instant
    beat_at: Instant | None  # the heartbeat it counts from
    due_from: Instant
    due_until: Instant
    live: bool
    assumed: bool
    standby: str | None = None  # the node it is expected of
    took_over_at: Instant | None = None

    @property
    def ends_at(self) -> Instant:
        """As far as it is drawn: when it had happened, or was due no more, the rest of it never came."""
        return self.closes_at if self.live else min(self.closes_at, self.due_until)


class GroupHistory:
    """Past and present of one group, ready to draw. ``changes`` grows with every input that can be seen."""

    def __init__(self, settings: GroupSettings) -> None:
        self.settings = settings
        self.nodes = (NodeSeries(settings.nodes[0].name), NodeSeries(settings.nodes[1].name))
        self.bars = LaneTracks(settings)
        self.hooks = HookMarks()
        self.gaps: deque[Gap] = deque(maxlen=GAPS_CAP)
        self.events: deque[Event] = deque(maxlen=EVENTS_CAP)
        self.windows: deque[DueWindow] = deque(maxlen=WINDOWS_CAP)
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
            case DnsObservation() | ClientObservation() | ResolverObservation() | LoadObservation():
                pass
            case Tick() | FailoverOrdered() | Acknowledged():
                pass
            case _:
                assert_never(item)
        self.timers = state.timers
        self._feed_window(state, at)
        self.events.extend(events)
        self.newest_at = at
        self.began_at = at if self.began_at is None else min(at, self.began_at)
        self.changes += 1

    def lanes(self) -> tuple[tuple[str, JoinedTrack], ...]:
        """Name and bars of each lane, top down."""
        read = self.earlier.lanes if self.earlier is not None else {}
        return tuple(
            (label, JoinedTrack(track, read.get(name), self.border_at, self._patience_s))
            for name, (label, track) in zip(self.bars.tracks, self.bars.named(), strict=True)
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
        age_s = node.age_at(at)
        return None if age_s is None else (age_s, age_s)

    def round_trip_at(self, side: int, at: Instant) -> Limits | None:
        """Lowest and highest round trip around an instant, milliseconds."""
        node = self.nodes[side]
        read = self.earlier_curves(node.name)
        if at < self.border_at:
            return limits_at(read.trips if read is not None else {}, at)
        trip_ms = node.round_trip_at(at)
        return None if trip_ms is None else (trip_ms, trip_ms)

    @property
    def empty(self) -> bool:
        nothing_read = self.earlier is None or self.earlier.empty
        return nothing_read and not self.gaps and not any(len(lane) for lane in self.bars.tracks.values())

    @property
    def due(self) -> DueWindow | None:
        """The takeover expected right now, if any."""
        return self.windows[-1] if self.windows and self.windows[-1].live else None

    def gap_at(self, at: Instant) -> Gap | None:
        known = [gap for gap in self.all_gaps() if gap.from_at <= at <= gap.until_at]
        return known[-1] if known else None

    @property
    def _patience_s(self) -> float:
        """Answers further apart than this make two bars, and two lines."""
        return BROKEN_AFTER_DEADLINES * max(self.settings.timeout_s, self.settings.cadence_s)

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
        self.windows = deque((window for window in self.windows if window.due_until <= at), WINDOWS_CAP)

    def _feed_window(self, state: GroupState, at: Instant) -> None:
        live = self.due
        window = state.window
        if window is None or not any(finding.name in DUE for finding in state.verdict.findings):
            if live is not None:
                self.windows[-1] = replace(
                    live, due_until=at, live=False, took_over_at=_took_over_at(live, state, at)
                )
            else:
                self._complete_window(state, at)
            return
        if live is not None:
            self.windows.pop()
        stamped_on_secondary = state.beat is not None and state.beat.source == "secondary"
        beat_at = state.beat.stamped_at - window.offset_s if state.beat and stamped_on_secondary else None
        self.windows.append(
            DueWindow(
                window.opens_at - window.offset_s,
                window.closes_at - window.offset_s,
                beat_at,
                live.due_from if live is not None else at,
                at,
                live=True,
                assumed=window.assumed,
                standby=_standby(state) or (live.standby if live is not None else None),
            )
        )

    def _complete_window(self, state: GroupState, at: Instant) -> None:
        """The record may name the new Primary a step before its own answer does."""
        last = self.windows[-1] if self.windows else None
        if last is None or last.took_over_at is not None or at - last.due_until > self._patience_s:
            return
        took_over_at = _took_over_at(last, state, at)
        if took_over_at is not None:
            ended_at = max(last.due_until, took_over_at)
            self.windows[-1] = replace(last, took_over_at=took_over_at, due_until=ended_at)


def _standby(state: GroupState) -> str | None:
    return next((node.name for node in state.nodes if node.role is Role.SECONDARY), None)


def _took_over_at(window: DueWindow, state: GroupState, at: Instant) -> Instant | None:
    """When the standby became Primary, if that ended it; the other may still say that it is Primary too."""
    if window.standby is None or state.node(window.standby).role is not Role.PRIMARY:
        return None
    since = state.node(window.standby).role_since
    return since if since is not None and since >= window.due_from else at
