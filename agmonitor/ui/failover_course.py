"""The course of a failover as a picture: each step's predicted end with its spread, the measured one on it.

Painted by hand; its text twin is its accessible name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agmonitor.failover.course import PhaseCourse
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.phrases import lasting

ROW_PX, EDGE_PX, BAR_PX = 40, 10, 9
WORDS_PX, SMALL_PX = 12, 11
WASH = 0.30


class CoursePicture(QWidget):
    """Shows the phases it was last given."""

    accessible_role = "Chart"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phases: tuple[PhaseCourse, ...] = ()
        self._measured: Mapping[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._speak()
        theme.changed.connect(self.update)

    def show_course(self, phases: Sequence[PhaseCourse], measured_s: Mapping[str, float]) -> None:
        """Predicted steps, and those seen so far, in seconds after the order."""
        self._phases, self._measured = tuple(phases), dict(measured_s)
        self._speak()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, 2 * EDGE_PX + ROW_PX * max(1, len(self._phases)))

    def minimumSizeHint(self) -> QSize:
        return QSize(280, self.sizeHint().height())

    def _speak(self) -> None:
        told = [f"{one.mark}: {self._words(one)}" for one in self._phases]
        self.setAccessibleName(
            t("Predicted course. {phases}.", phases="; ".join(told) or t("Nothing has been worked out yet"))
        )

    def _words(self, one: PhaseCourse) -> str:
        spread = t("{low} to {high}", low=_s(one.p5_s), high=_s(one.p95_s))
        seen = self._measured.get(one.name)
        expected = t("{span} expected", span=spread)
        return expected if seen is None else f"{lasting(seen)} · {expected}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._phases:
            painter.setPen(QColor(theme.palette().muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, t("No course is predicted."))
        area = QRectF(self.rect()).adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        ends = [one.p95_s for one in self._phases] + list(self._measured.values())
        reach_s = max([end for end in ends if math.isfinite(end)] + [0.05])
        for place, one in enumerate(self._phases):
            row = QRectF(area.left(), area.top() + place * ROW_PX, area.width(), ROW_PX)
            self._paint(painter, one, row, reach_s)
        painter.end()

    def _paint(self, painter: QPainter, one: PhaseCourse, row: QRectF, reach_s: float) -> None:
        colours = theme.palette()
        colour = QColor(_colour(one.name))
        words = QRectF(row.left(), row.top(), row.width(), 18)
        painter.setFont(theme.font(WORDS_PX, bold=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, one.mark)
        painter.setFont(theme.font(SMALL_PX))
        painter.setPen(QColor(colours.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, right, self._words(one))

        def x(seconds: float) -> float:
            return row.left() + row.width() * min(seconds / reach_s, 1.0)

        bar = QRectF(row.left(), words.bottom() + 3, row.width(), BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.grid))
        painter.drawRoundedRect(bar, 2, 2)
        pale = QColor(colour)
        pale.setAlphaF(WASH)
        painter.setBrush(pale)
        painter.drawRect(QRectF(x(one.p5_s), bar.top(), max(3.0, x(one.p95_s) - x(one.p5_s)), bar.height()))
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x(one.p50_s), bar.top()), QPointF(x(one.p50_s), bar.bottom()))
        seen = self._measured.get(one.name)
        if seen is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.text))
            painter.drawEllipse(QPointF(x(seen), bar.center().y()), 5, 5)


def _s(seconds: float) -> str:
    return lasting(seconds) if math.isfinite(seconds) else t("never")


def _colour(step: str) -> str:
    colours = theme.palette()
    return {
        "record": colours.dns,
        "promotion": colours.primary,
        "yielding": colours.secondary,
        "clients": colours.clients,
    }.get(step, colours.unknown)
