"""The name card's heartbeat line in a narrow card: the limit goes first, then size of type, never the age."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from agmonitor.ui.name_card import TOLD_PX, fitting

TOLD = ("none for 2 min 14 s (limit 60 s)", "none for 2 min 14 s")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width_px", [400, 168, 130])
def test_the_age_stands_whole(width_px: int) -> None:
    font, words = fitting(TOLD, width_px)

    assert "none for 2 min 14 s" in words
    assert QFontMetricsF(font).horizontalAdvance(words) <= width_px


@pytest.mark.usefixtures("qapp")
def test_the_limit_goes_before_the_size() -> None:
    wide, narrow = fitting(TOLD, 400), fitting(TOLD, 168)

    assert wide[1] == TOLD[0]
    assert narrow[1] == TOLD[1]
    assert narrow[0].pixelSize() == wide[0].pixelSize() == TOLD_PX[0]
