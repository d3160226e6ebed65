"""Paints the rows of the time view's upper panel: bars with their names, marks, what is left of answers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.agreed_lane import agreed
from agmonitor.ui.axis import Scale
from agmonitor.ui.joined_track import JoinedTrack
from agmonitor.ui.lane_marks import paint_hooks, paint_pins
from agmonitor.ui.lane_slots import BarsSlot, HooksSlot, NotesSlot, Slot
from agmonitor.ui.lane_tracks import CLIENTS_LANE
from agmonitor.ui.lanes import Open, bar_words, paint_lane, words_px
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.spans import Bar, BarKind
from agmonitor.ui.time_layout import Layout

TTL_PX, TTL_MARGIN_PX, TTL_CLEAR_PX = 10, 8.0, 90.0  # clear of the words at the bar's beginning
NAME_PX = (12, 11, 10)
WORDS_AIR_PX = 6
NOTHING_HEARD = t("nothing heard yet")
CLIENTS_NOT_JUDGED = t("not judged until the client's path has worked once")


def paint_rows(
    painter: QPainter, rows: tuple[Slot, ...], layout: Layout, scale: Scale, newest_at: Instant | None
) -> None:
    """The bars, and beside them what each row is; what lasts is told as of ``newest_at``."""
    for row, rect in zip(rows, layout.lanes, strict=True):
        if isinstance(row, BarsSlot):
            _bars(painter, row, scale, rect, newest_at)
    painter.setPen(QColor(theme.palette().muted))
    width = layout.left - layout.roles.header.left() - 10
    for row, rect in zip(rows, layout.lanes, strict=True):
        painter.setFont(name_font(row.label, width))
        shown = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideMiddle, int(width))
        painter.drawText(
            QRectF(layout.roles.header.left(), rect.top(), width, rect.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip,  # a low bar is lower than its name
            shown,
        )


def name_font(label: str, width_px: float) -> QFont:
    """Smaller type before a lane's name is cut: a resolver's is an address, perhaps with its port."""
    fonts = (theme.font(size_px, bold=True) for size_px in NAME_PX)
    fitting = (font for font in fonts if QFontMetricsF(font).horizontalAdvance(label) <= width_px)
    return next(fitting, theme.font(NAME_PX[-1], bold=True))


def paint_row_marks(
    painter: QPainter, rows: tuple[Slot, ...], layout: Layout, scale: Scale, history: GroupHistory
) -> None:
    """Over the gaps: what a person left there, and what a node's inventory told afterwards, is known."""
    for row, rect in zip(rows, layout.lanes, strict=True):
        if isinstance(row, HooksSlot):
            calls = history.hooks_between(scale.begin_at, scale.end_at, row.node)
            paint_hooks(painter, calls, scale, rect)
        elif isinstance(row, NotesSlot):
            paint_pins(painter, history.pins_between(scale.begin_at, scale.end_at), scale, rect)


def paint_times_to_live(
    painter: QPainter,
    rows: tuple[Slot, ...],
    layout: Layout,
    scale: Scale,
    history: GroupHistory,
    now: Instant,
) -> None:
    """At the present: how long each name server's newest answer may still be kept, on its bar's end."""
    painter.setFont(theme.font(TTL_PX, bold=True))
    painter.setPen(QColor(theme.palette().on_fill))
    metrics = QFontMetricsF(painter.font())
    for row, rect in zip(rows, layout.lanes, strict=True):
        if not isinstance(row, BarsSlot) or rect.height() < TTL_PX + 1:
            continue
        bar, words = _newest_bar(row, scale), newest_ttl_words(row, history, now)
        if bar is None or not words or bar.value.kind not in {BarKind.POINTS, BarKind.APART}:
            continue
        left, end = max(rect.left(), scale.x(bar.from_at)), min(rect.right(), scale.x(bar.until_at))
        right, width = end - TTL_MARGIN_PX, metrics.horizontalAdvance(words)
        told_px = words_px(bar_words(bar), QRectF(left, rect.top(), end - left, rect.height()))
        clear = left + max(TTL_CLEAR_PX, told_px + TTL_MARGIN_PX)  # a long name may fill the bar
        if right - width > clear and right <= rect.right():
            place = QRectF(right - width, rect.top(), width + 1, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)


def _newest_bar(row: BarsSlot, scale: Scale) -> Bar | None:
    if not row.names:
        return row.tracks[0].last()
    bars = agreed(row.by_resolver, scale.begin_at, scale.end_at, row.round_s)
    return bars.bar(len(bars) - 1) if bars is not None and len(bars) else None


def newest_ttl_words(row: BarsSlot, history: GroupHistory, now: Instant) -> str:
    """Of several the least: from then on one of them asks anew."""
    if not row.names:
        return history.ttl_at(row.name, now)
    told = (history.ttls.told_at(history.bars.name_of(name), now) for name in row.names)
    left_s = min((one[1] for one in told if one is not None), default=None)
    return "" if left_s is None else t("least TTL {seconds} s left", seconds=round(left_s))


def _bars(painter: QPainter, row: BarsSlot, scale: Scale, rect: QRectF, newest_at: Instant | None) -> None:
    """One lane; several as one, or sharing the height where there are too many bars for words."""
    together = agreed(row.by_resolver, scale.begin_at, scale.end_at, row.round_s) if row.names else None
    if together is not None:
        last_at = float(together.until_at[-1]) if len(together) else None
        goes_on = None
        if last_at is not None and newest_at is not None and newest_at - last_at <= row.tracks[0].hole_s:
            goes_on = Open(last_at, max(newest_at, last_at))
        paint_lane(painter, together, scale, rect, goes_on)
        return
    height = rect.height() / len(row.tracks)
    for number, track in enumerate(row.tracks):
        strip = QRectF(rect.left(), rect.top() + number * height, rect.width(), height - (number > 0))
        paint_lane(
            painter, track.between(scale.begin_at, scale.end_at), scale, strip, _open(track, newest_at)
        )


def paint_empty_rows(
    painter: QPainter, rows: tuple[Slot, ...], layout: Layout, gaps: list[tuple[float, float, str]]
) -> None:
    """Why a lane has no bar, else it looks like a defect; beside the gaps, whose hatching would cut it."""
    for row, rect in zip(rows, layout.lanes, strict=True):
        if not isinstance(row, BarsSlot) or any(len(track) for track in row.tracks):
            continue
        painter.setFont(theme.font(11))
        words = CLIENTS_NOT_JUDGED if row.label == CLIENTS_LANE else NOTHING_HEARD
        wide = painter.fontMetrics().horizontalAdvance(words) + WORDS_AIR_PX
        right = free_right(rect, [(left, right) for left, right, _ in gaps], wide)
        place = QRectF(right - wide, rect.top(), wide, rect.height())
        painter.fillRect(place, QColor(theme.palette().panel))
        painter.setPen(QColor(theme.palette().faint))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place, align | Qt.TextFlag.TextDontClip, words)


def free_right(rect: QRectF, gaps: list[tuple[float, float]], wide: float) -> float:
    """The right edge of the rightmost place that is so wide and crosses no gap; else the lane's own."""
    right = rect.right()
    for gap_left, gap_right in reversed(gaps):
        if right - gap_right >= wide:
            return right
        right = gap_left
    return right if right - rect.left() >= wide else rect.right()


def _open(track: JoinedTrack, newest_at: Instant | None) -> Open | None:
    """The bar that goes on, and until when it is known to: it ends at its last answer, cards count to now."""
    last = track.last()
    if last is None or newest_at is None or newest_at - last.until_at > track.hole_s:
        return None
    return Open(last.until_at, max(newest_at, last.until_at))
