"""What-ifs in processes of their own: the same figures as without, ever finer, and no process left."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys

import pytest

from agmonitor.drill.whatif_runner import COMMAND, Wanted, WhatIfRunner, WorkerError
from agmonitor.drill.whatif_window import WindowPredictor
from agmonitor.drill.whatif_worker import answer, settings_line
from agmonitor.protocol.prediction import Prediction, Trigger, WhatIf
from agmonitor.protocol.whatif import whatif

LIMIT_S = 60.0
SETTINGS = WhatIf(2, 3, 6, 3, loss_share=0.02)


def predicted(runner: WhatIfRunner, wanted: Wanted, settings: WhatIf = SETTINGS) -> Prediction:
    async def main() -> Prediction:
        async with asyncio.timeout(LIMIT_S):
            return await runner.predict(settings, wanted)

    return asyncio.run(main())


def test_shared_out_over_processes_the_figures_are_the_same() -> None:
    runner = WhatIfRunner(workers=2)
    try:
        told = predicted(runner, Wanted(runs=330, seed=5))
    finally:
        runner.close()

    here = whatif(SETTINGS, 330, seed=5)
    assert told.outages_s == here.outages_s
    assert told.steps == here.steps
    assert told.false_failovers == here.false_failovers


def test_false_failovers_are_counted_over_the_days_wanted() -> None:
    runner = WhatIfRunner(workers=1)
    try:
        told = predicted(runner, Wanted(runs=1, seed=5, days=0.1), WhatIf(loss_share=0.7))
    finally:
        runner.close()

    assert told.false_failovers is not None
    counted = told.false_failovers.counted
    assert counted is not None
    assert counted.days == pytest.approx(0.1)
    assert counted.failovers > 0
    assert told.false_failovers.how == "calculated"


def test_something_is_told_soon_and_each_time_it_is_finer() -> None:
    heard: list[Prediction] = []
    shares: list[float] = []

    async def main() -> None:
        runner = WhatIfRunner(workers=2)
        try:
            async with asyncio.timeout(LIMIT_S):
                await runner.predict(
                    WhatIf(), Wanted(runs=600, seed=1), tell=heard.append, progress=shares.append
                )
        finally:
            runner.close()

    asyncio.run(main())

    assert heard[0].runs <= 100
    assert [one.runs for one in heard] == sorted(one.runs for one in heard)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_question_given_up_does_not_disturb_the_next() -> None:
    async def main() -> Prediction:
        runner = WhatIfRunner(workers=2)
        try:
            async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
                begun = asyncio.Event()
                dropped = tasks.create_task(
                    runner.predict(WhatIf(), Wanted(runs=500_000, seed=1), progress=lambda _: begun.set())
                )
                await begun.wait()
                dropped.cancel()
                return await runner.predict(SETTINGS, Wanted(runs=120, seed=9))
        finally:
            runner.close()

    assert asyncio.run(main()).outages_s == whatif(SETTINGS, 120, seed=9).outages_s


def test_a_process_that_ends_is_told_and_the_next_question_gets_a_new_one() -> None:
    runner = WhatIfRunner(workers=1)

    async def main() -> None:
        begun = asyncio.Event()
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
            work = tasks.create_task(
                runner.predict(WhatIf(), Wanted(runs=500_000, seed=1), progress=lambda _: begun.set())
            )
            await begun.wait()
            os.kill(runner.pids[0], signal.SIGKILL)
            with pytest.raises(WorkerError):
                await work

    try:
        with pytest.raises(ExceptionGroup) as caught:
            asyncio.run(main())
        assert caught.group_contains(WorkerError)
        assert predicted(runner, Wanted(runs=20, seed=1)).runs == 20
    finally:
        runner.close()


def test_the_processes_end_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    pids = json.loads(parent.stdout.readline())
    ends = [os.pidfd_open(pid) for pid in pids]

    parent.kill()
    parent.wait()
    parent.stdout.close()

    try:
        for end in ends:
            assert select.select([end], [], [], LIMIT_S)[0], "a worker outlived its parent"
    finally:
        for end in ends:
            os.close(end)


PARENT = """
import asyncio, json
from agmonitor.drill.whatif_runner import Wanted, WhatIfRunner
from agmonitor.protocol.prediction import WhatIf
runner = WhatIfRunner(workers=2)
told = []
def progress(_):
    if not told:
        told.append(print(json.dumps(runner.pids), flush=True))
asyncio.run(runner.predict(WhatIf(), Wanted(runs=1_000_000), progress=progress))
"""


def test_a_worker_ends_when_nobody_asks_any_more() -> None:
    job = {"do": "courses", "settings": settings_line(WhatIf()), "seed": 1, "first": 0, "count": 2}

    done = subprocess.run(
        COMMAND, input=json.dumps(job) + "\n", capture_output=True, text=True, check=True, timeout=LIMIT_S
    )

    assert len(json.loads(done.stdout)["courses"]) == 2


@pytest.mark.parametrize("trigger", Trigger)
def test_settings_travel_unchanged(trigger: Trigger) -> None:
    settings = WhatIf(2.5, 3, 6, 3, 0.01, trigger)
    line = json.loads(json.dumps(settings_line(settings)))

    assert WhatIf(**{**line, "trigger": Trigger(line["trigger"])}) == settings
    assert answer({"do": "calculate", "settings": line})["per_year"] is not None


def test_the_window_is_told_the_whole_at_last_and_may_ask_again_after_a_close() -> None:
    heard: list[Prediction] = []

    async def main() -> None:
        predictor = WindowPredictor(runs=150, days=0.0)
        try:
            async with asyncio.timeout(LIMIT_S):
                await predictor.predict(SETTINGS, heard.append)
                predictor.close()
                await predictor.predict(WhatIf(), heard.append)
        finally:
            predictor.close()

    asyncio.run(main())

    assert heard[-1].settings == WhatIf()
    assert heard[-1].runs == 150
    assert heard[-1].false_failovers is not None
