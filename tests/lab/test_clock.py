"""The lab's clock: this computer's, but for its small steps, which are no fault of a node."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from agmonitor.lab import clock


@pytest.fixture
def set_by(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """By how much this computer's clock has been set since; the last number counts."""
    steps = [0.0]
    wall = clock._wall
    monkeypatch.setattr(clock, "_wall", lambda: wall() + steps[-1])
    yield steps
    steps.append(0.0)
    clock.now()


@pytest.mark.parametrize("step_s", [0.5, -1.5])
def test_a_small_step_of_this_computers_clock_is_not_seen(set_by: list[float], step_s: float) -> None:
    before = clock.now()

    set_by.append(step_s)

    assert 0 <= clock.now() - before < 0.4


@pytest.mark.parametrize("step_s", [30.0, -30.0])
def test_a_large_one_is_followed_at_once_and_for_good(set_by: list[float], step_s: float) -> None:
    before = clock.now()

    set_by.append(step_s)

    assert 0 <= clock.now() - before - step_s < 10
    assert 0 <= clock.now() - before - step_s < 10


TELLING = "import time; from agmonitor.lab import clock; print(clock.now() - time.time())"


@pytest.mark.parametrize(
    ("given_s", "seen_s"),
    [(1.5, 1.5), (-1.5, -1.5), (30.0, 0.0), (float("nan"), 0.0)],
    ids=["small step", "small step back", "large step", "nonsense"],
)
def test_a_process_of_the_lab_goes_by_the_labs_clock(
    monkeypatch: pytest.MonkeyPatch, given_s: float, seen_s: float
) -> None:
    monkeypatch.setattr(clock, "_true", clock._TrueClock(clock._wall() - time.monotonic() + given_s))
    handed = clock.to_give() if abs(given_s) < clock.STEP_S else {clock.GIVEN: repr(given_s)}

    told = subprocess.run(
        [sys.executable, "-c", TELLING], env=os.environ | handed, capture_output=True, text=True, check=True
    )

    assert abs(float(told.stdout) - seen_s) < 0.3


def test_what_is_handed_on_has_followed_a_large_step(set_by: list[float]) -> None:
    before = float(clock.to_give()[clock.GIVEN])

    set_by.append(30.0)

    assert float(clock.to_give()[clock.GIVEN]) - before == pytest.approx(30.0, abs=0.3)
