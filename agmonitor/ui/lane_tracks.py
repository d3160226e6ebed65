"""The lanes of one group: the domain's spans, taken over as they grow and kept as columns. Knows no Qt."""

from __future__ import annotations

from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.domain.timeline import CLIENTS, DNS, Lanes, Span
from agmonitor.ui.spans import BarKind, BarValue, SpanTrack

KEEP = 4  # the fold itself looks back at one; a clock set back cuts into the columns as well
_PLAIN = {
    "primary": BarValue(BarKind.PRIMARY, "primary"),
    "secondary": BarValue(BarKind.SECONDARY, "secondary"),
    "not_in_group": BarValue(BarKind.IDLE, "in no group"),
    "clients:lost": BarValue(BarKind.SILENT, "outage"),
}


class LaneTracks:
    """Bars of both nodes, of DNS and of the clients' path."""

    __slots__ = ("_lanes", "tracks")

    def __init__(self, settings: GroupSettings) -> None:
        self._lanes = Lanes(KEEP)
        names = [*(node.name for node in settings.nodes), DNS, CLIENTS]
        self.tracks = {name: SpanTrack() for name in names}

    def feed(self, item: Input, state: GroupState) -> None:
        self._lanes.feed(item, state)
        settings = state.settings
        # Bars that say the same in other words (an outage refused first, then timed out) are one.
        hole_s = settings.timeout_s + 2 * settings.cadence_s
        for name, track in self.tracks.items():
            span = self._lanes.last(name)
            if span is None or span.key.startswith("gap:") or (name == CLIENTS and not _judged(state)):
                continue
            track.take(span.start, span.end, value_of(span), hole_s=hole_s)

    def forget_after(self, at: float) -> None:
        for track in self.tracks.values():
            track.forget_after(at)

    def named(self) -> tuple[tuple[str, SpanTrack], ...]:
        """What stands beside each lane, and its bars, top down."""
        words = {DNS: "DNS points to", CLIENTS: "Clients see"}
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


def _judged(state: GroupState) -> bool:
    wanted = state.settings.judge_clients
    return state.clients_ever_worked if wanted is None else wanted
