"""A bounded min/max pyramid over one curve: append in constant time, draw any range with few points.

Level 0 keeps samples as they came; each further level keeps one entry per time bucket four times as wide.
Every level has its own cap and forgets its oldest part in one chunk, so the far past stays visible, only
coarser. Buckets are of time, not of samples: an entry never stands for anything outside its own bucket,
however rare samples are. Knows nothing of Qt, groups or colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FACTOR = 4
FIRST_BUCKET_S = 4.0
LEVELS = 8  # the widest bucket is 4^8 s, eighteen hours: a pixel of a hundred years
RAW_CAP = 100_000  # a day of one-second samples even right after a chunk was dropped
LEVEL_CAP = 65_536
DROP = 8  # an eighth of a full level is forgotten at once, so that dropping costs nothing per sample
START_CAPACITY = 64

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reduced:
    """A range, ready to draw: each entry's instant, lowest and highest value, and whether a run begins."""

    at: Floats
    low: Singles
    high: Singles
    begins: Flags
    raw: bool  # every entry is one sample: low equals high

    def __len__(self) -> int:
        return len(self.at)


class _Level:
    """Growing columns of entries, oldest dropped in chunks."""

    __slots__ = ("at", "begins", "bucket", "cap", "count", "dropped", "high", "low", "width_s")

    def __init__(self, width_s: float, cap: int) -> None:
        self.width_s = width_s
        self.cap = cap
        self.count = 0
        self.dropped = False
        self.bucket = -1  # of the newest entry
        self.at = np.empty(START_CAPACITY)
        self.low = np.empty(START_CAPACITY, np.float32)
        self.high = np.empty(START_CAPACITY, np.float32)
        self.begins = np.empty(START_CAPACITY, np.bool_)

    def append(self, at: float, low: float, high: float, *, begins: bool) -> None:
        if self.count == len(self.at):
            self._make_room()
        row = self.count
        self.at[row] = at
        self.low[row] = low
        self.high[row] = high
        self.begins[row] = begins
        self.count = row + 1

    def _make_room(self) -> None:
        if self.count >= self.cap:
            gone = self.cap // DROP
            for column in (self.at, self.low, self.high, self.begins):
                column[: self.count - gone] = column[gone : self.count].copy()
            self.count -= gone
            self.dropped = True
            return
        size = min(self.cap, 2 * len(self.at))
        for name in ("at", "low", "high", "begins"):
            old = getattr(self, name)
            new = np.empty(size, old.dtype)
            new[: self.count] = old[: self.count]
            setattr(self, name, new)

    def rows(self, from_at: float, until_at: float) -> slice:
        """Entries of a range and one beyond on either side, so that a line reaches the edge."""
        times = self.at[: self.count]
        first = int(np.searchsorted(times, from_at, "left")) - 1
        last = int(np.searchsorted(times, until_at, "right")) + 1
        return slice(max(first, 0), min(last, self.count))

    def reaches(self, from_at: float) -> bool:
        return not self.dropped or bool(self.at[0] <= from_at)

    @property
    def bytes_held(self) -> int:
        return self.at.nbytes + self.low.nbytes + self.high.nbytes + self.begins.nbytes


class Pyramid:
    """Samples of one curve in order of time. ``break_here`` ends a run: no line leads to the next one."""

    __slots__ = ("_broken", "_levels", "_raw")

    def __init__(self, raw_cap: int = RAW_CAP, level_cap: int = LEVEL_CAP) -> None:
        self._raw = _Level(0.0, raw_cap)
        self._levels = tuple(_Level(FIRST_BUCKET_S * FACTOR**n, level_cap) for n in range(LEVELS))
        self._broken = True

    def append(self, at: float, value: float) -> None:
        """Add a sample; ``at`` must not go back."""
        begins, self._broken = self._broken, False
        self._raw.append(at, value, value, begins=begins)
        for level in self._levels:
            bucket = int(at // level.width_s)
            if bucket != level.bucket or not level.count:
                level.bucket = bucket
                level.append(at, value, value, begins=begins)
                continue
            row = level.count - 1
            if value < level.low[row]:
                level.low[row] = value
            elif value > level.high[row]:
                level.high[row] = value
            else:
                return  # inside this bucket, so inside every wider one

    def break_here(self) -> None:
        """Nothing is known between the newest sample and the next one."""
        self._broken = True

    def reduced(self, from_at: float, until_at: float, pixels: int) -> Reduced:
        """At most two entries a pixel of the range, plus one on either side; no extreme is lost."""
        level = self._choose(from_at, until_at, pixels)
        rows = level.rows(from_at, until_at)
        at, low, high, begins = level.at[rows], level.low[rows], level.high[rows], level.begins[rows]
        if len(at) > 2 * pixels:
            at, low, high, begins = by_pixel(at, low, high, begins, from_at, until_at, pixels)
            return Reduced(at, low, high, begins, raw=False)
        return Reduced(at, low, high, begins, raw=level is self._raw)

    def forget_after(self, at: float) -> None:
        """Our clock was set back: what was drawn beyond that instant would stand in the way."""
        for level in self.levels:
            level.count = int(np.searchsorted(level.at[: level.count], at, "right"))
            level.bucket = (
                int(level.at[level.count - 1] // level.width_s) if level.count and level.width_s else -1
            )
        self._broken = True

    def interpolated(self, at: float) -> float | None:
        """The curve's value at an instant on the line between two samples; None where there is no line."""
        level = next((each for each in self.levels if each.reaches(at)), self._raw)
        row = int(np.searchsorted(level.at[: level.count], at, "right")) - 1
        if row < 0:
            return None
        before_at, before = float(level.at[row]), float(level.high[row])
        if before_at == at:
            return before
        if row + 1 == level.count or level.begins[row + 1]:
            return None
        share = (at - before_at) / (float(level.at[row + 1]) - before_at)
        return before + share * (float(level.high[row + 1]) - before)

    def newest(self) -> tuple[float, float] | None:
        """Instant and value of the newest sample; None before the first and after a break."""
        if self._broken or not self._raw.count:
            return None
        row = self._raw.count - 1
        return float(self._raw.at[row]), float(self._raw.high[row])

    @property
    def levels(self) -> tuple[_Level, ...]:
        """Samples as they came, then the buckets, ever wider."""
        return (self._raw, *self._levels)

    @property
    def bytes_held(self) -> int:
        return self._raw.bytes_held + sum(level.bytes_held for level in self._levels)

    @property
    def oldest_at(self) -> float | None:
        """The oldest instant any level still knows."""
        if not self._raw.count:
            return None
        return min(float(level.at[0]) for level in self.levels)

    def _choose(self, from_at: float, until_at: float, pixels: int) -> _Level:
        """The coarsest level within a pixel, or a coarser one where that has forgotten the start."""
        pixel_s = (until_at - from_at) / pixels
        levels = self.levels
        fine = [level for level in levels if level.width_s <= pixel_s]
        return next((level for level in levels[len(fine) - 1 :] if level.reaches(from_at)), levels[-1])


def by_pixel(
    at: Floats, low: Singles, high: Singles, begins: Flags, from_at: float, until_at: float, pixels: int
) -> tuple[Floats, Singles, Singles, Flags]:
    """Merge all entries that fall into one pixel column."""
    column = np.floor((at - from_at) * (pixels / (until_at - from_at)))
    firsts = np.flatnonzero(np.concatenate(([True], column[1:] != column[:-1])))
    return (
        at[firsts],
        np.minimum.reduceat(low, firsts),
        np.maximum.reduceat(high, firsts),
        begins[firsts],
    )
