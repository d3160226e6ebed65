"""The lab's clock: this computer's, but for its small steps, which are no fault of a node."""

from __future__ import annotations

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
