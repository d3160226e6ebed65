"""A World as a stage: the pair, its troubles and our monitor in virtual time, under one seed.

Orders go through the monitor's own decisions (``agmonitor.failover``); what is between an order and its
outcome is watched by the ``Observer`` as by the real monitor. Same scenario, same seed, same course.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from agmonitor.domain.events import Event
from agmonitor.domain.group import step
from agmonitor.domain.model import GroupSettings, HostPort, Instant, Role
from agmonitor.domain.observations import FailoverAnswer, FailoverOrdered, Input, Tick
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import sentences
from agmonitor.drill.observer import Observer, world_settings
from agmonitor.drill.our_view import OurView
from agmonitor.drill.scenario import NOBODY, NODES, BringAbout, FailOver, Happen, Scenario, Wait
from agmonitor.drill.stage import OnChange, Ordered, Played, StageError, agreed_to
from agmonitor.drill.steps import Course
from agmonitor.failover.guards import Guard, Intent, Outcome, Surroundings
from agmonitor.failover.machine import Failover, answered, arm, check, fire, sent, watch
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.operation import cool_s
from agmonitor.protocol.faults import Link
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.settings import ADDRESSES

LOOK_S = 0.5  # between two looks at the outcome
SLICE_S = 0.1  # how closely an awaited moment is met
STRANGERS_ADDRESS = "192.0.2.99"
WHO = "drill"
T = TypeVar("T")


def play(scenario: Scenario, tell: Callable[[str], None] = lambda _: None, seed: int = 1) -> Played:
    """The whole drill in virtual time."""
    return finished(Course(scenario, VirtualStage(scenario, seed), tell).play())


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of what only waits in virtual time: it never gives the floor away."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("a virtual stage waits for nothing real")


class VirtualStage:
    """One scenario's World and the observer that watches it."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self._world = _world(scenario, seed)
        self._settings = _settings(scenario, self._world)
        self._observer = Observer(self._world, self._settings, seed)
        self._callbacks: list[OnChange] = []
        self._awaited: Callable[[], bool] | None = None
        self._met = False
        self._agreed: Plan | None = None
        self._under_way = False
        self._cools_until: Instant | None = None
        self._observer.on_change(self._heard)
        self._observer.start()

    def now(self) -> Instant:
        return round(self._world.now, 3)

    @property
    def state(self) -> GroupState:
        return self._observer.state

    @property
    def observer(self) -> Observer:
        """The monitor of this stage, for whoever wants its inputs too."""
        return self._observer

    def on_change(self, callback: OnChange) -> None:
        self._callbacks.append(callback)

    def allowed_s(self, within_s: float) -> float:
        return within_s

    def wait_s(self, act: Wait) -> float:
        return act.seconds

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        if is_so():
            return True
        ends_at = self._world.now + seconds
        self._awaited, self._met = is_so, False
        while not self._met and self._world.now < ends_at:
            self._world.run(min(ends_at, self._world.now + SLICE_S))
        self._awaited = None
        return self._met or is_so()

    async def bring_about(self, act: BringAbout) -> str:
        link = None if act.link is None else Link(act.link)
        node = None if act.node is None else self._named(act.node)
        return self._world.fault(act.fault, node, link=link, for_s=act.for_s, **dict(act.parameters))

    async def heal(self) -> None:
        self._world.heal()

    async def happen(self, act: Happen) -> None:
        node = "" if act.node is None else self._named(act.node)
        HAPPEN[act.name](self._world, node, act.to or "")

    async def agree(self) -> None:
        self._agreed = agreed_to(self.state)

    async def fail_over(self, act: FailOver) -> tuple[Ordered, ...]:
        if self._under_way:
            return (Ordered(Outcome.REFUSED_HERE, "A failover is under way already.", (Guard.UNDER_WAY,)),)
        self._under_way = True
        try:
            # what is fired on is as old as it is now, whatever it was when it came
            state, _ = step(self.state, Tick(self.now()))
            armed = self._armed(act, state)
            if armed.ended:
                return (_ended(armed),)
            others = await self.fail_over(act) if act.twice else ()
            return (await self._order(armed, state, act.reason), *others)
        finally:
            self._under_way = False

    def _armed(self, act: FailOver, state: GroupState) -> Failover:
        """Armed as somebody at a desk would who has typed the name."""
        around = self._around
        wish = Intent(act.reason, act.kind, state.settings.name, frozenset(act.overrides), WHO)
        checked = check(Failover(), state, act.kind, around)
        return arm(checked, state, wish, around, self._agreed if act.agreed else None)

    @property
    def _around(self) -> Surroundings:
        return Surroundings(cools_until=self._cools_until)

    def pause(self) -> None:
        self._observer.pause()

    def resume(self) -> None:
        self._observer.resume()

    async def _order(self, armed: Failover, state: GroupState, reason: str) -> Ordered:
        fired = fire(armed, state, self._around)
        if fired.ended or fired.plan is None:
            return _ended(fired)
        plan = fired.plan
        answers: list[FailoverAnswer] = []
        self._observer.tell(FailoverOrdered(self.now(), plan.target, reason, WHO))
        machine = sent(fired, self.now())
        self._world.order_failover(plan.target, self._settings.timeout_s, answers.append)
        while not answers:
            self._world.run(self._world.now + SLICE_S)
        machine = answered(machine, answers[0], self.now())
        while not machine.ended:
            state, _ = step(self.state, Tick(self.now()))
            machine = watch(machine, state)
            if not machine.ended:
                await self.until(lambda: False, LOOK_S)
        if Guard.NOT_SENT not in machine.guards:
            self._cools_until = self.now() + cool_s(self.state)
        return _ended(machine)

    def _named(self, word: str) -> str:
        """The node that word means now."""
        if word in NODES:
            return word
        for name in NODES:
            process = self._world.process(name)
            if process.alive and process.role is Role(word):
                return name
        raise StageError(f"No node says that it is {word}.")

    def _heard(self, _at: Instant, _item: Input, state: GroupState, events: Sequence[Event]) -> None:
        for callback in self._callbacks:
            callback(state, events)
        if self._awaited is not None and self._awaited():
            self._met = True


def _ended(machine: Failover) -> Ordered:
    assert machine.outcome is not None
    detail = machine.answer.detail if machine.answer is not None else ""
    return Ordered(machine.outcome, sentences([machine.sentence, detail]), machine.guards)


def _address(to: str) -> str | None:
    return None if to == NOBODY else ADDRESSES.get(to, STRANGERS_ADDRESS)


def _flag(name: str, *, value: bool) -> Callable[[OurView, str, str], None]:
    return lambda world, _node, _to: setattr(world, name, value)


HAPPEN: Mapping[str, Callable[[OurView, str, str], object]] = {
    "order_elsewhere": lambda world, node, _: world.order_failover(node, 5.0, lambda _answer: None),
    "leave": lambda world, node, _: world.operator.leave(node),
    "join": lambda world, node, _: world.operator.join(node),
    "edit_record": lambda world, _, to: world.operator.edit_record(_address(to)),
    "stop_dns": lambda world, *_: world.operator.name_server(up=False),
    "start_dns": lambda world, *_: world.operator.name_server(up=True),
    "cut_us_from_dns": _flag("dns_cut", value=True),
    "mend_us_to_dns": _flag("dns_cut", value=False),
    "cut_us_off": lambda world, *_: world.operator.isolate(),
    "mend_us": lambda world, *_: world.operator.isolate(isolated=False),
    "freeze_resolver": lambda world, *_: world.operator.stick_resolver(0),
    "thaw_resolver": lambda world, *_: world.operator.stick_resolver(0, stuck=False),
    "cut_clients": _flag("clients_cut", value=True),
    "mend_clients": _flag("clients_cut", value=False),
    "stop_rhythm": lambda world, node, _: world.operator.stall(node),
    "start_rhythm": lambda world, node, _: world.operator.stall(node, stalled=False),
    "mute_hooks": lambda world, node, _: world.muted.setdefault(node, world.now),
    "double_hooks": lambda world, node, _: world.doubled.setdefault(node, world.now),
    "set_setting": lambda world, node, to: world.set_setting(node, to),
}
"""How each happening is brought about; the words are ``scenario_happenings.HAPPENINGS``."""


def _world(scenario: Scenario, seed: int) -> OurView:
    pace, pair, watch = scenario.pace, scenario.pair, scenario.watch
    timers = Timers(pace.report_s, pace.check_s, pace.absence_s)
    days = 365.0 if pair.certificate_days is None else pair.certificate_days
    world = OurView(
        timers,
        seed=seed,
        is_formed=pair.formed,
        ttl_s=float(pace.ttl_s),
        scheme=pair.scheme,
        certificate_days=days,
    )
    world.inventory = pair.inventory
    world.dns_unknown = not watch.dns_server
    if watch.one_url:
        world.operator.misroute(NODES[1], NODES[0])
    return world


def _settings(scenario: Scenario, world: OurView) -> GroupSettings:
    watch = scenario.watch
    return replace(
        world_settings(world, watch.cadence_s, watch.timeout_s, judge_clients=watch.judge_clients),
        dns_server=HostPort("192.0.2.53", 53) if watch.dns_server else None,
        failover_allowed=watch.failover_allowed,
    )
