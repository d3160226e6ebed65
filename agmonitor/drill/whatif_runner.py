"""Runs what-ifs in processes of their own: as many as there are cores, kept warm between questions.

The same settings, number of runs and seed give the same prediction, however the runs were shared out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from agmonitor.drill.whatif_worker import settings_line
from agmonitor.lab.environment import without_secrets
from agmonitor.protocol.false_failovers import Count, FalseFailovers
from agmonitor.protocol.prediction import Course, Prediction, WhatIf, prediction

COMMAND = (sys.executable, "-P", "-m", "agmonitor.drill.whatif_worker")
FIRST_CHUNK, CHUNK = 50, 250  # runs handed over at a time: something to show soon, then less ado
COUNT_DAYS = 1 / 24  # one stretch: each begins in a phase of its own

Tell = Callable[[Prediction], None]


class WorkerError(RuntimeError):
    """A worker ended while it was needed; what it said is on stderr."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much work is put into a prediction. ``days`` are simulated to count false failovers."""

    runs: int = 10_000
    seed: int = 1
    days: float = 0.0
    rate: bool = True  # the calculation of false failovers, and the count

    def __post_init__(self) -> None:
        assert self.runs > 0
        assert self.days >= 0


@dataclass(slots=True)
class _Gathered:
    """What has come back so far."""

    settings: WhatIf
    wanted: Wanted
    courses: dict[int, list[Course]] = field(default_factory=dict)  # by the first run's number
    runs: int = 0
    per_year: float | None = None
    calculated: bool = False
    failovers: int = 0
    days: float = 0.0

    def take(self, job: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        if job["do"] == "courses":
            self.courses[job["first"]] = [Course(tuple(row[:-1]), row[-1]) for row in told["courses"]]
            self.runs += job["count"]
        elif job["do"] == "count":
            self.failovers += told["failovers"]
            self.days += job["days"]
        else:
            self.per_year, self.calculated = told["per_year"], True

    @property
    def prediction(self) -> Prediction:
        courses = [course for first in sorted(self.courses) for course in self.courses[first]]
        counted = Count(self.failovers, self.days) if self.days else None
        known = self.calculated or counted is not None
        return prediction(
            self.settings,
            self.wanted.seed,
            courses,
            FalseFailovers(self.per_year, counted) if known else None,
        )


class WhatIfRunner:
    """Answers what-ifs, one after the other or side by side. ``close`` ends its processes."""

    def __init__(self, workers: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._number = workers or cores
        self._workers: list[_Worker] = []

    async def predict(
        self,
        settings: WhatIf,
        wanted: Wanted,
        tell: Tell | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Prediction:
        """The whole prediction. ``tell`` hears each refinement of it, ``progress`` the share that is done.

        Cancelling stops it after the chunks under way.

        Raises:
            WorkerError: a process ended; the next question gets a new one.
            OSError: no process can be started.
        """
        self._see_to_workers()
        gathered = _Gathered(settings, wanted)
        jobs = deque(_jobs(settings, wanted))
        whole, done = len(jobs), 0

        async def work(worker: _Worker) -> None:
            nonlocal done
            while jobs:
                job = jobs.popleft()
                gathered.take(job, await worker.ask(job))
                done += 1
                if progress is not None:
                    progress(done / whole)
                if tell is not None and gathered.runs and jobs:
                    tell(gathered.prediction)

        try:
            async with asyncio.TaskGroup() as tasks:
                for worker in self._workers:
                    tasks.create_task(work(worker))
        except ExceptionGroup as group:
            self.close()
            raise group.exceptions[0] from None
        return gathered.prediction

    @property
    def pids(self) -> list[int]:
        """Of the processes there are now."""
        return [worker.pid for worker in self._workers]

    def close(self) -> None:
        """End the processes; they hold nothing."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.end()

    def _see_to_workers(self) -> None:
        while len(self._workers) < self._number:
            self._workers.append(_Worker())


def _jobs(settings: WhatIf, wanted: Wanted) -> Iterator[Mapping[str, object]]:
    """First a few runs, so that there is something to show, then the rate, then the rest."""
    shared = {"settings": settings_line(settings), "seed": wanted.seed}
    chunks = list(_chunks(wanted.runs))
    for first, count in chunks[:2]:
        yield {**shared, "do": "courses", "first": first, "count": count}
    if wanted.rate:
        yield {**shared, "do": "calculate"}
    for first, count in chunks[2:]:
        yield {**shared, "do": "courses", "first": first, "count": count}
    number, left = 0, wanted.days if wanted.rate else 0.0
    while left > 0:
        days = min(COUNT_DAYS, left)
        yield {**shared, "do": "count", "number": number, "days": days}
        number, left = number + 1, left - days


def _chunks(runs: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < runs:
        count = min(CHUNK if first >= 2 * FIRST_CHUNK else FIRST_CHUNK, runs - first)
        yield first, count
        first += count


class _Worker:
    """One process, and the one thread that talks with it: there jobs wait for one another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=without_secrets(os.environ),
            start_new_session=True,
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whatif")

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, job: Mapping[str, object]) -> dict[str, Any]:
        line = json.dumps(job).encode() + b"\n"
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._exchange, line)

    def _exchange(self, line: bytes) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            told = self._process.stdout.readline()
        except (BrokenPipeError, ValueError):  # it, or its pipe, was ended meanwhile
            told = b""
        if not told.endswith(b"\n"):
            raise WorkerError("A process that was making runs has ended.")
        return dict(json.loads(told))

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.shutdown(cancel_futures=True)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
