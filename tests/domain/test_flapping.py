"""A pair that changes places again and again is called flapping; each swap still has its own all-clear."""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.domain.model import Role
from agmonitor.domain.observations import FailoverOrdered, Input
from agmonitor.domain.pair import CHANGES_KEPT
from tests.builders import T, dns, fold, fold_all, healthy_round, heard, initial


def swaps(count: int, every_s: float = 120.0) -> Iterator[Input]:
    for place in range(1, count + 1):
        old, new = ("gw-1", "gw-2") if place % 2 else ("gw-2", "gw-1")
        at = T + place * every_s
        yield heard(old, Role.SECONDARY, at)
        yield heard(new, Role.PRIMARY, at)
        yield dns(new, at + 1)
        yield heard(old, Role.SECONDARY, at + 2)


def test_each_swap_of_a_flapping_pair_ends_as_an_episode_of_its_own() -> None:
    state, events = fold_all(initial(), *healthy_round(), *swaps(4))

    assert state.verdict.name == "flapping"
    assert state.episode is None
    assert [episode.new_primary for episode in state.episodes] == ["gw-2", "gw-1", "gw-2", "gw-1"]
    assert [event.finding for event in events if event.kind.value == "finding_raised"].count("flapping") == 1


def test_the_sentence_has_count_span_orders_and_limit() -> None:
    ordered = FailoverOrdered(T + 110, "gw-1", "patch day", "root")
    state = fold(initial(), *healthy_round(), ordered, *swaps(3))

    assert state.verdict.sentence == (
        "The Primary has changed 3 times within 4 min, 1 of them ordered here;"
        " the last was to gw-2, 2 s ago. 3 within 15 min 40 s are called flapping."
    )


def test_what_is_remembered_of_changes_is_bounded() -> None:
    state = fold(initial(), *healthy_round(), *swaps(CHANGES_KEPT + 20, every_s=10.0))

    assert len(state.memory.changes) == CHANGES_KEPT
