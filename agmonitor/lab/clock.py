"""The lab's one real clock: instants for reports and events. Durations come from the loop's own clock.

A process may be told that its clock is off: a node's, by a fault. Nothing else ever is. It runs with the
monotonic clock, as the monitor's does: what somebody, or a virtual machine's host, does to this computer's
clock in small steps is no fault of a node and must not be told as one. After a large step it is set anew, and
so is the monitor's, which says so.
"""

from __future__ import annotations

import time

STEP_S = 2.0
"""By so much this computer's clock must have been set to be followed; as the monitor has it."""


class _TrueClock:
    """This computer's wall clock without its small steps."""

    def __init__(self) -> None:
        self._ahead_of_monotonic_s = _wall() - time.monotonic()

    def now(self) -> float:
        now = self._ahead_of_monotonic_s + time.monotonic()
        if abs(_wall() - now) <= STEP_S:
            return now
        self._ahead_of_monotonic_s = _wall() - time.monotonic()
        return _wall()


def _wall() -> float:
    return time.time()  # noqa: TID251 - the rim: the lab's processes live in real time


_true = _TrueClock()
_ahead_s = 0.0


def now() -> float:
    """Seconds since 1970 UTC, to the millisecond, as every other instant of this program."""
    return round(_true.now() + _ahead_s, 3)


def be_ahead(by_s: float) -> None:
    """This process' clock is so far ahead of the true one from now on; 0: right."""
    global _ahead_s  # noqa: PLW0603 - a process has one clock, whoever asks it
    _ahead_s = by_s
