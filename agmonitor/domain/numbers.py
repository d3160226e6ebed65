"""What a stretch of a group's past comes to, honestly: each figure with how much of the time was really seen.

Counts what was answered, never what may have been: time without an answer, and gaps, stand in no figure but
the coverage. Works on the lanes, heartbeats, episodes and events of the range; reads nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from agmonitor.domain.events import EventKind
from agmonitor.domain.kept import KeptEpisode, Mark
from agmonitor.domain.model import Instant
from agmonitor.domain.numbers_beats import Misses, ToldBeat, misses
from agmonitor.domain.numbers_service import Outage, outages
from agmonitor.domain.replacing import replace
from agmonitor.domain.stretches import Stretches, joined, length_s, share, within, without
from agmonitor.domain.timeline import CLIENTS, DNS, Span

GAP = "gap:"
ANSWERED = frozenset({"primary", "secondary", "not_in_group"})
LOST = "clients:lost"


@dataclass(frozen=True, slots=True)
class EventRef:
    """One recorded event that a figure counts."""

    id: int
    at: Instant
    kind: EventKind
    finding: str | None = None
    node: str | None = None
    episode: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was recorded of a group between two instants. ``spans`` may reach beyond; they are cut."""

    group: str
    from_at: Instant
    until_at: Instant
    nodes: tuple[str, ...]
    lanes: Mapping[str, Sequence[Span]]
    beats: Sequence[ToldBeat] = ()
    report_s: float | None = None  # how often a heartbeat is due; None: nobody told
    episodes: Sequence[KeptEpisode] = ()
    marks: Sequence[Mark] = ()
    events: Sequence[EventRef] = ()
    calm_beats: int = 0  # that came beside those in ``beats``, none missing among them


@dataclass(frozen=True, slots=True)
class GapTotal:
    """The time lost to gaps of one reason."""

    reason: str
    count: int
    total_s: float
    gaps: tuple[tuple[Instant, Instant], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the range a figure rests on. The three durations add up to the range."""

    range_s: float
    observed_s: float
    gap_s: float

    @property
    def share(self) -> float:
        return min(1.0, self.observed_s / self.range_s) if self.range_s > 0 else 0.0

    @property
    def unasked_s(self) -> float:
        """Neither seen nor in a gap: nothing was recorded."""
        return max(0.0, self.range_s - self.observed_s - self.gap_s)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of the time that was seen, 0 to 1; None: nothing was seen. ``events``: what it counts."""

    share: float | None
    coverage: Coverage
    events: tuple[EventRef, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeNumbers:
    """One node: how much of the time it answered with its state, and in which role."""

    name: str
    answered: Figure
    primary_s: float
    secondary_s: float
    unreadable_s: float
    silent_s: float


@dataclass(frozen=True, slots=True)
class Takeover:
    """How long one takeover took, from the last heartbeat to the new Primary's first word."""

    episode: int
    at: Instant
    measured_s: float
    expected_s: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """All figures of one group in one range."""

    group: str
    from_at: Instant
    until_at: Instant
    watched: Coverage
    gaps: tuple[GapTotal, ...]
    service: Figure
    outages: tuple[Outage, ...]
    primary: Figure  # somebody was Primary
    pair: Figure  # a Primary, and a Secondary to take over
    nodes: tuple[NodeNumbers, ...]
    episodes: tuple[KeptEpisode, ...]
    episode_events: tuple[EventRef, ...]
    takeovers: tuple[Takeover, ...]
    heartbeats: Misses
    heartbeat_coverage: Coverage
    heartbeat_events: tuple[EventRef, ...]
    notes: tuple[Mark, ...]

    @property
    def median_takeover_s(self) -> float | None:
        return median(each.measured_s for each in self.takeovers) if self.takeovers else None


def numbers_of(seen: Seen) -> Numbers:
    """The figures. An empty range gives figures of nothing."""
    return _Counting(seen).numbers()


class _Counting:
    """One range being counted."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._range: Stretches = joined([(seen.from_at, seen.until_at)])
        spans = [span for lane in seen.lanes.values() for span in lane]
        self._gaps = within(_time_of(span for span in spans if span.key.startswith(GAP)), self._range)
        self._by_lane = {name: _keys_of(lane) for name, lane in seen.lanes.items()}

    def numbers(self) -> Numbers:
        seen = self._seen
        nodes = [self._time(name) for name in seen.nodes]
        primary = [self._time(name, {"primary"}) for name in seen.nodes]
        secondary = [self._time(name, {"secondary"}) for name in seen.nodes]
        all_seen = nodes[0] if nodes else ()
        for each in nodes[1:]:
            all_seen = within(all_seen, each)
        led, backed = joined(sum(primary, ())), joined(sum(secondary, ()))
        changes = self._events({EventKind.ROLE_CHANGED, EventKind.NODE_LOST, EventKind.NODE_RETURNED})
        beaten = self._seen_by(secondary)
        return Numbers(
            seen.group,
            seen.from_at,
            seen.until_at,
            self._coverage(joined(sum((self._time(name) for name in self._by_lane), ()))),
            tuple(self._gap_totals()),
            self._service(),
            outages(self._cut(CLIENTS), [kept.episode for kept in seen.episodes]),
            self._figure(led, joined((*led, *all_seen)), changes),
            self._figure(within(led, backed), joined((*within(led, backed), *all_seen)), changes),
            tuple(self._node(name) for name in seen.nodes),
            tuple(seen.episodes),
            self._events({EventKind.EPISODE_BEGAN, EventKind.EPISODE_ENDED}),
            tuple(self._takeovers()),
            self._misses(),
            self._coverage(beaten),
            tuple(event for event in seen.events if event.finding == "heartbeat_late"),
            tuple(seen.marks),
        )

    def _misses(self) -> Misses:
        seen = self._seen
        found = misses(seen.beats, seen.report_s, seen.from_at, seen.until_at)
        return replace(found, came=found.came + seen.calm_beats)

    def _service(self) -> Figure:
        lost = self._time(CLIENTS, {LOST})
        seen = self._time(CLIENTS)
        events = self._events({EventKind.CLIENTS_LOST, EventKind.CLIENTS_RETURNED})
        return self._figure(without(seen, lost), seen, events)

    def _node(self, name: str) -> NodeNumbers:
        silent, unreadable = self._time(name, {"silent"}), self._time(name, {"unreadable"})
        answered = without(self._time(name, ANSWERED), joined((*silent, *unreadable)))
        kinds = {EventKind.NODE_LOST, EventKind.NODE_RETURNED, EventKind.NODE_UNREADABLE}
        events = tuple(event for event in self._events(kinds) if event.node == name)
        return NodeNumbers(
            name,
            self._figure(answered, self._time(name), events),
            length_s(within(answered, self._time(name, {"primary"}))),
            length_s(within(answered, self._time(name, {"secondary"}))),
            length_s(unreadable),
            length_s(silent),
        )

    def _takeovers(self) -> Iterable[Takeover]:
        for kept in self._seen.episodes:
            each = kept.episode
            if each.measured_takeover_s is not None:
                yield Takeover(each.number, each.began_at, each.measured_takeover_s, each.expected_takeover_s)

    def _gap_totals(self) -> Iterable[GapTotal]:
        """A moment that lies in gaps of two reasons counts for the first alone."""
        taken: Stretches = ()
        spans = [span for lane in self._seen.lanes.values() for span in lane if span.key.startswith(GAP)]
        for key in dict.fromkeys(span.key for span in sorted(spans, key=lambda span: span.start)):
            of_it = within(_time_of(span for span in spans if span.key == key), self._range)
            left = without(of_it, taken)
            taken = joined((*taken, *left))
            if left:
                yield GapTotal(key.removeprefix(GAP), len(left), length_s(left), left)

    def _time(self, lane: str, keys: Iterable[str] | None = None) -> Stretches:
        """The time in the range, gaps taken out, in which the lane has a bar with one of the keys."""
        by_key = self._by_lane.get(lane, {})
        found = joined(piece for key in (by_key if keys is None else keys) for piece in by_key.get(key, ()))
        return without(within(found, self._range), self._gaps)

    def _seen_by(self, parts: Sequence[Stretches]) -> Stretches:
        return joined(piece for part in parts for piece in part)

    def _cut(self, lane: str) -> list[Span]:
        start, end = self._seen.from_at, self._seen.until_at
        return [span for span in self._seen.lanes.get(lane, ()) if span.end >= start and span.start <= end]

    def _coverage(self, observed: Stretches) -> Coverage:
        return Coverage(length_s(self._range), length_s(observed), length_s(self._gaps))

    def _figure(self, part: Stretches, whole: Stretches, events: tuple[EventRef, ...]) -> Figure:
        return Figure(share(part, whole), self._coverage(whole), events)

    def _events(self, kinds: Iterable[EventKind]) -> tuple[EventRef, ...]:
        wanted = frozenset(kinds)
        return tuple(event for event in self._seen.events if event.kind in wanted)


def _keys_of(lane: Sequence[Span]) -> dict[str, Stretches]:
    pieces: dict[str, list[tuple[Instant, Instant]]] = {}
    for span in lane:
        if not span.key.startswith(GAP):
            pieces.setdefault(span.key, []).append((span.start, span.end))
    return {key: joined(found) for key, found in pieces.items()}


def _time_of(spans: Iterable[Span]) -> Stretches:
    return joined((span.start, span.end) for span in spans)


__all__ = [
    "DNS",
    "Coverage",
    "EventRef",
    "Figure",
    "GapTotal",
    "NodeNumbers",
    "Numbers",
    "Seen",
    "Takeover",
    "numbers_of",
]
