"""The measured halves of the frame rows: prints one JSON line of milliseconds.

Words: ``ours RANGE WIDTH HEIGHT PLATFORM`` | ``peer MODE RANGE WIDTH HEIGHT PLATFORM`` (MODE default or
downsampled) | ``lanes BARS``. A frame is one step of panning or zooming and the painting of all it changes;
of ours, of the whole window, whether it changed or not. It is measured in CPU time of the one thread that
does it, so that others at work on the machine do not count.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest

from agmonitor.cli.history_open import played
from agmonitor.ui.app import application, run_offscreen
from agmonitor.ui.axis import Scale
from agmonitor.ui.host import WindowHost
from agmonitor.ui.lanes import paint_lane
from agmonitor.ui.spans import SpanTrack
from frame_data import BEAT_S, HOUR_S, NOW, WEEK_S, YEAR_S, fill_track, history, trip_values
from row import percentile

FRAMES, WARM = 240, 6
FRAMES_SLOW, SLOW_MS = 12, 500.0
RANGES = {
    "hour": (HOUR_S, int(2 * HOUR_S)),
    "week": (WEEK_S, int(2 * WEEK_S)),
    "year": (YEAR_S, int(2 * YEAR_S)),
    "1e8": (YEAR_S, 10**8),
}
LANES, LANE_PX, LANES_WIDTH_PX = 5, 26, 2_100
SETTLE_S = 0.5


def steps(span_s: float) -> Iterator[tuple[float, float]]:
    """Begin and end of each frame's range: to and fro, closer and back, never twice the same."""
    begin, end = NOW - span_s, NOW
    for frame in range(FRAMES):
        shift = span_s * 0.004 * (1 if frame // 40 % 2 else -1)
        factor = 0.985 if frame // 30 % 2 else 1 / 0.985
        middle = begin + 0.4 * (end - begin)
        begin, end = middle - (middle - begin) * factor, middle + (end - middle) * factor
        begin, end = max(begin + shift, NOW - 1.2 * span_s), min(end + shift, NOW)
        yield begin, end


def measured(
    span_s: float, show: Callable[[float, float], None], paint: Callable[[], None]
) -> dict[str, float]:
    """Milliseconds of each frame; where they are slow some must do."""
    spent: list[float] = []
    for frame, (begin, end) in enumerate(steps(span_s)):
        began = time.thread_time()
        show(begin, end)
        paint()
        if frame >= WARM:
            spent.append((time.thread_time() - began) * 1000)
        if len(spent) >= FRAMES_SLOW and percentile(spent, 0.5) > SLOW_MS:
            break
    return {"p50_ms": percentile(spent, 0.5), "p99_ms": percentile(spent, 0.99), "frames": len(spent)}


async def ours(host: WindowHost, words: str, width: int, height: int) -> int:
    span_s, samples = RANGES[words]
    with played(Path("example")) as recording:
        async with host.open(recording) as desk:
            window = desk.view.window()
            window.resize(width, height)
            await asyncio.sleep(SETTLE_S)
            axis = desk.view.axis
            assert axis is not None
            axis.show_history(history(span_s, samples))
            axis.refresh(NOW)
            axis.choose_range(0)
            await asyncio.sleep(SETTLE_S)
            desk.end()
            told = measured(span_s, lambda begin, end: axis.fit(begin, end, 1.0), window.repaint)
            told |= {"axis_width": axis.width(), "axis_height": axis.height()}
            print(json.dumps(told), flush=True)
    return 0


def peer(mode: str, words: str, width: int, height: int) -> int:
    """The same curves in pyqtgraph: two plots on one x axis, two curves each, nothing else."""
    graph: Any = importlib.import_module("pyqtgraph")
    span_s, samples = RANGES[words]
    app = application()
    view = graph.GraphicsLayoutWidget()
    view.resize(width, height)
    plots = [view.addPlot(row=row, col=0) for row in range(2)]
    plots[1].setXLink(plots[0])
    every_s = span_s / (samples / 2)
    trips = NOW - span_s + np.arange(samples // 2) * every_s
    beats = np.repeat(NOW - span_s + np.arange(int(span_s / BEAT_S)) * BEAT_S, 2)
    teeth = np.resize(np.array([BEAT_S, 0.1]), len(beats))
    for side, colour in enumerate("bg"):
        plots[0].plot(beats, teeth, pen=colour)
        plots[1].plot(trips, trip_values(trips, side), pen=colour)
    for plot in plots:
        plot.disableAutoRange()
        plot.setYRange(0, 130)
        if mode == "downsampled":
            plot.setDownsampling(auto=True, mode="peak")
            plot.setClipToView(True)
    view.show()
    QTest.qWaitForWindowExposed(view)
    app.processEvents()
    show = lambda begin, end: plots[0].setXRange(begin, end, padding=0)  # noqa: E731
    print(json.dumps(measured(span_s, show, view.viewport().repaint)), flush=True)
    return 0


def lanes(bars: int) -> int:
    """Five lanes with so many bars between them."""
    app = application()
    tracks = [SpanTrack() for _ in range(LANES)]
    for track in tracks:
        fill_track(track, WEEK_S, bars // LANES)
    pixmap = QPixmap(LANES_WIDTH_PX, LANES * LANE_PX)
    pixmap.fill(Qt.GlobalColor.black)
    scale = Scale(NOW - WEEK_S, NOW, 0, LANES_WIDTH_PX)

    def show(begin: float, end: float) -> None:
        nonlocal scale
        scale = Scale(begin, end, 0, LANES_WIDTH_PX)

    def paint() -> None:
        with QPainter(pixmap) as painter:
            for place, track in enumerate(tracks):
                rect = QRectF(0, place * LANE_PX, LANES_WIDTH_PX, LANE_PX - 6)
                paint_lane(painter, track.between(scale.begin_at, scale.end_at), scale, rect)

    print(json.dumps(measured(WEEK_S, show, paint)), flush=True)
    app.quit()
    return 0


def main(words: list[str]) -> int:
    if words[0] == "lanes":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return lanes(int(words[1]))
    *_, width, height, platform = words
    if words[0] == "ours":
        return run_offscreen(lambda host: ours(host, words[1], int(width), int(height)), platform=platform)
    os.environ["QT_QPA_PLATFORM"] = platform
    return peer(words[1], words[2], int(width), int(height))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
