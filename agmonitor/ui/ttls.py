"""What was left of a record's time to live when a name server was asked, and so what is left at any instant.

A bar of a lane says whom a server names; how long it will go on saying so changes with every second and is
kept here. Knows no Qt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque

from agmonitor.domain.model import Instant

CAP = 8_000  # of one server: four hours at the usual cadence


class Ttls:
    """Of each server, the newest answers' time to live, in order of time."""

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told: dict[str, tuple[deque[Instant], deque[int]]] = {}

    def put(self, server: str, at: Instant, ttl_s: int) -> None:
        instants, values = self._told.setdefault(server, (deque(maxlen=CAP), deque(maxlen=CAP)))
        instants.append(at)
        values.append(ttl_s)

    def forget_after(self, at: Instant) -> None:
        """Our clock was set back."""
        for instants, values in self._told.values():
            while instants and instants[-1] > at:
                instants.pop()
                values.pop()

    def told_at(self, server: str, at: Instant) -> tuple[float, float] | None:
        """As the newest answer before an instant told it, and the same less the time since; None: not known.

        Never below nought: an answer may be kept for no longer, whether or not somebody does.
        """
        if server not in self._told:
            return None
        instants, values = self._told[server]
        row = bisect_right(instants, at) - 1
        return None if row < 0 else (values[row], max(0.0, values[row] - (at - instants[row])))
