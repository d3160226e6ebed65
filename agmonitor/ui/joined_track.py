"""One lane from two sources: the window's own memory, and before it what the history told. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agmonitor.domain.model import Instant
from agmonitor.ui.spans import Bar, Bars, SpanTrack

_EMPTY = SpanTrack()


@dataclass(frozen=True, slots=True)
class JoinedTrack:
    """One lane: the window's own bars from the border on, the history's before it."""

    live: SpanTrack | None
    earlier: SpanTrack | None
    border_at: Instant
    hole_s: float

    def __len__(self) -> int:
        return sum(len(track) for track in (self.live, self.earlier) if track is not None)

    def between(self, from_at: Instant, until_at: Instant) -> Bars:
        """All bars that touch a range; one that runs across the border is one."""
        live = (self.live or _EMPTY).between(from_at, until_at)
        if self.earlier is None or from_at >= self.border_at:
            return live
        before = self.earlier.between(from_at, min(until_at, self.border_at))
        return _joined(_cut(before, self.border_at), live, self.hole_s)

    def at(self, at: Instant) -> Bar | None:
        return self._side(at).at(at)

    def last(self) -> Bar | None:
        """The newest bar of the window's own."""
        return self.live.last() if self.live is not None else None

    def held(self, at: Instant) -> Bar | None:
        """The newest bar, between its last answer and the time by which the next one is missed."""
        last = self.last()
        return last if last is not None and 0.0 <= at - last.until_at <= self.hole_s else None

    def around(self, at: Instant) -> tuple[Bar, Bar] | None:
        return self._side(at).around(at)

    def _side(self, at: Instant) -> SpanTrack:
        return self.earlier if at < self.border_at and self.earlier is not None else self.live or _EMPTY


def _cut(bars: Bars, border_at: Instant) -> Bars:
    bars = bars.picked(bars.from_at < border_at)
    return replace(bars, until_at=np.minimum(bars.until_at, border_at))


def _joined(before: Bars, after: Bars, hole_s: float) -> Bars:
    from_at, joined = after.from_at, after.joined
    if len(before) and len(after) and after.from_at[0] - before.until_at[-1] <= hole_s:
        same = before.values[int(before.value[-1])] == after.values[int(after.value[0])]
        if same:
            from_at = from_at.copy()
            from_at[0] = before.from_at[-1]
            joined = joined.copy()
            joined[0] = before.joined[-1]
            before = before.picked(slice(0, -1))
    return Bars(
        np.concatenate((before.from_at, from_at)),
        np.concatenate((before.until_at, after.until_at)),
        np.concatenate((before.value, after.value + len(before.values))).astype(np.int32),
        (*before.values, *after.values),
        np.concatenate((before.joined, joined)),
        np.concatenate((before.kinds, after.kinds)),
        np.concatenate((before.told, after.told + (_last_told(before) - _first_told(after)))),
    )


def _last_told(bars: Bars) -> int:
    return int(bars.told[-1]) if len(bars) else 0


def _first_told(bars: Bars) -> int:
    """What was counted before the first of them, which counts as a change."""
    return int(bars.told[0]) - 1 if len(bars) else 0
