"""What a simulated pair costs: virtual days a second, and hours full of random faults under the judge."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.chance import happenings
from agmonitor.protocol.world.invariants import Judge
from agmonitor.protocol.world.world import NODES, World
from row import Row, Source, median

RUNS = 5
DAY_S, HOUR_S = 86_400.0, 3600.0
LIVES, MILLION = 40, 1_000_000

DAYS = "virtual days per second for one pair, documented timers"
HOURS = "a million random-fault hours of one pair, every step judged"


def rows() -> Iterator[Row]:
    days = median([1 / _seconds(_day, seed) for seed in range(RUNS)])
    yield Row(DAYS, round(days, 2), "days/s", "≥ 1 day/s", met=days >= 1)
    hour_s = median([_seconds(_life, seed) for seed in range(LIVES)])
    note = f"{hour_s * 1000:.1f} ms an hour of 3 to 8 faults, times a million"
    yield Row(HOURS, round(hour_s * MILLION / HOUR_S, 1), "core h", note=note)


def _seconds(live: Callable[[int], None], seed: int) -> float:
    began = time.perf_counter()
    live(seed)
    return time.perf_counter() - began


def _day(seed: int) -> None:
    world = World.formed(Timers(), seed=seed)
    world.run(world.now + DAY_S)


def _life(seed: int) -> None:
    world, judge = World.formed(Timers(), seed=seed), Judge()
    world.truth.on_change(judge.feed)
    for happening in happenings(random.Random(seed), NODES, within_s=HOUR_S):
        world.at(world.now + happening.after_s, happening.on(world))
    world.run(world.now + HOUR_S)
    assert not judge.breaches, judge.breaches


SOURCE = Source((DAYS, HOURS), rows)
