"""A workspace that remembers what it was asked and publishes what a test says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Input, NodeObservation, Tick
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import course, predicted
from agmonitor.failover.guards import Guard, Intent, Kind, Objection, Outcome, Surroundings
from agmonitor.failover.machine import Failover, NotArmedError, arm, check, refused
from agmonitor.failover.preflight import Plan, preflight
from agmonitor.history.ranges import Range
from agmonitor.monitor.operation import FailoverResult, Show, Tell
from agmonitor.monitor.ports import GroupChange, Recorded
from agmonitor.monitor.surveying import Survey
from tests.ui import staged


@dataclass(frozen=True, slots=True)
class Past:
    """One recorded input and the events it caused."""

    input: Input
    events: tuple[Event, ...] = ()


class FakeWorkspace:
    """Satisfies ``ui.bridge.Watching``."""

    def __init__(self, *states: GroupState) -> None:
        self.states = {state.settings.name: state for state in states}
        self.asked: list[tuple[str, ...]] = []
        self.recorded: list[Past] = []
        self.outcome = Outcome.SUCCEEDED
        self.breaks: Exception | None = None  # whatever is read
        self.proven: Instant | None = staged.NOW - 12 * 86_400
        self.order_breaks: Exception | None = None
        self.lapsed = False  # what was armed is so no longer
        self.refuses = ""  # why arming is
        self.under_way = ""  # why a group may not be changed now
        self.cools_until: Instant | None = None
        self.telling: Tell = lambda _line: None
        self.showing: Show | None = None
        self.machine = Failover()  # as it was armed
        self.ranges: Callable[[Instant, Instant, int], Range] | None = None
        self.at: Instant = staged.NOW
        self.thens: Callable[[Instant], Then] | None = None  # what is told of the past; None: nothing
        self.held: asyncio.Event | None = None  # until then no past moment is told
        self.reading = asyncio.Event()  # one was asked for
        self.happened: list[Event] = []
        self.seen: list[Evidence] = []
        self.ended = False
        self._subscribers: list[Callable[[GroupChange], None]] = []

    @property
    def groups(self) -> Mapping[str, GroupSettings]:
        return {name: state.settings for name, state in self.states.items()}

    def now(self) -> Instant:
        return self.at

    def state(self, name: str) -> GroupState:
        return self.states[name]

    def subscribe(self, callback: Callable[[GroupChange], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    @property
    def subscribers(self) -> int:
        return len(self._subscribers)

    def publish(
        self, state: GroupState, *events: Event, item: Input | None = None, why_not: str = ""
    ) -> None:
        name = state.settings.name
        self.states[name] = state
        change = GroupChange(name, item or Tick(staged.NOW), state, events, not why_not, why_not)
        for subscriber in list(self._subscribers):
            subscriber(change)

    def add(self, settings: GroupSettings) -> None:
        self.asked.append(("add", settings.name))
        self.states[settings.name] = staged.not_heard(settings)

    def remove(self, name: str) -> None:
        self.asked.append(("remove", name))
        del self.states[name]

    def replace(self, settings: GroupSettings) -> None:
        self.asked.append(("replace", settings.name))
        before = self.states[settings.name]
        same = [node.name for node in before.nodes] == [node.name for node in settings.nodes]
        self.states[settings.name] = (
            replace(before, settings=settings) if same else staged.not_heard(settings)
        )

    async def rename(self, name: str, settings: GroupSettings, keep: Callable[[], Awaitable[None]]) -> None:
        async with self.unordered(name):
            await keep()
        self.asked.append(("rename", name, settings.name))
        self.states[settings.name] = replace(self.states.pop(name), settings=settings)

    @contextlib.asynccontextmanager
    async def unordered(self, name: str) -> AsyncIterator[None]:
        if self.under_way:
            raise OSError(self.under_way)
        await self.disarm(name)
        yield

    def poll_now(self, name: str) -> None:
        self.asked.append(("poll", name))

    def pause(self, name: str) -> None:
        self.asked.append(("pause", name))

    def resume(self, name: str) -> None:
        self.asked.append(("resume", name))

    def retry_sign_in(self, name: str) -> None:
        self.asked.append(("retry", name))

    def set_password(self, name: str, password: str) -> None:
        self.asked.append(("password", name, password))

    async def run(self) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.ended = True

    async def past(self, name: str, since: Instant) -> Sequence[Recorded]:
        self.asked.append(("past", name))
        if self.breaks is not None:
            raise self.breaks
        return self.recorded

    async def range(self, name: str, from_at: Instant, until_at: Instant, width_px: int) -> Range | None:
        self.asked.append(("range", name))
        if self.breaks is not None:
            raise self.breaks
        return self.ranges(from_at, until_at, width_px) if self.ranges is not None else None

    async def moment(self, name: str, at: Instant) -> Then:
        self.asked.append(("moment", name))
        if self.breaks is not None:
            raise self.breaks
        self.reading.set()
        if self.held is not None:
            await self.held.wait()
        return self.thens(at) if self.thens is not None else Then(at, Sure.NOTHING, why="Nothing is kept.")

    async def neighbour(self, name: str, at: Instant, *, later: bool) -> Event | None:
        self.asked.append(("neighbour", name))
        sided = [event for event in self.happened if (event.at > at if later else event.at < at)]
        return min(sided, key=lambda event: abs(event.at - at), default=None)

    async def evidence(self, name: str, since: Instant, until: Instant | None = None) -> Sequence[Evidence]:
        self.asked.append(("evidence", name))
        return [one for one in self.seen if since <= one.at and (until is None or one.at <= until)]

    async def survey(self, name: str, kind: Kind) -> Survey:
        state = self.states[name]
        self.asked.append(("survey", name, kind))
        plan = preflight(state, kind).plan
        phases = course(predicted(state.timers, kind), plan) if plan is not None else ()
        return Survey(Surroundings(cools_until=self.cools_until), phases, self.proven)

    async def proven_at(self, name: str) -> Instant | None:
        self.asked.append(("proven", name))
        return self.proven

    async def arm(
        self, name: str, wish: Intent, tell: Tell, show: Show | None = None, *, confirmed: Plan | None = None
    ) -> Failover:
        assert confirmed is not None, "what the person was shown goes with the order"
        self.asked.append(("arm", name, wish.reason, wish.confirmed_name, *sorted(wish.overrides)))
        tell("Reading both nodes and DNS.")
        await asyncio.sleep(0)
        if self.order_breaks is not None:
            raise self.order_breaks
        if self.refuses:
            return refused(Failover(), Objection(Guard.ROLES_MOVED, self.refuses))
        state, around = self.states[name], Surroundings()
        armed = arm(check(Failover(), state, wish.kind, around), state, wish, around, confirmed)
        if show is not None:
            show(armed)
        self.telling, self.showing, self.machine = tell, show, armed
        return armed

    async def fire(self, name: str) -> FailoverResult:
        if self.lapsed:
            raise NotArmedError(name)
        self.asked.append(("fire", name))
        self.telling("gw-tor-1 was told to yield.")
        await asyncio.sleep(0)
        state = self.states[name]
        if self.refuses:
            self.machine = refused(self.machine, Objection(Guard.ROLES_MOVED, self.refuses))
            if self.showing is not None:
                self.showing(self.machine)
            return FailoverResult(Outcome.REFUSED_HERE, self.refuses, staged.ONE, state, state)
        left = ("gw-tor-2 is Primary now; it was gw-tor-1.",)
        return FailoverResult(self.outcome, "gw-tor-2 is Primary now.", staged.ONE, state, state, left=left)

    async def disarm(self, name: str) -> None:
        self.asked.append(("disarm", name))

    async def fail_over(
        self, name: str, wish: Intent, progress: Tell, *, confirmed: Plan | None = None
    ) -> FailoverResult:
        del confirmed
        raise AssertionError(f"the window arms first: {name}, {wish}, {progress}")


def seen(state: GroupState, node: str = staged.ONE) -> NodeObservation:
    """The newest observation of a node in that state, as an input."""
    last = state.node(node).last
    assert last is not None
    return last
