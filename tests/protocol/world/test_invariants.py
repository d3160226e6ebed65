"""Random lives under the judge: no rule is broken, all that is named is found, and the judge is not blind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.model import Role
from agmonitor.protocol import inputs as i
from agmonitor.protocol import machine
from agmonitor.protocol.faults import Link
from agmonitor.protocol.machine import Step
from agmonitor.protocol.state import Timers
from agmonitor.protocol.table import RULES, RULES_ON, Turn
from agmonitor.protocol.world.invariants import Judge
from agmonitor.protocol.world.node import Process
from agmonitor.protocol.world.truth import Truth
from agmonitor.protocol.world.weaknesses import SENTENCES, Weakness
from agmonitor.protocol.world.world import NODES, World
from tests.protocol.lives import judged, troubled

DEMO = Timers(2, 3, 6)
SHORT, LONG = range(60), range(1000, 6000)


@pytest.mark.parametrize("seed", SHORT)
def test_no_invariant_breaks_in_a_random_life(seed: int) -> None:
    assert judged(seed).breaches == []


@pytest.mark.long
def test_no_invariant_breaks_in_thousands_of_random_lives() -> None:
    assert {seed: found for seed in LONG if (found := judged(seed).breaches)} == {}


def test_each_weakness_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Weakness)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def shown_when(*faults: tuple[str, str | None], seed: int = 5, for_s: float = 30.0) -> frozenset[Weakness]:
    world, judge = World.formed(DEMO, seed=seed), Judge()
    world.truth.on_change(judge.feed)
    for name, node in faults:
        world.fault(name, node, for_s=for_s)
    world.run(world.now + for_s + 20)
    assert judge.breaches == []
    return judge.exposures.names


def test_two_primaries_while_both_paths_are_cut_are_named() -> None:
    shown = shown_when(("cut_dns", "gw-1"), ("cut_heartbeat", None))

    assert {Weakness.TWO_PRIMARIES_BOTH_PATHS_CUT, Weakness.TAKEN_FOR_DEAD} <= shown


def test_nobody_primary_while_dns_is_cut_is_named() -> None:
    assert Weakness.NOBODY_WHILE_DNS_IS_CUT in shown_when(("kill", "gw-1"), ("cut_dns", "gw-2"))


def test_a_frozen_primary_that_was_replaced_is_named() -> None:
    shown = shown_when(("freeze", "gw-1"))

    assert {Weakness.NOBODY_UNTIL_ABSENCE, Weakness.OVERRIDDEN_WHILE_FROZEN} <= shown


def test_a_stale_primary_until_its_next_beat_is_named() -> None:
    world, judge = World.formed(DEMO, seed=5), Judge()
    world.truth.on_change(judge.feed)
    world.fault("cut_heartbeat", for_s=10)
    world.order_failover("gw-2", 5.0, lambda _: None)
    world.run(world.now + 10)

    assert Weakness.OVERRIDDEN_UNTIL_NEXT_BEAT in judge.exposures.names
    (exposure,) = [e for e in judge.exposures.all if e.weakness is Weakness.OVERRIDDEN_UNTIL_NEXT_BEAT]
    assert exposure.ended_at is not None
    assert exposure.ended_at - exposure.began_at <= DEMO.report_s + 0.1


def test_beats_that_arrive_late_put_a_takeover_off_and_are_named() -> None:
    world, judge = World.formed(DEMO, seed=5), Judge()
    world.truth.on_change(judge.feed)
    world.fault("slow", "gw-2", delay_s=30.0)
    world.run(world.now + 40)
    world.fault("freeze", "gw-1")
    world.run(world.now + 25)
    assert world.truth.now.node("gw-2").role == "secondary"
    world.run(world.now + 25)

    assert world.truth.now.node("gw-2").role == "primary"
    assert Weakness.NOBODY_WHILE_BEATS_ARE_LATE in judge.exposures.names
    assert judge.breaches == []


def test_a_clock_set_ahead_that_costs_a_living_primary_its_role_is_named() -> None:
    world, judge = World.formed(DEMO, seed=5), Judge()
    world.truth.on_change(judge.feed)
    world.fault("cut_heartbeat", for_s=30)
    world.fault("skew_clock", "gw-2", for_s=30, offset_s=60.0)
    world.run(world.now + 30)

    assert Weakness.TAKEN_FOR_DEAD_BY_THE_CLOCK in judge.exposures.names


def test_a_record_moved_by_an_update_whose_answer_got_lost_is_named() -> None:
    found = frozenset[Weakness]()
    for seed in range(8):
        world, judge = World.formed(DEMO, seed=seed), Judge()
        world.truth.on_change(judge.feed)
        world.fault("cut_heartbeat", for_s=30)
        world.fault("cut_dns", "gw-1", for_s=DEMO.absence_s)
        world.fault("lossy", "gw-2", for_s=30, loss_share=0.7, link=Link.DNS)
        world.run(world.now + 60)
        assert judge.breaches == []
        found |= judge.exposures.names

    assert Weakness.RECORD_NAMES_SECONDARY in found


# The judge is not blind: with a rule taken out, a random life breaks what it holds


@pytest.mark.parametrize(
    ("number", "invariant"),
    [(29, "yields_to_record"), (45, "somebody_takes_over"), (46, "somebody_takes_over")],
)
def test_a_missing_rule_is_noticed(number: int, invariant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {kind: tuple(r for r in rules if r.number != number) for kind, rules in RULES_ON.items()}
    monkeypatch.setattr(machine, "RULES_ON", kept)

    broken = (breach.invariant for seed in SHORT for breach in judged(seed).breaches)
    assert invariant in broken


def test_a_promotion_without_the_record_is_noticed() -> None:
    world, judge = World.formed(DEMO, seed=1), Judge()
    world.truth.on_change(judge.feed)
    world.run(world.now + 10)
    node = world.process("gw-2")
    node.machine.state = replace(node.machine.state, role=Role.PRIMARY)
    world.run(world.now + 10)

    assert [breach.invariant for breach in judge.breaches] == ["promoted_by_record"]


# The table says which rule changes a role, and how: nothing else does, and each one does


def turns_of(seeds: range) -> set[tuple[int, Turn]]:
    found: set[tuple[int, Turn]] = set()
    roles: dict[str, Role] = {}

    def note(node: Process, happened: i.Input, step: Step) -> None:
        before = Role.NOT_IN_GROUP if isinstance(happened, i.Restarted) else roles[node.name]
        roles[node.name] = step.state.role
        if before is not step.state.role or isinstance(happened, i.Restarted):
            found.add((step.rules[-1], (before, step.state.role)))

    for seed in seeds:
        world = troubled(seed)
        for node in world.nodes.values():
            node.on_step = note
            roles[node.name] = node.role
        world.run(world.now + 10 * world.settings.timers.absence_s)
        world.heal()
        world.run(world.now + 7 * world.settings.timers.absence_s)
        for name in (*NODES, *NODES):  # whoever is Secondary leaves, then the Primary; then all begins anew
            world.operator.leave(name)
            world.run(world.now + 5)
        for name in NODES:
            world.process(name).take(i.Restarted(world.process(name).now))
        world.found_slowly()
        world.run(world.now + 5)
    return found


def test_no_undeclared_change_of_role_and_every_declared_one() -> None:
    declared = {(rule.number, turn) for rule in RULES for turn in rule.turns}

    assert turns_of(range(120)) == declared


def test_the_truth_is_told_in_order_and_only_when_it_changed() -> None:
    world = World.formed(DEMO, seed=3)
    told: list[Truth] = []
    world.truth.on_change(told.append)
    world.fault("kill", "gw-1", for_s=10)
    world.run(world.now + 30)

    assert [truth.at for truth in told] == sorted(truth.at for truth in told)
    assert told[0].faults == ("kill gw-1",)
    assert told[-1].faults == ()
