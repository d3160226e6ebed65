"""The bars of a lane reduced to one row of pixels: what each shows, and how many changes were merged there.

Nothing is dropped: of bars too short for a pixel the worst shows, and all are counted. The cost goes with
pixels and one pass over a byte a bar. Knows no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agmonitor.ui.spans import KINDS, BarKind, Bars

TINY_PX = 1.5
FLICKER_GAP_PX = 6
FLICKER_LEAST = 4
COUNT_APART_PX = 40
FLICKER_MAX_PX = 160  # one count a stretch: how many over a whole lane says little
_WORTH_TWO_PIXELS = KINDS.index(BarKind.UNREADABLE)


@dataclass(frozen=True, slots=True)
class LaneRow:
    """Per pixel column the index into ``KINDS`` (−1: nothing known), and how many changes fell there."""

    kinds: NDArray[np.int8]
    changes: NDArray[np.int64]
    under: NDArray[np.intp]  # the bars that lie under a pixel, or end before one that none does, in order

    @property
    def merged(self) -> NDArray[np.bool_]:
        """Where more changes fell than a column can show."""
        return self.changes >= 2


def lane_row(bars: Bars, begin_at: float, end_at: float, width: int) -> LaneRow:
    """Reduce the bars of a range to one row of pixels; nothing is dropped, the worst of a pixel shows."""
    row = np.full(width, -1, np.int8)
    if not len(bars):
        return LaneRow(row, np.zeros(width, np.int64), np.empty(0, np.intp))
    pixel_s = (end_at - begin_at) / width
    edges = begin_at + np.arange(width + 1) * pixel_s
    middles = edges[:-1] + pixel_s / 2
    under = np.searchsorted(bars.from_at, middles, "right") - 1
    hit = (under >= 0) & (middles <= bars.until_at[np.maximum(under, 0)])
    row[hit] = bars.kinds[under[hit]]
    first = np.searchsorted(bars.from_at, edges, "left")
    columns, worst = _worst_of_tiny(bars, first, pixel_s)
    np.maximum.at(row, columns, worst)
    grave = worst >= _WORTH_TWO_PIXELS
    np.maximum.at(row, np.minimum(columns[grave] + 1, width - 1), worst[grave])
    return LaneRow(row, _changes(bars, first), _once(under[under >= 0]))


def _once(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Each of some rows in order once."""
    return rows[np.concatenate(([True], rows[1:] != rows[:-1]))] if len(rows) else rows


def _worst_of_tiny(
    bars: Bars, first: NDArray[np.intp], pixel_s: float
) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    """Columns in which bars too short for a pixel begin, and the worst kind of those.

    All but the last bar that begins in a column are; that one has to be measured.
    """
    columns = np.flatnonzero(first[1:] > first[:-1])
    start, stop = first[columns], first[columns + 1]
    last = stop - 1
    lasting = bars.until_at[last] - bars.from_at[last] >= TINY_PX * pixel_s
    stop = stop - lasting
    some = stop > start
    columns, start, stop = columns[some], start[some], stop[some]
    if not len(columns):
        return columns, np.empty(0, np.int8)
    limits = np.column_stack((start, stop)).ravel()
    if limits[-1] == len(bars):
        limits = limits[:-1]
    return columns, np.maximum.reduceat(bars.kinds, limits)[::2]


def _changes(bars: Bars, first: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many changes fall into each column; a bar that goes on after a gap as before is none."""
    told = np.where(first > 0, bars.told[np.maximum(first - 1, 0)], bars.told[0] - 1)
    return np.diff(told)


@dataclass(frozen=True, slots=True)
class Flicker:
    """A stretch of columns with more changes than can be told apart, how many, and the worst they showed."""

    begin: int
    end: int
    changes: int
    worst: int


def flickers(row: LaneRow) -> list[Flicker]:
    """Stretches in which changes follow one another so closely that a count says more than the bars.

    Those closer than their counts are wide are one; very long ones are told piece by piece.
    """
    columns = np.flatnonzero(row.changes)
    if not len(columns):
        return []
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(columns) > FLICKER_GAP_PX) + 1))
    lasts = np.append(firsts[1:], len(columns)) - 1
    changes = row.changes[columns]
    total = np.add.reduceat(changes, firsts)
    dense = (total >= FLICKER_LEAST) | (np.maximum.reduceat(changes, firsts) >= 2)
    if not dense.any():
        return []
    begins, ends = columns[firsts[dense]], columns[lasts[dense]]
    apart = np.concatenate(([0], np.flatnonzero(begins[1:] - ends[:-1] > COUNT_APART_PX) + 1))
    ends = ends[np.append(apart[1:], len(begins)) - 1]
    pieces = (
        (piece, min(piece + FLICKER_MAX_PX - 1, end))
        for begin, end in zip(begins[apart].tolist(), ends.tolist(), strict=True)
        for piece in range(begin, end + 1, FLICKER_MAX_PX)
    )
    return [
        Flicker(begin, end, int(row.changes[begin : end + 1].sum()), int(row.kinds[begin : end + 1].max()))
        for begin, end in pieces
    ]
