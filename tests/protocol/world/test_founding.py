"""The steady pair that is put together at once is like one that was founded and has lived on."""

from __future__ import annotations

from dataclasses import fields

import pytest

from agmonitor.protocol.state import NodeState, Timers
from agmonitor.protocol.world.world import World

INSTANTS = ("since", "last_beat_at", "beat_arrived_at", "learnt_at", "last_check_at", "due_at", "seen_at")
SEEDS = range(25)
TIMERS = [Timers(), Timers(2, 3, 6), Timers(40, 20, 60), Timers(5, 30, 10), Timers(30, 30, 60)]


def lived(timers: Timers, seed: int) -> World:
    world = World(timers, seed=seed)
    world.found_slowly()
    world.run(world.now + 20 * (timers.check_s + timers.report_s) + seed * 1.7)
    return world


@pytest.mark.parametrize("timers", TIMERS)
def test_all_but_instants_is_as_after_a_founding(timers: Timers) -> None:
    for name in ("gw-1", "gw-2"):
        shapes = []
        for make in (World.formed, lived):
            worlds = [make(timers, seed=seed) for seed in SEEDS]
            states = [world.process(name).machine.state for world in worlds]
            shapes.append({_shape(state) for state in states})
        assert shapes[0] == shapes[1]


def _shape(state: NodeState) -> tuple[object, ...]:
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return tuple((key, value is None if key in INSTANTS else value) for key, value in values.items())


@pytest.mark.parametrize("timers", TIMERS)
@pytest.mark.parametrize("make", [World.formed, lived])
def test_instants_lie_as_the_rhythm_has_them(make: type[World], timers: Timers) -> None:
    dues: list[list[float]] = [[], []]
    for seed in SEEDS:
        world = make(timers, seed=seed)
        first, second = world.process("gw-1"), world.process("gw-2")
        primary, secondary = first.machine.state, second.machine.state
        assert primary.due_at is not None
        assert secondary.due_at is not None
        dues[0].append((primary.due_at - first.now) / timers.report_s)
        dues[1].append((secondary.due_at - second.now) / timers.check_s)
        assert primary.last_beat_at == pytest.approx(primary.due_at - timers.report_s, abs=0.05)
        assert secondary.last_check_at == pytest.approx(secondary.due_at - timers.check_s, abs=0.05)
        assert primary.last_check_at is not None
        assert secondary.last_check_at is not None
        checks_ago = (secondary.last_check_at - primary.last_check_at) / timers.check_s
        assert checks_ago == pytest.approx(round(checks_ago), abs=0.15)
        assert world.truth.now.txt == pytest.approx(primary.last_beat_at, abs=1.01)
    for phases in dues:
        assert all(-0.05 <= phase <= 1.05 for phase in phases)
        assert max(phases) - min(phases) > 0.5


@pytest.mark.parametrize("timers", TIMERS)
def test_nothing_happens_to_it_for_an_hour(timers: Timers) -> None:
    world = World.formed(timers, seed=3)
    world.run(world.now + 3600)
    truth = world.truth.now

    assert [node.role for node in truth.nodes] == ["primary", "secondary"]
    assert all(node.since < world.settings.start for node in truth.nodes)
    assert [node.dns_connection for node in truth.nodes] == ["connected"] * 2
