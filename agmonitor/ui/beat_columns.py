"""Heartbeats in columns, for a range on screen: when each came, how long after the last, by what way.

Knows numpy, no Qt. Memory is bounded: the oldest are forgotten by halves.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agmonitor.domain.heartbeats import Heartbeat, missed_in, missing_since
from agmonitor.domain.model import Instant, Role
from agmonitor.texts import t, tn
from agmonitor.ui.phrases import lasting

if TYPE_CHECKING:
    from agmonitor.history.drawn_beats import Beat

CAP = 50_000
TOLD_APART = 5_000  # a day of beats as they are by default; of more on screen nothing is drawn or counted
FEW = 3  # intervals below which nothing is said about their spread
DNS_BIT, SECONDARY_BIT = 1, 2
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beats:
    """Some beats of one node in order of time; seconds that are not known are NaN."""

    at: Floats
    interval_s: Floats  # since the beat before it
    waited_s: Floats  # how long no other was seen to follow it; NaN: one did
    by_dns: NDArray[np.bool_]
    received: NDArray[np.bool_]  # told of by the node as Secondary; else sent by it as Primary

    def __len__(self) -> int:
        return len(self.at)

    def of(self, rows: NDArray[np.bool_] | slice) -> Beats:
        return Beats(
            self.at[rows], self.interval_s[rows], self.waited_s[rows], self.by_dns[rows], self.received[rows]
        )

    def between(self, from_at: Instant, until_at: Instant) -> Beats:
        first, last = np.searchsorted(self.at, (from_at, until_at))
        return self.of(slice(int(first), int(last)))


NONE = Beats(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_), np.empty(0, np.bool_))


def joined(parts: Iterable[Beats]) -> Beats:
    """Several as one, one after the other: a sort would cost most of what drawing them does."""
    known = [part for part in parts if len(part)]
    if len(known) < 2:
        return known[0] if known else NONE
    return Beats(
        np.concatenate([part.at for part in known]),
        np.concatenate([part.interval_s for part in known]),
        np.concatenate([part.waited_s for part in known]),
        np.concatenate([part.by_dns for part in known]),
        np.concatenate([part.received for part in known]),
    )


class BeatColumns:
    """One node's beats as they are told of."""

    __slots__ = ("_at", "_flags", "_heard_at", "_interval_s")

    def __init__(self) -> None:
        self._at = array("d")
        self._interval_s = array("d")
        self._heard_at = array("d")  # the last answer that still told of it
        self._flags = array("B")

    def __len__(self) -> int:
        return len(self._at)

    def append(self, beat: Heartbeat) -> None:
        """The next one; of a clock set back it stands where the newest stands, so that the order holds."""
        self._at.append(max(beat.at, self._at[-1]) if self._at else beat.at)
        self._interval_s.append(float("nan") if beat.interval_s is None else beat.interval_s)
        self._heard_at.append(max(beat.seen_at, self._at[-1]))
        self._flags.append(DNS_BIT * beat.by_dns | SECONDARY_BIT * (beat.role is Role.SECONDARY))
        if len(self._at) > CAP:
            for column in self._columns:
                del column[: CAP // 2]

    def still(self, at: Instant) -> None:
        """An answer told of the newest one still."""
        if self._heard_at:
            self._heard_at[-1] = max(at, self._heard_at[-1])

    @property
    def _columns(self) -> tuple[array[float] | array[int], ...]:
        return self._at, self._interval_s, self._heard_at, self._flags

    def forget_after(self, at: Instant) -> None:
        """Our clock was set back: what came later never was."""
        kept = bisect_right(self._at, at)
        for column in self._columns:
            del column[kept:]

    def count(self, from_at: Instant, until_at: Instant) -> int:
        """How many there are in a range."""
        return bisect_left(self._at, until_at) - bisect_left(self._at, from_at)

    def between(self, from_at: Instant, until_at: Instant) -> Beats:
        """Those of a range; copies, so that the columns may grow."""
        first, last = bisect_left(self._at, from_at), bisect_left(self._at, until_at)
        flags = np.array(self._flags[first:last], np.uint8)
        at = np.array(self._at[first:last])
        follows = np.array(self._interval_s[first + 1 : last + 1])
        waited_s = np.minimum(np.array(self._heard_at[first:last]), until_at) - at
        waited_s[: len(follows)][~np.isnan(follows)] = np.nan
        return Beats(
            at,
            np.array(self._interval_s[first:last]),
            waited_s,
            (flags & DNS_BIT).astype(np.bool_),
            (flags & SECONDARY_BIT).astype(np.bool_),
        )


def beats_of(told: Iterable[Beat]) -> Beats:
    """What the history tells of one node, the same way."""
    columns = BeatColumns()
    before: Beat | None = None
    for beat in sorted(told, key=lambda beat: beat.beat_at):
        follows = before is not None and beat.joined and before.role is beat.role
        interval_s = beat.stamp - before.stamp if before is not None and follows else None
        columns.append(
            Heartbeat(beat.role, beat.method, beat.stamp, beat.beat_at, beat.seen_at, interval_s or None)
        )
        columns.still(beat.until_at)
        before = beat
    return columns.between(float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Regularity:
    """How evenly the beats of a range came; seconds None: too few to say."""

    beats: int
    by_dns: int
    missed: int
    p50_s: float | None = None
    p99_s: float | None = None

    @property
    def words(self) -> str:
        """``every 20 s, p99 21 s · 2 missed · 1 by DNS``."""
        told = [tn("{n} missed", "{n} missed", self.missed) if self.missed else t("none missed")]
        if self.p50_s is not None and self.p99_s is not None:
            told.insert(
                0, t("every {median}, p99 {p99}", median=lasting(self.p50_s), p99=lasting(self.p99_s))
            )
        if self.by_dns:
            told.append(t("{n} by DNS", n=self.by_dns) if self.by_dns < self.beats else t("all by DNS"))
        return " · ".join(told)


def regularity(beats: Beats, report_s: float) -> Regularity | None:
    """Of the beats received; where none were, of those sent. None: there are none."""
    shown = beats.of(beats.received) if beats.received.any() else beats
    if not len(shown):
        return None
    known = shown.interval_s[~np.isnan(shown.interval_s)]
    # Most are on time: only those that may hide a missed one are looked at one by one.
    missed = sum(missed_in(float(interval_s), report_s) for interval_s in known[known > 1.4 * report_s])
    waited = shown.waited_s[shown.waited_s > report_s]  # never true of what is not known
    missed += sum(missing_since(float(waited_s), report_s) for waited_s in waited)
    by_dns = int(shown.by_dns.sum())
    if len(known) < FEW:
        return Regularity(len(shown), by_dns, missed)
    p50_s, p99_s = (float(value) for value in np.percentile(known, (50, 99), method="higher"))
    return Regularity(len(shown), by_dns, missed, p50_s, p99_s)
