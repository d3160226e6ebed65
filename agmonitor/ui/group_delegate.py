"""How a row of the list of groups is painted: shape, name, little heartbeat trace, second line, tags."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agmonitor.domain.model import Severity
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.beat_trace import SAMPLES, Trace
from agmonitor.ui.group_facts import GroupRow
from agmonitor.ui.group_model import ROW, Index
from agmonitor.ui.marks import paint_mark

ROW_PX = 54
MARK_PX = 13
LEFT_PX = 40
NAME_PX, LINE_PX, TAG_PX = 14, 12, 11
TRACE_PX, TRACE_LEAST_PX, TRACE_HIGH_PX = 52.0, 24.0, 17.0  # what the name needs, it gets of the first
TRACE_TOP = 1.25  # allowed absences at the trace's upper edge
# Translators: a badge: its alerts are silenced
QUIET = t("QUIET")
CHOSEN_TINT = 0.16  # of the accent, on the sidebar's ground
TAGS_LEAST_PX = 36.0  # a tag cut shorter tells nothing; all are in the row's tool tip


class GroupDelegate(QStyledItemDelegate):
    """One row; everything in it is told by ``GroupRow.spoken`` and its trace's words too."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: GroupRow = index.data(ROW)
        now = theme.palette()
        rect = QRectF(option.rect).adjusted(8, 2, -8, -2)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, rect, row, state)
        mark = QRectF(rect.left() + 11, rect.center().y() - MARK_PX / 2, MARK_PX, MARK_PX)
        paint_mark(painter, mark, row.severity, theme.severity_colour(row.severity))
        left, right = rect.left() + LEFT_PX - 8, rect.right() - 8
        name_right = _badge(painter, rect) if row.lab else right
        if row.trace is not None and row.trace.known:
            spare = name_right - left - 8 - _advance(row.name, NAME_PX, bold=True)
            wide = min(max(spare, TRACE_LEAST_PX), TRACE_PX)
            area = QRectF(name_right - wide, rect.top() + 7, wide, TRACE_HIGH_PX)
            paint_trace(painter, area, row.trace)
            name_right = area.left() - 8
        painter.setPen(QColor(now.text))
        # Names of one site begin alike: their ends are what tells them apart.
        area = QRectF(left, rect.top() + 5, name_right - left, 21)
        _text(painter, area, _shortened(row.name, NAME_PX, area.width(), name=True), NAME_PX, bold=True)
        _second_line(painter, QRectF(left, rect.top() + 26, right - left, 18), row)
        painter.restore()


def paint_trace(painter: QPainter, area: QRectF, trace: Trace) -> None:
    """Beat ages as a line below the allowed absence's; what was not known stays empty."""
    now = theme.palette()
    limit_y = area.bottom() - area.height() / TRACE_TOP
    painter.setPen(QPen(QColor(now.gap), 1.0, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(area.left(), limit_y), QPointF(area.right(), limit_y))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    step = area.width() / (SAMPLES - 1)
    begin = area.right() - step * (len(trace.ages_s) - 1)
    run: list[QPointF] = []
    worst = 0.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for place, age_s in enumerate((*trace.ages_s, None)):
        if age_s is not None:
            worst = max(worst, age_s)
            high = min(age_s / trace.limit_s if trace.limit_s else TRACE_TOP, TRACE_TOP) / TRACE_TOP
            run.append(QPointF(begin + step * place, area.bottom() - high * area.height()))
            continue
        _run(painter, run, _colour(trace, worst))
        run, worst = [], 0.0


def _run(painter: QPainter, run: list[QPointF], colour: str) -> None:
    painter.setPen(QPen(QColor(colour), 1.3))
    if len(run) == 1:
        painter.drawPoint(run[0])
    elif run:
        painter.drawPolyline(QPolygonF(run))


def _colour(trace: Trace, worst_s: float) -> str:
    now = theme.palette()
    if worst_s > trace.limit_s:
        return now.critical
    return now.warning if worst_s > trace.late_after_s else now.secondary


def _second_line(painter: QPainter, area: QRectF, row: GroupRow) -> None:
    now = theme.palette()
    if row.quiet:
        area = area.adjusted(_quiet_badge(painter, area), 0, 0, 0)
    wide = 0.0
    if row.tags:
        # What is wrong is read before where it belongs: tags have what the words leave.
        tags = " ".join(f"#{tag}" for tag in row.tags)
        room = area.width() - _advance(row.line, LINE_PX) - 8
        if room >= min(TAGS_LEAST_PX, _advance(tags, TAG_PX)):
            tags = _shortened(tags, TAG_PX, room)
            wide = _advance(tags, TAG_PX) + 8
            painter.setPen(QColor(now.muted))  # the fainter one is too faint on a chosen row
            _text(painter, area, tags, TAG_PX, at=Qt.AlignmentFlag.AlignRight)
    painter.setPen(QColor(now.muted if row.severity < Severity.WARNING else now.text))
    line = area.adjusted(0, 0, -wide, 0)
    _text(painter, line, _shortened(row.line, LINE_PX, line.width()), LINE_PX)


def _ground(painter: QPainter, rect: QRectF, row: GroupRow, state: QStyle.StateFlag) -> None:
    now = theme.palette()
    selected = bool(state & QStyle.StateFlag.State_Selected)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or hovered:
        painter.setBrush(QColor(theme.tint(now.accent, now.sidebar, CHOSEN_TINT if selected else 0.07)))
        painter.drawRoundedRect(rect, 6, 6)
    if selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(now.accent))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
    if row.lab:
        painter.setBrush(QColor(now.lab))
        painter.drawRoundedRect(QRectF(rect.left(), rect.top() + 6, 3, rect.height() - 12), 1.5, 1.5)


def _badge(painter: QPainter, rect: QRectF) -> float:
    """The lab's; gives the x where it begins."""
    now = theme.palette()
    painter.setFont(theme.font(10, bold=True))
    badge = QRectF(rect.right() - 44, rect.top() + 8, 36, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(now.lab))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setPen(QColor(now.on_fill))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, t("LAB"))
    return badge.left() - 6


def _quiet_badge(painter: QPainter, area: QRectF) -> float:
    """Its alerts are kept quiet; gives what it takes of the width."""
    now = theme.palette()
    painter.setFont(theme.font(10, bold=True))
    wide = QFontMetricsF(painter.font()).horizontalAdvance(QUIET) + 10
    badge = QRectF(area.left(), area.center().y() - 7.5, wide, 15)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(now.muted))
    painter.drawRoundedRect(badge, 4, 4)
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, QUIET)
    return wide + 6


def _text(
    painter: QPainter,
    area: QRectF,
    text: str,
    size_px: int,
    *,
    bold: bool = False,
    at: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(theme.font(size_px, bold=bold))
    painter.drawText(area, at | Qt.AlignmentFlag.AlignVCenter, text)


# Rows are painted far more often than their texts change, and measuring costs as much as painting.


@functools.lru_cache(maxsize=2048)
def _advance(text: str, size_px: int, *, bold: bool = False) -> float:
    return QFontMetricsF(theme.font(size_px, bold=bold)).horizontalAdvance(text)


@functools.lru_cache(maxsize=2048)
def _shortened(text: str, size_px: int, room_px: float, *, name: bool = False) -> str:
    """What fits; of a name, which is bold, the middle goes first, else the end."""
    mode = Qt.TextElideMode.ElideMiddle if name else Qt.TextElideMode.ElideRight
    return QFontMetricsF(theme.font(size_px, bold=name)).elidedText(text, mode, room_px)
