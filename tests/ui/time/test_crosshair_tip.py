"""The cross-hair's tip: inside the view, its values whole, however many rows and however long names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from agmonitor.ui.crosshair import Reading, Row
from agmonitor.ui.crosshair_tip import SIDES_PX, lettering, paint_tip

FQDN = "Resolver resolver-campus-west.network-operations.example.net"
VALUE = "gw-tor-1 · TTL 24 s left · as of 8 s ago"


def _reading(rows: int, words: str = VALUE) -> Reading:
    return Reading(0.0, "Mon 5 Jan 09:02:06 UTC", tuple(Row(FQDN, words) for _ in range(rows)), ("x → y",))


@pytest.mark.usefixtures("qapp")
def test_a_long_name_takes_no_room_from_the_values() -> None:
    letters = lettering(_reading(4), QRectF(0, 0, 900, 240))

    room_px = letters.size[0] - SIDES_PX - letters.label_px

    assert QFontMetricsF(letters.plain).horizontalAdvance(VALUE) <= room_px + 1


@pytest.mark.parametrize("rows", [3, 12, 16, 40])
@pytest.mark.parametrize("x", [0.0, 300.0, 560.0])
def test_the_tip_stays_inside_the_view(qtbot: QtBot, rows: int, x: float) -> None:
    bounds = QRectF(0, 30, 560, 218)
    picture = QPixmap(560, 248)
    painter = QPainter(picture)

    box = paint_tip(painter, _reading(rows, VALUE * 3), QPointF(x, 140), bounds)

    painter.end()
    assert bounds.contains(box), (bounds, box)
