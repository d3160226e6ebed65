"""The lab's one real clock: instants for reports and events. Durations come from the loop's own clock.

A process may be told that its clock is off: a node's, by a fault. Nothing else ever is.
"""

from __future__ import annotations

import time

_ahead_s = 0.0


def now() -> float:
    """Seconds since 1970 UTC, to the millisecond, as every other instant of this program."""
    return round(time.time() + _ahead_s, 3)  # noqa: TID251 - the rim: the lab's processes live in real time


def be_ahead(by_s: float) -> None:
    """This process' clock is so far ahead of the true one from now on; 0: right."""
    global _ahead_s  # noqa: PLW0603 - a process has one clock, whoever asks it
    _ahead_s = by_s
