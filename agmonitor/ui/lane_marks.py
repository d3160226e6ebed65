"""Paints marks on a lane: calls of hooks, notes and orders, those that touch together with one summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from agmonitor.domain.model import Instant, Severity
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.hook_marks import HookMark, HookMarkKind
from agmonitor.ui.hook_marks import summary as hooks_summary
from agmonitor.ui.marks import paint_mark
from agmonitor.ui.pins import Pin, PinKind
from agmonitor.ui.pins import summary as pins_summary

CLUSTER_PX = 14.0
REACH_PX = 5.5
MANY = 24  # shapes of one cluster that are painted: more would lie under them
ELIDED_MIN_PX = 90.0
HOOK_SHAPES = {
    HookMarkKind.RETURNED: Severity.NOTICE,  # a diamond
    HookMarkKind.RAISED: Severity.CRITICAL,  # a square
    HookMarkKind.RUNNING: Severity.UNKNOWN,  # a ring: nobody knows yet how it ends
    HookMarkKind.MISSED: Severity.WARNING,  # a triangle
}
PIN_SHAPES = {
    PinKind.NOTE: Severity.NOTICE,
    PinKind.ACKNOWLEDGED: Severity.OK,  # a disc
    PinKind.ORDERED: Severity.WARNING,
}


class Placed(Protocol):
    """Whatever stands at an instant."""

    @property
    def at(self) -> Instant: ...


Mark = TypeVar("Mark", bound=Placed)
Shape = tuple[Severity, str]  # and its colour


def clusters(marks: Sequence[Mark], scale: Scale) -> list[list[Mark]]:
    """Marks that would touch on screen, together."""
    found: list[list[Mark]] = []
    for mark in marks:
        if found and scale.x(mark.at) - scale.x(found[-1][-1].at) < CLUSTER_PX:
            found[-1].append(mark)
        else:
            found.append([mark])
    return found


def paint_hooks(painter: QPainter, marks: Sequence[HookMark], scale: Scale, rect: QRectF) -> None:
    """A shape a call or missed call, those that went wrong on top, and what they came to."""

    def shape(mark: HookMark) -> Shape:
        severity = HOOK_SHAPES[mark.kind]
        return severity, theme.severity_colour(severity)

    def colour(cluster: Sequence[HookMark]) -> str:
        colours = theme.palette()
        return colours.critical if any(mark.wrong for mark in cluster) else colours.muted

    _paint(painter, marks, scale, rect, shape, hooks_summary, colour)


def paint_pins(painter: QPainter, pins: Sequence[Pin], scale: Scale, rect: QRectF) -> None:
    """A shape a note, acknowledgement or order, and its words."""

    def shape(pin: Pin) -> Shape:
        return PIN_SHAPES[pin.kind], theme.palette().accent

    _paint(painter, pins, scale, rect, shape, pins_summary, lambda _cluster: theme.palette().text)


def _paint(
    painter: QPainter,
    marks: Sequence[Mark],
    scale: Scale,
    rect: QRectF,
    shape: Callable[[Mark], Shape],
    summary: Callable[[Sequence[Mark]], str],
    colour: Callable[[Sequence[Mark]], str],
) -> None:
    together = clusters(marks, scale)
    painter.setFont(theme.font(11, bold=True))
    metrics = QFontMetricsF(painter.font())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    taken = rect.left()  # up to there something stands
    for number, cluster in enumerate(together):
        for mark in sorted(cluster[-MANY:], key=lambda each: shape(each)[0]):
            _paint_shape(painter, shape(mark), scale.x(mark.at), rect)
        words = summary(cluster)
        left, right = scale.x(cluster[0].at) - 10, scale.x(cluster[-1].at) + 10
        following = scale.x(together[number + 1][0].at) - 10 if number + 1 < len(together) else rect.right()
        from_x, until_x = _place(metrics.horizontalAdvance(words), (taken, left), (right, following))
        taken = max(right, until_x)
        if until_x > from_x:
            painter.setPen(QColor(colour(cluster)))
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, until_x - from_x + 1)
            place = QRectF(from_x, rect.top(), until_x - from_x + 2, rect.height())
            painter.drawText(place, flags, shown)


def _place(width: float, before: tuple[float, float], behind: tuple[float, float]) -> tuple[float, float]:
    """Where words so wide go: whole behind their marks, else whole before them, else cut behind them."""
    if behind[0] + width <= behind[1]:
        return behind[0], behind[0] + width
    if before[1] - width >= before[0]:
        return before[1] - width, before[1]
    return (behind[0], behind[1]) if behind[1] - behind[0] >= ELIDED_MIN_PX else (behind[0], behind[0])


def _paint_shape(painter: QPainter, shape: Shape, x: float, rect: QRectF) -> None:
    """On a ground of its own, so that neighbours stay apart."""
    severity, colour = shape
    reach = min(REACH_PX, rect.height() / 2)
    area = QRectF(x - reach, rect.center().y() - reach, 2 * reach, 2 * reach)
    paint_mark(painter, area.adjusted(-1.5, -1.5, 1.5, 1.5), severity, theme.palette().panel)
    paint_mark(painter, area, severity, colour)
