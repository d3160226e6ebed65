"""The window's time half as one widget: lanes, heartbeat age and response time on one shared axis.

It holds which time is on screen and what the pointer does; it reads ``GroupHistory`` and changes nothing. The
shell calls ``refresh`` from its one display timer; nothing is painted while hidden or unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui import theme
from agmonitor.ui.axis import Zone
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.time_canvas import TimeCanvas
from agmonitor.ui.time_keys import PAN_KEY_SHARE, pressed
from agmonitor.ui.time_layout import HEIGHT_MIN_PX, WIDTH_MIN_PX, Graph
from agmonitor.ui.time_picture import EMPTY
from agmonitor.ui.time_range import RANGES, TimeRange

ZOOM_NOTCH = 1.25


class TimeView(TimeCanvas):
    """The time axis with all that hangs on it.

    ``moment_chosen``: a moment of the past was clicked or reached with Shift and an arrow (float: seconds
    since the epoch, on our clock), or let go of with Esc, L, End, another group (None). While
    there is one a line marks it through every panel, and the range holds still.
    ``live_changed``: follows the present (True) or lets go; ``zone_changed``: UTC (True) or local time.
    """

    accessible_role = "Chart"
    moment_chosen = Signal(object)  # float | None
    zone_changed = Signal(bool)
    live_changed = Signal(bool)
    past_wanted = Signal(object)  # Wish
    menu_asked = Signal(float, object)  # of which moment, and where on the screen (a QPoint)
    room_changed = Signal()  # what it has, or what it wants to have

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted_px = 0  # a height, as last told of
        self.bar.range_chosen.connect(self.choose_range)
        self.bar.live_chosen.connect(self.go_live)
        self.bar.tell(self.shown)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(WIDTH_MIN_PX, HEIGHT_MIN_PX)
        self.setAccessibleName(t("Roles, heartbeat age and response time over time"))
        self.setAccessibleDescription(EMPTY)
        theme.changed.connect(self._on_theme_changed)

    def show_history(self, history: GroupHistory | None) -> None:
        """Show another group; range and zone stay."""
        another, self._history = history is not self._history, history
        if another:
            self._let_go_of_moment()
        self._redraw()
        self._describe()

    def refresh(self, now: Instant) -> None:
        """The display timer's beat: move on and repaint, if there is anything to see."""
        if self._history is not None:
            self._history.hold_faults(now)
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
        self._describe()

    def show_earlier(self) -> None:
        """More of the past was read."""
        self._redraw()

    def choose_range(self, number: int) -> None:
        """One of ``RANGES``, with the right edge kept."""
        self._go(self.shown.stretched(RANGES[number][1]))

    def go_live(self) -> None:
        """Follow the present again."""
        self._let_go_of_moment()
        self._go(self.shown.following())
        self._describe()

    def fit(self, from_at: Instant, until_at: Instant, margin: float) -> None:
        """All between two instants on screen, the cross-hair gone."""
        self._let_go_of_moment()
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

    def fold(self, graph: Graph) -> None:
        """Fold a graph away to its title line, or back."""
        self._folded[graph] = not self.picture().layout.panel(graph).folded
        self._redraw()

    @property
    def folds(self) -> Mapping[str, bool]:
        """The graphs that a person folded or unfolded, by name; the others go by the room there is."""
        return {graph.value: folded for graph, folded in self._folded.items()}

    def be_folded(self, folds: Mapping[str, bool]) -> None:
        """As a person left them."""
        self._folded = {graph: folds[graph.value] for graph in Graph if graph.value in folds}
        self._redraw()

    def choose_moment(self, at: Instant | None) -> None:
        """Mark a moment, bring it on screen and tell of it; None: back to the present. Never beyond now."""
        if at is None:
            self.go_live()
            return
        self.moment_at = at = min(at, self.shown.now)
        self._go(self.shown.holding(at))
        self._describe()
        self.moment_chosen.emit(at)

    def use_utc(self, utc: bool) -> None:  # noqa: FBT001 - the value of a check mark
        if utc != self.zone.utc:
            self.zone = Zone(utc)
            self.zone_changed.emit(utc)
            self._redraw()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place_bar()
        self._redraw()
        QTimer.singleShot(0, self, self.room_changed.emit)  # not amid the layout that resizes us

    def showEvent(self, _event: QShowEvent) -> None:
        self._place_bar()
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed(self, event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the moment under the pointer; by key of the one on show, else of the newest on screen."""
        picture = self.picture()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = min(self.shown.now, self.shown.end_at) if self.moment_at is None else self.moment_at
            self.menu_asked.emit(at, self.mapToGlobal(self.rect().center()))
        elif picture.holds(QPointF(event.pos())):
            self.menu_asked.emit(picture.scale.at(event.pos().x()), event.globalPos())

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
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        picture = self.picture()
        graph = picture.title_at(event.position())
        if graph is not None:
            self.fold(graph)
        elif picture.holds(event.position()):
            self._pointer.press(event.position(), picture.scale)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        by_s = self._pointer.move(event.position(), self.picture().scale)
        if by_s is not None:
            self.pan(by_s)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        clicked_at = self._pointer.release()
        if clicked_at is not None:
            self.choose_moment(clicked_at)
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._pointer.place = None
        self.update()

    def _go(self, shown: TimeRange) -> None:
        was_live, self.shown = self.shown.live, shown
        self.bar.tell(shown)
        self._place_bar()
        if shown.live is not was_live:
            self.live_changed.emit(shown.live)
        self._redraw()

    def _let_go_of_moment(self) -> None:
        if self.moment_at is not None:
            self.moment_at = None
            self.moment_chosen.emit(None)

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
        self._outdate()
        wanted_px = self.comfortable_px
        if wanted_px != self._wanted_px:
            self._wanted_px = wanted_px
            self.room_changed.emit()
        self._want_past()
        self.update()

    def _describe(self) -> None:
        """For a screen reader; not with each frame of a drag: it takes longer than many of them.

        The chosen moment, so that the cross-hair's values are there without a pointer; else the newest seen.
        """
        if self._history is not None and not self._history.empty and self.isVisible():
            at = min(self.shown.now, self.shown.end_at) if self.moment_at is None else self.moment_at
            self.setAccessibleDescription(self.text_at(at))

    def _on_theme_changed(self) -> None:
        self.bar.restyle()
        self._redraw()
