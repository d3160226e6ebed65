"""An asyncio loop whose time is a simulated world's, so that the real monitor can watch that world."""

from __future__ import annotations

import asyncio
import contextlib
import random
import selectors
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from agmonitor.domain.events import Event
from agmonitor.domain.model import GroupSettings
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverAnswer,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)
from agmonitor.monitor.engine import Monitor
from agmonitor.protocol.world.world import World
from tests.fakes import FakeRecorder

FAR_S = 3600.0
T = TypeVar("T")


class _Woken(BaseException):
    """Something of asyncio's is ready: the world waits."""


class _Selector(selectors.SelectSelector):
    """Instead of waiting, lets the world run until time is up or somebody wakes."""

    loop: WorldLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout > 0:
            world = self.loop.world
            with contextlib.suppress(_Woken):
                world.run(world.now + (FAR_S if timeout is None else timeout))
        return []


class WorldLoop(asyncio.SelectorEventLoop):
    def __init__(self, world: World) -> None:
        selector = _Selector()
        selector.loop = self
        self.world = world
        super().__init__(selector)
        self._clock_resolution = 1e-6  # an instant since 1970 cannot be told finer
        settle = world.scene.schedule.after_each
        assert settle is not None

        def after_each() -> None:
            settle()
            if self._ready:  # type: ignore[attr-defined]
                raise _Woken

        world.scene.schedule.after_each = after_each

    def time(self) -> float:
        return self.world.now


class WorldClock:
    """True time."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> float:
        return round(self._world.now, 3)

    wall = now

    def anchor(self) -> None: ...

    def elapsed_s(self) -> float:
        return self._world.now

    def slept_s(self) -> float | None:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class WorldProber:
    """The port of the real prober over a world."""

    def __init__(self, world: World, settings: GroupSettings) -> None:
        self._world = world
        self._settings = settings
        self._limit_s = settings.timeout_s

    async def ask_node(self, node: str) -> NodeObservation:
        return await _answer(lambda reply: self._world.ask_group(node, self._limit_s, reply))

    async def ask_load(self, node: str) -> LoadObservation:
        return await _answer(lambda reply: self._world.ask_load(node, self._limit_s, reply))

    async def ask_hooks(self, node: str) -> HooksObservation:
        return await _answer(lambda reply: self._world.ask_hooks(node, self._limit_s, reply))

    async def ask_dns(self, _fqdn: str) -> DnsObservation:
        return await _answer(lambda reply: self._world.ask_authoritative(self._limit_s, reply))

    async def ask_clients(self, _fqdn: str, _scheme: str, _port: int) -> ClientObservation:
        return await _answer(lambda reply: self._world.ask_clients(self._limit_s, reply))

    async def ask_resolvers(self, _fqdn: str) -> Sequence[ResolverObservation]:
        asked: list[asyncio.Future[ResolverObservation]] = []
        for index in range(1 + len(self._settings.resolvers)):  # all at once, before anybody else asks
            asked.append(asyncio.get_running_loop().create_future())
            self._world.ask_resolver(index, self._limit_s, asked[-1].set_result)
        return [await answer for answer in asked]

    async def order_failover(self, node: str, objection: Callable[[], Awaitable[str]]) -> FailoverAnswer:
        if why := await objection():
            return FailoverAnswer(accepted=False, http_status=None, detail=why, sent=False)
        return await _answer(lambda reply: self._world.order_failover(node, self._limit_s, reply))

    def retry_sign_in(self) -> None: ...

    async def close(self) -> None: ...


async def _answer(ask: Callable[[Callable[[T], object]], object]) -> T:
    answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def reply(answer: T) -> None:
        if not answered.done():
            answered.set_result(answer)

    ask(reply)
    return await answered


def watched(world: World, settings: GroupSettings, seed: int, for_s: float) -> list[tuple[float, Event]]:
    """What the real monitor tells of a world."""
    told: list[tuple[float, Event]] = []

    async def main() -> None:
        monitor = Monitor(
            settings,
            WorldProber(world, settings),
            FakeRecorder(),
            WorldClock(world),
            lambda change: told.extend((event.at, event) for event in change.events),
            random.Random(seed),  # noqa: S311 - a seed, not a secret
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(monitor.run())
            await asyncio.sleep(for_s)
            running.cancel()

    with asyncio.Runner(loop_factory=lambda: WorldLoop(world)) as runner:
        runner.run(main())
    return told
