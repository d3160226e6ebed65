"""The one real clock."""

from __future__ import annotations

import asyncio
import sys

import pytest

from agmonitor.monitor.clock import SystemClock


def test_now_and_wall_agree_after_anchoring_and_are_whole_milliseconds() -> None:
    clock = SystemClock()

    clock.anchor()

    assert abs(clock.wall() - clock.now()) < 0.1
    assert round(clock.now(), 3) == clock.now()
    assert clock.now() > 1_700_000_000


def test_now_goes_on_while_sleeping() -> None:
    clock = SystemClock()
    before = clock.now()

    asyncio.run(clock.sleep(0.02))

    assert 0.015 <= clock.now() - before < 5


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the platform may not tell")
def test_linux_tells_how_long_the_machine_slept() -> None:
    clock = SystemClock()
    before, after = clock.slept_s(), clock.slept_s()

    assert before is not None
    assert after is not None
    assert abs(after - before) < 0.1


def test_anchoring_does_not_move_the_monotonic_clock() -> None:
    clock = SystemClock()
    before = clock.elapsed_s()

    clock.anchor()

    assert 0 <= clock.elapsed_s() - before < 5
