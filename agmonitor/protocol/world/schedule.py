"""Virtual time: what happens when, in order, and never by a real clock.

Things due at one instant happen in the order in which they were scheduled.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
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
        self._count = count = self._count + 1
        heappush(self._entries, (max(instant, self.now), count, act, args))

    def after(self, delay_s: float, act: Act, *args: object) -> None:
        """As ``at``, counted from now."""
        self._count = count = self._count + 1
        heappush(self._entries, (self.now + delay_s, count, act, args))

    def run(self, until: Instant) -> None:
        """Let everything happen that is due up to and at ``until``, which is ``now`` then."""
        entries, after_each = self._entries, self.after_each
        while entries and entries[0][0] <= until:
            self.now, _, act, args = heappop(entries)
            act(*args)
            if after_each is not None:
                after_each()
        self.now = max(self.now, until)
