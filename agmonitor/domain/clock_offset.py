"""A node's clock against ours, as an interval that narrows over the rounds. No clock is read here.

A stamp is cut to whole seconds and was made between sending and receiving, so
``stamp - received <= offset < stamp + 1 - sent``. Intervals of several rounds are intersected, after widening
the older one for drift; when nothing is left, the node's clock was set.
"""

from __future__ import annotations

from agmonitor.domain.memory import ClockEvidence, ClockInterval
from agmonitor.domain.model import Instant
from agmonitor.domain.state import ClockOffset

DRIFT_S_PER_S = 0.001
"""As fast as two clocks part while NTP slews each of them its own way, by 500 ppm: ours, and the node's."""
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
    own, step_s = _folded(clock.own, current_time, sent_at, received_at, 0.0)
    return ClockEvidence(own, clock.date), step_s


def by_date(
    clock: ClockEvidence, date: Instant, sent_at: Instant, received_at: Instant
) -> tuple[ClockEvidence, float]:
    """Fold in an HTTP ``Date``; the second value is the step in seconds, 0 for none."""
    folded, step_s = _folded(clock.date, date, sent_at, received_at, DATE_LAG_S)
    return ClockEvidence(clock.own, folded, clock.date_stepped or bool(step_s)), step_s


def own_counts(clock: ClockEvidence, now: Instant) -> bool:
    """Whether the node's own word is young enough to outweigh ``Date``, which may be a proxy's."""
    return clock.own is not None and now - clock.own.at <= OWN_WORD_LASTS_S


def offset_of(clock: ClockEvidence, now: Instant) -> ClockOffset | None:
    """The offset to go by: the node's own word, narrowed by ``Date`` where they agree, else ``Date``."""
    own, date = clock.own, clock.date
    if own is None or (date is not None and now - own.at > OWN_WORD_LASTS_S):
        return _as_offset(date)
    if date is None:
        return _as_offset(own)
    low, high = max(own.low_s, date.low_s), min(own.high_s, date.high_s)
    if low <= high:
        return ClockOffset(low, high, max(own.at, date.at))
    if clock.date_stepped:  # the node's clock was set, or a proxy's: its next own word will tell
        return ClockOffset(min(own.low_s, date.low_s), max(own.high_s, date.high_s), date.at)
    return _as_offset(own)


def widened(offset: ClockOffset, now: Instant) -> ClockOffset:
    """What an old offset is still worth."""
    drift_s = _drift(offset.at, now)
    return ClockOffset(offset.low_s - drift_s, offset.high_s + drift_s, now)


def _as_offset(interval: ClockInterval | None) -> ClockOffset | None:
    return None if interval is None else ClockOffset(interval.low_s, interval.high_s, interval.at)


def _drift(at: Instant, now: Instant) -> float:
    return DRIFT_S_PER_S * max(0.0, now - at)


def _folded(
    old: ClockInterval | None, stamp: Instant, sent_at: Instant, received_at: Instant, tolerance_s: float
) -> tuple[ClockInterval, float]:
    """The old interval narrowed by a stamp, and the step in seconds where they cannot both be true."""
    high_s = stamp + 1 - sent_at + ROUNDING_S
    low_s = min(stamp - received_at - ROUNDING_S, high_s)
    if old is None:
        return ClockInterval(low_s, high_s, received_at), 0.0
    drift_s = _drift(old.at, received_at)
    low, high = max(old.low_s - drift_s, low_s), min(old.high_s + drift_s, high_s)
    if low <= high:
        return ClockInterval(low, high, received_at), 0.0
    step_s = (low_s + high_s - old.low_s - old.high_s) / 2
    return ClockInterval(low_s, high_s, received_at), step_s if low - high > tolerance_s else 0.0
