"""The monitor in virtual time: ``monitor.engine``'s rounds, pace, second looks and ticks over a ``World``.

Steps the very same ``domain.group.step``. Asks by callback where the engine awaits, and records nothing; our
own clock is true and never sleeps, so there are no gaps. A test holds it to the engine, event by event.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from agmonitor.domain.events import Event
from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings, HostPort, Instant, NodeAddress
from agmonitor.domain.observations import Gap, GapReason, Input, NodeObservation, Observation, Tick
from agmonitor.domain.state import GroupState, Look, Mode
from agmonitor.drill.asking import Asker
from agmonitor.monitor.engine import BREATH_S, CALLS_HOOKS, HOOK_ROUNDS, LOOK_REST_S
from agmonitor.monitor.pace import JITTER, Pace
from agmonitor.monitor.subjects import Kind, Subject, group_name, of_look, of_round
from agmonitor.protocol.world.world import ADDRESSES, FQDN, World

Told = Callable[[Instant, Input, GroupState, tuple[Event, ...]], object]
"""An instant of ours, what was stepped, the state after it, and its events."""


def world_settings(
    world: World, cadence_s: float = 2.0, timeout_s: float = 5.0, *, judge_clients: bool | None = None
) -> GroupSettings:
    """What somebody would set to watch this world."""
    scheme = world.settings.scheme
    nodes = [NodeAddress(name, f"{scheme}://{ADDRESSES[name]}") for name in world.node_names]
    return GroupSettings(
        name="drill",
        nodes=(nodes[0], nodes[1]),
        fqdn=FQDN,
        resolvers=tuple(
            HostPort(f"192.0.2.{60 + index}", 53) for index in range(1, world.settings.resolvers)
        ),
        allow_http=scheme == "http",
        timeout_s=timeout_s,
        cadence_s=cadence_s,
        judge_clients=judge_clients,
    )


class Observer:
    """Watches a world from ``start`` on, as long as the world runs."""

    def __init__(self, world: World, settings: GroupSettings, seed: int = 0) -> None:
        self._world = world
        self._asker = Asker(world, settings)
        self._rng = random.Random(seed)  # noqa: S311 - spreads rounds, guards nothing
        self._settings = settings
        self._state = initial(settings, Mode.WATCHING, self._now())
        self._told: list[Told] = []
        self._pace = Pace()
        self._named = False
        self._busy: set[Subject] = set()
        self._again: set[Subject] = set()
        self._looks: set[Look] = set()
        self._looked_at: dict[Subject, Instant] = {}
        self._rounds = 0
        self._hook_rounds = 0
        self._arrived = False
        self._paused_at: Instant | None = None
        self._generation = 0

    @property
    def state(self) -> GroupState:
        return self._state

    @property
    def asker(self) -> Asker:
        """Whoever wants to hear the raw answers listens there."""
        return self._asker

    def on_change(self, told: Told) -> None:
        """Call this after each step, in order."""
        self._told.append(told)

    def start(self) -> None:
        """Begin with the first round, now."""
        self._state = initial(self._settings, Mode.WATCHING, self._now())
        self._named = group_name(self._state) is not None
        self._round()

    def tell(self, item: Input) -> None:
        """Step an input that no probe brought, such as an order of ours."""
        self._admit(item)

    def pause(self) -> None:
        """Ask nothing more until ``resume``."""
        if self._paused_at is None:
            self._paused_at = self._now()

    def resume(self) -> None:
        """Go on; the time between is a gap, and what was asked before it is thrown away."""
        if self._paused_at is None:
            return
        gap = Gap(self._paused_at, self._now(), GapReason.PAUSED)
        self._paused_at = None
        self._generation += 1
        self._looked_at.clear()
        self._pace = Pace()
        self._admit(gap)
        for subject in dict.fromkeys([*self._of_round(0, hooks_wanted=True), *self._of_round(1)]):
            self._start(subject)

    def _now(self) -> Instant:
        return round(self._world.now, 3)

    def _round(self) -> None:
        if self._paused_at is None:
            for subject in self._of_round(self._rounds, hooks_wanted=self._hook_rounds > 0):
                self._start(subject)
            self._rounds += 1
            self._hook_rounds = max(0, self._hook_rounds - 1)
        self._rest(self._pace.cadence_s(self._state) * self._rng.uniform(1 - JITTER, 1))

    def _rest(self, left_s: float) -> None:
        breath_s = min(left_s, BREATH_S)
        self._arrived = False
        self._world.at(self._world.now + breath_s, lambda: self._breathed(left_s - breath_s))

    def _breathed(self, left_s: float) -> None:
        if not self._arrived and self._paused_at is None:
            self._admit(Tick(self._now()))
        if left_s > 0:
            self._rest(left_s)
        else:
            self._round()

    def _start(self, subject: Subject) -> None:
        if subject not in self._busy:
            self._busy.add(subject)
            self._ask(subject)

    def _ask(self, subject: Subject) -> None:
        if self._again:
            self._again.discard(subject)
        generation = self._generation

        def answered(found: tuple[Observation, ...]) -> None:
            self._answered(subject, found if generation == self._generation else ())

        self._asker.ask(subject, named=self._named, reply=answered)

    def _answered(self, subject: Subject, found: tuple[Observation, ...]) -> None:
        self._busy.discard(subject)
        for observation in found:
            self._admit(observation)
        if self._again and subject in self._again and subject not in self._busy and self._paused_at is None:
            self._busy.add(subject)
            self._ask(subject)

    def _admit(self, item: Input) -> None:
        self._state, events = step(self._state, item)
        self._arrived = True
        now, state = self._world.now, self._state
        for told in self._told:
            told(now, item, state, events)
        self._after(item, events)

    def _after(self, item: Input, events: tuple[Event, ...]) -> None:
        if self._paused_at is not None:
            return
        if isinstance(item, NodeObservation) and not self._named:
            self._follow_name()
        if events and any(event.kind in CALLS_HOOKS for event in events):
            self._hook_rounds = HOOK_ROUNDS
            for subject in self._of_round(0, hooks_wanted=True):
                if subject.kind is Kind.HOOKS:
                    self._start(subject)
        if not self._state.looks and not self._looks:
            return
        known, self._looks = self._looks, set(self._state.looks)
        for look in self._state.looks:  # in their order: a set's differs from process to process
            if look not in known:
                self._second_look(look)

    def _follow_name(self) -> None:
        """The nodes tell the group's name; when it is new, ask at once what hangs on it."""
        self._named = group_name(self._state) is not None
        if self._named:
            for subject in self._of_round(0):
                if not subject.node:
                    self._start(subject)

    def _of_round(self, number: int, *, hooks_wanted: bool = False) -> list[Subject]:
        return of_round(self._state, number, named=self._named, hooks_wanted=hooks_wanted)

    def _second_look(self, look: Look) -> None:
        now = self._now()
        subject = of_look(look)
        due_at = max(look.at, self._looked_at.get(subject, now - LOOK_REST_S) + LOOK_REST_S)
        wait_s = max(0.0, due_at - now)
        self._world.at(self._world.now + wait_s, lambda: self._look_again(look, subject))

    def _look_again(self, look: Look, subject: Subject) -> None:
        """Ask again, unless the question has settled itself."""
        if look not in self._state.looks or self._paused_at is not None:
            return
        self._looked_at[subject] = self._now()
        if subject in self._busy:
            self._again.add(subject)
        else:
            self._start(subject)
