"""The lanes of one group: the domain's spans, taken over as they grow and kept as columns. Knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable

from agmonitor.domain.addresses import addresses_of, owner_of
from agmonitor.domain.model import Answer, DnsAnswer, GroupSettings, Instant
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    Gap,
    Input,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.domain.state import GroupState
from agmonitor.domain.timeline import CLIENTS, DNS, RESOLVER, Lanes, Span
from agmonitor.texts import t
from agmonitor.ui.spans import BarKind, BarValue, SpanTrack

# Translators: beside lanes: what clients see, whom DNS points to, faults in the lab
CLIENTS_LANE, DNS_LANE, FAULTS_LANE = t("Clients see"), t("DNS points to"), t("Faults")
RESOLVER_LANE = t("Resolver") + " "
# Translators: in a bar of the lane of clients
OUTAGE = t("outage")
SERVED_BY = t("served by {node}", node="")  # what stands before the node
FAULTS = "faults"  # no lane of the domain's: the lab tells of them
PRIVATE = ".test"  # by RFC 6761 no resolver of the world's knows a name in it
RESOLVER_ROUNDS = 5
KEEP = 4  # the fold itself looks back at one; a clock set back cuts into the columns as well
_PLAIN = {
    "primary": BarValue(BarKind.PRIMARY, t("primary")),
    "secondary": BarValue(BarKind.SECONDARY, t("secondary")),
    "not_in_group": BarValue(BarKind.IDLE, t("in no group")),
    "clients:lost": BarValue(BarKind.SILENT, OUTAGE),
}


class LaneTracks:
    """Bars of both nodes, of DNS, of each resolver, of the clients' path and of the lab's faults."""

    __slots__ = ("_faults", "_lanes", "_undecided", "tracks")

    def __init__(self, settings: GroupSettings) -> None:
        self._lanes = Lanes(KEEP)
        self._undecided = False  # the newest DNS bar: not every node had told its address when it came
        names = [*(node.name for node in settings.nodes), DNS, CLIENTS]
        self.tracks = {name: SpanTrack() for name in names}
        self._faults = ""  # what is on now

    def feed(self, item: Input, state: GroupState) -> None:
        self._lanes.feed(item, state)
        settings = state.settings
        if isinstance(item, ResolverObservation) and (item.addresses or not is_private(settings)):
            self.tracks.setdefault(f"{RESOLVER}{item.resolver}", SpanTrack())
        asked = self.tracks.get(_lane_of(item))
        end_before = _end_of(asked)
        for name, track in self.tracks.items():
            if name == FAULTS:
                continue
            span = self._lanes.last(name)
            if span is None or span.key.startswith("gap:") or (name == CLIENTS and not _judged(state)):
                continue
            value = value_of(span)
            if name == DNS:
                value = self._decided(span, value, state)
            elif name.startswith(RESOLVER):
                value = resolvers_value(value)
            track.take(span.start, span.end, value, hole_s=hole_of(name, settings))
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
            return BarValue(BarKind.IDLE, t("{address} · not known whose", address=span.label))
        if self._undecided:
            self.tracks[DNS].rename_last(value)
        self._undecided = False
        return value

    def forget_after(self, at: float) -> None:
        for track in self.tracks.values():
            track.forget_after(at)

    def take_faults(self, words: str, at: Instant) -> None:
        """What the lab says is on, and stays on until it says otherwise. Empty: nothing is."""
        self.hold_faults(at)
        self._faults = words
        if words:
            track = self.tracks.setdefault(FAULTS, SpanTrack())
            track.take(at, at, BarValue(BarKind.FAULT, words))

    def hold_faults(self, at: Instant) -> bool:
        """Time has passed with what is on; whether anything is."""
        last = self.tracks[FAULTS].last() if self._faults else None
        if last is None:
            return False
        self.tracks[FAULTS].take(last.from_at, at, last.value)
        return True

    def track(self, name: str) -> SpanTrack | None:
        return self.tracks.get(name)

    def in_order(self, read: Iterable[str]) -> list[str]:
        """All lanes there are, those that the history alone knows among them, top down."""
        known = [*self.tracks, *(name for name in read if name not in self.tracks)]
        return sorted(known, key=_place_of)  # of the nodes the first stays first

    @staticmethod
    def name_of(label: str) -> str:
        """The lane's name by what stands beside it."""
        if label.startswith(RESOLVER_LANE):
            return RESOLVER + label.removeprefix(RESOLVER_LANE)
        return {DNS_LANE: DNS, CLIENTS_LANE: CLIENTS, FAULTS_LANE: FAULTS}.get(label, label)


def label_of(name: str) -> str:
    """What stands beside a lane."""
    if name.startswith(RESOLVER):
        return RESOLVER_LANE + name.removeprefix(RESOLVER)
    return {DNS: DNS_LANE, CLIENTS: CLIENTS_LANE, FAULTS: FAULTS_LANE}.get(name, name)


def _place_of(name: str) -> int:
    if name.startswith(RESOLVER):
        return 2
    return {DNS: 1, CLIENTS: 3, FAULTS: 4}.get(name, 0)


def is_private(settings: GroupSettings) -> bool:
    """A lab's name, recorded or live, is its own name server's: that others know nobody says nothing."""
    return settings.lab or (settings.fqdn or "").rstrip(".").endswith(PRIVATE)


def hole_of(name: str, settings: GroupSettings) -> float:
    """So long a pause between two answers leaves nothing open; a resolver is asked in some rounds only.

    Bars that say the same in other words (an outage refused first, then timed out) are one across it.
    """
    rounds = 2 * RESOLVER_ROUNDS if name.startswith(RESOLVER) else 2
    return settings.timeout_s + rounds * settings.cadence_s


def resolvers_value(value: BarValue) -> BarValue:
    """A resolver that names nobody, or does not answer, may have another view of the world: no alarm."""
    return value if value.kind is BarKind.POINTS else BarValue(BarKind.IDLE, value.words)


def value_of(span: Span) -> BarValue:
    """Colour and words of one of the domain's spans."""
    if span.key in _PLAIN:
        return _PLAIN[span.key]
    if span.key == "silent" and span.label.startswith("no answer"):
        return BarValue(BarKind.SILENT, span.label)
    lane, _, what = span.key.partition(":")
    kind, words = {
        "unreadable": (BarKind.UNREADABLE, t("unreadable · {why}", why=span.label)),
        "silent": (BarKind.SILENT, t("no answer · {why}", why=span.label)),
        "dns:none": (BarKind.ELSEWHERE, t("nobody · {why}", why=span.label)),
        "dns:stranger": (BarKind.ELSEWHERE, t("{address} · stranger", address=span.label)),
    }.get(span.key, (BarKind.POINTS, span.label))
    if lane == CLIENTS:
        return BarValue(BarKind.SERVED, t("served by {node}", node=span.label or what))
    return BarValue(kind, words)


def _lane_of(item: Input) -> str:
    match item:
        case NodeObservation():
            return item.node
        case DnsObservation():
            return DNS
        case ResolverObservation():
            return f"{RESOLVER}{item.resolver}"
        case ClientObservation():
            return CLIENTS
    return ""


def _failed_at(item: Input) -> Instant | None:
    """When a probe was sent that brought no answer; None for all else."""
    match item:
        case NodeObservation() | ClientObservation():
            return item.sent_at if item.answer is not Answer.OK else None
        case DnsObservation() | ResolverObservation():
            return item.sent_at if item.answer is not DnsAnswer.OK else None
    return None


def _end_of(track: SpanTrack | None) -> Instant | None:
    last = track.last() if track is not None else None
    return last.until_at if last is not None else None


def _judged(state: GroupState) -> bool:
    wanted = state.settings.judge_clients
    return state.clients_ever_worked if wanted is None else wanted
