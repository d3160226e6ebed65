"""A lane without a bar says why where it can be read: beside the hatching of a gap."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from agmonitor.ui.time_rows import free_right

LANE = QRectF(100, 0, 800, 15)
WIDE = 200.0


@pytest.mark.parametrize(
    ("gaps", "right"),
    [
        ([], 900),
        ([(300, 400)], 900),
        ([(300, 850)], 300),
        ([(150, 200), (600, 800)], 600),
        ([(120, 880)], 900),  # nowhere: then over it
    ],
)
def test_the_words_stand_in_the_rightmost_place_that_is_wide_enough(
    gaps: list[tuple[float, float]], right: float
) -> None:
    assert free_right(LANE, gaps, WIDE) == right
