"""Time not observed: hatched through every panel, with its reason; nothing is claimed there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

from agmonitor.domain.observations import Gap, GapReason
from agmonitor.domain.words import duration
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale

GAP_WORDS = {
    GapReason.ASLEEP: "asleep",
    GapReason.LATE: "could not keep up",
    GapReason.PAUSED: "paused",
    GapReason.CLOSED: "not running",
    GapReason.CLOCK_STEPPED: "our clock was set",
}


def visible_gaps(gaps: Iterable[Gap], scale: Scale) -> list[tuple[float, float, str]]:
    """Left and right edge and words of each; those that touch in pixels are one."""
    found: list[tuple[float, float, str]] = []
    for gap in gaps:
        if gap.until_at < scale.begin_at or gap.from_at > scale.end_at:
            continue
        left = max(scale.left, scale.x(gap.from_at))
        right = min(scale.right, max(scale.x(gap.until_at), left + 1))
        words = f"{GAP_WORDS[gap.reason]} {duration(gap.until_at - gap.from_at)}"
        if found and left - found[-1][1] < 1:
            found[-1] = (found[-1][0], max(right, found[-1][1]), "not observed, several times")
        else:
            found.append((left, right, words))
    return found


def paint_gaps(painter: QPainter, found: list[tuple[float, float, str]], plots: tuple[QRectF, ...]) -> None:
    """Hatching over each panel; the reason once a panel, where there is room."""
    colours = theme.palette()
    hatch = QBrush(QColor(colours.gap), Qt.BrushStyle.BDiagPattern)
    painter.setFont(theme.font(11, bold=True))
    metrics = QFontMetricsF(painter.font())
    for left, right, words in found:
        for plot in plots:
            rect = QRectF(left, plot.top(), right - left, plot.height())
            painter.fillRect(rect, QColor(colours.panel))
            painter.fillRect(rect, hatch)
            width = metrics.horizontalAdvance(words) + 14
            if width > rect.width() - 4:
                continue
            label = QRectF(rect.center().x() - width / 2, rect.center().y() - 9, width, 18)
            painter.fillRect(label, QColor(colours.panel))
            painter.setPen(QColor(colours.muted))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)
