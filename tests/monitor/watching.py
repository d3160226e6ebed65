"""A monitor over fakes in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from agmonitor.domain.events import EventKind
from agmonitor.domain.model import GroupSettings, NodeAddress
from agmonitor.domain.observations import Gap, Input, Tick
from agmonitor.domain.state import GroupState
from agmonitor.monitor.engine import Monitor
from agmonitor.monitor.ports import GroupChange
from tests.fakes import FQDN, FakeClock, FakeProber, FakeRecorder, settle

NODES = (NodeAddress("gw-1", "https://192.0.2.11"), NodeAddress("gw-2", "https://192.0.2.12"))


def settings(**changes: Any) -> GroupSettings:
    return GroupSettings(**({"name": "g", "nodes": NODES, "fqdn": FQDN} | changes))


class Steady(random.Random):
    """No jitter: the whole of the cadence."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@dataclass
class Watch:
    """Everything a test wants to see of one running monitor."""

    group: GroupSettings = field(default_factory=settings)
    rng: random.Random = field(default_factory=Steady)
    resumed: GroupState | None = None
    clock: FakeClock = field(default_factory=FakeClock)
    recorder: FakeRecorder = field(default_factory=FakeRecorder)
    changes: list[GroupChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prober = FakeProber(self.clock)
        self.monitor = Monitor(
            self.group, self.prober, self.recorder, self.clock, self.changes.append, self.rng, self.resumed
        )

    @property
    def state(self) -> GroupState:
        return self.monitor.state

    def inputs(self, kind: type[Input]) -> list[Any]:
        return [change.input for change in self.changes if isinstance(change.input, kind)]

    @property
    def gaps(self) -> list[Gap]:
        return self.inputs(Gap)

    @property
    def ticks(self) -> list[Tick]:
        return self.inputs(Tick)

    def events(self, kind: EventKind) -> list[str]:
        return [event.sentence for change in self.changes for event in change.events if event.kind is kind]

    def between(self, what: str) -> list[float]:
        """Seconds between the questions of one kind."""
        sent = self.prober.sent_at.get(what, [])
        return [round(late - early, 3) for early, late in itertools.pairwise(sent)]


def watching(story: Callable[[Watch], Awaitable[None]], **given: Any) -> Watch:
    """Run a story beside a monitor, then stop the monitor."""

    async def main() -> Watch:
        watch = Watch(**given)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watch.monitor.run())
            await settle()
            await story(watch)
            running.cancel()
        return watch

    return asyncio.run(main())
