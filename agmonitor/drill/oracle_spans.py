"""Spans of time, half open and in order, and the few things done with them. Knows nothing of gateways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

Span = tuple[float, float]
Spans = list[Span]
T = TypeVar("T")


def held(changes: Sequence[tuple[float, T]], end: float, holds: Callable[[T], bool]) -> Spans:
    """When it held, of a value that is told at each of its changes."""
    spans: Spans = []
    since: float | None = None
    for at, value in changes:
        if holds(value):
            since = at if since is None else since
        elif since is not None:
            _add(spans, since, at)
            since = None
    if since is not None:
        _add(spans, since, end)
    return spans


def both(one: Spans, other: Spans) -> Spans:
    """When both held."""
    found: Spans = []
    i = j = 0
    while i < len(one) and j < len(other):
        _add(found, max(one[i][0], other[j][0]), min(one[i][1], other[j][1]))
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
    return found


def either(*many: Spans) -> Spans:
    """When any of them held."""
    joined: Spans = []
    for start, end in sorted(span for spans in many for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def without(spans: Spans, others: Spans) -> Spans:
    """What is left of each span when the others are taken out."""
    left = spans
    for start, end in others:
        left = [
            piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]
        ]
    return left


def split(spans: Spans, moments: Iterable[float]) -> Spans:
    """The same time, cut at these moments."""
    cut = sorted(moments)
    found: Spans = []
    for start, end in spans:
        inner = [at for at in cut if start < at < end]
        edges = [start, *inner, end]
        found.extend(pairwise(edges))
    return found


def touches(spans: Spans, start: float, end: float) -> bool:
    """Whether any of it lies within, the first instant included."""
    return any(a < end and b >= start for a, b in spans)


def longest_s(spans: Spans) -> float:
    return max((end - start for start, end in spans), default=0.0)


def _add(spans: Spans, start: float, end: float) -> None:
    if start < end:
        spans.append((start, end))


def pairs_within(wholes: Spans, pieces: Spans) -> Iterable[tuple[Span, Span]]:
    """Each piece with the whole it is part of."""
    for piece in pieces:
        for whole in wholes:
            if whole[0] <= piece[0] and piece[1] <= whole[1]:
                yield whole, piece
                break
