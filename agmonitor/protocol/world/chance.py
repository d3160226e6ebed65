"""Random but seeded lives: which faults befall a pair, when, where, and how long.

For property tests and for judges of others; knows the table of faults and not what they do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from agmonitor.protocol.faults import FAULTS, Fault, Link, Parameter
from agmonitor.protocol.world.world import World

MODEST_SHARE = 0.85
"""So many of the numbers are of the size of the default, the others anywhere in their range."""
FACTORS = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Happening:
    """One fault to come: ``after_s`` from the beginning."""

    after_s: float
    name: str
    node: str | None
    link: Link | None
    for_s: float | None
    parameters: dict[str, float] = field(default_factory=dict)

    def on(self, world: World) -> Callable[[], object]:
        """What brings it about there, to be called at its instant."""
        return lambda: world.fault(self.name, self.node, link=self.link, for_s=self.for_s, **self.parameters)


def happenings(
    rng: random.Random,
    nodes: tuple[str, ...],
    *,
    within_s: float,
    least: int = 3,
    most: int = 8,
    names: tuple[str, ...] = tuple(FAULTS),
) -> list[Happening]:
    """Some faults, in the order in which they begin; each ends by itself before ``within_s``."""
    drawn = [_one(rng, nodes, within_s, FAULTS[rng.choice(names)]) for _ in range(rng.randint(least, most))]
    return sorted(drawn, key=lambda each: each.after_s)


def _one(rng: random.Random, nodes: tuple[str, ...], within_s: float, fault: Fault) -> Happening:
    after_s = rng.uniform(0.0, within_s * 0.9)
    longest_s = within_s - after_s
    lasts_s = min(longest_s, max(0.5, longest_s * rng.random() ** 2))  # more short ones than long ones
    node = rng.choice(nodes) if fault.needs_node or rng.random() < 0.75 else None
    link = rng.choice(tuple(Link)) if fault.takes_link else None
    numbers = {each.name: _number(rng, each) for each in fault.parameters}
    return Happening(after_s, fault.name, node, link, lasts_s if fault.lasts else None, numbers)


def _number(rng: random.Random, parameter: Parameter) -> float:
    if rng.random() >= MODEST_SHARE:
        return rng.uniform(parameter.least, parameter.most)
    sign = -1 if parameter.least < 0 and rng.random() < 0.5 else 1
    return min(parameter.most, max(parameter.least, sign * parameter.default * rng.choice(FACTORS)))
