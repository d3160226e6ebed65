"""Random lives of simulated pairs, by seed: faults, orders, and a while in peace."""

from __future__ import annotations

import random

from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.chance import happenings
from agmonitor.protocol.world.invariants import Judge
from agmonitor.protocol.world.world import NODES, World

TIMERS = (Timers(2, 3, 6), Timers(20, 30, 60), Timers(5, 3, 10), Timers(1, 2, 5))
TROUBLED_WINDOWS = 10.0
PEACEFUL_WINDOWS = 7.0  # the longest that settling down may take, and some more


def troubled(seed: int) -> World:
    """A pair with its troubles booked, none of which has begun."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    timers = rng.choice(TIMERS)
    world = World.formed(timers, seed=seed)
    length_s = TROUBLED_WINDOWS * timers.absence_s
    for happening in happenings(rng, NODES, within_s=length_s):
        world.at(world.now + happening.after_s, happening.on(world))
    for _ in range(rng.choice((0, 0, 1, 3))):
        node, at = rng.choice(NODES), world.now + rng.uniform(0, length_s)
        world.at(at, lambda node=node: world.order_failover(node, 5.0, lambda _: None))  # type: ignore[misc]
    return world


def judged(seed: int) -> Judge:
    """What the judge says of the whole life: trouble, healing, peace."""
    world, judge = troubled(seed), Judge()
    world.truth.on_change(judge.feed)
    absence_s = world.settings.timers.absence_s
    world.run(world.now + TROUBLED_WINDOWS * absence_s)
    world.heal()
    world.run(world.now + PEACEFUL_WINDOWS * absence_s)
    return judge
