"""Random but seeded lives: which faults befall a pair, when, where, and how long.

For property tests and for judges of others; knows the table of faults and nothing of what they do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from agmonitor.protocol.faults import FAULTS, Fault, Link

DEFAULT_LINKS = tuple(Link)


@dataclass(frozen=True, slots=True)
class Happening:
    """One fault to come: ``after_s`` from the beginning."""

    after_s: float
    name: str
    node: str | None
    link: Link | None
    for_s: float | None
    parameters: dict[str, float] = field(default_factory=dict)


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
    # short and long ones alike
    for_s = min(longest_s, max(0.5, longest_s * rng.random() ** 2)) if fault.lasts else None
    node = rng.choice(nodes) if fault.needs_node or rng.random() < 0.75 else None
    link = rng.choice(DEFAULT_LINKS) if fault.takes_link else None
    parameters = {}
    for each in fault.parameters:
        reach = each.most - each.least
        small = (
            each.default
            * rng.choice((0.2, 0.5, 1.0, 2.0, 5.0))
            * (-1 if each.least < 0 and rng.random() < 0.5 else 1)
        )
        value = small if rng.random() < 0.85 else each.least + reach * rng.random()
        parameters[each.name] = min(each.most, max(each.least, value))
    return Happening(after_s, fault.name, node, link, for_s, parameters)
