"""``step`` itself: pure, total, blind to the order of the nodes, and replay equals live."""

from __future__ import annotations

import copy
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from agmonitor.domain import findings, group, timeline
from agmonitor.domain.model import Answer, Role, Severity
from agmonitor.domain.observations import FailoverOrdered, Gap, GapReason, Input, Tick, instant_of
from agmonitor.domain.state import Condition, GroupState, Mode
from tests.builders import (
    T,
    clients,
    dns,
    failed,
    fold,
    gap,
    healthy_round,
    heard,
    hooks,
    initial,
    load,
    resolver,
    settings,
    watched,
)
from tests.domain.cases import CASES
from tests.domain.streams import STREAMS, in_order

MODES = st.sampled_from(Mode)
SORTED = st.one_of(STREAMS.map(in_order), STREAMS)
slow_start = effort(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)


@slow_start
@given(SORTED, MODES)
def test_no_input_raises_and_every_state_can_be_explained(stream: list[Input], mode: Mode) -> None:
    state, lanes = group.initial(settings(judge_clients=True), mode, T - 100), timeline.Lanes()

    for item in stream:
        state, events = group.step(state, item)
        lanes.feed(item, state)
        assert all(event.sentence for event in events)

    assert findings.ledger(state)
    for lane in lanes.names():
        spans = lanes.spans(lane)
        assert all(span.start <= span.end for span in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))


@slow_start
@given(SORTED, MODES)
def test_replay_equals_live(stream: list[Input], mode: Mode) -> None:
    live, told = group.initial(settings(), mode, T - 100), []
    for item in stream:
        live, events = group.step(live, item)
        told.append(events)

    again, retold = group.initial(settings(), mode, T - 100), []
    for item in copy.deepcopy(stream):
        again, events = group.step(again, item)
        retold.append(events)

    assert again == live
    assert retold == told


@slow_start
@given(SORTED, MODES)
def test_the_order_of_the_nodes_does_not_matter(stream: list[Input], mode: Mode) -> None:
    one, other = settings(), settings(nodes=settings().nodes[::-1])

    state, mirrored = group.initial(one, mode, T - 100), group.initial(other, mode, T - 100)
    for item in stream:
        state, events = group.step(state, item)
        mirrored, reflected = group.step(mirrored, item)
        assert _judged(state) == _judged(mirrored)
        assert [(e.kind, e.finding, e.node) for e in events] == [
            (e.kind, e.finding, e.node) for e in reflected
        ]

    assert state.looks == mirrored.looks
    assert (state.beat, state.window, state.timers) == (mirrored.beat, mirrored.window, mirrored.timers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.id}")
def test_a_state_is_a_value(case: Any) -> None:
    assert case.state() == case.state()


def _judged(state: GroupState) -> list[tuple[int, str, Severity]]:
    verdict = state.verdict
    return [(f.number, f.name, f.severity) for f in verdict.findings] + [
        (verdict.number, verdict.name, verdict.severity)
    ]


@pytest.mark.parametrize(
    "stranger",
    [
        heard("gw-9", Role.PRIMARY),
        load("gw-9"),
        hooks("gw-9"),
        FailoverOrdered(T, "gw-9", "", "root"),
        Tick(T - 20),
        Tick(float("nan")),
    ],
    ids=lambda item: type(item).__name__,
)
def test_an_input_of_no_use_changes_nothing(stranger: Input) -> None:
    state = watched(*healthy_round())

    assert group.step(state, stranger) == (state, ())


@pytest.mark.parametrize(
    ("late", "newer"),
    [
        (heard("gw-1", at=T + 1), failed("gw-1", at=T + 2)),
        (load("gw-1", 0.9, T + 1), load("gw-1", 0.1, T + 2)),
        (dns("gw-2", T + 1), dns("gw-1", T + 2)),
        (resolver("gw-2", T + 1), resolver("gw-1", T + 2)),
        (clients(T + 1, Answer.TIMEOUT), clients(T + 2)),
        (hooks("gw-1", T + 1), hooks("gw-1", T + 2)),
    ],
    ids=lambda item: type(item).__name__,
)
def test_an_answer_overtaken_by_a_later_one_is_ignored(late: Input, newer: Input) -> None:
    state = watched(*healthy_round(), newer)

    assert fold(state, late) == state


def test_what_arrived_before_a_gap_ended_is_settled() -> None:
    state = watched(*healthy_round(), gap(T + 1, T + 60))

    assert fold(state, heard("gw-1", at=T + 59)) == state


def test_a_gap_forgets_what_is_but_not_what_was() -> None:
    state = watched(*healthy_round(), failed("gw-1", at=T + 2), gap(T + 3, T + 60))

    node = state.node("gw-1")
    assert node.condition is Condition.UNKNOWN
    assert (node.failures, node.first_failed_at, node.since, node.role) == (0, None, None, None)
    assert node.heard is not None
    assert state.verdict.name == "not_enough_evidence"
    assert (state.now, state.last_gap) == (T + 60, gap(T + 3, T + 60))


def test_silence_before_a_gap_does_not_count_after_it() -> None:
    state = watched(*healthy_round(), failed("gw-1", at=T + 2), gap(T + 3, T + 60), failed("gw-1", at=T + 61))

    assert state.node("gw-1").condition is Condition.UNKNOWN


def test_our_clock_set_back_does_not_stop_the_watch() -> None:
    back = Gap(T + 2, T - 3600, GapReason.CLOCK_STEPPED)

    state = watched(*healthy_round(), hooks("gw-1"), back, *healthy_round(T - 3590), hooks("gw-1", T - 3590))

    assert state.now == T - 3590
    assert state.verdict.name == "healthy"
    assert state.node("gw-1").hooks == hooks("gw-1", T - 3590)


def test_a_report_and_ok_come_together_or_not_at_all() -> None:
    bare = watched(replace(heard("gw-1"), report=None))
    odd = watched(replace(heard("gw-1"), answer=Answer.TIMEOUT))

    assert bare.node("gw-1").condition is Condition.UNREADABLE
    assert odd.node("gw-1").heard is None


def test_asking_for_a_node_of_another_group_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        initial().node("gw-9")
    with pytest.raises(KeyError):
        settings().node("gw-9")
    assert settings().node("gw-2").name == "gw-2"


def test_a_role_keeps_its_beginning_through_silence() -> None:
    state = watched(
        *healthy_round(), failed("gw-1", at=T + 2), failed("gw-1", at=T + 4), heard("gw-1", at=T + 6)
    )

    node = state.node("gw-1")
    assert (node.role, node.role_since, node.role_change_seen) == (Role.PRIMARY, T, False)
    assert node.since == T + 6


@pytest.mark.parametrize(
    ("item", "at"),
    [
        (Tick(T), T),
        (gap(T, T + 60), T + 60),
        (FailoverOrdered(T, "gw-1", "", "root"), T),
        (heard(at=T + 1), T + 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_input_counts_from_when_it_arrived_or_ended(item: Input, at: float) -> None:
    assert instant_of(item) == at
