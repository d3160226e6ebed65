"""How the columns of a table share its width by need: pure sums over pixels, no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KEPT_SHARE = 0.19  # of the room, for a column that does not wrap: a long name must not press the words


def shared(wanted: list[int], room: int) -> list[int]:
    """Widths within the room: each what it wants, and those that want most an equal share of the rest."""
    widths = list(wanted)
    left, open_columns = room, len(wanted)
    for place in sorted(range(len(wanted)), key=lambda place: wanted[place]):
        widths[place] = min(wanted[place], left // open_columns)
        left -= widths[place]
        open_columns -= 1
    return widths


@dataclass(frozen=True, slots=True)
class Need:
    """Of a column whose texts wrap, px: the longest word, a row's text on average, the longest text."""

    least: int
    usual: int
    most: int


def by_need(wanted: list[int], room: int, wrapping: Mapping[int, Need]) -> list[int]:
    """Widths within the room where not every column can have what it wants.

    No other takes more than its share; those in ``wrapping`` (by their place) take more lines, each narrower
    by its need; where that is not enough, the widest are cut.
    """
    widths = [wrapping[place].most if place in wrapping else width for place, width in enumerate(wanted)]
    if wrapping and sum(widths) > room:
        most = round(KEPT_SHARE * room)
        widths = [width if place in wrapping else min(width, most) for place, width in enumerate(widths)]
        kept = sum(width for place, width in enumerate(widths) if place not in wrapping)
        _narrow(widths, wrapping, room - kept)
    return widths if sum(widths) <= room else shared(widths, room)


def _narrow(widths: list[int], wrapping: Mapping[int, Need], room: int) -> None:
    """In place: no narrower than a column's longest word, no wider than its longest text."""
    weights = {place: (need.most + need.usual) // 2 for place, need in wrapping.items()}
    left, needed = room, sum(weights.values())
    for place in sorted(weights, key=lambda place: weights[place]):
        need, share = wrapping[place], left * weights[place] // max(1, needed)
        needed -= weights[place]
        widths[place] = min(need.most, max(need.least, share))
        left -= widths[place]
