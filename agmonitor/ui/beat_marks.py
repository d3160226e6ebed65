"""Paints each heartbeat at its tooth's foot: a disc where it came directly, a hollow diamond by DNS."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from agmonitor.domain.model import Role
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.beat_columns import Beats, Regularity, joined, regularity
from agmonitor.ui.plots import role_colour
from agmonitor.ui.series import GroupHistory

APART_PX = 6.0  # closer than that on the whole, marks would only be a smear
DISC_PX, DIAMOND_PX = 2.2, 3.8
ROW_PX, LOW_PX = 8.0, 70.0  # the second node's stand above the first one's, where there is height for it
FOOT_PX = 4.0


def paint_beats(painter: QPainter, history: GroupHistory, scale: Scale, rect: QRectF) -> None:
    """Those in sight; where they lie too close, those by DNS alone, and where these do, none."""
    painter.save()
    painter.setClipRect(rect)
    row_px = ROW_PX if rect.height() >= LOW_PX else 0.0
    for side in range(len(history.nodes)):
        beats = history.beats_between(side, scale.begin_at, scale.end_at)
        if beats is None or not len(beats):
            continue
        most = rect.width() / APART_PX
        if len(beats) > most:
            beats = beats.of(beats.by_dns)
        if len(beats) <= most:
            _paint(painter, beats, side, scale, rect.bottom() - FOOT_PX - side * row_px)
    painter.restore()


def _paint(painter: QPainter, beats: Beats, side: int, scale: Scale, y: float) -> None:
    ground = QColor(theme.palette().panel)
    for at, by_dns, received in zip(beats.at, beats.by_dns, beats.received, strict=True):
        colour = role_colour(Role.SECONDARY if received else Role.PRIMARY, side)
        middle = QPointF(scale.x(float(at)), y)
        if by_dns:
            painter.setPen(QPen(colour, 1.3))
            painter.setBrush(ground)
            painter.drawPolygon(_diamond(middle))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(middle, DISC_PX, DISC_PX)


def _diamond(middle: QPointF) -> QPolygonF:
    reach = DIAMOND_PX
    return QPolygonF(
        [
            middle + QPointF(0, -reach),
            middle + QPointF(reach, 0),
            middle + QPointF(0, reach),
            middle + QPointF(-reach, 0),
        ]
    )


def shown_regularity(history: GroupHistory, from_at: float, until_at: float) -> Regularity | None:
    """Jitter and missed beats of the range on screen; None: no beat, or too many to be told apart."""
    parts = [history.beats_between(side, from_at, until_at) for side in range(len(history.nodes))]
    if any(part is None for part in parts):
        return None
    known = joined(part for part in parts if part is not None)
    return regularity(known, history.timers.report_s)
