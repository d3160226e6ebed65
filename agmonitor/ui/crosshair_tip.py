"""Paints the cross-hair: its line, and the tip with what every lane and curve said. Reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from agmonitor.ui import theme
from agmonitor.ui.crosshair import Reading
from agmonitor.ui.time_layout import Layout

WIDTH_MAX_PX = 520.0
LABEL_MAX_PX = 150.0  # more of a name than that takes the room of what it says
SWATCH_PX, SIDES_PX, ENDS_PX = 18.0, 24.0, 12.0
SIZES_PX = ((11, 16.0), (10, 14.0), (9, 11.0))  # type and row, smaller before anything is lost


@dataclass(frozen=True, slots=True)
class Lettering:
    """Type and measures in which a reading is written."""

    plain: QFont
    strong: QFont
    row_px: float
    label_px: float
    size: tuple[float, float]  # of the box, width before height


def paint_line(painter: QPainter, x: float, layout: Layout) -> None:
    """The dotted line through every panel."""
    painter.setPen(QPen(QColor(theme.palette().crosshair), 1, Qt.PenStyle.DotLine))
    middle = round(x) + 0.5
    painter.drawLine(QLineF(middle, layout.roles.plot.top() - 4, middle, layout.axis.top() + 2))


def lettering(reading: Reading, room: QRectF) -> Lettering:
    """The largest type in which all of it stands in the room; else the smallest."""
    widest = min(WIDTH_MAX_PX, room.width() - 4)
    tried = [_in_type(reading, size_px, row_px) for size_px, row_px in SIZES_PX]
    fits = (one for one in tried if one.size[0] <= widest and one.size[1] <= room.height() - 4)
    lower = (one for one in tried if one.size[1] <= room.height() - 4)
    chosen = next(fits, None) or next(lower, tried[-1])
    size = (min(chosen.size[0], widest), min(chosen.size[1], room.height() - 4))
    return replace(chosen, size=size)


def _in_type(reading: Reading, size_px: int, row_px: float) -> Lettering:
    plain, strong = theme.font(size_px), theme.font(size_px + 1, bold=True)
    metrics, bold = QFontMetricsF(plain), QFontMetricsF(strong)
    label_px = (
        min(LABEL_MAX_PX, max(metrics.horizontalAdvance(row.label) for row in reading.rows)) + SWATCH_PX
    )
    widths = [label_px + metrics.horizontalAdvance(row.words) for row in reading.rows]
    widths += [metrics.horizontalAdvance(event) for event in reading.events]
    width = max([*widths, bold.horizontalAdvance(reading.stamp)]) + SIDES_PX
    height = row_px * (len(reading.rows) + len(reading.events) + 1) + ENDS_PX
    return Lettering(plain, strong, row_px, label_px, (width, height))


def paint_tip(painter: QPainter, reading: Reading, at: QPointF, bounds: QRectF) -> QRectF:
    """The box beside the line, kept inside the view and away from the pointer."""
    colours, letters = theme.palette(), lettering(reading, bounds)
    box = _beside(at, *letters.size, bounds)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colours.panel_border))
    painter.setBrush(QColor(colours.tip))
    painter.drawRoundedRect(box, 5, 5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    line = QRectF(box.left() + 12, box.top() + ENDS_PX / 2, box.width() - SIDES_PX + 2, letters.row_px)
    painter.setFont(letters.strong)
    _write(painter, line, reading.stamp, colours.text)
    painter.setFont(letters.plain)
    painter.save()
    painter.setClipRect(box)
    for row in reading.rows:
        line.translate(0, letters.row_px)
        label = QRectF(line.left(), line.top(), letters.label_px - SWATCH_PX, line.height())
        _write(painter, label, row.label, colours.muted, Qt.TextElideMode.ElideMiddle)
        if row.colour is not None:
            swatch = QRectF(line.left() + letters.label_px - 11, line.center().y() - 4, 7, 8)
            painter.fillRect(swatch, row.colour)
        _write(painter, line.adjusted(letters.label_px, 0, 0, 0), row.words, colours.text)
    for event in reading.events:
        line.translate(0, letters.row_px)
        _write(painter, line, event, colours.accent)
    painter.restore()
    return box


def _beside(at: QPointF, width: float, height: float, bounds: QRectF) -> QRectF:
    left = at.x() + 14 if at.x() + 14 + width <= bounds.right() else at.x() - 14 - width
    left = max(bounds.left(), min(left, bounds.right() - width - 2))
    top = max(bounds.top() + 2, min(at.y() - height / 2, bounds.bottom() - height - 2))
    return QRectF(round(left) + 0.5, round(top) + 0.5, round(width), round(height))


def _write(
    painter: QPainter,
    line: QRectF,
    words: str,
    colour: str,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(words, cut, int(line.width()) + 1)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
    painter.drawText(line, flags, shown)
