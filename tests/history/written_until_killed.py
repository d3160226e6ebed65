"""Writes histories in forked children until each is killed; their parent loads everything only once.

A line ``PATH FIRST`` on stdin starts a child that records from that number on. Told on stdout: ``pid N``,
``done N`` for each acknowledged round up to number N, then ``gone`` when the child is no more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from agmonitor.domain.group import initial, step
from agmonitor.domain.observations import Tick
from agmonitor.domain.retention import Retention
from agmonitor.domain.state import Mode
from agmonitor.history.store import Store
from tests.history.rows import START
from tests.monitor.watching import settings

STEP_S = 300.0  # of history from one input to the next, so that a day passes soon and is pruned
ROUND = 5
RETENTION = Retention(raw_days=1)


def instant(number: int) -> float:
    return START + number * STEP_S


def say(word: str, number: int) -> None:
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


async def write(path: Path, number: int) -> None:
    store = Store.open(path, RETENTION)
    state = initial(settings(name="g"), Mode.WATCHING, instant(number))
    while True:
        rounds = []
        for _ in range(ROUND):
            item = Tick(instant(number))
            after, events = step(state, item)
            rounds.append(store.record("g", (item,), events, state, after))
            state, number = after, number + 1
        await asyncio.gather(*rounds)
        say("done", number)


def main() -> None:
    for line in sys.stdin:
        path, first = line.split()
        child = os.fork()
        if not child:
            asyncio.run(write(Path(path), int(first)))
        say("pid", child)
        os.waitpid(child, 0)
        say("gone", 0)


if __name__ == "__main__":
    main()
