"""Recovers damaged histories in forked children until each is killed; their parent loads everything once.

A line ``PATH`` on stdin starts a child that opens the history there, reads it, and records one input when
that can be read. Told on stdout: ``pid N``, ``done 0`` when that was acknowledged, ``gone 0`` when the child
is no more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from agmonitor.history import skipping
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.store import Store
from tests.history.filled import item

NEW = 5_000_000
skipping.CHUNK = 10  # rows a step, so that recovery takes a while


def say(word: str, number: int) -> None:
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


async def write(path: Path) -> None:
    store = Store.open(path)
    while True:
        try:
            await store.past("gw-prod", 0)
            await store.record("gw-prod", [item(NEW)], [])
        except HistoryError as error:
            if error.fault is not Fault.DAMAGED:
                raise
            await asyncio.sleep(0.001)
        else:
            say("done", 0)
            await store.close()
            return


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(write(Path(line.strip())))
            os._exit(0)
        say("pid", child)
        os.waitpid(child, 0)
        say("gone", 0)


if __name__ == "__main__":
    main()
