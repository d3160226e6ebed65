"""What a node can be made to suffer by itself: a wrong clock, a load that kills it, rubbish for answers.

Each is told by a command and ends by one; a new process has none.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from agmonitor.lab import clock
from agmonitor.lab.lines import Line
from agmonitor.lab.node.rubbish import Rubbish

DIED_OF_LOAD = 137  # as the kernel's out-of-memory killer leaves a process
SHOWN_AT_MOST = 0.99  # nobody hears 1: a Gateway is dead by then
SLOW_FROM = 0.5
SLOWEST_S = 0.5


class Overload:
    """A load that climbs steadily until the process dies of it."""

    def __init__(self) -> None:
        self._climb: tuple[float, float] | None = None  # since when, and within how long to 1
        self._idle = 0.0  # the most the machine itself has borne since: a climb never turns back
        self._death: threading.Timer | None = None

    def begin(self, climb_s: float) -> None:
        self.end()
        self._idle = 0.0
        self._climb = (time.monotonic(), climb_s)
        self._death = threading.Timer(climb_s, _die)
        self._death.daemon = True
        self._death.start()

    def end(self) -> None:
        self._climb = None
        if self._death is not None:
            self._death.cancel()
            self._death = None

    def score(self, idle: float) -> float:
        """``resource_usage_score``, which is ``idle`` without any overload."""
        share = self._share()
        if share is None:
            return idle
        self._idle = max(self._idle, idle)
        return round(min(SHOWN_AT_MOST, self._idle + (1.0 - self._idle) * share), 2)

    def pause_s(self) -> float:
        """How long every answer takes for it."""
        return SLOWEST_S * max(0.0, min(1.0, self._share() or 0.0) - SLOW_FROM) / (1.0 - SLOW_FROM)

    def _share(self) -> float | None:
        """How much of the climb is behind it; ``None`` without any."""
        climb = self._climb
        return None if climb is None else (time.monotonic() - climb[0]) / climb[1]


class Ailments:
    """All of them, for whoever serves and for whoever is told."""

    def __init__(self) -> None:
        self.overload = Overload()
        self.rubbish = Rubbish()

    def obey(self, command: Line) -> bool:
        """Obey "clock", "overload" or "rubbish"; ``False``: it is for somebody else."""
        match command:
            case {"command": "clock", "offset_s": int() | float() as offset_s}:
                clock.be_ahead(offset_s)
            case {"command": "overload", "climb_s": int() | float() as climb_s}:
                self.overload.begin(climb_s)
            case {"command": "overload", "climb_s": None}:
                self.overload.end()
            case {"command": "rubbish", "on": bool(on)}:
                self.rubbish.on = on
            case _:
                return False
        return True


def _die() -> None:
    sys.stderr.write("The resource_usage_score is 1: the process dies of it.\n")
    sys.stderr.flush()
    os._exit(DIED_OF_LOAD)
