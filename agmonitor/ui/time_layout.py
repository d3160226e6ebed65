"""Where everything of the time view stands for a size and a number of lanes. Pure geometry, no painting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF

GUTTER_PX = 152.0  # the longest limit's words and a little air
RIGHT_PX = 16.0
PADDING_PX = 14.0
PANEL_GAP_SMALL_PX, PANEL_GAP_PX = 5.0, 10.0
HEADER_SMALL_PX, HEADER_PX = 23.0, 32.0
LANE_MIN_PX, LANE_MAX_PX = 15.0, 31.0
NARROW_LANE_PX = 20.0  # the words in it need the air beside it
FOOT_SMALL_PX, FOOT_PX = 3.0, 9.0
AXIS_PX = 20.0
COMPACT_BELOW_PX = 430.0
ROLES_SHARE = 0.40
HEARTBEAT_SHARE = 0.66  # of what the two curve panels share
RESPONSE_LEAST_PX = 34.0  # flatter than that it says no more than its newest values do
HEARTBEAT_LEAST_PX, HEARTBEAT_WANTED_PX = 34.0, 72.0
WIDTH_MIN_PX, HEIGHT_MIN_PX = 560, 232


class Graph(StrEnum):
    """The panels with curves: each can be folded away to its title line."""

    HEARTBEAT = "heartbeat"
    RESPONSE = "response"


NONE: frozenset[Graph] = frozenset()


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame, its title line, and the part that lies on the shared time axis; folded, that has no height."""

    frame: QRectF
    header: QRectF
    plot: QRectF

    @property
    def folded(self) -> bool:
        return self.plot.height() <= 0


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
        """Those that can be seen."""
        panels = (self.roles, self.heartbeat, self.response)
        return tuple(panel.plot for panel in panels if not panel.folded)

    def panel(self, graph: Graph) -> Panel:
        return self.heartbeat if graph is Graph.HEARTBEAT else self.response


@dataclass(frozen=True, slots=True)
class _Measures:
    """What a height leaves for what."""

    gap: float
    header: float
    foot: float
    pitch: float
    curves: float  # what both plots share

    @classmethod
    def of(cls, height: float, lanes: int, folded: frozenset[Graph]) -> _Measures:
        small = compact(height)
        gap = PANEL_GAP_SMALL_PX if small else PANEL_GAP_PX
        header = HEADER_SMALL_PX if small else HEADER_PX
        foot = FOOT_SMALL_PX if small else FOOT_PX
        titles = 2 * gap + 2 * header + AXIS_PX  # all that is left of the graphs where both are folded
        room = height * ROLES_SHARE if len(folded) < len(Graph) else height - titles
        pitch = min(max((room - header - foot) / lanes, LANE_MIN_PX), LANE_MAX_PX)
        used = header + lanes * pitch + foot + 2 * gap + 2 * header + (2 - len(folded)) * foot + AXIS_PX
        return cls(gap, header, foot, pitch, max(0.0, height - used))


def compact(height: float) -> bool:
    """Little room: narrow lanes, kin in one row."""
    return height < COMPACT_BELOW_PX


def folded_by_itself(height: float, lanes: int, asked: dict[Graph, bool]) -> frozenset[Graph]:
    """Which graphs are folded: as a person said, else those that had no height to speak of."""
    folded = frozenset(graph for graph, fold in asked.items() if fold)
    height = max(height, HEIGHT_MIN_PX)
    if Graph.RESPONSE not in asked and Graph.HEARTBEAT not in folded:
        curves = _Measures.of(height, lanes, folded).curves
        if curves * (1 - HEARTBEAT_SHARE) < RESPONSE_LEAST_PX:
            folded |= {Graph.RESPONSE}
    only = Graph.HEARTBEAT not in asked and Graph.RESPONSE in folded
    if only and _Measures.of(height, lanes, folded).curves < HEARTBEAT_LEAST_PX:
        folded |= {Graph.HEARTBEAT}
    return folded


def comfortable_px(lanes: int) -> int:
    """The least height at which all lanes and the heartbeat's graph can be read."""
    headers = 3 * HEADER_SMALL_PX + 2 * PANEL_GAP_SMALL_PX
    return round(headers + lanes * LANE_MIN_PX + HEARTBEAT_WANTED_PX + AXIS_PX + 2 * FOOT_SMALL_PX)


def arrange(width: float, height: float, lanes: int, folded: frozenset[Graph] = NONE) -> Layout:
    """Lanes get what they need, the curves share the rest; nothing is ever clipped above the least size."""
    width, height = max(width, WIDTH_MIN_PX), max(height, HEIGHT_MIN_PX)
    sizes = _Measures.of(height, lanes, folded)
    header, foot, gap = sizes.header, sizes.foot, sizes.gap
    roles_height = header + lanes * sizes.pitch + foot
    shares = {Graph.HEARTBEAT: HEARTBEAT_SHARE, Graph.RESPONSE: 1 - HEARTBEAT_SHARE}
    if folded:
        shares = dict.fromkeys(Graph, 1.0)
    if len(folded) == len(Graph):
        roles_height += sizes.curves  # nothing else wants it
    beat_height = header
    if Graph.HEARTBEAT not in folded:
        beat_height += round(sizes.curves * shares[Graph.HEARTBEAT]) + foot
    top = roles_height + beat_height + 2 * gap
    roles = _panel(0.0, roles_height, width, header, foot)
    heartbeat = _panel(roles_height + gap, beat_height, width, header, foot)
    response = _panel(top, height - top, width, header, foot + AXIS_PX)
    if Graph.RESPONSE in folded:
        response = _without_plot(response)
    bar = round(sizes.pitch - (3 if compact(height) or sizes.pitch < NARROW_LANE_PX else 6))
    rows = tuple(
        QRectF(roles.plot.left(), round(roles.plot.top() + n * sizes.pitch + 1), roles.plot.width(), bar)
        for n in range(lanes)
    )
    axis = QRectF(PADDING_PX, height - AXIS_PX - min(foot, 6.0), width - PADDING_PX, AXIS_PX)
    return Layout(roles, rows, heartbeat, response, axis)


def _panel(top: float, height: float, width: float, header: float, foot: float) -> Panel:
    top = round(top)
    frame = QRectF(0.5, top + 0.5, width - 1, round(height) - 1)
    title = QRectF(PADDING_PX, top, width - PADDING_PX - RIGHT_PX, header)
    tall = max(0, round(height - header - foot))
    plot = QRectF(GUTTER_PX, top + header, width - GUTTER_PX - RIGHT_PX, tall)
    return Panel(frame, title, plot)


def _without_plot(panel: Panel) -> Panel:
    plot = QRectF(panel.plot)
    plot.setHeight(0)
    return Panel(panel.frame, panel.header, plot)
