"""Alerts on their way out: a short queue and a worker for each door, so that none waits for another.

Nothing here ever blocks who hands an alert over. What fails is said by the door's state, not thrown.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agmonitor.alerts.doors import Door, DoorError
from agmonitor.alerts.model import Alert
from agmonitor.alerts.settings import Doors
from agmonitor.domain.model import Instant
from agmonitor.domain.replacing import replace

WAITING_MOST = 50


@dataclass(frozen=True, slots=True)
class DoorState:
    """How a door does: its newest outcome, and what could not even wait."""

    name: str
    place: str
    at: Instant | None = None  # of the newest outcome; None: nothing has been sent yet
    why_not: str = ""  # empty: it was told
    dropped: int = 0

    @property
    def works(self) -> bool:
        return not self.why_not


Told = Callable[[str, Alert], None]
"""Called with the door's name and the alert after each outcome, good or bad."""


def doors_of(doors: Doors) -> tuple[Door, ...]:
    """The doors that are set; what they need is imported only where there is one."""
    made: list[Door] = []
    if doors.command:
        from agmonitor.alerts.command import Command  # noqa: PLC0415 - see above

        made.append(Command(doors.command, doors.timeout_s))
    if doors.webhook is not None:
        from agmonitor.alerts.webhook import Webhook  # noqa: PLC0415 - see above

        made.append(Webhook(doors.webhook, doors.timeout_s, ca_file=doors.webhook_ca_file))
    return tuple(made)


class Delivery:
    """All doors that are set. ``told`` is called on the loop."""

    def __init__(self, doors: Sequence[Door], now: Callable[[], Instant], told: Told) -> None:
        self._now, self._told = now, told
        self._tasks: asyncio.TaskGroup | None = None
        self._workers: list[_Worker] = []
        self.use(doors)

    @property
    def states(self) -> tuple[DoorState, ...]:
        return tuple(worker.state for worker in self._workers)

    def use(self, doors: Sequence[Door]) -> None:
        """Other doors from now on; what waited at the old ones is gone with them."""
        for worker in self._workers:
            worker.stop()
        self._workers = [_Worker(door, self._now, self._told) for door in doors]
        self._start()

    def send(self, alert: Alert, door: str) -> Alert | None:
        """By the door of that name; where there is none any more, nothing is sent. What gives way for it."""
        worker = next((one for one in self._workers if one.state.name == door), None)
        return worker.add(alert) if worker is not None else None

    async def try_all(self, alert: Alert) -> tuple[DoorState, ...]:
        """Send it through every door now, side by side, past the queues; how each did."""
        async with asyncio.TaskGroup() as tasks:
            for worker in self._workers:
                tasks.create_task(worker.deliver(alert))
        return self.states

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._start()
                await asyncio.get_running_loop().create_future()  # until cancelled
        finally:
            self._tasks = None

    def _start(self) -> None:
        if self._tasks is not None:
            for worker in self._workers:
                worker.task = self._tasks.create_task(worker.run(), name=f"alerts by {worker.state.name}")


class _Worker:
    """One door and what waits before it."""

    def __init__(self, door: Door, now: Callable[[], Instant], told: Told) -> None:
        self._door, self._now, self._told = door, now, told
        self._waiting: deque[Alert] = deque()
        self._wake = asyncio.Event()
        self.state = DoorState(door.name, door.place)
        self.task: asyncio.Task[None] | None = None

    def add(self, alert: Alert) -> Alert | None:
        """The oldest gives way when too many wait."""
        self._waiting.append(alert)
        self._wake.set()
        if len(self._waiting) <= WAITING_MOST:
            return None
        self.state = replace(self.state, dropped=self.state.dropped + 1)
        return self._waiting.popleft()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self.deliver(self._waiting.popleft())

    async def deliver(self, alert: Alert) -> None:
        why_not = ""
        try:
            await self._door.send(alert)
        except DoorError as error:
            why_not = str(error)
        except Exception as error:  # noqa: BLE001 - a door's own mistake must not end the watching
            why_not = f"{self._door.place}: {type(error).__name__} in this program; please report it."
        self.state = replace(self.state, at=self._now(), why_not=why_not)
        self._told(self.state.name, alert)

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
