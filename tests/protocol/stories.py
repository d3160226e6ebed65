"""A world as tests of the pair's rules tell it: short words for what is done and what came of it."""

from __future__ import annotations

from agmonitor.domain.model import Instant, Role
from agmonitor.protocol import effects as e
from agmonitor.protocol import inputs as i
from agmonitor.protocol.machine import Step
from agmonitor.protocol.state import NodeState, Timers
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.world import World

A, B = "gw-1", "gw-2"
ADDRESS_A, ADDRESS_B = "192.0.2.11", "192.0.2.12"


class Story:
    """Records which rules applied, who became what, which hooks were called, and how orders ended."""

    def __init__(self, timers: Timers, seed: int, *, founded: bool = False) -> None:
        self.rules: dict[str, set[int]] = {A: set(), B: set()}
        self.became: dict[str, list[tuple[Instant, Role]]] = {A: [], B: []}
        self.hooks: dict[str, list[tuple[Role | None, Role]]] = {A: [], B: []}
        self.answers: dict[str, list[e.Answer]] = {A: [], B: []}
        self._roles = {A: Role.NOT_IN_GROUP, B: Role.NOT_IN_GROUP}
        make = World if founded else World.formed
        self.world = make(timers, seed=seed, skew_s=0.0, drift_ppm=0.0)
        for name, node in self.world.nodes.items():
            node.on_step = self._note
            self._roles[name] = node.role
        if founded:
            self.world.found_slowly()
            self.run(1 + 4 * timers.check_s)

    @property
    def now(self) -> Instant:
        return self.world.now

    @property
    def roles(self) -> tuple[Role, Role]:
        return self.world.process(A).role, self.world.process(B).role

    def state(self, name: str) -> NodeState:
        return self.world.process(name).machine.state

    def run(self, for_s: float) -> None:
        self.world.run(self.now + for_s)

    def order(self, name: str, happened: i.Input) -> None:
        self.world.process(name).take(happened)

    def fail_over(self, name: str) -> None:
        self.order(name, i.FailoverOrdered(self.world.process(name).now))

    def _note(self, node: Process, _: i.Input, step: Step) -> None:
        self.rules[node.name].update(step.rules)
        if step.state.role is not self._roles[node.name]:
            self._roles[node.name] = step.state.role
            self.became[node.name].append((self.world.now, step.state.role))
        for effect in step.effects:
            if isinstance(effect, e.CallHooks):
                self.hooks[node.name].append((effect.previous, effect.new))
            elif isinstance(effect, e.Answer):
                self.answers[node.name].append(effect)
