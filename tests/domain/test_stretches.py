"""Stretches against plain sets of seconds."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.stretches import Stretches, joined, length_s, share, within, without

PIECES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def seconds(stretches: Stretches) -> set[int]:
    return {second for start, end in stretches for second in range(int(start), int(end))}


@given(PIECES, PIECES)
def test_they_are_what_sets_of_seconds_are(
    ones: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    a, b = joined(ones), joined(others)

    assert seconds(a) == {second for start, end in ones for second in range(start, end)}
    assert seconds(within(a, b)) == seconds(a) & seconds(b)
    assert seconds(without(a, b)) == seconds(a) - seconds(b)
    assert length_s(a) == len(seconds(a))
    whole = share(a, b)
    assert whole is None or 0 <= whole <= 1
    for one in (a, within(a, b), without(a, b)):
        assert all(start < end for start, end in one)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(one))
