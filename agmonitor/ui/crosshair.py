"""The cross-hair's reading: what every lane and curve said at one instant. Paints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QColor

from agmonitor.domain.events import EventKind
from agmonitor.domain.model import Instant
from agmonitor.texts import t, worded
from agmonitor.ui import theme
from agmonitor.ui.axis import Zone
from agmonitor.ui.earlier import Limits
from agmonitor.ui.gaps import GAP_WORDS, cut_offs
from agmonitor.ui.hook_marks import summary
from agmonitor.ui.joined_track import JoinedTrack
from agmonitor.ui.lane_slots import HOOKS, NOTES, short_label
from agmonitor.ui.lane_tracks import FAULTS_LANE
from agmonitor.ui.lanes import kind_colour
from agmonitor.ui.phrases import lasting
from agmonitor.ui.pins import summary as pins_summary
from agmonitor.ui.plots import due_when
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.spans import Bar

NEAR_S = 1.5
NEAR_PX = 5.0
EVENTS_SHOWN = 2
NOT_KNOWN = t("not known")
_TOLD = (  # what happened out there, gravest for a reader first; findings say the same at greater length
    EventKind.ROLE_CHANGED,
    EventKind.NODE_LOST,
    EventKind.RECORD_MOVED,
    EventKind.FAILOVER_ORDERED,
    EventKind.NODE_RETURNED,
    EventKind.NODE_UNREADABLE,
    EventKind.CLIENTS_LOST,
    EventKind.CLIENTS_RETURNED,
    EventKind.DNS_LOST,
    EventKind.DNS_RETURNED,
    EventKind.HEARTBEAT_METHOD_CHANGED,
    EventKind.CLOCK_STEPPED,
    EventKind.WATCHING_BEGAN,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tip: whose word, what it says, and the colour it has on the lane."""

    label: str
    words: str
    colour: QColor | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything known about one instant."""

    at: Instant
    stamp: str
    rows: tuple[Row, ...]
    events: tuple[str, ...]

    @property
    def text(self) -> str:
        parts = [f"{self.stamp}.", *(f"{row.label}: {row.words}." for row in self.rows), *self.events]
        return " ".join(parts)


def read(history: GroupHistory, at: Instant, zone: Zone, near_s: float = NEAR_S) -> Reading:
    """Every lane's and curve's value at an instant, and what happened close to it."""
    stamp = f"{zone.date(at)} {zone.stamp(at)}"
    marks = [*_hook_rows(history, at, near_s), *_note_rows(history, at, near_s)]
    gap = history.gap_at(at)
    if gap is not None:
        lasted = lasting(gap.until_at - gap.from_at)
        why = t("{reason} for {length}", reason=GAP_WORDS[gap.reason], length=lasted)
        return Reading(at, stamp, (Row(t("Not observed"), why), *marks), ())
    cut_off = next((one for one in cut_offs(history) if one.from_at <= at <= one.until_at), None)
    if cut_off is not None:
        return Reading(at, stamp, (Row(t("Not known"), cut_off.words), *marks), ())
    rows = [row for label, track in history.lanes() if (row := _lane_row(history, label, track, at))]
    rows += marks
    ages = [history.age_at(side, at) for side in range(len(history.nodes))]
    rows.append(Row(t("Heartbeat age"), _both(history, ages, lasting)))
    rows += _takeover_rows(history, at)
    trips = [history.round_trip_at(side, at) for side in range(len(history.nodes))]
    rows.append(Row(t("Response time"), _both(history, trips, lambda trip: t("{n} ms", n=f"{trip:.1f}"))))
    near = [event for event in history.all_events() if abs(event.at - at) <= near_s and event.kind in _TOLD]
    near.sort(key=lambda event: (_TOLD.index(event.kind), abs(event.at - at)))
    return Reading(at, stamp, tuple(rows), tuple(worded(event.sentence) for event in near[:EVENTS_SHOWN]))


def _lane_row(history: GroupHistory, label: str, track: JoinedTrack, at: Instant) -> Row | None:
    """None: a lane that says nothing where it has nothing to say."""
    bar = track.at(at)
    held = None if bar is not None or label == FAULTS_LANE else track.held(at)
    if held is not None and not any(held.until_at < gap.until_at <= at for gap in history.gaps):
        bar = held
    if bar is not None:
        parts = (bar.value.words, history.ttl_at(label, at), _as_of(history, bar, at))
        words = " · ".join(part for part in parts if part)
        return Row(short_label(label), words, kind_colour(bar.value.kind))
    if label == FAULTS_LANE:
        return None
    sides = track.around(at)
    if sides is None:
        return Row(short_label(label), NOT_KNOWN)
    before, after = sides
    words = t("{before} → {after}, somewhere here", before=before.value.words, after=after.value.words)
    return Row(short_label(label), words, kind_colour(after.value.kind))


def _as_of(history: GroupHistory, bar: Bar, at: Instant) -> str:
    """How old an answer is that is older than a round; between two rounds nobody needs to hear it."""
    ago_s = int(at - bar.until_at)
    return t("as of {time} ago", time=lasting(ago_s)) if ago_s > history.settings.cadence_s else ""


def _hook_rows(history: GroupHistory, at: Instant, near_s: float) -> Iterator[Row]:
    for node in history.nodes:
        marks = history.hooks_between(at - near_s, at + near_s, node.name)
        if marks:
            colour = QColor(theme.palette().critical) if any(mark.wrong for mark in marks) else None
            yield Row(f"{HOOKS} {node.name}", summary(marks), colour)


def _note_rows(history: GroupHistory, at: Instant, near_s: float) -> Iterator[Row]:
    pins = history.pins_between(at - near_s, at + near_s)
    if pins:
        yield Row(NOTES, pins_summary(pins), QColor(theme.palette().accent))


def _takeover_rows(history: GroupHistory, at: Instant) -> Iterator[Row]:
    """As the clock stood then, whatever came of it."""
    for window in history.all_windows():
        if window.due_from <= at <= window.due_until:
            yield Row(t("Takeover"), due_when(window, at))


def _both(history: GroupHistory, values: list[Limits | None], words: Callable[[float], str]) -> str:
    told = [
        f"{node.name} {_limits(value, words)}"
        for node, value in zip(history.nodes, values, strict=True)
        if value is not None
    ]
    return ", ".join(told) or NOT_KNOWN


def _limits(limits: Limits, words: Callable[[float], str]) -> str:
    """One value, or from where to where it went in a bucket of the history."""
    low, high = (words(limit) for limit in limits)
    if low == high:
        return low
    (least, *units), (_, *others) = low.split(" "), high.split(" ")
    return f"{least}–{high}" if units == others else t("{low} to {high}", low=low, high=high)
