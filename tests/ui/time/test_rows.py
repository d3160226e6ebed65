"""The names beside the lanes."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from agmonitor.ui.time_rows import NAME_PX, name_font

WIDTH_PX = 128.0


def test_a_name_is_written_smaller_before_it_is_cut(qapp: QApplication) -> None:
    short, long = name_font("gw-1", WIDTH_PX), name_font("Resolver 192.0.2.53", WIDTH_PX)

    assert short.pixelSize() == NAME_PX[0]
    assert long.pixelSize() < NAME_PX[0]
    assert QFontMetricsF(long).horizontalAdvance("Resolver 192.0.2.53") <= WIDTH_PX
    assert name_font("Resolver " * 9, WIDTH_PX).pixelSize() == NAME_PX[-1]
