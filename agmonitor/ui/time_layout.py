"""Where everything of the time view stands for a size and a number of lanes. Pure geometry, no painting."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

GUTTER_PX = 152.0  # the longest limit's words and a little air
RIGHT_PX = 16.0
PADDING_PX = 14.0
PANEL_GAP_SMALL_PX, PANEL_GAP_PX = 6.0, 10.0
HEADER_SMALL_PX, HEADER_PX = 24.0, 32.0
LANE_MIN_PX, LANE_MAX_PX = 16.0, 31.0
AXIS_PX = 20.0
COMPACT_BELOW_PX = 430.0
ROLES_SHARE = 0.40
HEARTBEAT_SHARE = 0.66  # of what the two curve panels share
WIDTH_MIN_PX, HEIGHT_MIN_PX = 560, 260


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame, its title line, and the part that lies on the shared time axis."""

    frame: QRectF
    header: QRectF
    plot: QRectF


@dataclass(frozen=True, slots=True)
class Layout:
    """All panels of one size; every ``plot`` has the same left and right edge."""

    roles: Panel
    lanes: tuple[QRectF, ...]
    heartbeat: Panel
    response: Panel
    axis: QRectF

    @property
    def left(self) -> float:
        return self.roles.plot.left()

    @property
    def right(self) -> float:
        return self.roles.plot.right()

    @property
    def plots(self) -> tuple[QRectF, ...]:
        return self.roles.plot, self.heartbeat.plot, self.response.plot


def arrange(width: float, height: float, lanes: int) -> Layout:
    """Lanes get what they need, the curves share the rest; nothing is ever clipped above the least size."""
    width, height = max(width, WIDTH_MIN_PX), max(height, HEIGHT_MIN_PX)
    compact = height < COMPACT_BELOW_PX
    gap = PANEL_GAP_SMALL_PX if compact else PANEL_GAP_PX
    header = HEADER_SMALL_PX if compact else HEADER_PX
    foot = 4.0 if compact else 9.0
    pitch = min(max((height * ROLES_SHARE - header - foot) / lanes, LANE_MIN_PX), LANE_MAX_PX)
    roles_height = header + lanes * pitch + foot
    curves = height - roles_height - 2 * gap - 2 * header - 2 * foot - AXIS_PX
    beat_height = header + round(curves * HEARTBEAT_SHARE) + foot
    roles = _panel(0.0, roles_height, width, header, foot)
    heartbeat = _panel(roles_height + gap, beat_height, width, header, foot)
    top = roles_height + beat_height + 2 * gap
    response = _panel(top, height - top, width, header, foot + AXIS_PX)
    bar = round(pitch - (4 if compact else 6))
    rows = tuple(
        QRectF(roles.plot.left(), round(roles.plot.top() + n * pitch + 1), roles.plot.width(), bar)
        for n in range(lanes)
    )
    axis = QRectF(PADDING_PX, response.plot.bottom() + 3, width - PADDING_PX, AXIS_PX)
    return Layout(roles, rows, heartbeat, response, axis)


def _panel(top: float, height: float, width: float, header: float, foot: float) -> Panel:
    top = round(top)
    frame = QRectF(0.5, top + 0.5, width - 1, round(height) - 1)
    title = QRectF(PADDING_PX, top, width - PADDING_PX - RIGHT_PX, header)
    plot = QRectF(GUTTER_PX, top + header, width - GUTTER_PX - RIGHT_PX, round(height - header - foot))
    return Panel(frame, title, plot)
