"""Stretches of time as sorted, disjoint pairs of instants: joined, cut, measured; nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agmonitor.domain.model import Instant

Stretch = tuple[Instant, Instant]
Stretches = tuple[Stretch, ...]


def joined(pieces: Iterable[Stretch]) -> Stretches:
    """All the time that lies in any of them; what ends before it begins counts for nothing."""
    found: list[Stretch] = []
    for start, end in sorted(piece for piece in pieces if piece[1] > piece[0]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def within(stretches: Stretches, others: Stretches) -> Stretches:
    """The time that lies in both."""
    return tuple(_within(stretches, others))


def _within(stretches: Stretches, others: Stretches) -> Iterator[Stretch]:
    place = 0
    for start, end in stretches:
        while place < len(others) and others[place][1] <= start:
            place += 1
        at = place
        while at < len(others) and others[at][0] < end:
            yield max(start, others[at][0]), min(end, others[at][1])
            at += 1


def without(stretches: Stretches, others: Stretches) -> Stretches:
    """The time that lies in the first alone."""
    return tuple(_without(stretches, others))


def _without(stretches: Stretches, others: Stretches) -> Iterator[Stretch]:
    place = 0
    for start, end in stretches:
        left = start
        while place < len(others) and others[place][1] <= left:
            place += 1
        at = place
        while at < len(others) and others[at][0] < end:
            if others[at][0] > left:
                yield left, others[at][0]
            left = max(left, others[at][1])
            at += 1
        if left < end:
            yield left, end


def length_s(stretches: Stretches) -> float:
    return sum(end - start for start, end in stretches)


def share(part: Stretches, whole: Stretches) -> float | None:
    """How much of ``whole`` is ``part``, 0 to 1; None where there is no time to speak of."""
    all_s = length_s(whole)
    return None if all_s <= 0 else min(1.0, length_s(within(part, whole)) / all_s)
