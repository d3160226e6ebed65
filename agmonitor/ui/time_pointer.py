"""The pointer on the time view: where it hovers, and whether a press becomes a drag or a click."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from agmonitor.domain.model import Instant
from agmonitor.ui.axis import Scale

DRAG_BEGINS_PX = 4.0


class Pointer:
    """``place`` None: it is elsewhere; ``dragging``: time is being moved with it."""

    __slots__ = ("_pressed", "dragging", "place")

    def __init__(self) -> None:
        self.place: QPointF | None = None
        self.dragging = False
        self._pressed: tuple[QPointF, Instant] | None = None

    def press(self, place: QPointF, scale: Scale) -> None:
        self._pressed = (place, scale.at(place.x()))

    def move(self, place: QPointF, scale: Scale) -> float | None:
        """Seconds time has to move so that the pressed instant stays below the pointer; None: no drag."""
        self.place = place
        if self._pressed is None:
            return None
        start, at = self._pressed
        self.dragging = self.dragging or abs(place.x() - start.x()) > DRAG_BEGINS_PX
        return at - scale.at(place.x()) if self.dragging else None

    def release(self) -> Instant | None:
        """The instant that was clicked; None after a drag."""
        clicked = self._pressed[1] if self._pressed is not None and not self.dragging else None
        self._pressed = None
        self.dragging = False
        return clicked
