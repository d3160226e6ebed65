"""Time not observed, or cut off ourselves: hatched through every panel, with its reason."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

from agmonitor.domain.events import EventKind
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.cut_offs import CutOff
from agmonitor.ui.phrases import lasting
from agmonitor.ui.series import GroupHistory

WORDS_LEAST_PX = 40.0
ISOLATED = "observer_isolated"
HATCH_LEAST_PX = 3.0  # no pattern can be made out in less
GAP_WORDS = {
    GapReason.ASLEEP: t("asleep"),
    GapReason.LATE: t("could not keep up"),
    GapReason.PAUSED: t("paused"),
    GapReason.CLOSED: t("not running"),
    GapReason.CLOCK_STEPPED: t("our clock was set"),
}


def cut_offs(history: GroupHistory) -> list[CutOff]:
    """When we were cut off ourselves, in order, the history's first: as its events tell it."""
    found: list[CutOff] = []
    raised_at: Instant | None = None
    for event in history.earlier.events if history.earlier is not None else ():
        if event.finding != ISOLATED or event.at >= history.border_at:
            continue
        if event.kind is EventKind.FINDING_RAISED:
            raised_at = event.at
        elif event.kind is EventKind.FINDING_CLEARED and raised_at is not None:
            found.append(CutOff(raised_at, event.at))
            raised_at = None
    return [*found, *history.cut_offs.all]


def visible_gaps(
    gaps: Iterable[Gap], scale: Scale, cut_offs: Iterable[CutOff] = ()
) -> list[tuple[float, float, str]]:
    """Left and right edge and words of each; those that touch in pixels are one, narrow ones have none."""
    stretches: list[Gap | CutOff] = sorted([*gaps, *cut_offs], key=lambda one: one.from_at)
    found: list[tuple[float, float, str]] = []
    for gap in stretches:
        if gap.until_at < scale.begin_at or gap.from_at > scale.end_at:
            continue
        left = max(scale.left, scale.x(gap.from_at))
        right = min(scale.right, max(scale.x(gap.until_at), left + 1))
        wide = right - left >= WORDS_LEAST_PX
        words = _words(gap) if wide else ""
        if found and left - found[-1][1] < 1:
            found[-1] = (found[-1][0], max(right, found[-1][1]), t("not observed, several times"))
        else:
            found.append((left, right, words))
    return found


def _words(gap: Gap | CutOff) -> str:
    if isinstance(gap, CutOff):
        return gap.words
    lasted = lasting(gap.until_at - gap.from_at)
    return t("{reason} {time}", reason=GAP_WORDS[gap.reason], time=lasted)


def paint_gaps(painter: QPainter, found: list[tuple[float, float, str]], plots: tuple[QRectF, ...]) -> None:
    """Hatching over each panel; the reason once a panel, where there is room."""
    colours = theme.palette()
    hatch = QBrush(QColor(colours.gap), Qt.BrushStyle.BDiagPattern)
    ground = QBrush(QColor(colours.panel))
    painter.setFont(theme.font(11, bold=True))
    metrics = QFontMetricsF(painter.font())
    for plot in plots:
        rects = [QRectF(left, plot.top(), right - left, plot.height()) for left, right, _ in found]
        narrow = [rect for rect in rects if rect.width() < HATCH_LEAST_PX]
        hatched = [rect for rect in rects if rect.width() >= HATCH_LEAST_PX]
        painter.setPen(Qt.PenStyle.NoPen)
        for brush, area in ((QBrush(QColor(colours.gap)), narrow), (ground, hatched), (hatch, hatched)):
            if area:  # all in one go: there may be one a pixel
                painter.setBrush(brush)
                painter.drawRects(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rect, (_, _, words) in zip(rects, found, strict=True):
            width = metrics.horizontalAdvance(words) + 14 if words else 0.0
            if not words or width > rect.width() - 4:
                continue
            label = QRectF(rect.center().x() - width / 2, rect.center().y() - 9, width, 18)
            painter.fillRect(label, QColor(colours.panel))
            painter.setPen(QColor(colours.muted))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)
