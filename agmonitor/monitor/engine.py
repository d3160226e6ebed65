"""The monitor of one group: asks in rounds, steps each answer as it comes, hands the change to the journal.

Knows its helpers only as Protocols and reads no clock but the one it is given. Each subject has at most one
question under way; a slow one delays nobody else. What was under way while we slept is thrown away: the
failure was ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.observations import Gap, GapReason, Input, NodeObservation, Tick
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState, Look, Mode
from agmonitor.monitor.gaps import LATE_S, Watchfulness
from agmonitor.monitor.journal import Journal
from agmonitor.monitor.pace import JITTER, Pace
from agmonitor.monitor.ports import Clock, GroupChange, Prober, Recorder
from agmonitor.monitor.subjects import Kind, Subject, ask, group_name, of_look, of_round

BREATH_S = 2.0  # never sleep longer at a stretch: time must pass, and lag must show
LOOK_REST_S = 0.5  # between two second looks at one subject, whatever the rules ask for
HOOK_ROUNDS = 5  # after a role change the hooks may still be running
CALLS_HOOKS = frozenset({EventKind.ROLE_CHANGED, EventKind.NODE_RETURNED})  # it may have been restarted
CLOSE_S = 2.0


class Monitor:
    """Watches one group until cancelled. ``publish`` is called for every change, in order, on the loop."""

    def __init__(
        self,
        settings: GroupSettings,
        prober: Prober,
        recorder: Recorder,
        clock: Clock,
        publish: Callable[[GroupChange], None],
        rng: random.Random | None = None,
        state: GroupState | None = None,
    ) -> None:
        self._prober = prober
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - spreads rounds, guards nothing
        self._resumed = state is not None
        self._state = initial(settings, Mode.WATCHING, clock.now()) if state is None else state
        self._name = group_name(self._state)
        self._journal = Journal(recorder, clock, publish)
        self._pace = Pace()
        self._watchfulness = Watchfulness(clock)
        self._tasks: asyncio.TaskGroup | None = None
        self._busy: set[Subject] = set()
        self._again: set[Subject] = set()
        self._looks: tuple[Look, ...] = ()
        self._looked_at: dict[Subject, Instant] = {}
        self._generation = 0
        self._rounds = 0
        self._hook_rounds = 0
        self._arrived = False
        self._cadence_s = settings.cadence_s
        self._paused_at: Instant | None = None

    @property
    def state(self) -> GroupState:
        return self._state

    @property
    def paused(self) -> bool:
        return self._paused_at is not None

    async def run(self) -> None:
        """Watch until cancelled, then write what is left and close the prober."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._journal.run())
                await self._watch()
        finally:
            self._tasks = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._journal.end()
            await self._prober.close()

    async def tell(self, item: Input) -> str:
        """Step an input that no probe brought, such as an order of ours, while running.

        Returns once it is recorded and published; why it is not in the history, or nothing.
        """
        self._admit(item)
        return await self._journal.settled()

    def poll_now(self) -> None:
        """Ask everything at once; what is under way is left to finish."""
        if self._tasks is None or self.paused:
            return
        everything = [*self._of_round(0, hooks_wanted=True), *self._of_round(1)]
        for subject in dict.fromkeys(everything):  # each once, in an order that no hash seed decides
            self._start(subject)

    def pause(self) -> None:
        """Ask nothing more until ``resume``."""
        if self._paused_at is None:
            self._paused_at = self._clock.now()

    def resume(self) -> None:
        """Go on; the time between is a gap."""
        if self._paused_at is None:
            return
        gap = self._watchfulness.since(self._paused_at, GapReason.PAUSED)
        self._paused_at = None
        self._on_gap(gap)
        self.poll_now()

    async def _watch(self) -> None:
        self._watchfulness.wake()
        if self._resumed and self._clock.now() - self._state.now > LATE_S:
            self._on_gap(self._watchfulness.since(self._state.now, GapReason.CLOSED))
        while True:
            if not self.paused:
                self._round()
            self._cadence_s = self._pace.cadence_s(self._state)
            await self._rest(self._cadence_s * self._rng.uniform(1 - JITTER, 1))

    def _round(self) -> None:
        self._notice_gap()
        for subject in self._of_round(self._rounds, hooks_wanted=self._hook_rounds > 0):
            self._start(subject)
        self._rounds += 1
        self._hook_rounds = max(0, self._hook_rounds - 1)

    async def _rest(self, seconds: float) -> None:
        """Sleep in breaths; where nothing arrived during one, time passes by a tick."""
        left = seconds
        while left > 0:
            breath = min(left, BREATH_S)
            self._arrived = False
            self._watchfulness.sleep_for(breath)
            await self._clock.sleep(breath)
            if not self.paused:
                self._notice_gap()
                if not self._arrived:
                    self._admit(Tick(self._clock.now()))
            left -= breath

    def _start(self, subject: Subject) -> None:
        if subject in self._busy or self._tasks is None:
            return
        self._busy.add(subject)
        self._tasks.create_task(self._probe(subject))

    async def _probe(self, subject: Subject) -> None:
        """Ask one subject, and once more where a second look came due meanwhile."""
        while True:
            generation = self._generation
            self._again.discard(subject)
            try:
                observations = await ask(self._prober, subject, self._name)
            finally:
                self._busy.discard(subject)
            if not self.paused:
                self._notice_gap()
            if generation == self._generation:
                for observation in observations:
                    self._admit(observation)
            if subject not in self._again or self.paused or subject in self._busy:
                return
            self._busy.add(subject)

    def _admit(self, item: Input) -> None:
        """Step one input and see to what follows from it."""
        item, before = rounded(item), self._state
        self._state, events = step(before, item)
        self._arrived = True
        self._journal.add(GroupChange(before.settings.name, item, self._state, events, before=before))
        self._after(item, events)

    def _after(self, item: Input, events: tuple[Event, ...]) -> None:
        if self._tasks is None or self.paused:
            return
        if isinstance(item, NodeObservation):
            self._follow_name()
        if any(event.kind in CALLS_HOOKS for event in events):
            self._hook_rounds = HOOK_ROUNDS
            for subject in self._of_round(0, hooks_wanted=True):
                if subject.kind is Kind.HOOKS:
                    self._start(subject)
        known, self._looks = self._looks, self._state.looks
        for look in dict.fromkeys(self._looks):
            if look not in known:
                self._tasks.create_task(self._second_look(look))

    def _follow_name(self) -> None:
        """The nodes tell the group's name; when it is new, ask at once what hangs on it."""
        known, self._name = self._name, group_name(self._state)
        if known is None and self._name is not None:
            for subject in self._of_round(0):
                if not subject.node:
                    self._start(subject)

    def _of_round(self, number: int, *, hooks_wanted: bool = False) -> list[Subject]:
        return of_round(self._state, number, named=self._name is not None, hooks_wanted=hooks_wanted)

    async def _second_look(self, look: Look) -> None:
        """Ask again when due, unless the question has settled itself."""
        subject = of_look(look)
        now = self._clock.now()
        due_at = max(look.at, self._looked_at.get(subject, now - LOOK_REST_S) + LOOK_REST_S)
        if due_at > now:
            await self._clock.sleep(due_at - now)
        if look not in self._state.looks or self.paused:
            return
        self._looked_at[subject] = self._clock.now()
        if subject in self._busy:
            self._again.add(subject)
        else:
            self._start(subject)

    def _notice_gap(self) -> None:
        gap = self._watchfulness.gap(self._cadence_s)
        if gap is not None:
            self._on_gap(gap)

    def _on_gap(self, gap: Gap) -> None:
        self._generation += 1  # answers to what was asked before it say nothing about the nodes
        self._looked_at.clear()  # our clock may have been set back
        self._pace = Pace()
        self._admit(gap)
