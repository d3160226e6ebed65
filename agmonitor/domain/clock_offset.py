"""A node's clock against ours, as an interval that narrows over the rounds. No clock is read here.

A stamp is cut to whole seconds and was made between sending and receiving, so
``stamp - received <= offset < stamp + 1 - sent``. Intervals of several rounds are intersected, after widening
the older one for drift; when nothing is left, the node's clock was set.
"""

from __future__ import annotations

from agmonitor.domain.memory import ClockEvidence, ClockInterval
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import ClockOffset

DRIFT_S_PER_S = 0.0005
"""As fast as NTP may slew a clock (500 ppm)."""
ROUNDING_S = 0.002
"""Our instants are rounded to the millisecond, at both ends."""
DATE_LAG_S = 1.0
"""Servers keep the text of ``Date`` for up to about a second; a step must be larger than that."""
OWN_WORD_LASTS_S = 120.0
"""A ``current_time`` older than this no longer outweighs ``Date``."""


def by_own_word(
    clock: ClockEvidence, current_time: Instant, sent_at: Instant, received_at: Instant
) -> tuple[ClockEvidence, float]:
    """Fold in ``current_time``; the second value is the step in seconds, 0 for none."""
    own, step_s = _folded(clock.own, _interval(current_time, sent_at, received_at), 0.0)
    return replace(clock, own=own, date_stepped=False), step_s


def by_date(
    clock: ClockEvidence, date: Instant, sent_at: Instant, received_at: Instant
) -> tuple[ClockEvidence, float]:
    """Fold in an HTTP ``Date``; a step counts only where there is no word of the node's own."""
    folded, step_s = _folded(clock.date, _interval(date, sent_at, received_at), DATE_LAG_S)
    own_counts = clock.own is not None and received_at - clock.own.at <= OWN_WORD_LASTS_S
    stepped = clock.date_stepped or bool(step_s)
    return replace(clock, date=folded, date_stepped=stepped), 0.0 if own_counts else step_s


def offset_of(clock: ClockEvidence, now: Instant) -> ClockOffset | None:
    """The offset to go by: the node's own word, narrowed by ``Date`` where they agree, else ``Date``."""
    best = _best(clock, now)
    return ClockOffset(best.low_s, best.high_s, best.at) if best is not None else None


def widened(offset: ClockOffset, now: Instant) -> ClockOffset:
    """What an old offset is still worth."""
    drift_s = _drift(offset.at, now)
    return ClockOffset(offset.low_s - drift_s, offset.high_s + drift_s, now)


def _best(clock: ClockEvidence, now: Instant) -> ClockInterval | None:
    own, date = clock.own, clock.date
    if own is None or (date is not None and now - own.at > OWN_WORD_LASTS_S):
        return date
    if date is None:
        return own
    low, high = max(own.low_s, date.low_s), min(own.high_s, date.high_s)
    if low <= high:
        return ClockInterval(low, high, max(own.at, date.at))
    if clock.date_stepped:  # the node's clock was set, or a proxy's: its next own word will tell
        return ClockInterval(min(own.low_s, date.low_s), max(own.high_s, date.high_s), date.at)
    return own


def _drift(at: Instant, now: Instant) -> float:
    return DRIFT_S_PER_S * max(0.0, now - at)


def _interval(stamp: Instant, sent_at: Instant, received_at: Instant) -> ClockInterval:
    low_s, high_s = stamp - received_at - ROUNDING_S, stamp + 1 - sent_at + ROUNDING_S
    return ClockInterval(min(low_s, high_s), high_s, received_at)


def _folded(old: ClockInterval | None, new: ClockInterval, tolerance_s: float) -> tuple[ClockInterval, float]:
    if old is None:
        return new, 0.0
    drift_s = _drift(old.at, new.at)
    low, high = max(old.low_s - drift_s, new.low_s), min(old.high_s + drift_s, new.high_s)
    if low <= high:
        return ClockInterval(low, high, new.at), 0.0
    step_s = (new.low_s + new.high_s - old.low_s - old.high_s) / 2
    return new, step_s if low - high > tolerance_s else 0.0
