"""One random drill: a plan carried out in a world, the monitor watching, the oracle judging afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.events import Event
from agmonitor.domain.model import Severity
from agmonitor.domain.observations import FailoverAnswer, Input
from agmonitor.domain.state import GroupState
from agmonitor.drill.observer import Observer, world_settings
from agmonitor.drill.oracle import Finding, judged
from agmonitor.drill.oracle_case import Case
from agmonitor.drill.oracle_spans import Spans
from agmonitor.drill.oracle_testimony import Testimony
from agmonitor.drill.schedule import Plan, PlannedFault, plan
from agmonitor.protocol.world.world import World

Step = Callable[[World, Observer], object]
CRITICAL = Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run, judged. ``virtual_s``: how long the monitor watched."""

    seed: int
    virtual_s: float
    inputs: int
    findings: tuple[Finding, ...]


class Sayings:
    """Which findings held when, as the monitor's state said."""

    def __init__(self) -> None:
        self._critical: dict[int, Spans] = {}
        self._any: dict[int, Spans] = {}
        self._open: dict[tuple[int, bool], float] = {}
        self._held: frozenset[tuple[int, bool]] = frozenset()
        self._verdict: object = None
        self.inputs = 0

    def told(self, at: float, _item: Input, state: GroupState, _events: tuple[Event, ...]) -> None:
        self.inputs += 1
        findings = state.verdict.findings
        if findings is self._verdict or not (findings or self._held):
            return
        self._verdict = findings
        held = frozenset([(f.number, f.severity is CRITICAL) for f in findings])
        if held != self._held:
            self._changed(at, held)

    def _changed(self, at: float, held: frozenset[tuple[int, bool]]) -> None:
        for key in self._held - held:
            self._close(key, at)
        for key in held - self._held:
            self._open[key] = at
        self._held = held

    def _close(self, key: tuple[int, bool], at: float) -> None:
        number, is_critical = key
        span = self._open.pop(key), at
        self._any.setdefault(number, []).append(span)
        if is_critical:
            self._critical.setdefault(number, []).append(span)

    def closed(self, end: float) -> tuple[dict[int, Spans], dict[int, Spans]]:
        """When each was critical, and when each held at all."""
        self._changed(end, frozenset())
        return self._critical, {number: sorted(spans) for number, spans in self._any.items()}


def built(drawn: Plan) -> World:
    """The world of a plan at the instant at which the monitor begins, everything arranged."""
    world = World.formed(
        drawn.timers,
        seed=drawn.seed,
        ttl_s=drawn.ttl_s,
        resolvers=drawn.resolvers,
        latency_s=drawn.latency_s,
        loss_share=drawn.loss_share,
        hooks=(),
    )
    _arrange(world, drawn)
    world.run(world.now + drawn.phase_s)
    return world


def run(seed: int, watch: Step | None = None) -> Outcome:
    """Carry out the plan of a seed and judge it; ``watch`` may listen in from the start."""
    return carried_out(plan(seed), watch)


def carried_out(drawn: Plan, watch: Step | None = None) -> Outcome:
    """As ``run``, with a plan of one's own."""
    world = built(drawn)
    settings = world_settings(world, drawn.cadence_s, drawn.deadline_s, judge_clients=drawn.judge_clients)
    observer = Observer(world, settings, drawn.seed)
    testimony, sayings = Testimony(world.node_names, lambda: world.now), Sayings()
    observer.asker.on_answer(testimony.heard)
    observer.on_change(sayings.told)
    world.truth.record()
    began = world.now
    if watch is not None:
        watch(world, observer)
    observer.start()
    world.run(began + drawn.length_s)
    critical, any_severity = sayings.closed(world.now)
    case = Case(
        history=world.truth.history,
        testimony=testimony,
        end=world.now,
        cadence_s=drawn.cadence_s,
        deadline_s=drawn.deadline_s,
        report_s=drawn.timers.report_s,
        check_s=drawn.timers.check_s,
        absence_s=drawn.timers.absence_s,
        judges_clients=drawn.judge_clients,
    )
    findings = judged(case, critical, any_severity)
    return Outcome(drawn.seed, world.now - began, sayings.inputs, findings)


def _arrange(world: World, drawn: Plan) -> None:
    """Have everything of the plan happen in its time."""
    began = world.now + drawn.phase_s
    for fault in drawn.faults:
        world.at(began + fault.at_s, lambda fault=fault: _break(world, fault))  # type: ignore[misc]
    for order in drawn.orders:
        world.at(
            began + order.at_s,
            lambda node=order.node: world.order_failover(node, drawn.deadline_s, _ordered),  # type: ignore[misc]
        )


def _break(world: World, fault: PlannedFault) -> None:
    world.fault(fault.name, fault.node, link=fault.link, for_s=fault.for_s, **dict(fault.parameters))


def _ordered(_answer: FailoverAnswer) -> None:
    """Somebody else's order: its answer is not ours to see."""
