"""The lab's one real clock: instants for reports and events. Durations come from the loop's own clock."""

from __future__ import annotations

import time


def now() -> float:
    """Seconds since 1970 UTC, to the millisecond, as every other instant of this program."""
    return round(time.time(), 3)  # noqa: TID251 - the rim: the lab's processes live in real time
