"""What-if: many seeded runs of the ``World``, each from a random moment of a steady pair's life.

Same settings and seed, same figures. A run is followed until the Secondary is Primary; from then on nothing
but the resolver's cache stands between a client and the new Primary, and when that runs out is known.
"""

from __future__ import annotations

from agmonitor.domain.model import Role
from agmonitor.protocol.absence_odds import Loss
from agmonitor.protocol.effects import UpdateRecord
from agmonitor.protocol.false_failovers import DAY_S, FalseFailovers, calculated_per_year
from agmonitor.protocol.faults import Link
from agmonitor.protocol.inputs import Input
from agmonitor.protocol.machine import Step
from agmonitor.protocol.prediction import NEVER, STEPS, Course, Prediction, Trigger, WhatIf, prediction
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.world import NODES, World

ORDER_WITHIN_S, ORDER_LOOK_S = 30.0, 0.25
PATIENCE_CHECKS = 30  # a takeover that loss keeps failing is given up after so many
RUNS_A_SEED = 1 << 32


def whatif(settings: WhatIf, runs: int, seed: int) -> Prediction:
    """All runs here and now, and the calculated rate; ``drill.whatif_runner`` uses processes."""
    courses = [course(settings, seed, number) for number in range(runs)]
    return prediction(settings, seed, courses, FalseFailovers(calculated(settings)))


def calculated(settings: WhatIf) -> float | None:
    """False failovers a year by calculation; None where that is too much to work out."""
    return calculated_per_year(settings.timers, Loss.of_exchanges(settings.loss_share))


def course(settings: WhatIf, seed: int, number: int) -> Course:
    """Run ``number`` of a seed."""
    world = _world(settings, seed * RUNS_A_SEED + number)
    if settings.loss_share:  # what the Secondary knows by then has its gaps
        world.run(world.now + settings.absence_s + settings.check_s + settings.report_s)
    return _Run(world, settings.trigger).course()


def counted(settings: WhatIf, seed: int, number: int, days: float) -> int:
    """How often the record leaves a living Primary in so many days of which stretch ``number`` is one.

    Nothing but loss befalls the pair, so every such move is a false failover.
    """
    world = _world(settings, seed * RUNS_A_SEED + number)
    names = world.scene.names
    record, told, moves = names.record, names.on_change, 0

    def on_change() -> None:
        nonlocal record, moves
        if names.record != record:
            record = names.record
            moves += 1
        told()

    names.on_change = on_change
    world.run(world.now + days * DAY_S)
    return moves


def _world(settings: WhatIf, seed: int) -> World:
    world = World.formed(settings.timers, seed=seed, ttl_s=settings.ttl_s)
    if settings.loss_share:
        for link in (Link.HEARTBEAT, Link.DNS):
            world.fault("lossy", link=link, loss_share=settings.loss_share)
    return world


class _Run:
    """One world from its trigger on. Marks are true instants; ``NEVER`` until they are reached."""

    def __init__(self, world: World, trigger: Trigger) -> None:
        self._world, self._trigger = world, trigger
        self._names = world.scene.names
        first, second = (world.process(name) for name in NODES)
        self._old, self._new = (first, second) if first.address == self._names.record else (second, first)
        self._began_at = world.now
        self._noticed_at = self._moved_at = self._primary_at = NEVER
        self._yielded_at = self._clients_at = NEVER
        self._new.on_step = self._on_new_step
        self._old.on_step = self._on_old_step
        self._names_changed = self._names.on_change
        self._names.on_change = self._on_names_changed

    def course(self) -> Course:
        """Pull the trigger and follow the pair until nothing is left to happen, or until it is given up."""
        world, timers = self._world, self._world.settings.timers
        if self._trigger is Trigger.DEATH:
            world.fault("kill", self._old.name)
            give_up_at = (
                self._began_at + timers.absence_s + timers.report_s + PATIENCE_CHECKS * timers.check_s
            )
            look_s = timers.check_s / 3
        else:
            asked = self._old if self._trigger is Trigger.YIELD else self._new
            world.order_failover(asked.name, ORDER_WITHIN_S, lambda _: None)
            give_up_at = self._began_at + ORDER_WITHIN_S + 2 * timers.report_s
            look_s = ORDER_LOOK_S
        while not self._is_settled and world.now < give_up_at:
            world.run(world.now + look_s)
        ends_at = {
            "detection": self._noticed_at,
            "record": self._moved_at,
            "promotion": self._primary_at,
            "yielding": self._yielded_at,
            "clients": self._clients_at,
        }
        ends_s = tuple(ends_at[step.name] - self._began_at for step in STEPS[self._trigger])
        return Course(ends_s, self._outage_s())

    @property
    def _is_settled(self) -> bool:
        yielded = self._trigger is Trigger.DEATH or self._yielded_at < NEVER
        return yielded and self._primary_at < NEVER

    def _outage_s(self) -> float:
        """Without service so far, and, where that goes on, until the resolver asks anew."""
        clients = self._world.clients[0]
        so_far_s = clients.without_service_s(self._began_at)
        return so_far_s if clients.served else so_far_s + max(0.0, self._clients_at - self._world.now)

    def _on_new_step(self, node: Process, _: Input, step: Step) -> None:
        now = self._world.now
        if self._noticed_at == NEVER and any(isinstance(one, UpdateRecord) for one in step.effects):
            self._noticed_at = now
        if self._primary_at == NEVER and node.role is Role.PRIMARY:
            self._primary_at = now

    def _on_old_step(self, node: Process, _: Input, __: Step) -> None:
        if self._yielded_at == NEVER and node.role is Role.SECONDARY:
            self._yielded_at = self._world.now

    def _on_names_changed(self) -> None:
        """The record moves: its resolver fetches it again when what it has runs out, and not before."""
        if self._moved_at == NEVER and self._names.record == self._new.address:
            self._moved_at = self._world.now
            self._clients_at = max(self._moved_at, self._names.caches[0].expires_at)
        self._names_changed()
