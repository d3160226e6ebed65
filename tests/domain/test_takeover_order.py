"""One takeover, its witnesses heard in every order: a new Primary's beat and old answers blame nobody."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from agmonitor.domain import findings, group
from agmonitor.domain.model import Answer, HeartbeatMethod, Role
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from tests.builders import T, clients, configuration, dns, failed, healthy_round, heard, watched
from tests.domain.cases import one, two

DEMO = {
    "allowed_absence_interval": 6,
    "health_check_interval": 3,
    "health_report_interval": 2,
    "group_fqdn_ttl": 3,
}
TAKEN_OVER = T + 70


def dead_primary() -> GroupState:
    """gw-1 died after T; gw-2 still stands by, by DNS, and clients get no service."""
    inputs: list[Input] = [*healthy_round(), clients(T)]
    for at in (T + 60, T + 66):
        stale: dict[str, Any] = {"beat_age_s": at - T + 5, "heartbeat_method": HeartbeatMethod.DNS}
        inputs += [
            failed("gw-1", at=at),
            heard("gw-2", at=at, **stale),
            dns(at=at, txt_age_s=at - T + 5),
            clients(at, Answer.REFUSED),
        ]
    return watched(*inputs)


def numbers(state: GroupState) -> set[int]:
    return {finding.number for finding in state.verdict.findings}


def held_at_each(state: GroupState, *inputs: Input) -> list[set[int]]:
    held = []
    for item in inputs:
        state, _ = group.step(state, item)
        held.append(numbers(state))
    return held


ROLE = heard("gw-2", Role.PRIMARY, TAKEN_OVER, beat_age_s=0)
LOST = failed("gw-1", at=TAKEN_OVER)
MOVED = dns("gw-2", TAKEN_OVER, txt_age_s=0)
NOT_MOVED = dns("gw-1", TAKEN_OVER, txt_age_s=75)
UNSERVED = clients(TAKEN_OVER, Answer.REFUSED)


def test_a_dead_primary_leads_to_a_takeover() -> None:
    assert 4 in numbers(dead_primary())


@pytest.mark.parametrize("record", [MOVED, NOT_MOVED], ids=["moved", "not moved"])
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_a_takeover_is_told_alike_in_every_order(record: Input, order: tuple[int, ...]) -> None:
    inputs = [(ROLE, record, UNSERVED, LOST)[place] for place in order]

    held = held_at_each(dead_primary(), *inputs)

    for item, now in zip(inputs, held, strict=True):
        assert not {6, 22, 23} & now, item
    before = held[: inputs.index(ROLE)]
    assert all(4 in now for now in before)
    assert 7 in held[-1]


def test_the_new_primarys_own_beat_neither_ends_the_countdown_nor_is_the_old_ones() -> None:
    state, _ = group.step(dead_primary(), MOVED)

    assert state.beat is not None
    assert (state.beat.stamped_at, state.beat.source) == (T - 5, "secondary")
    assert not {20, 22} & numbers(state)


def test_a_beat_beside_a_record_that_names_the_silent_node_is_its_own() -> None:
    state, _ = group.step(dead_primary(), dns("gw-1", TAKEN_OVER, txt_age_s=0))

    assert 22 in numbers(state)
    assert 4 not in numbers(state)


def test_the_beat_of_a_taken_over_pair_does_not_outlive_its_writer() -> None:
    """gw-2 took over unheard, then died too: its beat is from after gw-1's death, but not after its own."""
    moved = dns("gw-2", TAKEN_OVER, txt_age_s=0)
    both = [failed(node, at=at) for at in (T + 75, T + 77) for node in ("gw-1", "gw-2")]
    state = dead_primary()
    inputs: list[Input] = [moved, *both]
    for item in inputs:
        state, _ = group.step(state, item)

    assert {3} <= numbers(state)
    assert 20 not in numbers(state)


@pytest.mark.parametrize("names", ["gw-1", "198.51.100.7"])
def test_a_record_asked_for_since_the_change_is_judged(names: str) -> None:
    held = held_at_each(dead_primary(), ROLE, NOT_MOVED, dns(names, TAKEN_OVER + 1))

    assert [6 in now for now in held] == [False, False, True]


def test_clients_that_fail_twice_since_the_change_are_judged() -> None:
    first, second = (clients(TAKEN_OVER + s, Answer.REFUSED) for s in (1, 2))
    still = heard("gw-2", Role.PRIMARY, TAKEN_OVER + 1.5)

    held = held_at_each(dead_primary(), ROLE, UNSERVED, first, still, second)

    assert [23 in now for now in held] == [False, False, False, False, True]


def test_an_old_record_proves_no_health() -> None:
    state = watched(
        *healthy_round(), heard("gw-1", Role.SECONDARY, T + 2), heard("gw-2", Role.PRIMARY, T + 2)
    )

    assert state.verdict.name == "not_enough_evidence"
    assert "DNS has not been asked since the role change" in state.verdict.sentence


def test_the_age_and_the_countdown_make_up_the_allowed_absence() -> None:
    demo = configuration("gw-2", **DEMO)
    state = watched(
        one(configuration=configuration("gw-1", **DEMO)),
        two(beat_age_s=1, configuration=demo),
        *(failed("gw-1", at=at) for at in (T + 1, T + 2)),
        dns(at=T + 2.4, txt_age_s=3.4),
    )

    said = next(f.sentence for f in state.verdict.findings if f.number == 4)
    assert "the last heartbeat is 3.4 s old. gw-2 may take over in 2.6 s" in said


def test_a_takeover_less_than_a_second_away_may_come_any_moment() -> None:
    state = watched(
        *healthy_round(),
        *(failed("gw-1", at=at) for at in (T + 53, T + 54.5)),
        dns(at=T + 54.6, txt_age_s=59),
    )

    said = next(f.sentence for f in state.verdict.findings if f.number == 4)
    assert "gw-2 may take over any moment" in said


def test_the_ledger_says_that_the_other_is_in_the_group() -> None:
    rows = {row.condition: row for row in findings.ledger(dead_primary()) if row.number == 4}

    assert rows["the other is in the group"].limit == "primary or secondary"


def test_a_record_asked_for_before_the_takeover_is_not_said_beside_it() -> None:
    told = [f.sentence for f in group.step(dead_primary(), ROLE)[0].verdict.findings if f.number == 7]

    assert told == ["gw-2 took over just now. gw-1 is not answering (connection refused)."]
