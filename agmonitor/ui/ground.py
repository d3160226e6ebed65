"""The panels' frames under a picture of the time view: drawn once for a size and a palette, then copied.

They are a third of what a whole picture costs, and nothing that happens changes them.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from agmonitor.ui import theme
from agmonitor.ui.time_layout import Layout

CORNER_PX = 7


class Ground:
    """Keeps the last one it made."""

    def __init__(self) -> None:
        self._drawn_for: object = None
        self._pixmap = QPixmap()

    def laid(self, layer: QPixmap | None, layout: Layout, size: QSize, ratio: float) -> QPixmap:
        """The frames alone on a layer of that size, to draw into; on the one given, where that suits."""
        wanted = (layout, size, ratio, theme.palette())
        if wanted != self._drawn_for:
            self._pixmap = _drawn(layout, size, ratio)
            self._drawn_for = wanted
        if layer is None or layer.size() != self._pixmap.size() or layer.devicePixelRatioF() != ratio:
            return self._pixmap.copy()
        with QPainter(layer) as painter:  # memory that is there already: half the cost of taking new
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawPixmap(0, 0, self._pixmap)
        return layer

    def forget(self) -> None:
        """Nobody looks: give the memory back."""
        self._drawn_for = None
        self._pixmap = QPixmap()


def _drawn(layout: Layout, size: QSize, ratio: float) -> QPixmap:
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    colours = theme.palette()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colours.panel_border))
    painter.setBrush(QColor(colours.panel))
    for panel in (layout.roles, layout.heartbeat, layout.response):
        painter.drawRoundedRect(panel.frame, CORNER_PX, CORNER_PX)
    painter.end()
    return pixmap
