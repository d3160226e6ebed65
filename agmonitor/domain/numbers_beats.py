"""Heartbeats that were due and did not come, counted from what the Secondary told and only while it told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from agmonitor.domain.model import Instant

EARLY = 0.1
"""Stamps are whole seconds: two beats this part of an interval closer than they should be miss none."""
LATE = 0.25
"""A beat is missed when it has not come this part of an interval after it was due."""
ALIKE = 50
"""So many intervals running tell how often beats are really sent, should the setting have changed since."""


@dataclass(frozen=True, slots=True)
class ToldBeat:
    """A heartbeat of the Primary as the Secondary ``node`` told it, on our clock.

    ``until_at``: the last answer that told of it, or the first that told of the next, when ``joined_on``.
    """

    node: str
    at: Instant
    until_at: Instant
    joined_on: bool  # the next beat in the row followed without a break in what we asked


@dataclass(frozen=True, slots=True)
class Miss:
    """So many heartbeats running that did not come, between two that did or up to where we lost sight."""

    node: str
    from_at: Instant
    until_at: Instant
    count: int


@dataclass(frozen=True, slots=True)
class Misses:
    """``came`` and ``missed`` add up to what was due while somebody told; None: nobody says how often."""

    came: int = 0
    missed: int | None = 0
    runs: tuple[Miss, ...] = ()

    @property
    def share(self) -> float | None:
        """Of those due, how many came; 0 to 1."""
        if self.missed is None or self.came + self.missed == 0:
            return None
        return self.came / (self.came + self.missed)


def misses(beats: Sequence[ToldBeat], report_s: float | None, from_at: Instant, until_at: Instant) -> Misses:
    """Those that fell into the range; ``beats`` in the order they were told, node by node."""
    came = sum(1 for beat in beats if from_at <= beat.at <= until_at)
    if report_s is None or report_s <= 0:
        return Misses(came, None)
    runs = tuple(run for run in _runs(beats, report_s) if from_at <= run.from_at <= until_at)
    return Misses(came, sum(run.count for run in runs), runs)


def _runs(beats: Sequence[ToldBeat], report_s: float) -> Iterator[Miss]:
    for first in range(0, len(beats), ALIKE):
        block = beats[first : first + ALIKE]
        steps = [
            after.at - beat.at
            for beat, after in itertools.pairwise(block)
            if beat.joined_on and beat.node == after.node and after.at > beat.at
        ]
        every_s = max(report_s, median(steps)) if len(steps) >= ALIKE // 2 else report_s
        for place, beat in enumerate(block, first):
            after = beats[place + 1] if place + 1 < len(beats) else None
            followed = after is not None and beat.joined_on and after.node == beat.node
            until = after.at if followed and after is not None else beat.until_at
            spare = EARLY if followed else -LATE
            due = int((until - beat.at) / every_s + spare) - (1 if followed else 0)
            if due > 0:
                yield Miss(beat.node, beat.at, until, due)
