"""The measured halves of the running window's rows: prints JSON lines of numbers.

Words: ``stall PORTS DNS_PORT SECONDS`` | ``change PORTS DNS_PORT CADENCE``. The window is the real one on the
real loop, with the real workspace behind it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time

from PySide6.QtCore import QRect, Qt, QTimer

from agmonitor.domain.observations import NodeObservation
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui import theme
from agmonitor.ui.app import run_offscreen
from agmonitor.ui.host import WindowHost
from ours import workspace_for
from paint_watch import PaintWatch

TICK_MS = 5
WARM_S = 2.0


def tell(**what: float | str) -> None:
    print(json.dumps(what), flush=True)


async def stall(host: WindowHost, ports: list[int], dns_port: int, seconds: float) -> int:
    """Lateness of a short precise timer on the window's loop, in ms."""
    late: list[float] = []
    last = 0.0

    def on_tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, (now - last) * 1000 - TICK_MS))
        last = now

    async with workspace_for(ports, dns_port) as workspace, host.open(workspace):
        await asyncio.sleep(WARM_S)
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(TICK_MS)
        timer.timeout.connect(on_tick)
        last = time.perf_counter()
        timer.start()
        await asyncio.sleep(seconds)
        timer.stop()
    late.sort()
    tell(p50_ms=late[len(late) // 2], p99_ms=late[int(0.99 * len(late))], worst_ms=late[-1], ticks=len(late))
    return 0


async def change(host: WindowHost, ports: list[int], dns_port: int, cadence_s: float) -> int:
    """Tells each role that the pixels of the first node's card show, until standard input ends."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    shown = ""
    trips: list[float] = []

    def on_change(news: GroupChange) -> None:
        if isinstance(news.input, NodeObservation) and news.input.round_trip_ms is not None:
            trips.append(news.input.round_trip_ms)

    def look() -> None:
        nonlocal shown
        at = time.monotonic()
        picture = card.grab(QRect(0, 0, 4, card.height())).toImage()
        colour = picture.pixelColor(1, card.height() // 2).name()
        if colour in roles and colour != shown:
            shown = colour
            tell(at=at, colour=colour, round_trip_ms=sorted(trips)[len(trips) // 2] if trips else 0.0)

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    async with (
        workspace_for(ports, dns_port, cadence_s=cadence_s) as workspace,
        host.open(workspace) as desk,
    ):
        workspace.subscribe(on_change)
        card = desk.view.nodes[0]
        roles = {theme.palette().primary, theme.palette().secondary}
        PaintWatch(card, look, afterwards=True)
        await ended.wait()
    return 0


def main(words: list[str]) -> int:
    measure = {"stall": stall, "change": change}[words[0]]
    ports, dns_port, number = json.loads(words[1]), int(words[2]), float(words[3])
    return run_offscreen(lambda host: measure(host, ports, dns_port, number))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
