"""The one real clock of the program; everything else is handed one and reads time through it."""

from __future__ import annotations

import asyncio
import time

from agmonitor.domain.model import Instant

# Linux has a clock that counts sleep beside the one that does not; their difference is the time asleep.
_COUNTS_SLEEP: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """``now`` runs with the monotonic clock, so that a clock set by hand does not bend durations."""

    def __init__(self) -> None:
        self._wall_at_anchor = 0.0
        self._monotonic_at_anchor = 0.0
        self.anchor()

    def now(self) -> Instant:
        return round(self._wall_at_anchor + time.monotonic() - self._monotonic_at_anchor, 3)

    def wall(self) -> Instant:
        return round(_wall(), 3)

    def anchor(self) -> None:
        self._monotonic_at_anchor = time.monotonic()
        self._wall_at_anchor = _wall()

    def elapsed_s(self) -> float:
        return time.monotonic()

    def slept_s(self) -> float | None:
        return None if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP) - time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _wall() -> float:
    return time.time()  # noqa: TID251 - this is the real clock
