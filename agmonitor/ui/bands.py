"""Paints a curve that is known by the bucket only: the area between the lowest and the highest values.

The inside is a picture made of columns, the edges are lines: a polygon of as many corners takes ten times as
long. Also holds what all curves need: values to pixels, and points handed to Qt in one piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from agmonitor.ui.axis import Scale
from agmonitor.ui.pyramid import Reduced

BAND_ALPHA = 0.3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Values to pixels, nought at the bottom."""

    top_value: float
    rect: QRectF

    def y(self, value: float) -> float:
        return self.rect.bottom() - value * self.rect.height() / self.top_value


def polygon(run: NDArray[np.float64]) -> QPolygonF:
    """Points handed over in one piece of memory: one by one they cost more than drawing them."""
    polygon = QPolygonF()
    polygon.resize(len(run))
    start: Any = polygon.data()  # a pointer to the first point, whatever its stub says
    held: Any = VoidPtr(start, run.nbytes, True)  # type: ignore[call-arg]  # noqa: FBT003 - as shiboken has it
    np.frombuffer(held, np.float64).reshape(-1, 2)[:] = run
    return polygon


def paint_band(painter: QPainter, points: Reduced, scale: Scale, values: ValueScale, colour: QColor) -> None:
    """Every run of buckets; one bucket alone is an upright line."""
    x = scale.left + (points.at - scale.begin_at) * (scale.width / (scale.end_at - scale.begin_at))
    per_value = values.rect.height() / values.top_value
    high, low = (values.rect.bottom() - side * per_value for side in (points.high, points.low))
    starts = np.flatnonzero(points.begins)
    starts = starts[starts > 0]
    runs = list(zip(*(np.split(column, starts) for column in (x, high, low)), strict=True))
    painter.drawImage(values.rect.topLeft(), _inside(runs, values.rect, colour))
    painter.setPen(QPen(colour, 1.0))
    for at, top, bottom in runs:
        if len(at) == 1:
            painter.drawLine(QPointF(at[0], top[0]), QPointF(at[0], bottom[0]))
            continue
        for side in (top, bottom):
            painter.drawPolyline(polygon(np.column_stack((at, side))))


def _inside(runs: list[tuple[Floats, Floats, Floats]], rect: QRectF, colour: QColor) -> QImage:
    """The area of all runs, a byte a pixel."""
    width, height = round(rect.width()), round(rect.height())
    top, bottom = np.full(width, height + 1.0), np.full(width, -1.0)
    for at, high, low in runs:
        first, last = max(0, int(np.ceil(at[0] - rect.left()))), min(width - 1, int(at[-1] - rect.left()))
        columns = np.arange(first, last + 1)
        top[columns] = np.interp(columns + rect.left(), at, high) - rect.top()
        bottom[columns] = np.interp(columns + rect.left(), at, low) - rect.top()
    rows = np.arange(height)[:, None]
    pixels = np.zeros((height, -(-width // 4) * 4), np.uint8)  # Qt wants whole words a line
    pixels[:, :width] = (rows >= top) & (rows <= bottom)
    image = QImage(pixels.data, width, height, pixels.shape[1], QImage.Format.Format_Indexed8)
    fill = QColor(colour)
    fill.setAlphaF(BAND_ALPHA)
    image.setColorTable([0, fill.rgba()])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
