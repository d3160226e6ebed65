"""What the window's keys do with the time axis, wherever the keyboard is. Holds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from agmonitor.ui.group_view import GroupView
from agmonitor.ui.time_keys import ZOOM_KEY
from agmonitor.ui.time_range import RANGES

if TYPE_CHECKING:
    from agmonitor.ui.time_view import TimeView


def time_actions(view: GroupView) -> Mapping[str, Callable[[], object]]:
    """By the actions' names; while there is no axis yet they do nothing."""

    def on_axis(do: Callable[[TimeView], object]) -> Callable[[], object]:
        return lambda: do(view.axis) if view.axis is not None else None

    return {
        "time": on_axis(lambda axis: axis.setFocus(Qt.FocusReason.ShortcutFocusReason)),
        "zoom_in": on_axis(lambda axis: axis.zoom(1 / ZOOM_KEY)),
        "zoom_out": on_axis(lambda axis: axis.zoom(ZOOM_KEY)),
        "live": on_axis(lambda axis: axis.go_live()),
        "zone": on_axis(lambda axis: axis.use_utc(not axis.zone.utc)),
        **{f"range_{place}": on_axis(partial(_choose_range, place)) for place in range(len(RANGES))},
    }


def _choose_range(place: int, axis: TimeView) -> None:
    axis.choose_range(place)
