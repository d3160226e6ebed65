"""The time view's keys: each leads to what a button or the pointer does as well."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt

from agmonitor.domain.model import Instant
from agmonitor.ui.axis import Zone
from agmonitor.ui.time_layout import Graph
from agmonitor.ui.time_range import RANGES, TimeRange

ZOOM_KEY = 1.5
PAN_KEY_SHARE = 0.1
MOMENT_KEY_SHARE = 0.005  # of the range: some pixels
FOLDS: dict[int, Graph] = {Qt.Key.Key_H: Graph.HEARTBEAT, Qt.Key.Key_R: Graph.RESPONSE}


class HasKeys(Protocol):
    """What the keys need of the view."""

    shown: TimeRange
    zone: Zone
    moment_at: Instant | None

    def choose_range(self, number: int) -> None: ...
    def choose_moment(self, at: Instant | None) -> None: ...
    def go_live(self) -> None: ...
    def use_utc(self, utc: bool) -> None: ...  # noqa: FBT001 - the value of a check mark
    def fold(self, graph: Graph) -> None: ...
    def pan(self, by_s: float) -> None: ...
    def zoom(self, factor: float, around_at: Instant | None = None) -> None: ...


def pressed(view: HasKeys, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Do what a key is for; False: it is none of ours."""
    if Qt.Key.Key_1 <= key < Qt.Key.Key_1 + len(RANGES):
        view.choose_range(key - Qt.Key.Key_1)
    elif key in {Qt.Key.Key_L, Qt.Key.Key_End, Qt.Key.Key_Escape}:
        view.go_live()
    elif key == Qt.Key.Key_U:
        view.use_utc(not view.zone.utc)
    elif key in FOLDS:
        view.fold(FOLDS[key])
    elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
        _go_sideways(view, -1 if key == Qt.Key.Key_Left else 1, modifiers)
    elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
        view.pan(view.shown.span_s * (-1 if key == Qt.Key.Key_PageUp else 1))
    elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Up}:
        view.zoom(1 / ZOOM_KEY, view.moment_at)
    elif key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore, Qt.Key.Key_Down}:
        view.zoom(ZOOM_KEY, view.moment_at)
    else:
        return False
    return True


def _go_sideways(view: HasKeys, way: int, modifiers: Qt.KeyboardModifier) -> None:
    """The range; with Shift the chosen moment, which begins in the middle."""
    if not modifiers & Qt.KeyboardModifier.ShiftModifier:
        view.pan(way * view.shown.span_s * PAN_KEY_SHARE)
        return
    from_at = view.moment_at
    if from_at is None:
        view.choose_moment((view.shown.begin_at + min(view.shown.end_at, view.shown.now)) / 2)
    else:
        view.choose_moment(from_at + way * view.shown.span_s * MOMENT_KEY_SHARE)
