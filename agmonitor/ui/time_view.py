"""The window's time half as one widget: lanes, heartbeat age and response time on one shared axis.

It holds which time is on screen and what the pointer does; it reads ``GroupHistory`` and changes nothing. The
shell calls ``refresh`` from its one display timer; nothing is painted while hidden or unchanged.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from agmonitor.domain.model import Instant
from agmonitor.ui import theme
from agmonitor.ui.axis import Zone
from agmonitor.ui.crosshair import NEAR_PX, Reading, paint_line, paint_tip, read
from agmonitor.ui.ground import Ground
from agmonitor.ui.range_bar import RangeBar
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.time_layout import HEIGHT_MIN_PX, WIDTH_MIN_PX
from agmonitor.ui.time_picture import EMPTY, Picture, draw, place
from agmonitor.ui.time_range import RANGES, TimeRange

DRAG_BEGINS_PX = 4.0
ZOOM_KEY = 1.5
ZOOM_NOTCH = 1.25
PAN_KEY_SHARE = 0.1


class TimeView(QWidget):
    """``moment_picked``: an instant was clicked; ``zone_changed``: UTC (True) or local time."""

    moment_picked = Signal(float)
    zone_changed = Signal(bool)
    live_changed = Signal(bool)
    past_wanted = Signal(object)  # Wish

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = TimeRange()
        self.zone = Zone()
        self.pinned_at: Instant | None = None
        self._history: GroupHistory | None = None
        self._drawn_changes = -1
        self._drawn_now = 0.0
        self._ground = Ground()
        self._layer: QPixmap | None = None
        self._pointer: QPointF | None = None
        self._pressed: tuple[QPointF, Instant] | None = None
        self._dragging = False
        self._ring = False  # the keyboard came here: show where it is
        self.bar = RangeBar(self)
        self.bar.range_chosen.connect(self.choose_range)
        self.bar.live_chosen.connect(self.go_live)
        self.bar.tell(self.shown)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(WIDTH_MIN_PX, HEIGHT_MIN_PX)
        self.setAccessibleName("Roles, heartbeat age and response time over time")
        self.setAccessibleDescription(EMPTY)
        theme.changed.connect(self._on_theme_changed)

    def show_history(self, history: GroupHistory | None) -> None:
        """Show another group; range and zone stay."""
        self._history = history
        self.pinned_at = None
        self._redraw()

    def refresh(self, now: Instant) -> None:
        """The display timer's beat: move on and repaint, if there is anything to see."""
        due = self._history.due if self._history is not None else None
        began_at = self._history.began_at if self._history is not None else None
        self.shown = self.shown.at_time(now, due.closes_at if due is not None else None, began_at)
        if not self.isVisible():
            return
        changes = self._history.changes if self._history is not None else 0
        pixel_s = self.shown.span_s / max(1.0, self.picture().scale.width)
        moved = self.shown.live and abs(now - self._drawn_now) >= pixel_s
        present = self.shown.live or self.shown.end_at >= self._drawn_now
        if moved or ((changes != self._drawn_changes or due is not None) and present):
            self._redraw()
        else:
            self._want_past()

    def show_earlier(self) -> None:
        """More of the past was read."""
        self._redraw()

    def text_at(self, moment: Instant) -> str:
        """Every lane's and curve's value at an instant, in words."""
        return EMPTY if self._history is None or self._history.empty else self._reading(moment).text

    def picture(self) -> Picture:
        """Where everything stands now."""
        return place(self._history, self.shown, self.width(), self.height())

    def choose_range(self, number: int) -> None:
        """One of ``RANGES``, with the right edge kept."""
        self._go(self.shown.stretched(RANGES[number][1]))

    def go_live(self) -> None:
        """Follow the present again."""
        self.pinned_at = None
        self._go(self.shown.following())

    def fit(self, from_at: Instant, until_at: Instant, margin: float) -> None:
        """All between two instants on screen, the cross-hair gone."""
        self.pinned_at = None
        wanted = self.shown.stretched((until_at - from_at) * margin)
        self._go(wanted.ending(until_at))

    def zoom(self, factor: float, around_at: Instant | None = None) -> None:
        """By a factor above one: more time on screen. Live stays live unless an instant is to be kept."""
        if around_at is None and self.shown.live:
            self._go(self.shown.stretched(self.shown.span_s * factor))
            return
        middle_at = (self.shown.begin_at + self.shown.end_at) / 2
        self._go(self.shown.zoomed(factor, middle_at if around_at is None else around_at))

    def pan(self, by_s: float) -> None:
        self._go(self.shown.panned(by_s))

    def pin(self, at: Instant | None) -> None:
        """Keep the cross-hair at an instant, without the pointer."""
        self.pinned_at = at
        self.update()

    def use_utc(self, utc: bool) -> None:  # noqa: FBT001 - the value of a check mark
        if utc != self.zone.utc:
            self.zone = Zone(utc)
            self.zone_changed.emit(utc)
            self._redraw()

    def render_layer(self) -> QPixmap:
        """The picture without the cross-hair."""
        picture = self.picture()
        layer = self._ground.copied(picture.layout, self.size(), self.devicePixelRatioF())
        with QPainter(
            layer
        ) as painter:  # ended even where drawing fails: the layer must not outlive a painter
            draw(painter, picture, self._history, self.shown, self.zone, self.bar.x() - 8.0)
        return layer

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._layer is None:
            self._layer = self.render_layer()
            self._drawn_now = self.shown.now
            self._drawn_changes = self._history.changes if self._history is not None else 0
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._layer)
        self._paint_crosshair(painter)
        if self._ring:
            _paint_ring(painter, self.picture().layout.roles.frame)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() is not Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place_bar()
        self._redraw()

    def showEvent(self, _event: QShowEvent) -> None:
        self._place_bar()
        self._redraw()

    def hideEvent(self, _event: QHideEvent) -> None:
        self._layer = None
        self._ground.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step_s = self.shown.span_s * PAN_KEY_SHARE
        key = event.key()
        if Qt.Key.Key_1 <= key < Qt.Key.Key_1 + len(RANGES):
            self.choose_range(key - Qt.Key.Key_1)
        elif key in {Qt.Key.Key_L, Qt.Key.Key_End, Qt.Key.Key_Escape}:
            self.go_live()
        elif key == Qt.Key.Key_U:
            self.use_utc(not self.zone.utc)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.pan(-step_s if key == Qt.Key.Key_Left else step_s)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(1 / ZOOM_KEY)
        elif key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}:
            self.zoom(ZOOM_KEY)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        scale = self.picture().scale
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            self.pan(-turned.x() / 120 * self.shown.span_s * PAN_KEY_SHARE)
        elif turned.y():
            x = min(max(event.position().x(), scale.left), scale.right)
            self.zoom(ZOOM_NOTCH ** (-turned.y() / 120), scale.at(x))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.picture().holds(event.position()):
            self._pressed = (event.position(), self.picture().scale.at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._pressed is not None:
            start, at = self._pressed
            self._dragging = self._dragging or abs(event.position().x() - start.x()) > DRAG_BEGINS_PX
            if self._dragging:
                self.pan(at - self.picture().scale.at(event.position().x()))
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._pressed is not None and not self._dragging:
            self.pinned_at = self._pressed[1]
            self.moment_picked.emit(self._pressed[1])
        self._pressed = None
        self._dragging = False
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._pointer = None
        self.update()

    def _reading(self, at: Instant) -> Reading:
        assert self._history is not None
        pixel_s = self.shown.span_s / max(1.0, self.picture().scale.width)
        return read(self._history, at, self.zone, max(1.5, NEAR_PX * pixel_s))

    def _paint_crosshair(self, painter: QPainter) -> None:
        picture = self.picture()
        point = _crosshair_place(picture, self._pointer, self.pinned_at)
        if point is None or self._history is None or self._history.empty or self._dragging:
            return
        paint_line(painter, point.x(), picture.layout)
        at = picture.scale.at(point.x())
        if at <= self.shown.now:
            below_bar = QRectF(self.rect())  # the range buttons would lie over it
            below_bar.setTop(picture.layout.roles.plot.top() - 2)
            paint_tip(painter, self._reading(at), point, below_bar)

    def _go(self, shown: TimeRange) -> None:
        was_live, self.shown = self.shown.live, shown
        self.bar.tell(shown)
        self._place_bar()
        if shown.live is not was_live:
            self.live_changed.emit(shown.live)
        self._redraw()

    def _place_bar(self) -> None:
        header = self.picture().layout.roles.header
        size = self.bar.sizeHint()
        top = header.top() + (header.height() - size.height()) / 2 + 1
        self.bar.setGeometry(round(self.width() - size.width() - 12), round(top), size.width(), size.height())

    def _want_past(self) -> None:
        """Ask for what is on screen, was before our memory and has not been read."""
        if self._history is not None and self.isVisible():
            scale = self.picture().scale
            if wish := self._history.wish(scale.begin_at, scale.end_at, self.shown.now, scale.width):
                self.past_wanted.emit(wish)

    def _redraw(self) -> None:
        self._layer = None
        self._want_past()
        if self._history is not None and not self._history.empty and self.isVisible():
            self.setAccessibleDescription(self.text_at(min(self.shown.now, self.shown.end_at)))
        self.update()

    def _on_theme_changed(self) -> None:
        self.bar.restyle()
        self._redraw()


def _paint_ring(painter: QPainter, frame: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.palette().accent), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)


def _crosshair_place(picture: Picture, pointer: QPointF | None, pinned_at: Instant | None) -> QPointF | None:
    """Where the pointer is, else at the pinned instant, as far as that is on screen."""
    scale = picture.scale
    if pointer is not None and picture.holds(pointer):
        return pointer
    if pinned_at is not None and scale.begin_at <= pinned_at <= scale.end_at:
        return QPointF(scale.x(pinned_at), picture.layout.heartbeat.plot.center().y())
    return None
