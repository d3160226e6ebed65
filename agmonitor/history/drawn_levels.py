"""Curves summed up by buckets of time: lowest, highest, count and sum, at several widths. Knows no input.

A sample belongs to the bucket that its own instant falls into, at every width, so rolling up moves nothing.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

LEVELS_S = (60, 300, 1_800, 7_200, 21_600)
"""Widths of the buckets in seconds; each divides the next."""
_PUT = """
INSERT INTO levels (group_id, series, level, bucket, count, low, high, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (group_id, series, level, bucket) DO UPDATE SET count = count + excluded.count,
    low = min(low, excluded.low), high = max(high, excluded.high), total = total + excluded.total
"""


@dataclass(frozen=True, slots=True)
class Series:
    """Which curve: ``age`` or ``trip`` of a node in a role ("" for none), ``clients``, ``short`` spans."""

    kind: str
    word: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        return json.dumps([self.kind, self.word, self.name], separators=(",", ":"))

    @classmethod
    def parsed(cls, text: str) -> Series:
        """The series of that text.

        Raises:
            ValueError: it is none.
        """
        found = json.loads(text)
        if not isinstance(found, list) or len(found) != 3:
            raise ValueError(f"no series: {text}")
        return cls(*(str(part) for part in found))


@dataclass(slots=True)
class _Sum:
    count: int
    low: float
    high: float
    total: float

    def add(self, other: _Sum) -> None:
        self.count += other.count
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
        self.total += other.total


class LevelSums:
    """What has come since it was last written."""

    __slots__ = ("_finest", "_short")

    def __init__(self) -> None:
        self._finest: dict[tuple[Series, int], _Sum] = {}
        self._short: dict[tuple[Series, int, int], _Sum] = {}

    def add(self, series: Series, at_ms: int, value: float) -> None:
        """One sample."""
        key = series, at_ms // (LEVELS_S[0] * 1000)
        known = self._finest.get(key)
        if known is None:
            self._finest[key] = _Sum(1, value, value, value)
            return
        known.count += 1
        known.total += value
        if value < known.low:
            known.low = value
        elif value > known.high:
            known.high = value

    def reach(self, series: Series, at_ms: int, value: float) -> None:
        """The curve got there as well, though no answer said so: its ends move, nothing is counted."""
        key = series, at_ms // (LEVELS_S[0] * 1000)
        known = self._finest.setdefault(key, _Sum(0, value, value, 0.0))
        known.low, known.high = min(known.low, value), max(known.high, value)

    def add_short(self, lane: str, key: str, start_ms: int, end_ms: int) -> None:
        """A span that has ended, at each width it does not fill: how many, from first start to last end."""
        for level in LEVELS_S[size_of(start_ms, end_ms) :]:
            place = Series("short", key, lane), level, start_ms // (level * 1000)
            one = _Sum(1, start_ms / 1000, end_ms / 1000, (end_ms - start_ms) / 1000)
            known = self._short.get(place)
            if known is None:
                self._short[place] = one
            else:
                known.add(one)

    def write(self, connection: sqlite3.Connection, group_id: int) -> None:
        """Add it all to what the file holds, and begin anew."""
        sums: dict[tuple[Series, int, int], _Sum] = dict(self._short)
        for (series, minute), found in self._finest.items():
            for level in LEVELS_S:
                place = series, level, minute * LEVELS_S[0] // level
                known = sums.get(place)
                if known is None:
                    sums[place] = _Sum(found.count, found.low, found.high, found.total)
                else:
                    known.add(found)
        connection.executemany(
            _PUT,
            [
                (group_id, series.text, level, bucket, one.count, one.low, one.high, one.total)
                for (series, level, bucket), one in sums.items()
            ],
        )
        self._finest.clear()
        self._short.clear()


def size_of(start_ms: int, end_ms: int) -> int:
    """How many of the levels' widths a span fills."""
    return sum(end_ms - start_ms >= level * 1000 for level in LEVELS_S)
