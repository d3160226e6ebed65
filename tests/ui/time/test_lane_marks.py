"""Words beside marks: whole where there is room on either side, and over nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.lane_marks import paint_pins
from agmonitor.ui.pins import Pin, PinKind

LANE = QRectF(0, 0, 800, 20)
SCALE = Scale(0.0, 800.0, 0.0, 800.0)  # a second is a pixel
FIRST, LAST = "checked the rack", "waits for the vendor's answer"


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[QRectF, str]]:
    """What stands where."""
    told: list[tuple[QRectF, str]] = []

    def note(_self: QPainter, place: QRectF, _flags: object, words: str) -> None:
        told.append((place, words))

    monkeypatch.setattr(QPainter, "drawText", note)
    return told


def _paint(*pins: Pin) -> None:
    surface = QPixmap(800, 20)
    painter = QPainter(surface)
    paint_pins(painter, pins, SCALE, LANE)
    painter.end()


def _width(words: str) -> float:
    return QFontMetricsF(theme.font(11, bold=True)).horizontalAdvance(words)


def test_at_the_live_edge_the_newest_marks_words_stand_whole_before_it(
    qtbot: QtBot, painted: list[tuple[QRectF, str]]
) -> None:
    _paint(_note(100.0, FIRST), _note(790.0, LAST))

    (first, said), (last, said_last) = painted
    assert said.endswith(FIRST)
    assert said_last.endswith(LAST)
    assert last.right() <= 790
    assert last.width() >= _width(said_last)
    assert first.right() < last.left()


def test_where_neither_side_has_room_the_words_are_cut_and_lie_on_nothing(
    qtbot: QtBot, painted: list[tuple[QRectF, str]]
) -> None:
    long = "a long word of what was done, and by whom, and why it had to be at night, in full"
    _paint(_note(100.0, long), _note(400.0, long), _note(790.0, long))

    places = [place for place, _ in painted]
    assert all(one.right() <= other.left() for one, other in pairwise(places))
    assert any("…" in words for _, words in painted)


def _note(at: float, text: str) -> Pin:
    return Pin(at, PinKind.NOTE, text)
