"""The lab's one real clock: instants for reports and events. Durations come from the loop's own clock.

A process may be told that its clock is off: a node's, by a fault. Nothing else ever is. It runs with the
monotonic clock, as the monitor's does: what somebody, or a virtual machine's host, does to this computer's
clock in small steps is no fault of a node and must not be told as one. After a large step it is set anew, and
so is the monitor's, which says so. A process of the lab goes by the clock of the lab it is of: one that is
started after a small step agrees with those that run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

GIVEN = "AGMONITOR_LAB_CLOCK"
"""How a lab hands its clock to its processes: seconds that it is ahead of the monotonic one of all."""
STEP_S = 2.0
"""By so much this computer's clock must have been set to be followed; as the monitor has it."""


class _TrueClock:
    """This computer's wall clock without its small steps."""

    def __init__(self, given_s: float | None = None) -> None:
        """``given_s``: how far ahead of the monotonic one a lab has it; None: no lab does."""
        self._ahead_of_monotonic_s = _wall() - time.monotonic() if given_s is None else given_s

    def now(self) -> float:
        now = self._ahead_of_monotonic_s + time.monotonic()
        if abs(_wall() - now) <= STEP_S:
            return now
        self._ahead_of_monotonic_s = _wall() - time.monotonic()
        return _wall()

    def ahead_of_monotonic_s(self) -> float:
        self.now()  # it may have to follow a large step
        return self._ahead_of_monotonic_s


def _wall() -> float:
    return time.time()  # noqa: TID251 - the rim: the lab's processes live in real time


def _given(environment: Mapping[str, str]) -> float | None:
    try:
        return float(environment[GIVEN])
    except (KeyError, ValueError):
        return None


_true = _TrueClock(_given(os.environ))
_ahead_s = 0.0


def now() -> float:
    """Seconds since 1970 UTC, to the millisecond, as every other instant of this program."""
    return round(_true.now() + _ahead_s, 3)


def be_ahead(by_s: float) -> None:
    """This process' clock is so far ahead of the true one from now on; 0: right."""
    global _ahead_s  # noqa: PLW0603 - a process has one clock, whoever asks it
    _ahead_s = by_s


def to_give() -> dict[str, str]:
    """For the environment of a process that is to agree with this one."""
    return {GIVEN: repr(_true.ahead_of_monotonic_s())}
