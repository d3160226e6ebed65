"""The time axis: which instants get a tick, what they are called, and where they stand in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from agmonitor.domain.model import Instant
from agmonitor.report.words import calendar
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.dates import day_of, weekday_of, with_year
from agmonitor.ui.time_range import DAY_S

STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200),
    *(DAY_S, 2 * DAY_S, 3 * DAY_S, 7 * DAY_S, 14 * DAY_S, 28 * DAY_S, 91 * DAY_S, 364 * DAY_S),
)
LABEL_GAP_PX = 26.0
CLOSE = 0.9  # of a step: a day of 23 hours keeps its label, an hour that comes twice only its first
FONT_PX = 11


@dataclass(frozen=True, slots=True)
class Scale:
    """Instants to pixels and back; the same one serves every panel."""

    begin_at: Instant
    end_at: Instant
    left: float
    right: float

    @property
    def width(self) -> float:
        return self.right - self.left

    def x(self, at: Instant) -> float:
        return self.left + (at - self.begin_at) * self.width / (self.end_at - self.begin_at)

    def at(self, x: float) -> Instant:
        return self.begin_at + (x - self.left) * (self.end_at - self.begin_at) / self.width


@dataclass(frozen=True, slots=True)
class Tick:
    """One label and where it stands; ``strong`` where a day begins."""

    at: Instant
    x: float
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """Local time or UTC."""

    utc: bool = False

    def moment(self, at: Instant) -> datetime:
        moment = calendar(at)
        return moment if self.utc else moment.astimezone()

    def offset_s(self, at: Instant) -> float:
        offset = self.moment(at).utcoffset()
        return offset.total_seconds() if offset is not None else 0.0

    def name(self, at: Instant) -> str:
        return self.moment(at).tzname() or t("local")

    def date(self, at: Instant) -> str:
        return weekday_of(self.moment(at))

    def stamp(self, at: Instant) -> str:
        """``03:14:09 UTC``."""
        return f"{self.moment(at):%H:%M:%S} {self.name(at)}"


@lru_cache(maxsize=2048)  # round instants stay in sight for many frames
def _wording(zone: Zone, at: Instant, step_s: float) -> tuple[str, bool] | None:
    """A tick's words, and whether a day begins there; None where the local time is not round."""
    moment = zone.moment(at)
    if (at + zone.offset_s(at)) % step_s:
        return None
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return (with_year(moment) if step_s >= 91 * DAY_S else day_of(moment), True)
    return (f"{moment:%H:%M:%S}" if step_s < 60 else f"{moment:%H:%M}", False)


def ticks(scale: Scale, zone: Zone, width_of: Callable[[str], float], edge: QRectF) -> list[Tick]:
    """As many ticks as fit without touching; a label that would leave ``edge`` is left out."""
    for step_s in STEPS_S:
        step_px = step_s * scale.width / (scale.end_at - scale.begin_at)
        if step_px < 30:  # no label is narrower: spare the fonts
            continue
        found = _ticks_of(scale, zone, step_s)
        widest = max((width_of(tick.text) for tick in found), default=0.0)
        if widest + LABEL_GAP_PX <= step_px or step_s == STEPS_S[-1]:
            return [tick for tick in found if _fits(tick, width_of(tick.text), edge)]
    return []


def _ticks_of(scale: Scale, zone: Zone, step_s: float) -> list[Tick]:
    """Round local times, also where the clocks change: then an hour may be missing, or come twice."""
    middle_at = (scale.begin_at + scale.end_at) / 2
    offsets = {zone.offset_s(at) for at in (scale.begin_at, middle_at, scale.end_at)}
    first = int((scale.begin_at + min(offsets)) // step_s)
    last = int((scale.end_at + max(offsets)) // step_s)
    rounds = sorted({n * step_s - offset_s for n in range(first, last + 1) for offset_s in offsets})
    found: list[Tick] = []
    for at in rounds:
        words = _wording(zone, at, step_s) if scale.begin_at <= at <= scale.end_at else None
        if words is not None and (not found or at - found[-1].at >= CLOSE * step_s):
            found.append(Tick(at, scale.x(at), *words))
    return found


def _fits(tick: Tick, width: float, edge: QRectF) -> bool:
    return tick.x - width / 2 >= edge.left() and tick.x + width / 2 <= edge.right()


def paint_axis(painter: QPainter, scale: Scale, zone: Zone, rect: QRectF, found: list[Tick]) -> None:
    """Labels under their ticks; the day and the zone in the gutter."""
    colours = theme.palette()
    painter.setFont(theme.font(FONT_PX))
    for tick in found:
        painter.setPen(QColor(colours.muted if tick.strong else colours.faint))
        painter.drawText(
            QRectF(tick.x - 60, rect.top(), 120, rect.height()), Qt.AlignmentFlag.AlignCenter, tick.text
        )
    painter.setPen(QColor(colours.faint))
    day = f"{zone.date(scale.begin_at)} · {zone.name(scale.end_at)}"
    gutter = QRectF(rect.left(), rect.top(), scale.left - rect.left() - 8, rect.height())
    metrics = QFontMetricsF(painter.font())
    first = found[0] if found else None
    room = (
        gutter.width() if first is None else first.x - metrics.horizontalAdvance(first.text) / 2 - rect.left()
    )
    if metrics.horizontalAdvance(day) < room - 8:
        painter.drawText(
            gutter.adjusted(0, 0, 60, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, day
        )
