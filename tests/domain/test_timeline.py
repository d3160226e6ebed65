"""Spans on lanes: bars end at the last answer, gaps are spans, lost answers carry their reason."""

from __future__ import annotations

import pytest

from agmonitor.domain import group
from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.observations import Gap, GapReason, Input
from agmonitor.domain.timeline import CLIENTS, RESOLVER, Lanes, Span
from tests.builders import T, clients, dns, dns_lost, failed, gap, heard, initial, load, resolver


def lanes(*inputs: Input, keep: int | None = None) -> Lanes:
    folded, state = Lanes(keep), initial()
    for item in inputs:
        state, _ = group.step(state, item)
        folded.feed(item, state)
    return folded


def test_a_bar_ends_at_the_last_answer() -> None:
    spans = lanes(heard(at=T), heard(at=T + 2), heard(at=T + 4, role=Role.SECONDARY)).spans("gw-1")

    assert spans == [Span(T, T + 2, "primary", "Primary"), Span(T + 4, T + 4, "secondary", "Secondary")]


def test_one_lost_probe_breaks_no_bar() -> None:
    spans = lanes(heard(at=T), failed(at=T + 2), heard(at=T + 4)).spans("gw-1")

    assert spans == [Span(T, T + 4, "primary", "Primary")]


def test_silence_begins_with_the_first_lost_probe_and_is_labelled_by_the_answer() -> None:
    spans = lanes(
        heard(at=T),
        failed(at=T + 2, took_s=1),
        failed(at=T + 4),
        failed(answer=Answer.TIMEOUT, at=T + 11, took_s=5),
    ).spans("gw-1")

    assert spans == [
        Span(T, T, "primary", "Primary"),
        Span(T + 1, T + 4, "silent", "connection refused"),
        Span(T + 6, T + 11, "silent", "no answer in time"),
    ]


def test_a_first_lost_probe_of_a_node_never_heard_is_nothing_yet() -> None:
    assert lanes(failed()).spans("gw-1") == []


def test_an_unreadable_answer_is_a_span_at_once() -> None:
    assert lanes(failed(answer=Answer.FORBIDDEN)).spans("gw-1") == [
        Span(T - 0.01, T, "unreadable", "permission missing")
    ]


def test_a_long_time_without_a_question_breaks_the_bar() -> None:
    spans = lanes(heard(at=T), heard(at=T + 51)).spans("gw-1")

    assert [(span.start, span.end) for span in spans] == [(T, T), (T + 51, T + 51)]


def test_a_gap_is_a_span_in_every_lane() -> None:
    folded = lanes(heard(at=T), dns(at=T), gap(T + 1, T + 60), heard(at=T + 61))

    hatched = Span(T + 1, T + 60, "gap:asleep", "asleep")
    assert folded.spans("gw-1") == [
        Span(T, T, "primary", "Primary"),
        hatched,
        Span(T + 61, T + 61, "primary", "Primary"),
    ]
    assert folded.spans("gw-2") == [hatched]
    assert folded.spans("clients") == [hatched]
    assert folded.spans("dns")[1] == hatched


def test_our_clock_set_back_cuts_what_it_called_the_future() -> None:
    back = Gap(T + 5, T + 1, GapReason.CLOCK_STEPPED)

    folded = lanes(heard(at=T), heard(at=T + 2), heard(at=T + 4, role=Role.SECONDARY), back, heard(at=T + 2))

    assert [(span.start, span.end) for span in folded.spans("gw-1")] == [
        (T, T + 1),
        (T + 1, T + 1),
        (T + 2, T + 2),
    ]


def test_dns_points_to_a_node_nobody_or_a_stranger() -> None:
    folded = lanes(
        heard("gw-1", at=T),
        dns(at=T + 1),
        dns(answer=DnsAnswer.NXDOMAIN, at=T + 2),
        dns([], at=T + 3),
        dns("198.51.100.7", at=T + 4),
        dns(["gw-1", "198.51.100.7"], at=T + 5),
        dns_lost(T + 6),
    )

    assert [(span.key, span.label) for span in folded.spans("dns")] == [
        ("dns:gw-1", "gw-1"),
        ("dns:none", "no such name"),
        ("dns:none", "no address record"),
        ("dns:stranger", "198.51.100.7"),
        ("dns:stranger", "192.0.2.11, 198.51.100.7"),
        ("silent", "no answer in time"),
    ]


def test_clients_are_served_by_a_node_a_stranger_or_nobody() -> None:
    folded = lanes(
        heard("gw-1", at=T),
        clients(T + 1),
        clients(T + 2, names="198.51.100.7"),
        clients(T + 3, Answer.HTTP_STATUS),
    )

    assert [(span.key, span.label) for span in folded.spans("clients")] == [
        ("clients:gw-1", "gw-1"),
        ("clients:stranger", "198.51.100.7"),
        ("clients:lost", "an HTTP error"),
    ]


def test_each_resolver_has_a_lane_of_its_own_and_no_bar_over_a_gap() -> None:
    folded = lanes(
        heard("gw-1", at=T),
        resolver(at=T + 1),
        resolver("gw-2", at=T + 3, resolver="192.0.2.53:53"),
        gap(T + 4, T + 8),
        resolver(at=T + 9, answer=DnsAnswer.TIMEOUT, addresses=()),
    )

    told = {name: [span.key for span in folded.spans(name)] for name in folded.names()}
    assert told[f"{RESOLVER}192.0.2.53:53"] == ["dns:gw-2", "gap:asleep"]
    assert told[f"{RESOLVER}system"] == ["dns:gw-1", "gap:asleep", "silent"]


def test_answers_of_no_use_leave_no_trace() -> None:
    folded = lanes(
        heard(at=T + 2),
        heard("gw-9", Role.PRIMARY),
        load(),
        clients(T + 2),
        clients(T + 1),
        dns(ttl_s=10**400),
    )

    assert folded.names() == ["gw-1", "clients"]
    assert folded.spans("clients") == [Span(T + 2, T + 2, "clients:gw-1", "gw-1")]


def test_a_reader_may_keep_only_the_newest() -> None:
    folded = lanes(heard(at=T), heard(at=T + 2, role=Role.SECONDARY), heard(at=T + 4), keep=2)

    assert [span.start for span in folded.spans("gw-1")] == [T + 2, T + 4]
    assert folded.last("gw-1") == Span(T + 4, T + 4, "primary", "Primary")
    assert folded.last("gw-2") is None


def test_a_gap_that_was_observed_after_all_leaves_the_bars() -> None:
    folded = lanes(heard(at=T), heard(at=T + 10), gap(T + 2, T + 8))

    assert folded.spans("gw-1") == [Span(T, T + 10, "primary", "Primary")]


@pytest.mark.parametrize(("judged", "drawn"), [(None, []), (False, []), (True, ["clients:lost"])])
def test_a_client_path_that_is_not_judged_draws_no_bar(judged: bool | None, drawn: list[str]) -> None:
    state, folded = initial(judge_clients=judged), Lanes()
    for item in (heard(), heard("gw-2"), dns(), clients(answer=Answer.NAME)):
        state, _ = group.step(state, item)
        folded.feed(item, state)

    assert [span.key for span in folded.spans(CLIENTS)] == drawn
