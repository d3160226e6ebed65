"""The measured half of the jumps: from a click on the time axis to the window painted as it was then."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from moment_file import GROUP, WEEK_MIN, make

from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.history.moment import read_moment
from agmonitor.ui.app import run_offscreen
from agmonitor.ui.desk import Desk
from agmonitor.ui.host import WindowHost
from day import BEGIN, Day
from ours import settings_for

JUMPS, WARM = 60, 3
SETTLE_S = 1.5
LIMIT_S = 10.0


class Week(Day):
    """A week later, with its past in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(settings_for(GROUP, [1, 2]))
        self.path = path
        self.at = BEGIN + 60 * WEEK_MIN
        self.read_s: list[float] = []

    async def moment(self, name: str, at: Instant) -> Then:
        begun = time.perf_counter()
        then = await asyncio.to_thread(read_moment, self.path, name, at)
        self.read_s.append(time.perf_counter() - begun)
        assert then.sure is Sure.OBSERVED, then
        return then

    async def neighbour(self, _name: str, _at: Instant, *, later: bool) -> None:
        del later


async def jump(host: WindowHost) -> int:
    picks = random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "week.db"
        inputs, stretches = make(path)
        week = Week(path)
        took: list[tuple[float, float]] = []
        async with host.open(week) as desk:
            await asyncio.sleep(SETTLE_S)
            week.feed(desk, 0)
            for _ in range(JUMPS + WARM):
                took.append(await _one(host, desk, picks.uniform(*picks.choice(stretches))))
                await asyncio.sleep(0.05)
        told = {"inputs": inputs, "mb": path.stat().st_size / 1e6}
        told |= {"window_ms": [1000 * wall_s for wall_s, _ in took[WARM:]]}
        told |= {"cpu_ms": [1000 * cpu_s for _, cpu_s in took[WARM:]]}
        print(json.dumps(told | {"read_ms": [1000 * one for one in week.read_s[WARM:]]}), flush=True)
    return 0


async def _one(host: WindowHost, desk: Desk, at: Instant) -> tuple[float, float]:
    """Seconds until all of it is painted, by the clock and of the processor."""
    shown = asyncio.Event()
    begun, cpu = time.perf_counter(), time.process_time()
    told = desk.past.moment_shown.connect(lambda _then: shown.set())
    desk.view.axis.choose_moment(at)
    async with asyncio.timeout(LIMIT_S):
        await shown.wait()
    host.window.repaint()
    took = time.perf_counter() - begun, time.process_time() - cpu
    desk.past.moment_shown.disconnect(told)
    return took


if __name__ == "__main__":
    sys.exit(run_offscreen(jump))
