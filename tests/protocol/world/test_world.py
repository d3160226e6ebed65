"""The world as others use it: one seed one history, faults by name, answers within their deadline."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import FailoverAnswer, NodeObservation
from agmonitor.protocol.faults import FAULTS, Link
from agmonitor.protocol.state import Timers
from agmonitor.protocol.world.world import NODES, World

DEMO = Timers(2, 3, 6)


def lived(seed: int) -> list[object]:
    """A short wild life: what was true and what an observer saw."""
    world = World.formed(DEMO, seed=seed, resolvers=2)
    world.truth.record()
    seen: list[object] = []
    world.fault("lossy", "gw-1", link=Link.DNS, for_s=20)
    world.fault("kill", "gw-1", for_s=20)
    for second in range(60):
        for name in NODES:
            world.ask_group(name, 2.0, seen.append)
        world.ask_clients(2.0, seen.append)
        world.run(world.settings.start + second)
    return [*seen, *world.truth.history]


def test_one_seed_is_one_history_and_another_seed_another() -> None:
    assert lived(4) == lived(4)
    assert lived(4) != lived(5)


def test_a_killed_primary_is_replaced_and_comes_back_as_secondary() -> None:
    world = World.formed(DEMO, seed=7)
    said = world.fault("kill", "gw-1", for_s=40)
    world.run(world.now + 20)
    truth = world.truth.now

    assert said == "gw-1 is killed: connections are refused."
    assert (truth.record, truth.node("gw-2").role, truth.node("gw-1").alive) == (
        "192.0.2.12",
        "primary",
        False,
    )
    world.run(world.now + 40)
    assert [node.role for node in world.truth.now.nodes] == ["secondary", "primary"]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_brought_about_and_healed(name: str) -> None:
    world = World.formed(DEMO, seed=1)
    said = world.fault(name, "gw-1", for_s=5 if FAULTS[name].lasts else None)
    world.run(world.now + 70)
    world.fault(name, "gw-2")
    world.run(world.now + 3)
    world.heal()
    world.run(world.now + 60)
    truth = world.truth.now

    assert "gw-1" in said
    assert world.active_faults == ()
    assert truth.faults == ()
    assert sorted(node.role for node in truth.nodes) == ["primary", "secondary"]
    assert truth.holder is not None
    assert truth.holder.role == "primary"
    assert truth.served == (True,)


def test_a_question_is_answered_once_and_within_its_deadline() -> None:
    world = World.formed(DEMO, seed=1)
    world.fault("freeze", "gw-1", for_s=3)
    seen: list[NodeObservation] = []
    world.ask_group("gw-1", 2.0, seen.append)
    world.ask_group("gw-2", 2.0, seen.append)
    world.run(world.now + 10)

    assert [(each.node, each.answer) for each in seen] == [("gw-2", Answer.OK), ("gw-1", Answer.TIMEOUT)]
    assert seen[1].received_at - seen[1].sent_at == pytest.approx(2.0)
    assert seen[0].report is not None
    assert seen[0].report.role is Role.SECONDARY


def test_an_order_swaps_the_roles_and_says_so() -> None:
    world = World.formed(DEMO, seed=1)
    seen: list[FailoverAnswer] = []
    world.order_failover("gw-1", 5.0, seen.append)
    world.run(world.now + 1)

    assert [each.accepted for each in seen] == [True]
    assert [node.role for node in world.truth.now.nodes] == ["secondary", "primary"]


def test_a_second_fault_of_the_same_name_takes_the_first_one_s_place_without_a_gap() -> None:
    world = World.formed(DEMO, seed=1)
    world.fault("freeze", "gw-1", for_s=5)
    world.fault("skew_clock", "gw-2", for_s=5, offset_s=10)
    world.run(world.now + 3)
    stepped: list[str] = []
    world.process("gw-1").on_step = lambda node, *_: stepped.append(node.name)
    world.fault("freeze", "gw-1", for_s=5)
    world.fault("skew_clock", "gw-2", for_s=5, offset_s=20)
    world.run(world.now + 4)

    assert stepped == []
    assert world.truth.now.node("gw-1").frozen
    assert world.truth.now.node("gw-2").clock_offset_s == pytest.approx(20, abs=0.1)
    world.run(world.now + 2)
    assert not world.truth.now.node("gw-1").frozen
    assert world.truth.now.node("gw-2").clock_offset_s == pytest.approx(0, abs=0.1)


def test_the_second_of_two_freezes_says_when_it_ends() -> None:
    world = World.formed(DEMO, seed=1)
    world.fault("freeze", "gw-1", for_s=20)
    world.fault("freeze", "gw-1", for_s=2)
    world.run(world.now + 3)

    assert not world.truth.now.node("gw-1").frozen
    assert world.active_faults == ()


@pytest.mark.parametrize(
    ("name", "node", "options"),
    [
        ("sleep", "gw-1", {}),
        ("kill", None, {}),
        ("kill", "gw-3", {}),
        ("kill", "gw-1", {"link": Link.DNS}),
        ("kill", "gw-1", {"delay_s": 1.0}),
        ("restart", "gw-1", {"for_s": 3.0}),
        ("slow", "gw-1", {"delay_s": 61.0}),
        ("slow", "gw-1", {"for_s": 0.0}),
    ],
)
def test_what_is_no_fault_is_refused_with_what_is_allowed(
    name: str, node: str | None, options: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"fault|node|must be"):
        World.formed(DEMO, seed=1).fault(name, node, **options)  # type: ignore[arg-type]  # wrong on purpose
