"""The measured half of the fleet's rows: rounds of a healthy fleet with some failovers, into the real window.

Word: ``GROUPS``. Nothing is asked: answers are made up and stepped beforehand, so that what is timed is the
window's own work: news taken in, rows made, the list sorted and painted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.state import GroupState, Mode
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.app import run_offscreen
from agmonitor.ui.desk import Desk
from agmonitor.ui.host import WindowHost
from day import BEGIN, CADENCE_S, FAILOVER_S, Day, observed
from ours import settings_for
from row import percentile

ROUNDS, WARM = 12, 3
FRAMES = 300
SIZE = 1280, 720
TOGETHER = 20  # groups that hear news between two frames
GATHERED_S = 0.3
PIXELS = 37


class Fleet(Day):
    """Many groups, each with a state of its own."""

    def __init__(self, settings: Sequence[GroupSettings]) -> None:
        super().__init__(settings[0])
        self.states = {one.name: initial(one, Mode.WATCHING, BEGIN) for one in settings}

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {name: state.settings for name, state in self.states.items()}

    def state(self, name: str) -> GroupState:
        return self.states[name]

    def round(self, number: int) -> list[GroupChange]:
        """The changes of a round, stepped; every seventh group has a failover within the rounds."""
        self.at = BEGIN + number * CADENCE_S
        made = []
        for place, name in enumerate(self.states):
            shift = FAILOVER_S - (place % ROUNDS) * CADENCE_S if place % 7 == 0 else 0.0
            for item in observed(self.at + shift, number + place):
                before = self.states[name]
                after, events = step(before, item)
                self.states[name] = after
                made.append(GroupChange(name, item, after, events, before=before))
        return made

    def tell(self, changes: Sequence[GroupChange]) -> None:
        for change in changes:
            for callback in list(self.told):
                callback(change)


async def measure(host: WindowHost, count: int) -> int:
    names = [f"gw-{('prod', 'stage')[number % 2]}-{number:03}" for number in range(count)]
    fleet = Fleet([settings_for(name, [9, 9], tags=("prod", "emea")[: len(name) % 3]) for name in names])
    host.window.resize(*SIZE)
    async with host.open(fleet) as desk:
        await asyncio.sleep(1.0)
        spent = []
        for number in range(ROUNDS + WARM):
            changes = fleet.round(number)
            begun = time.process_time()
            fleet.tell(changes)
            await asyncio.sleep(GATHERED_S)
            spent.append((time.process_time() - begun) * 1000)
        frames = await _frames(host, desk, fleet)
    told = {"round_ms": percentile(spent[WARM:], 0.5), "frame_p99_ms": percentile(frames, 0.99)}
    print(json.dumps(told), flush=True)
    return 0


async def _frames(host: WindowHost, desk: Desk, fleet: Fleet) -> list[float]:
    sidebar = host.window.sidebar
    bar = sidebar.list.verticalScrollBar()
    changes = iter([change for number in range(ROUNDS, ROUNDS + 8) for change in fleet.round(number)])
    frames = []
    for number in range(FRAMES):
        fleet.tell([change for _, change in zip(range(TOGETHER), changes, strict=False)])
        begun = time.perf_counter()
        desk.fleet.tell()
        bar.setValue(number * PIXELS % max(1, bar.maximum()))
        sidebar.grab()
        frames.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0)
    return frames


if __name__ == "__main__":
    sys.exit(run_offscreen(lambda host: measure(host, int(sys.argv[1]))))
