"""Several resolvers' lanes told as one: whom they all name, or which of them names another. Knows no Qt.

Each answers at its own instant; what lasts no longer than one round of answers is no disagreement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui.joined_track import JoinedTrack
from agmonitor.ui.spans import KINDS, BarKind, Bars, BarValue

MANY = 600  # bars in sight of all of them: more are no words any more, and stripes cost less
Stretch = tuple[Instant, Instant, BarValue]


def agreed(
    tracks: Mapping[str, JoinedTrack], begin_at: Instant, end_at: Instant, round_s: float
) -> Bars | None:
    """One row of bars for all, by the short names of the resolvers; None: too many to tell in words.

    ``round_s``: answers so close are of one round.
    """
    found = {name: track.between(begin_at, end_at) for name, track in tracks.items()}
    if sum(len(bars) for bars in found.values()) > MANY:
        return None
    newest_at = max((last.until_at for track in tracks.values() if (last := track.last())), default=begin_at)
    held = {name: _held(bars, tracks[name], newest_at) for name, bars in found.items()}
    edges = sorted({at for stretches in held.values() for one in stretches for at in one[:2]})
    told: list[Stretch] = []
    for from_at, until_at in pairwise(edges):
        said = _said(held, (from_at + until_at) / 2)
        if said:
            _put(told, (from_at, until_at, together(said, len(tracks))), round_s)
    now_said = _said(held, newest_at) if told and told[-1][1] == newest_at else {}
    if now_said and (newest := together(now_said, len(tracks))) != told[-1][2]:
        told.append((newest_at, newest_at, newest))  # what changed this very round is told at once
    return _columns(told)


def together(said: Mapping[str, BarValue], asked: int) -> BarValue:
    """What some resolvers say as one: the same, or what most say and who says otherwise."""
    counts = Counter(value.words for value in said.values())
    usual = counts.most_common(1)[0][0]
    others: dict[str, list[str]] = {}
    for name, value in said.items():
        if value.words != usual:
            others.setdefault(value.words, []).append(name)
    if others:
        apart = ", ".join(f"{', '.join(names)}: {words}" for words, names in others.items())
        return BarValue(BarKind.APART, t("{apart} · else {usual}", apart=apart, usual=usual))
    kind = next(iter(said.values())).kind
    if len(said) < asked:
        return BarValue(kind, t("{node}, {n} of {count}", node=usual, n=len(said), count=asked))
    return BarValue(kind, t("{node}, all {count}", node=usual, count=asked))


def _held(bars: Bars, track: JoinedTrack, newest_at: Instant) -> list[Stretch]:
    """Each answer until the next one, the newest as long as the others' newest are of its time."""
    found: list[Stretch] = []
    for row in range(len(bars)):
        bar, until_at = bars.bar(row), float(bars.until_at[row])
        if row + 1 < len(bars):
            until_at = float(bars.from_at[row + 1]) if bars.joined[row + 1] else until_at
        elif newest_at - until_at <= track.hole_s and bar == track.last():
            until_at = max(until_at, newest_at)
        found.append((bar.from_at, until_at, bar.value))
    return found


def _said(held: Mapping[str, Sequence[Stretch]], at: Instant) -> dict[str, BarValue]:
    said = {}
    for name, stretches in held.items():
        row = bisect_right(stretches, at, key=lambda one: one[0]) - 1
        if row >= 0 and at <= stretches[row][1]:
            said[name] = stretches[row][2]
    return said


def _put(told: list[Stretch], new: Stretch, round_s: float) -> None:
    """Behind the ones before: the same goes on, and what is over within a round is its neighbour's."""
    from_at, until_at, value = new
    if told and told[-1][1] == from_at:
        before_from, before_until, before = told[-1]
        if before == value or until_at - from_at < round_s:
            told[-1] = (before_from, until_at, before)
            return
        if before_until - before_from < round_s:
            told[-1] = (before_from, until_at, value)
            return
    told.append(new)


def _columns(told: Sequence[Stretch]) -> Bars:
    values = list(dict.fromkeys(value for _, _, value in told))
    joined = [row > 0 and told[row - 1][1] == one[0] for row, one in enumerate(told)]
    return Bars(
        np.array([one[0] for one in told], np.float64),
        np.array([one[1] for one in told], np.float64),
        np.array([values.index(one[2]) for one in told], np.int32),
        values,
        np.array(joined, np.bool_),
        np.array([KINDS.index(one[2].kind) for one in told], np.int8),
        np.arange(1, len(told) + 1, dtype=np.int64),
    )
