"""Bars of one lane over time, kept as columns so that a hundred thousand of them draw in one go.

A bar reaches exactly as far as it was confirmed: nothing is claimed beyond the last answer. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CAP = 200_000
DROP = 8  # an eighth of a full track is forgotten at once
START_CAPACITY = 64


class BarKind(StrEnum):
    """What a bar says, which gives it its colour; its words come beside it. Worse ones later."""

    SECONDARY = "secondary"
    PRIMARY = "primary"
    POINTS = "points"  # DNS names a node of the group
    SERVED = "served"  # a client was answered
    IDLE = "idle"  # in no group, or no DNS server found
    APART = "apart"  # resolvers that name different nodes
    UNREADABLE = "unreadable"  # something answers, nothing we can read
    ELSEWHERE = "elsewhere"  # DNS names a stranger or nobody
    SILENT = "silent"  # no answer; clients: an outage
    FAULT = "fault"  # something in the lab is broken on purpose


KINDS = tuple(BarKind)


@dataclass(frozen=True, slots=True)
class BarValue:
    """Kind and words of a bar."""

    kind: BarKind
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a lane."""

    from_at: float
    until_at: float
    value: BarValue


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a range as columns: ends, and number of the value.

    ``joined``: watched without a break since the bar before, so the change fell between two answers.
    ``kinds``: index into ``KINDS``, worse ones higher. ``told``: how many changes there were
    up to and including this one, over the whole lane: a bar of the same value as the one before is none, one
    that stands for several is as many.
    """

    from_at: NDArray[np.float64]
    until_at: NDArray[np.float64]
    value: NDArray[np.int32]
    values: Sequence[BarValue]
    joined: NDArray[np.bool_]
    kinds: NDArray[np.int8]
    told: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.from_at)

    def picked(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Bars:
        """Some of them."""
        return Bars(
            self.from_at[rows],
            self.until_at[rows],
            self.value[rows],
            self.values,
            self.joined[rows],
            self.kinds[rows],
            self.told[rows],
        )

    def bar(self, row: int) -> Bar:
        return Bar(float(self.from_at[row]), float(self.until_at[row]), self.values[int(self.value[row])])


class SpanTrack:
    """The bars of one lane, in order of time, oldest forgotten in chunks."""

    __slots__ = (
        "_broken_at",
        "_count",
        "_from_at",
        "_joined",
        "_kinds",
        "_numbers",
        "_told",
        "_until_at",
        "_value",
        "_values",
        "cap",
    )

    def __init__(self, cap: int = CAP) -> None:
        self.cap = cap
        self._count = 0
        self._broken_at: float | None = None
        self._joined = np.empty(START_CAPACITY, np.bool_)
        self._from_at = np.empty(START_CAPACITY)
        self._until_at = np.empty(START_CAPACITY)
        self._value = np.empty(START_CAPACITY, np.int32)
        self._kinds = np.empty(START_CAPACITY, np.int8)
        self._told = np.empty(START_CAPACITY, np.int64)
        self._values: list[BarValue] = []
        self._numbers: dict[BarValue, int] = {}

    def take(
        self, from_at: float, until_at: float, value: BarValue, *, hole_s: float = 0.0, count: int = 1
    ) -> None:
        """Take over a bar, or the longer form of the newest one; ``hole_s``: equal bars so close are one.

        ``count``: how many that the history no longer tells apart it stands for.
        """
        number = self._number(value)
        last = self._count - 1
        if last >= 0:
            end = float(self._until_at[last])
            same = int(self._value[last]) == number
            if until_at < end or (until_at == end and same):
                return
            if same and (from_at == self._from_at[last] or from_at - end <= hole_s):
                self._until_at[last] = until_at
                self._broken_at = None
                return
            from_at = max(from_at, end)
        unbroken = self._broken_at is None or from_at <= self._broken_at
        joined = last >= 0 and unbroken and from_at - float(self._until_at[last]) <= hole_s
        self._append(from_at, max(until_at, from_at), number, joined)
        if count > 1:
            self._told[self._count - 1] += count - 1

    def break_at(self, at: float) -> None:
        """A probe failed, or nobody watched: a hole across that instant is more than a round's pause."""
        if self._broken_at is None:
            self._broken_at = at

    def rename_last(self, value: BarValue) -> None:
        """What the newest bar said can be told better now."""
        if self._count:
            self._value[self._count - 1] = self._number(value)
            self._kinds[self._count - 1] = KINDS.index(value.kind)

    def forget_after(self, at: float) -> None:
        """Our clock was set back: drop what lies beyond."""
        self._count = int(np.searchsorted(self._from_at[: self._count], at, "right"))
        if self._count:
            self._until_at[self._count - 1] = min(at, self._until_at[self._count - 1])

    def between(self, from_at: float, until_at: float) -> Bars:
        """All bars that touch a range."""
        first = int(np.searchsorted(self._until_at[: self._count], from_at, "left"))
        last = int(np.searchsorted(self._from_at[: self._count], until_at, "right"))
        rows = slice(first, max(first, last))
        return Bars(
            self._from_at[rows],
            self._until_at[rows],
            self._value[rows],
            self._values,
            self._joined[rows],
            self._kinds[rows],
            self._told[rows],
        )

    def at(self, at: float) -> Bar | None:
        """The bar at an instant, if one reaches there; the newer one where two meet."""
        row = int(np.searchsorted(self._from_at[: self._count], at, "right")) - 1
        if row < 0 or self._until_at[row] < at:
            return None
        return self._bar(row)

    def around(self, at: float) -> tuple[Bar, Bar] | None:
        """The bars on either side of the stretch between two answers in which a value changed."""
        row = int(np.searchsorted(self._from_at[: self._count], at, "right")) - 1
        if row < 0 or row + 1 >= self._count or not self._joined[row + 1]:
            return None
        return self._bar(row), self._bar(row + 1)

    def last(self) -> Bar | None:
        return self._bar(self._count - 1) if self._count else None

    def __len__(self) -> int:
        return self._count

    def _bar(self, row: int) -> Bar:
        return Bar(float(self._from_at[row]), float(self._until_at[row]), self._values[int(self._value[row])])

    def _number(self, value: BarValue) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self._values)
            self._values.append(value)
        return number

    def _append(self, from_at: float, until_at: float, number: int, joined: bool) -> None:  # noqa: FBT001
        if self._count == len(self._from_at):
            self._make_room()
        self._from_at[self._count] = from_at
        self._until_at[self._count] = until_at
        self._value[self._count] = number
        self._joined[self._count] = joined
        self._kinds[self._count] = KINDS.index(self._values[number].kind)
        last = self._count - 1
        before = int(self._told[last]) if last >= 0 else 0
        same = last >= 0 and int(self._value[last]) == number
        self._told[self._count] = before + (not same)
        self._broken_at = None
        self._count += 1

    def _make_room(self) -> None:
        if self._count >= self.cap:
            gone = max(1, self.cap // DROP)
            for name in _COLUMNS:
                column = getattr(self, name)
                column[: self._count - gone] = column[gone : self._count].copy()
            self._count -= gone
            return
        size = min(self.cap, 2 * self._count)
        for name in _COLUMNS:
            setattr(self, name, np.resize(getattr(self, name), size))


_COLUMNS = ("_from_at", "_until_at", "_value", "_joined", "_kinds", "_told")
