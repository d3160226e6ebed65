"""A program that orders failovers in children and kills each with SIGKILL at a chosen call; driven by stdin.

Each line names a folder for the audit and the number of the Python call, in whatever thread, at which the
child dies (0: it lives). Answers a line: how many calls were made, or -1 where it was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from tests.end_to_end.test_failover import WISH, Attempt, GroupPorts


class Countdown:
    """Counts calls; the one that is meant never returns."""

    def __init__(self, point: int) -> None:
        self.calls = 0
        self._point = point

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        if event != "call":
            return
        self.calls += 1
        if self.calls == self._point:
            os.kill(os.getpid(), signal.SIGKILL)


def order(ports: GroupPorts, folder: Path, point: int) -> int:
    """One order in a child of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        count = Countdown(point)
        threading.setprofile(count)
        sys.setprofile(count)
        Attempt(ports, folder).run(WISH)
        sys.setprofile(None)
        os.write(writing, str(count.calls).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        calls = told.read()
    os.waitpid(child, 0)
    return int(calls) if calls else -1


def main() -> None:
    """Obey until stdin ends."""
    ports = GroupPorts(*json.loads(sys.argv[1]))
    for line in sys.stdin:
        folder, point = line.rsplit(" ", 1)
        print(order(ports, Path(folder), int(point)), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
