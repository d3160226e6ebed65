"""How fast to ask, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.group import initial
from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding, GroupState, Mode, Timers, Verdict
from agmonitor.monitor.pace import Pace, takeover_window_s
from tests.fakes import EPOCH
from tests.monitor.watching import settings

LAB = Timers(report_s=2, check_s=3, absence_s=6, ttl_s=3, assumed=False)


def state(
    *findings: int, cadence_s: float = 2.0, timers: Timers | None = None, at: float = 0.0
) -> GroupState:
    held = tuple(Finding(number, "x", Severity.WARNING, "") for number in findings)
    begun = initial(settings(cadence_s=cadence_s), Mode.WATCHING, EPOCH)
    verdict = Verdict(0, "x", Severity.OK, "", held)
    return replace(begun, verdict=verdict, timers=timers or Timers(), now=EPOCH + at)


@pytest.mark.parametrize(
    ("given", "cadence_s"),
    [
        (state(), 2.0),
        (state(7), 2.0),
        *((state(number), 1.0) for number in range(1, 7)),
        (state(cadence_s=60), 10.0),
        (state(timers=LAB), 1.0),
        (state(4, timers=replace(LAB, report_s=1)), 0.5),
        (state(13), 8.0),
        (state(4, 13), 4.0),
        (state(13, timers=LAB), 1.0),
        (state(4, cadence_s=0.5), 0.5),
    ],
)
def test_cadence(given: GroupState, cadence_s: float) -> None:
    assert Pace().cadence_s(given) == cadence_s


def test_hurry_ends_after_two_windows_and_begins_anew_with_the_next_trouble() -> None:
    pace = Pace()
    two_windows_s = 2 * takeover_window_s(state())

    assert pace.cadence_s(state(4)) == 1.0
    assert pace.cadence_s(state(5, at=two_windows_s)) == 1.0
    assert pace.cadence_s(state(5, at=two_windows_s + 1)) == 2.0
    assert pace.cadence_s(state(at=two_windows_s + 2)) == 2.0
    assert pace.cadence_s(state(1, at=two_windows_s + 3)) == 1.0
