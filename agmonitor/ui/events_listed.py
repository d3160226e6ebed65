"""Which events stand in the list: all up to now, or those of the stretch of the past that is on screen."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.texts import t, tn
from agmonitor.ui.phrases import full_time
from agmonitor.ui.time_range import TimeRange
from agmonitor.ui.watched import Watched

BACK = t("L: up to now")


@dataclass(frozen=True, slots=True)
class Listing:
    """Events, oldest first; ``words`` say of which stretch, nothing where they go up to now."""

    events: Sequence[Event]
    words: str = ""
    until_at: Instant | None = None


def key_of(watched: Watched, shown: TimeRange) -> tuple[object, ...]:
    """Equal as long as the listing stays the same but for what comes in."""
    earlier, notes = watched.history.earlier, watched.marks
    if shown.live:
        return id(watched), id(earlier), notes
    return id(watched), id(earlier), notes, shown.begin_at, shown.end_at


def listing_of(watched: Watched, shown: TimeRange) -> Listing:
    """What is listed with that stretch of time on screen."""
    known = heapq.merge(watched.history.all_events(), watched.notes, key=lambda event: event.at)
    if shown.live:
        return Listing(list(known))
    begin_at, end_at = shown.begin_at, shown.end_at
    events = [event for event in known if begin_at <= event.at <= end_at]
    left_out = _left_out(watched, begin_at, end_at)
    count = len(events)
    number = tn("{shown} event", "{shown} events", count, shown=f"{count:,}")
    if left_out:
        number = tn("the newest {shown} event", "the newest {shown} events", count, shown=f"{count:,}")

    stretch = t("{begin} to {end}", begin=full_time(begin_at, fine=False), end=full_time(end_at, fine=False))
    parts = [f"{stretch}: {number}"]
    if left_out:
        more = tn(
            "{shown} more is not listed: zoom in",
            "{shown} more are not listed: zoom in",
            left_out,
            shown=f"{left_out:,}",
        )
        parts.append(more)
    if watched.history.reading:
        parts.append(t("older ones are being read"))
    return Listing(events, f"{', '.join(parts)}. {BACK}", end_at)


def _left_out(watched: Watched, begin_at: Instant, end_at: Instant) -> int:
    """How many were read of, and not read: only where all that is on screen comes of one reading."""
    earlier = watched.history.earlier
    if earlier is None or earlier.wish.from_at > end_at or earlier.wish.until_at < begin_at:
        return 0
    return earlier.events_left_out
