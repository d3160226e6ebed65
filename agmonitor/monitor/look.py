"""A single look: everything asked once, and once more what the rules want confirmed, within a hard bound.

For verbs that ask and leave. Watches nothing, records nothing.
"""

from __future__ import annotations

import asyncio

from agmonitor.domain.group import initial, step
from agmonitor.domain.model import Answer, GroupSettings
from agmonitor.domain.observations import ClientObservation, Observation, Tick
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState, Look, Mode
from agmonitor.monitor.ports import Clock, Prober
from agmonitor.monitor.subjects import Kind, Subject, ask, group_name, of_look

SECOND_LOOKS_S = (
    5.3  # the longest wait the rules ask for, and room for an answer; start and exit take the rest
)
LOOKS_MAX = 4  # second looks at one subject, whatever the rules ask for


async def look(settings: GroupSettings, prober: Prober, clock: Clock, *, hooks: bool = False) -> GroupState:
    """The group as one look shows it; ends within twice the deadline and a second look, whatever happens."""
    looking = _Looking(settings, prober, clock, hooks=hooks)
    try:
        async with asyncio.TaskGroup() as bounded:
            bound = bounded.create_task(looking.bound())
            async with asyncio.TaskGroup() as tasks:
                looking.begin(tasks)
            bound.cancel()
    except* OutOfTimeError:
        pass  # judged on what came in time
    return step(looking.state, Tick(clock.now()))[0]


class OutOfTimeError(Exception):
    """The bound of a look has passed."""


class _Looking:
    def __init__(self, settings: GroupSettings, prober: Prober, clock: Clock, *, hooks: bool) -> None:
        self.state = initial(settings, Mode.SINGLE_LOOK, clock.now())
        self._prober = prober
        self._clock = clock
        self._hooks = hooks
        self._tasks: asyncio.TaskGroup | None = None
        self._looks: dict[Look, asyncio.Task[None]] = {}
        self._asked_again: list[Subject] = []

    async def bound(self) -> None:
        await self._clock.sleep(2 * self.state.settings.timeout_s + SECOND_LOOKS_S)
        raise OutOfTimeError

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        kinds = (Kind.NODE, Kind.LOAD, Kind.HOOKS) if self._hooks else (Kind.NODE, Kind.LOAD)
        for node in self.state.nodes:
            for kind in kinds:
                self._start(Subject(kind, node.name))
        if group_name(self.state) is not None:
            self._start_named()

    def _start_named(self) -> None:
        self._start(Subject(Kind.DNS))
        self._start(Subject(Kind.RESOLVERS))
        if self.state.settings.judge_clients:
            self._start(Subject(Kind.CLIENTS))

    def _start(self, subject: Subject) -> None:
        assert self._tasks is not None
        self._tasks.create_task(self._ask(subject))

    async def _ask(self, subject: Subject) -> None:
        for observation in await ask(self._prober, subject, group_name(self.state)):
            self._admit(observation)

    def _admit(self, observation: Observation) -> None:
        assert self._tasks is not None
        knew_name = group_name(self.state) is not None
        self.state, _ = step(self.state, rounded(observation))
        if not knew_name and group_name(self.state) is not None:
            self._start_named()
        clients = Subject(Kind.CLIENTS)
        if isinstance(observation, ClientObservation) and observation.answer is not Answer.OK:
            self._once_more(clients, most=1)  # one lost probe is no event
        self._see_to_looks(self._tasks)

    def _see_to_looks(self, tasks: asyncio.TaskGroup) -> None:
        """Wait for the second looks that are wanted, and no longer for those that are not."""
        wanted = self.state.looks
        for settled in self._looks.keys() - set(wanted):
            self._looks.pop(settled).cancel()
        for look_wanted in wanted:
            if look_wanted not in self._looks:
                self._looks[look_wanted] = tasks.create_task(self._second(look_wanted))

    async def _second(self, wanted: Look) -> None:
        wait_s = wanted.at - self._clock.now()
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        if wanted in self.state.looks:
            self._once_more(of_look(wanted), most=LOOKS_MAX)

    def _once_more(self, subject: Subject, most: int) -> None:
        if self._asked_again.count(subject) < most:
            self._asked_again.append(subject)
            self._start(subject)
