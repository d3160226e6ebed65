"""The ground under the time view's pictures: drawn once, copied often, drawn anew when it must be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from agmonitor.ui import theme
from agmonitor.ui.ground import Ground
from agmonitor.ui.time_layout import Layout, arrange

SIZE = QSize(900, 600)


@pytest.fixture
def layout(qapp: QApplication) -> Layout:
    return arrange(SIZE.width(), SIZE.height(), 4)


def _middle(layout: Layout) -> tuple[int, int]:
    point = layout.heartbeat.frame.center().toPoint()
    return point.x(), point.y()


def test_what_is_drawn_into_a_copy_does_not_stay(layout: Layout) -> None:
    ground = Ground()
    ground.laid(None, layout, SIZE, 1.0).fill(Qt.GlobalColor.red)

    seen = ground.laid(None, layout, SIZE, 1.0).toImage().pixelColor(*_middle(layout))

    assert seen == QColor(theme.DARK.panel)


def test_another_palette_is_another_ground(layout: Layout) -> None:
    ground = Ground()
    ground.laid(None, layout, SIZE, 1.0)
    theme.use(theme.LIGHT)

    seen = ground.laid(None, layout, SIZE, 1.0).toImage().pixelColor(*_middle(layout))

    assert seen == QColor(theme.LIGHT.panel)


def test_another_size_or_screen_is_another_ground(layout: Layout) -> None:
    ground = Ground()
    ground.laid(None, layout, SIZE, 1.0)

    assert ground.laid(None, layout, SIZE, 2.0).size() == SIZE * 2
    assert ground.laid(None, layout, SIZE / 2, 1.0).size() == SIZE / 2


def test_a_forgotten_ground_is_drawn_again(layout: Layout) -> None:
    ground = Ground()
    ground.laid(None, layout, SIZE, 1.0)
    ground.forget()

    assert ground.laid(None, layout, SIZE, 1.0).size() == SIZE


def test_a_spent_layer_is_drawn_over_and_nothing_of_it_remains(layout: Layout) -> None:
    ground = Ground()
    spent = ground.laid(None, layout, SIZE, 1.0)
    spent.fill(Qt.GlobalColor.red)

    again = ground.laid(spent, layout, SIZE, 1.0)

    assert again is spent
    assert again.toImage() == ground.laid(None, layout, SIZE, 1.0).toImage()
    assert ground.laid(spent, layout, SIZE * 2, 1.0) is not spent
