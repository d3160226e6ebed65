"""What judging costs: one step of a watched pair, random drills on all cores, a million hours of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from agmonitor.domain.group import initial, step
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState, Mode
from agmonitor.drill.observer import Observer
from agmonitor.drill.random_many import scored
from agmonitor.drill.random_run import run
from agmonitor.protocol.world.world import World
from row import Row, Source

RUNS, GOAL_RUNS, GOAL_S = 200, 10_000, 600.0
FIRST_SEED = 1
STEPPED, AGAIN = 5, 9
MILLION = 1_000_000

STEP = "CPU of one step of a pair in random drills: fold, conclude, judge"
DRILLS = "random drills of 15 virtual minutes, watched and judged"
WRONG = "false, missed or late over those drills"
HOURS = "a million random-fault hours watched and judged, this machine"


def rows() -> Iterator[Row]:
    recorded = [_recorded(FIRST_SEED + place) for place in range(STEPPED)]
    steps = sum(len(inputs) for _, inputs in recorded)
    step_s = sum(min(_stepped_s(*each) for _ in range(AGAIN)) for each in recorded) / steps
    yield Row(STEP, round(step_s * 1e6, 1), "µs", note=f"{steps} steps, the best of {AGAIN} times each")
    began = time.perf_counter()
    score = scored(FIRST_SEED, RUNS, lambda _: None)
    wall_s = time.perf_counter() - began
    per_min = score.runs / wall_s * 60
    goal = GOAL_RUNS / GOAL_S * 60
    step_us = wall_s * len(os.sched_getaffinity(0)) / score.inputs * 1e6
    note = (
        f"{score.inputs / score.runs:.0f} inputs a run, {step_us:.0f} µs of a core each, everything included"
    )
    yield Row(
        DRILLS, round(per_min), "/min", f"≥ {goal:g} a minute (10,000 in ten)", met=per_min >= goal, note=note
    )
    wrong = score.false_alarms + score.missed + score.late
    yield Row(WRONG, wrong, "", "0", met=wrong == 0)
    days = MILLION * 3600 / score.virtual_s * wall_s / 86_400
    note = f"extrapolated from {score.virtual_s / 3600:.0f} virtual hours in {wall_s:.1f} s"
    yield Row(HOURS, round(days, 1), "days", note=note)


def _recorded(seed: int) -> tuple[GroupState, list[Input]]:
    """What the monitor hears in a random drill, and the state that it begins in."""
    begun: list[GroupState] = []
    inputs: list[Input] = []

    def watch(world: World, observer: Observer) -> None:
        begun.append(initial(observer.state.settings, Mode.WATCHING, world.now))
        observer.on_change(lambda _at, item, _state, _events: inputs.append(item))

    run(seed, watch)
    return begun[0], inputs


def _stepped_s(state: GroupState, inputs: list[Input]) -> float:
    began = time.process_time()
    for item in inputs:
        state, _ = step(state, item)
    return time.process_time() - began


SOURCE = Source((STEP, DRILLS, WRONG, HOURS), rows)


if __name__ == "__main__":  # the processes of a pool import this file anew
    for row in SOURCE.rows():
        print(row)
