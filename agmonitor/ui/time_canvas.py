"""The painted half of the time view: one layer drawn when something changed, and what lies over it.

Holds what is shown and how it looks; what the pointer and the keys do with that is ``TimeView``'s.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from agmonitor.domain.model import Instant
from agmonitor.ui.axis import Zone
from agmonitor.ui.crosshair import NEAR_PX, Reading, read
from agmonitor.ui.crosshair_tip import paint_line, paint_tip
from agmonitor.ui.ground import Ground
from agmonitor.ui.lane_slots import slots
from agmonitor.ui.range_bar import RangeBar
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.time_layout import Graph, comfortable_px
from agmonitor.ui.time_overlay import crosshair_place, paint_moment, paint_ring
from agmonitor.ui.time_picture import EMPTY, LANES_EMPTY, Picture, draw, place
from agmonitor.ui.time_pointer import Pointer
from agmonitor.ui.time_range import TimeRange


class TimeCanvas(QWidget):
    """Paints ``shown`` of a history; ``_layer`` None: it has to be drawn again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = TimeRange()
        self.zone = Zone()
        self.moment_at: Instant | None = None
        self._history: GroupHistory | None = None
        self._drawn_changes = -1
        self._drawn_now = 0.0
        self._ground = Ground()
        self._layer: QPixmap | None = None
        self._spent: QPixmap | None = None  # the one before, to be drawn into again
        self._pointer = Pointer()
        self._folded: dict[Graph, bool] = {}  # as a person said
        self._ring = False  # the keyboard came here: show where it is
        self.bar = RangeBar(self)

    def text_at(self, moment: Instant) -> str:
        """Every lane's and curve's value at an instant, in words."""
        return EMPTY if self._history is None or self._history.empty else self._reading(moment).text

    @property
    def comfortable_px(self) -> int:
        """The least height at which all there is now can be read."""
        rows = () if self._history is None else slots(self._history, compact=True)
        return comfortable_px(len(rows) or LANES_EMPTY)

    def picture(self) -> Picture:
        """Where everything stands now."""
        return place(self._history, self.shown, self.width(), self.height(), self._folded)

    def render_layer(self) -> QPixmap:
        """The picture without the cross-hair."""
        picture = self.picture()
        layer = self._ground.laid(self._spent, picture.layout, self.size(), self.devicePixelRatioF())
        self._spent = None
        with QPainter(
            layer
        ) as painter:  # ended even where drawing fails: the layer must not outlive a painter
            end, present = self.bar.x() - 8.0, self.bar.has_present
            newest = self.moment_at is None
            draw(
                painter,
                picture,
                self._history,
                self.shown,
                self.zone,
                end,
                has_present=present,
                newest=newest,
            )
        return layer

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._layer is not None and self._layer.devicePixelRatioF() != self.devicePixelRatioF():
            self._outdate()  # the window was moved to a screen with other pixels
        if self._layer is None:
            self._layer = self.render_layer()
            self._drawn_now = self.shown.now
            self._drawn_changes = self._history.changes if self._history is not None else 0
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._layer)
        self._paint_crosshair(painter)
        if self._ring:
            paint_ring(painter, self.picture().layout.roles.frame)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() is not Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.update()

    def _outdate(self) -> None:
        """The layer has to be drawn again."""
        if self._layer is not None:
            self._spent, self._layer = self._layer, None

    def hideEvent(self, _event: QHideEvent) -> None:
        self._layer = self._spent = None
        self._ground.forget()

    def _reading(self, at: Instant) -> Reading:
        assert self._history is not None
        pixel_s = self.shown.span_s / max(1.0, self.picture().scale.width)
        return read(self._history, at, self.zone, max(1.5, NEAR_PX * pixel_s))

    def _paint_crosshair(self, painter: QPainter) -> None:
        picture = self.picture()
        if self.moment_at is not None:
            paint_moment(painter, picture, self.moment_at, self.zone)
        point = crosshair_place(picture, self._pointer.place, self.moment_at)
        if point is None or self._history is None or self._history.empty or self._pointer.dragging:
            return
        paint_line(painter, point.x(), picture.layout)
        at = picture.scale.at(point.x())
        told = self._pointer.place is not None or self._ring  # else the whole window tells the moment
        if at <= self.shown.now and told:
            below_bar = QRectF(self.rect())  # the range buttons would lie over it
            below_bar.setTop(picture.layout.roles.plot.top() - 2)
            paint_tip(painter, self._reading(at), point, below_bar)
