"""What a person's word ends, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.domain.events import Acknowledgement, EventKind
from agmonitor.domain.model import Role
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, Input, Tick
from agmonitor.domain.state import GroupState
from tests.builders import T, dns, fold_all, healthy_round, heard, initial
from tests.domain.cases import one, swapped, two
from tests.domain.streams import NODES

UNEXPLAINED = 18
SEEN = Acknowledged(T + 20, None, "anna", "change 4711")


def after(*inputs: Input) -> GroupState:
    return fold_all(initial(), *inputs)[0]


def held(state: GroupState) -> bool:
    return UNEXPLAINED in {finding.number for finding in state.verdict.findings}


@pytest.mark.parametrize("episode", [None, 1])
def test_an_acknowledgement_ends_the_unexplained_failover(episode: int | None) -> None:
    assert held(after(*swapped(T + 10)))

    state, events = fold_all(
        initial(), *swapped(T + 10), Acknowledged(T + 20, episode, "anna", "change 4711")
    )

    assert not held(state)
    (word,) = [event for event in events if event.kind is EventKind.ACKNOWLEDGED]
    assert word.sentence.startswith("anna acknowledged ")
    assert word.sentence.endswith(": change 4711")
    cleared = [event.finding for event in events if event.kind is EventKind.FINDING_CLEARED]
    assert "unexplained_failover" in cleared


def test_the_next_unexplained_failover_wants_a_word_of_its_own() -> None:
    there_again = (one(T + 90, role=Role.PRIMARY), two(T + 90), dns("gw-1", at=T + 90))
    later = (one(T + 900, role=Role.SECONDARY), two(T + 900, role=Role.PRIMARY), dns("gw-2", at=T + 900))

    assert held(after(*swapped(T + 10), SEEN, *there_again, *later))


def test_an_acknowledged_episode_tells_who_and_why_and_the_first_word_stays() -> None:
    again = Acknowledged(T + 30, 1, "ben", "me too")

    state = after(
        *swapped(T + 10), Acknowledged(T + 20, 1, "anna", "patched"), again, *healthy_round(T + 200), again
    )

    (episode,) = state.episodes or (state.episode,)
    assert episode is not None
    assert episode.acknowledged == Acknowledgement(T + 20, "anna", "patched")


def test_an_episode_going_on_can_be_acknowledged() -> None:
    order = FailoverOrdered(T + 1, "gw-1", "drill", "root")

    state = after(*healthy_round(), order, Acknowledged(T + 2, 1, "anna", "mine"), Tick(T + 3))

    assert state.episode is not None
    assert state.episode.acknowledged == Acknowledgement(T + 2, "anna", "mine")


@pytest.mark.parametrize("episode", [None, 0, 2])
def test_there_must_be_something_to_acknowledge(episode: int | None) -> None:
    healthy = after(*healthy_round())

    state, events = fold_all(healthy, Acknowledged(T + 5, episode, "anna", "?"))

    assert state is healthy
    assert not events


@given(
    st.lists(st.tuples(NODES, st.sampled_from(Role)), max_size=12),
    st.none() | st.integers(0, 3),
    st.integers(0, 12),
)
def test_a_word_changes_no_other_finding(
    story: list[tuple[str, Role]], episode: int | None, place: int
) -> None:
    inputs = [
        heard(name, role, T + 10 * number) for number, (name, role) in enumerate(story) if name != "nobody"
    ]
    before = after(*inputs[:place])

    state, _ = fold_all(before, Acknowledged(before.now, episode, "anna", "why"))

    without = {finding for finding in before.verdict.findings if finding.number != UNEXPLAINED}
    assert without == {finding for finding in state.verdict.findings if finding.number != UNEXPLAINED}
    assert state.nodes == before.nodes
    assert (state.memory.change, state.beat) == (before.memory.change, before.beat)
