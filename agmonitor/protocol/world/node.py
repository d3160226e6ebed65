"""One node's process in virtual time: a ``NodeMachine`` with its clock, timers, and life and death.

Takes inputs in and hands effects out; whoever carries them out is told by ``carry_out``. Knows no network.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from enum import StrEnum

from agmonitor.domain.model import Instant, Role
from agmonitor.protocol.effects import Answer, Effect, Refusal
from agmonitor.protocol.inputs import Input, Restarted, Tick
from agmonitor.protocol.machine import NodeMachine, Step
from agmonitor.protocol.state import Order, Timers
from agmonitor.protocol.world.clock import NodeClock
from agmonitor.protocol.world.hooks import Hooks
from agmonitor.protocol.world.schedule import Act, Schedule

IDLE_LOAD = 0.11
SHOWN_LOAD_MAX = 0.99
SLOW_FROM_LOAD = 0.5
SLOWEST_S = 0.5
ROUNDING_S = 1e-5
"""Instants of this century are no finer than this after some sums."""
Waiter = Callable[[Refusal | None], object]
"""Told how an order ended."""


class Certificate(StrEnum):
    """What a node's certificate is worth."""

    GOOD = "good"
    EXPIRED = "expired"
    SWAPPED = "swapped"


class Process:
    """One Gateway. ``life`` counts its processes: what belongs to an old one is thrown away."""

    def __init__(
        self, name: str, address: str, timers: Timers, schedule: Schedule, clock: NodeClock, hooks: Hooks
    ) -> None:
        self.name = name
        self.address = address
        self.clock = clock
        self.hooks = hooks
        self.machine = NodeMachine(address, timers)
        self.schedule = schedule
        self.carry_out: Callable[[Process, Effect], object] = _nobody
        self.on_change: Act = _nobody  # it lives, dies, freezes
        self.on_step_changed: Act = _nobody  # its machine's state is another
        self.on_step: Callable[[Process, Input, Step], object] | None = None
        self.alive = True
        self.frozen = False
        self.stalled = False  # its rhythm stands still while the rest answers
        self.life = 0
        self.revision = 0  # of the settings both nodes share
        self.since: Instant = schedule.now  # true instant at which it took its role
        self.signed_in = True  # our monitor is
        self.certificate = Certificate.GOOD
        self.rubbish = False
        self.load_climbs: tuple[Instant, float] | None = None  # since when, and within how many seconds to 1
        self._open: list[tuple[Act, tuple[object, ...]]] = []  # connections that wait for an answer
        self._held: deque[tuple[Act, tuple[object, ...]]] = deque()
        self._waiters: defaultdict[Order, deque[Waiter]] = defaultdict(deque)
        self._tick_at: Instant | None = None

    @property
    def now(self) -> Instant:
        """On its own clock."""
        return self.clock.read(self.schedule.now)

    @property
    def role(self) -> Role:
        return self.machine.state.role

    def load(self) -> float:
        """``resource_usage_score``, 0 to 1."""
        if self.load_climbs is None:
            return IDLE_LOAD
        return min(SHOWN_LOAD_MAX, IDLE_LOAD + (1.0 - IDLE_LOAD) * self._climbed(self.load_climbs))

    def pause_s(self) -> float:
        """How long every answer takes longer for its load."""
        if self.load_climbs is None:
            return 0.0
        climbed = min(1.0, self._climbed(self.load_climbs))
        return SLOWEST_S * max(0.0, climbed - SLOW_FROM_LOAD) / (1.0 - SLOW_FROM_LOAD)

    def deliver(self, life: int, act: Act, *args: object) -> None:
        """Something reaches process number ``life``: done now, at its thaw, or never if that one is gone."""
        if life != self.life or not self.alive:
            return
        if self.frozen:
            self._held.append((act, args))
        else:
            act(*args)

    def keep_open(self, closed: Act, *args: object) -> None:
        """Somebody waits for an answer on a connection: ``closed(*args)`` is called if the process ends."""
        self._open.append((closed, args))

    def order(self, happened: Input, waiter: Waiter) -> None:
        """An order; ``waiter`` is told how it ended, unless the process ends first."""
        self.take(happened, waiter)

    def take(self, happened: Input, waiter: Waiter | None = None) -> None:
        """Step the machine and have its effects carried out. The process runs."""
        machine = self.machine
        before = machine.state
        step = machine.handle(happened)
        state = step.state
        if state is not before:
            if state.role is not before.role:
                self.since = self.schedule.now
            self.on_step_changed()
            if state.due_at != before.due_at:
                self.wind()
        if self.on_step is not None:
            self.on_step(self, happened, step)
        for effect in step.effects:
            if type(effect) is Answer:
                waiter = self._answer(effect, waiter)
            else:
                self.carry_out(self, effect)
        if waiter is not None:
            assert state.order is not None, "an order is answered at once or is under way"
            self._waiters[state.order].append(waiter)

    def wind(self) -> None:
        """Have a ``Tick`` come when the machine wants one, by its own clock."""
        now = self.schedule.now
        rest_s = self.machine.rest_s(self.clock.read(now))
        if rest_s is None:
            self._tick_at = None
            return
        self._tick_at = at = now + rest_s / self.clock.rate
        self.schedule.at(at, self._tick, at)

    def freeze(self) -> None:
        self.frozen = True
        self.on_change()

    def thaw(self) -> None:
        """What came meanwhile is handled now, behind the timer that is overdue."""
        if not self.frozen:
            return
        self.frozen = False
        self._open.clear()
        self.on_change()
        self.wind()
        if self._tick_at is not None and self._tick_at <= self.schedule.now:
            self._tick(self._tick_at)
        while self._held and not self.frozen and self.alive:
            act, args = self._held.popleft()
            act(*args)

    def end(self) -> None:
        """The process is gone, and with it all that it remembered but its settings and its membership."""
        self.alive = self.frozen = False
        self.life += 1
        self._held.clear()
        self._waiters.clear()
        self._tick_at = None
        self.hooks.restart()
        waiting, self._open = self._open, []
        for closed, args in waiting:
            closed(*args)
        self.on_change()

    def start(self) -> None:
        """A new process; it reads from its state file whether it is in a group, and with whom."""
        kept = self.machine.state
        self.machine = NodeMachine(self.address, kept.timers)
        self.alive = True
        self.signed_in = False
        self.since = self.schedule.now
        member = kept.role is not Role.NOT_IN_GROUP
        self.take(Restarted(self.now, member=member, peer=kept.peer if member else None))
        self.on_change()

    def _climbed(self, climb: tuple[Instant, float]) -> float:
        began, climb_s = climb
        return (self.schedule.now - began) / climb_s

    def _tick(self, at: Instant) -> None:
        if at != self._tick_at or self.frozen or self.stalled or not self.alive:
            return
        self._tick_at = None
        now = self.now
        rest_s = self.machine.rest_s(now)
        if rest_s is not None and rest_s <= ROUNDING_S:
            self.take(Tick(now + rest_s))
        if self._tick_at is None:
            self.wind()

    def _answer(self, answer: Answer, waiter: Waiter | None) -> Waiter | None:
        """Tell whoever waits; an order that came in with this step is answered first."""
        if waiter is not None:
            waiter(answer.refusal)
            return None
        waiting = self._waiters[answer.order]
        if waiting:
            waiting.popleft()(answer.refusal)
        return None


def _nobody(*_: object) -> None:
    """Nobody listens."""
