"""Histories as the window holds them after an hour, a week, a year of one-second samples, or 1e8 of them.

Curves are put into their pyramids by the bucket, as appending each sample would leave them, for appending
1e8 takes minutes; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from agmonitor.domain.model import GroupSettings, NodeAddress, Role
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.ui.pyramid import FACTOR, FIRST_BUCKET_S, LEVELS, Pyramid
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.spans import BarKind, BarValue, SpanTrack

HOUR_S, WEEK_S, YEAR_S = 3_600.0, 7 * 86_400.0, 365 * 86_400.0
NOW = 1_767_603_900.0
CHUNK_S = FIRST_BUCKET_S * FACTOR ** (LEVELS - 1)  # the widest bucket: every level's buckets end with it
BEAT_S = 20.0
ROLES = (Role.PRIMARY, Role.SECONDARY)
VALUES = (
    BarValue(BarKind.PRIMARY, "primary"),
    BarValue(BarKind.SECONDARY, "secondary"),
    BarValue(BarKind.SILENT, "no answer · connection refused"),
)
Floats = NDArray[np.float64]


def history(span_s: float, samples: int, bars: int = 2_000) -> GroupHistory:
    """Two nodes watched for so long, with so many response times between them, and bars on all lanes."""
    nodes = (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12"))
    made = GroupHistory(GroupSettings("bench", nodes, judge_clients=True))
    made.began_at = NOW - span_s
    made.newest_at = NOW
    every_s = span_s / (samples / len(nodes))
    for side, node in enumerate(made.nodes):
        trips = node.round_trips[ROLES[side]] = Pyramid()
        fill(trips, (_trips(at, side) for at in instants(span_s, every_s)))
        ages = node.ages[ROLES[side]] = Pyramid()
        fill(ages, (_ages(at) for at in instants(span_s, BEAT_S)))
    for track in made.bars.tracks.values():
        fill_track(track, span_s, max(2, bars // len(made.bars.tracks)))
    made.gaps.append(Gap(NOW - 0.4 * span_s, NOW - 0.38 * span_s, GapReason.ASLEEP))
    return made


def instants(span_s: float, every_s: float) -> Iterator[Floats]:
    """Chunk by chunk, each within one of the widest buckets."""
    begin = NOW - span_s
    first = int(begin // CHUNK_S)
    for chunk in range(first, int(NOW // CHUNK_S) + 1):
        low, high = max(begin, chunk * CHUNK_S), min(NOW, (chunk + 1) * CHUNK_S)
        number = np.arange(np.ceil((low - begin) / every_s), np.ceil((high - begin) / every_s))
        yield begin + number * every_s


def trip_values(at: Floats, side: int) -> Floats:
    """Response times with hours of calm and bursts, milliseconds."""
    wave = 38 + 6 * np.sin(at / 700 + side) + 3 * np.sin(at * 1.7 + side)
    return np.where((at * 0.61 + side * 17) % 977 < 2, wave * 3, wave)


def _trips(at: Floats, side: int) -> tuple[Floats, Floats]:
    return at, trip_values(at, side)


def _ages(at: Floats) -> tuple[Floats, Floats]:
    """Up to each beat and down again."""
    teeth = np.column_stack((np.full(len(at), BEAT_S), np.full(len(at), 0.1))).ravel()
    return np.repeat(at, 2), teeth


def fill(curve: Pyramid, chunks: Iterator[tuple[Floats, Floats]]) -> None:
    """As appending every sample would leave it; each chunk lies within one of the widest buckets."""
    levels = curve.levels
    kept: list[list[tuple[Floats, Floats, Floats]]] = [[] for _ in levels]
    held = [0] * len(levels)
    for at, values in chunks:
        if not len(at):
            continue
        for place, level in enumerate(levels):
            entry = _reduced(at, values, level.width_s)
            kept[place].append(entry)
            held[place] += len(entry[0])
            while held[place] - len(kept[place][0][0]) >= level.cap:
                held[place] -= len(kept[place].pop(0)[0])
                level.dropped = True
    for level, entries in zip(levels, kept, strict=True):
        at, low, high = (np.concatenate(column)[-level.cap :] for column in zip(*entries, strict=True))
        level.at, level.low, level.high = at, low.astype(np.float32), high.astype(np.float32)
        level.begins = np.arange(len(at)) == 0
        level.count = len(at)
        level.bucket = int(at[-1] // level.width_s) if level.width_s else -1


def _reduced(at: Floats, values: Floats, width_s: float) -> tuple[Floats, Floats, Floats]:
    if not width_s:
        return at, values, values
    bucket = np.floor(at / width_s)
    firsts = np.flatnonzero(np.concatenate(([True], bucket[1:] != bucket[:-1])))
    return at[firsts], np.minimum.reduceat(values, firsts), np.maximum.reduceat(values, firsts)


def fill_track(track: SpanTrack, span_s: float, bars: int) -> None:
    """Bars of random length side by side."""
    track.cap = max(track.cap, 2 * bars)
    ends = np.cumsum(np.random.default_rng(bars).exponential(1.0, bars))
    ends = NOW - span_s + ends * (span_s / ends[-1])
    begin = NOW - span_s
    for number, end in enumerate(ends.tolist()):
        track.take(begin, end, VALUES[(0, 1, 0, 1, 2)[number % 5]])
        begin = end
