"""Virtual time: what happens when, in order, and never by a real clock.

Things due at one instant happen in the order in which they were scheduled.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from agmonitor.domain.model import Instant

Act = Callable[..., object]
_Entry = tuple[Instant, int, Act, tuple[Any, ...]]


class Schedule:
    """``now`` moves from one event to the next; ``after_each`` is called behind every one."""

    __slots__ = ("_count", "_entries", "after_each", "now")

    def __init__(self, now: Instant) -> None:
        self.now = now
        self.after_each: Callable[[], object] | None = None
        self._entries: list[_Entry] = []
        self._count = 0

    def at(self, instant: Instant, act: Act, *args: object) -> None:
        """Have ``act(*args)`` called when time has come to ``instant``; at once if that is past."""
        self._count += 1
        heapq.heappush(self._entries, (max(instant, self.now), self._count, act, args))

    def after(self, delay_s: float, act: Act, *args: object) -> None:
        """As ``at``, counted from now."""
        self._count += 1
        heapq.heappush(self._entries, (self.now + delay_s, self._count, act, args))

    def run(self, until: Instant) -> None:
        """Let everything happen that is due up to and at ``until``, which is ``now`` then."""
        entries, pop = self._entries, heapq.heappop
        while entries and entries[0][0] <= until:
            at, _, act, args = pop(entries)
            self.now = at
            act(*args)
            if self.after_each is not None:
                self.after_each()
        self.now = max(self.now, until)
