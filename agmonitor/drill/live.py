"""The live lab as a stage: real nodes and sockets, the real monitor, real time.

Knows the lab and the monitor's workspace only as Protocols, and starts neither.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Protocol

from agmonitor.domain.events import Event
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import Condition, GroupState
from agmonitor.drill.scenario import BringAbout, FailOver, Happen, Wait
from agmonitor.drill.scenario_happenings import HAPPENINGS
from agmonitor.drill.stage import OnChange, Ordered, StageError, agreed_to
from agmonitor.failover.guards import Guard, Intent
from agmonitor.failover.preflight import Plan
from agmonitor.lab.errors import LabError
from agmonitor.monitor.operation import FailoverResult
from agmonitor.monitor.ports import GroupChange

HOOKS_READ_S = 5.0
GRACE_S = 15.0
"""A busy machine is forgiven so much: an expectation may come true so much later than in virtual time."""


class Watched(Protocol):
    """What a drill needs of the monitor's workspace."""

    def state(self, name: str) -> GroupState: ...

    def subscribe(self, callback: Callable[[GroupChange], None]) -> Callable[[], None]: ...

    def pause(self, name: str) -> None: ...

    def resume(self, name: str) -> None: ...

    def poll_now(self, name: str) -> None: ...

    async def fail_over(
        self, name: str, wish: Intent, progress: Callable[[str], None], *, confirmed: Plan | None = None
    ) -> FailoverResult: ...


class Caller(Protocol):
    """One node's API, as somebody else than the monitor uses it."""

    async def fail_over(self) -> None: ...

    async def leave(self) -> None: ...


class Pair(Protocol):
    """What a drill needs of the lab."""

    @property
    def settings(self) -> GroupSettings: ...

    async def fault(
        self,
        name: str,
        node: str | None = None,
        for_s: float | None = None,
        *,
        link: str | None = None,
        parameters: Mapping[str, float] | None = None,
    ) -> str: ...

    async def heal(self) -> None: ...

    async def api_of(self, node: str) -> Caller: ...


class LiveStage:
    """One lab and the workspace that watches it; ``group``: what the workspace calls it."""

    def __init__(self, pair: Pair, watched: Watched, now: Callable[[], Instant], group: str) -> None:
        self._pair = pair
        self._watched = watched
        self._now = now
        self._group = group
        self._state = watched.state(group)
        self._callbacks: list[OnChange] = []
        self._awaited: Callable[[], bool] | None = None
        self._met = asyncio.Event()
        self._agreed: Plan | None = None
        self._end = watched.subscribe(self._heard)

    def close(self) -> None:
        """Listen no longer."""
        self._end()

    def now(self) -> Instant:
        return self._now()

    @property
    def state(self) -> GroupState:
        return self._state

    def on_change(self, callback: OnChange) -> None:
        self._callbacks.append(callback)

    def allowed_s(self, within_s: float) -> float:
        return within_s + GRACE_S

    def wait_s(self, act: Wait) -> float:
        return act.seconds if act.live_s is None else act.live_s

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Asked at each change as it is published, so that nothing is missed that lasts only a moment."""
        if is_so():
            return True
        self._met.clear()
        self._awaited = is_so
        try:
            async with asyncio.timeout(seconds):
                await self._met.wait()
        except TimeoutError:
            return is_so()
        finally:
            self._awaited = None
        return True

    async def bring_about(self, act: BringAbout) -> str:
        with _in_the_step():
            return await self._pair.fault(
                act.fault, act.node, act.for_s, link=act.link, parameters=dict(act.parameters)
            )

    async def heal(self) -> None:
        with _in_the_step():
            await self._pair.heal()

    async def happen(self, act: Happen) -> None:
        acts: Mapping[str, Callable[[Caller], Awaitable[None]]] = {
            "order_elsewhere": lambda caller: caller.fail_over(),
            "leave": lambda caller: caller.leave(),
        }
        if act.name not in acts or act.node is None:
            raise StageError(f"The lab cannot do this: {HAPPENINGS[act.name].sentence}")
        with _in_the_step():
            await acts[act.name](await self._pair.api_of(act.node))

    async def agree(self) -> None:
        self._agreed = agreed_to(self._state)

    async def fail_over(self, act: FailOver) -> tuple[Ordered, ...]:
        async with asyncio.TaskGroup() as tasks:
            orders = [tasks.create_task(self._order(act)) for _ in range(2 if act.twice else 1)]
        # Either may have been first; what was held off by the other is told last.
        ended = [order.result() for order in orders]
        return tuple(sorted(ended, key=lambda one: Guard.UNDER_WAY in one.guards))

    async def hooks_read(self) -> None:
        """Let the hooks' last calls be read, from every node that answers; a while at most."""
        asked_at = self._now()
        self._watched.poll_now(self._group)

        def told() -> bool:
            heard = [node for node in self._state.nodes if node.condition is Condition.HEARD]
            return all(node.hooks is not None and node.hooks.sent_at >= asked_at for node in heard)

        await self.until(told, HOOKS_READ_S)

    def pause(self) -> None:
        self._watched.pause(self._group)

    def resume(self) -> None:
        self._watched.resume(self._group)

    async def _order(self, act: FailOver) -> Ordered:
        agreed = self._agreed if act.agreed else None
        name = self._state.settings.name
        wish = Intent(act.reason, act.kind, name, frozenset(act.overrides))
        result = await self._watched.fail_over(self._group, wish, lambda _: None, confirmed=agreed)
        return Ordered(result.outcome, result.sentence, result.guards)

    def _heard(self, change: GroupChange) -> None:
        if change.group != self._group:
            return
        self._state = change.state
        events: Sequence[Event] = change.events
        for callback in self._callbacks:
            callback(change.state, events)
        if self._awaited is not None and self._awaited():
            self._met.set()


@contextlib.contextmanager
def _in_the_step() -> Iterator[None]:
    """What the lab cannot do becomes the step's own failure."""
    try:
        yield
    except LabError as error:
        raise StageError(str(error)) from error
