"""Why no takeover: the first condition that was not met, whatever state the pair is in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from agmonitor.domain import group
from agmonitor.domain.findings import ledger
from agmonitor.domain.model import Answer, DnsLink, Role
from agmonitor.domain.no_takeover import no_takeover
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from tests import builders as b
from tests.domain.streams import STREAMS, in_order

T = b.T


def told(*inputs: Input) -> tuple[str, str]:
    state = b.initial()
    for item in inputs:
        state, _ = group.step(state, item)
    found = no_takeover(state, ledger(state))
    return found.sentence, found.row.condition if found.row is not None else ""


def secondary(at: float, **report: Any) -> Input:
    """Its newest heartbeat is of ``T``."""
    return b.heard("gw-2", Role.SECONDARY, at, probe={"http_date": None}, beat_age_s=at - T, **report)


LOST = (
    b.heard("gw-1", Role.PRIMARY, T),
    secondary(T),
    b.dns("gw-1", T),
    b.failed("gw-1", at=T + 4),
    b.failed("gw-1", at=T + 6),
)


def test_of_a_healthy_pair_the_heartbeat_is_too_young() -> None:
    assert told(*LOST[:3], secondary(T + 5)) == (
        "No takeover is due: the heartbeat is 5 s old, and gw-2 may take over only from 60.0 s on.",
        "the beat age has reached the window's opening",
    )


def test_within_the_window_any_check_may_be_the_one() -> None:
    sentence, condition = told(*LOST, secondary(T + 70))

    assert sentence.startswith("gw-2 may take over at any check now: the heartbeat is 70 s old"), sentence
    assert condition == "the window is closed"


@pytest.mark.parametrize(
    ("report", "told_of", "condition"),
    [
        (
            {"dns_link": DnsLink.DISCONNECTED, "last_updated_at": T + 195},
            "DNS is disconnected",
            "gw-2: its connection to DNS",
        ),
        ({"last_updated_at": T + 40}, "has not checked for", "the Secondary's last check is old"),
        ({"last_updated_at": T + 195}, "nothing known from here keeps gw-2 from it", "the window is closed"),
    ],
)
def test_overdue_the_first_thing_that_explains_it_is_told(
    report: dict[str, Any], told_of: str, condition: str
) -> None:
    sentence, about = told(*LOST, secondary(T + 200, **report))

    assert told_of in sentence
    assert about == condition


def test_without_a_secondary_there_is_none_to_take_over() -> None:
    sentence, condition = told(*LOST[:1], b.failed("gw-2", at=T), b.failed("gw-2", at=T + 2))

    assert sentence == "No takeover can follow: no Secondary is heard (gw-1 primary, gw-2 silent)."
    assert condition == "exactly one Secondary is heard"


def test_while_one_is_due_it_has_yet_to_come() -> None:
    assert told(*LOST, secondary(T + 30))[0].startswith("No takeover yet: the heartbeat is 30 s old")


TOOK_OVER = (*LOST, b.heard("gw-2", Role.PRIMARY, T + 70), b.dns("gw-2", T + 70))


def test_of_a_pair_that_has_failed_over_none_is_awaited() -> None:
    sentence, _ = told(*TOOK_OVER, b.heard("gw-2", Role.PRIMARY, T + 80))

    assert sentence == (
        "gw-2 became Primary 10 s ago. No further takeover: "
        "no Secondary is heard (gw-1 silent, gw-2 primary)."
    )


def test_of_a_pair_that_is_healthy_again_the_takeover_is_told_as_past() -> None:
    back = b.heard("gw-1", Role.SECONDARY, T + 100, probe={"http_date": None}, beat_age_s=4.0)
    sentence, _ = told(*TOOK_OVER, b.heard("gw-2", Role.PRIMARY, T + 100), back)

    assert sentence.startswith("gw-2 became Primary 30 s ago. No further takeover is due: the heartbeat is ")


def test_both_primary_have_nobody_left_to_take_over() -> None:
    both = (b.heard("gw-1", Role.PRIMARY, T), b.heard("gw-2", Role.PRIMARY, T))

    assert told(*both)[0] == (
        "No takeover can follow: gw-1 and gw-2 both say they are Primary; nobody stands by."
    )


def test_cut_off_ourselves_we_claim_nothing() -> None:
    lost = [
        b.failed(node, answer=Answer.UNREACHABLE, at=T + at) for at in (4, 6) for node in ("gw-1", "gw-2")
    ]

    sentence, _ = told(*LOST[:3], secondary(T), *lost, b.dns_lost(T + 8))

    assert "cut off ourselves" in sentence


def test_where_the_other_has_left_there_is_nothing_to_take_over_from() -> None:
    sentence, _ = told(b.heard("gw-1", Role.NOT_IN_GROUP, T), secondary(T))

    assert sentence.startswith("No takeover: the other node has left the group")


@given(STREAMS.map(in_order))
def test_there_is_a_sentence_on_any_state_and_it_is_about_a_row_of_its_ledger(stream: list[Input]) -> None:
    state: GroupState = b.initial()
    for item in stream:
        state, _ = group.step(state, item)
        rows = ledger(state)
        found = no_takeover(state, rows)

        assert found.sentence.endswith(".")
        assert found.row in rows


def test_the_age_is_counted_on_to_the_moment_of_the_verdicts_own_sentence() -> None:
    """The answer that told of the heartbeat is older than the probe that failed after it."""
    state = b.initial()
    for item in (*LOST, secondary(T + 46), b.failed("gw-1", at=T + 47.4)):
        state, _ = group.step(state, item)

    banner = next(one.sentence for one in state.verdict.findings if one.name == "takeover_due")
    sentence = no_takeover(state, ledger(state)).sentence

    age = re.search("heartbeat is (.*?) old", banner)
    assert age is not None
    assert age[0] in sentence
