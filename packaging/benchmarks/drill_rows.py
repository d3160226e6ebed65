"""What judging the monitor costs: random drills over all cores, and from that a million hours of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from agmonitor.drill.random_many import scored
from row import Row, Source

RUNS, GOAL_RUNS, GOAL_S = 200, 10_000, 600.0
FIRST_SEED = 1
MILLION = 1_000_000

DRILLS = "random drills of 15 virtual minutes, watched and judged"
WRONG = "false, missed or late over those drills"
HOURS = "a million random-fault hours watched and judged, this machine"


def rows() -> Iterator[Row]:
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


SOURCE = Source((DRILLS, WRONG, HOURS), rows)


if __name__ == "__main__":  # the processes of a pool import this file anew
    for row in SOURCE.rows():
        print(row)
