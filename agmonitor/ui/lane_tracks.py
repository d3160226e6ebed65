"""The lanes of one group: the domain's spans, taken over as they grow and kept as columns. Knows no Qt."""

from __future__ import annotations

from agmonitor.domain.addresses import addresses_of, owner_of
from agmonitor.domain.model import Answer, DnsAnswer, GroupSettings, Instant
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Gap,
    Input,
    NodeObservation,
)
from agmonitor.domain.state import GroupState
from agmonitor.domain.timeline import CLIENTS, DNS, Lanes, Span
from agmonitor.ui.spans import BarKind, BarValue, SpanTrack

CLIENTS_LANE = "Clients see"
KEEP = 4  # the fold itself looks back at one; a clock set back cuts into the columns as well
_PLAIN = {
    "primary": BarValue(BarKind.PRIMARY, "primary"),
    "secondary": BarValue(BarKind.SECONDARY, "secondary"),
    "not_in_group": BarValue(BarKind.IDLE, "in no group"),
    "clients:lost": BarValue(BarKind.SILENT, "outage"),
}


class LaneTracks:
    """Bars of both nodes, of DNS and of the clients' path."""

    __slots__ = ("_lanes", "_undecided", "tracks")

    def __init__(self, settings: GroupSettings) -> None:
        self._lanes = Lanes(KEEP)
        self._undecided = False  # the newest DNS bar: not every node had told its address when it came
        names = [*(node.name for node in settings.nodes), DNS, CLIENTS]
        self.tracks = {name: SpanTrack() for name in names}

    def feed(self, item: Input, state: GroupState) -> None:
        self._lanes.feed(item, state)
        settings = state.settings
        # Bars that say the same in other words (an outage refused first, then timed out) are one.
        hole_s = settings.timeout_s + 2 * settings.cadence_s
        asked = self.tracks.get(_lane_of(item))
        end_before = _end_of(asked)
        for name, track in self.tracks.items():
            span = self._lanes.last(name)
            if span is None or span.key.startswith("gap:") or (name == CLIENTS and not _judged(state)):
                continue
            value = value_of(span)
            if name == DNS:
                value = self._decided(span, value, state)
            track.take(span.start, span.end, value, hole_s=hole_s)
        if isinstance(item, Gap):
            for track in self.tracks.values():
                track.break_at(min(item.from_at, item.until_at))
        failed_at = _failed_at(item)
        if asked is not None and failed_at is not None and _end_of(asked) == end_before:
            asked.break_at(failed_at)  # no bar came of it

    def _decided(self, span: Span, value: BarValue, state: GroupState) -> BarValue:
        """Whom the record names, asked again once the nodes have told their addresses.

        DNS often answers first. Until then nobody can say whose the address is, so nobody is blamed.
        """
        if span.key != "dns:stranger" or ", " in span.label:
            self._undecided = False
            return value
        owner = owner_of(state.nodes, span.label)
        if owner is not None:
            value = BarValue(BarKind.POINTS, owner)
        elif None in addresses_of(state.nodes):
            self._undecided = True
            return BarValue(BarKind.IDLE, f"{span.label} · not known whose")
        if self._undecided:
            self.tracks[DNS].rename_last(value)
        self._undecided = False
        return value

    def forget_after(self, at: float) -> None:
        for track in self.tracks.values():
            track.forget_after(at)

    def named(self) -> tuple[tuple[str, SpanTrack], ...]:
        """What stands beside each lane, and its bars, top down."""
        words = {DNS: "DNS points to", CLIENTS: CLIENTS_LANE}
        return tuple((words.get(name, name), track) for name, track in self.tracks.items())


def value_of(span: Span) -> BarValue:
    """Colour and words of one of the domain's spans."""
    if span.key in _PLAIN:
        return _PLAIN[span.key]
    if span.key == "silent" and span.label.startswith("no answer"):
        return BarValue(BarKind.SILENT, span.label)
    lane, _, what = span.key.partition(":")
    kind, words = {
        "unreadable": (BarKind.UNREADABLE, f"unreadable · {span.label}"),
        "silent": (BarKind.SILENT, f"no answer · {span.label}"),
        "dns:none": (BarKind.ELSEWHERE, f"nobody · {span.label}"),
        "dns:stranger": (BarKind.ELSEWHERE, f"{span.label} · stranger"),
    }.get(span.key, (BarKind.POINTS, span.label))
    if lane == CLIENTS:
        return BarValue(BarKind.SERVED, f"served by {span.label or what}")
    return BarValue(kind, words)


def _lane_of(item: Input) -> str:
    match item:
        case NodeObservation():
            return item.node
        case DnsObservation():
            return DNS
        case ClientObservation():
            return CLIENTS
    return ""


def _failed_at(item: Input) -> Instant | None:
    """When a probe was sent that brought no answer; None for all else."""
    match item:
        case NodeObservation() | ClientObservation():
            return item.sent_at if item.answer is not Answer.OK else None
        case DnsObservation():
            return item.sent_at if item.answer is not DnsAnswer.OK else None
    return None


def _end_of(track: SpanTrack | None) -> Instant | None:
    last = track.last() if track is not None else None
    return last.until_at if last is not None else None


def _judged(state: GroupState) -> bool:
    wanted = state.settings.judge_clients
    return state.clients_ever_worked if wanted is None else wanted
