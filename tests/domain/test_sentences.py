"""What the findings say aloud where a word too many would be untrue."""

from __future__ import annotations

import pytest

from agmonitor.domain.model import Answer, DnsAnswer, Members, Role
from agmonitor.domain.observations import Tick
from agmonitor.domain.state import GroupState
from tests.builders import T, dns, dns_lost, failed, healthy_round, heard, looked, watched
from tests.domain.cases import one, two


def said(state: GroupState, number: int) -> str:
    return next(finding.sentence for finding in state.verdict.findings if finding.number == number)


def test_no_split_brain_is_announced_for_a_primary_that_no_longer_answers() -> None:
    stale = watched(one(), two(), dns(), two(T + 70, beat_age_s=66), dns(at=T + 70, txt_age_s=66))
    fresh = watched(
        one(), two(), dns(), one(T + 70), two(T + 70, beat_age_s=66), dns(at=T + 70, txt_age_s=66)
    )

    assert "split brain" not in said(stale, 4)
    assert "gw-1 was Primary when it last answered, 70 s ago" in said(stale, 4)
    assert "A split brain is coming: gw-2 may take over any moment" in said(fresh, 4)


def test_service_is_said_to_be_up_only_where_the_primary_answers() -> None:
    late = two(T + 120, beat_age_s=116)
    stale = watched(one(), two(), dns(), late, dns(at=T + 120, txt_age_s=116))
    fresh = watched(one(), two(), dns(), one(T + 120), late, dns(at=T + 120, txt_age_s=116))

    assert "Service is up" not in said(stale, 5)
    assert said(fresh, 5).count("Service is up, protection is gone.") == 1


def test_a_hidden_node_may_be_back_already() -> None:
    lost = (failed("gw-2", at=T + 2), failed("gw-2", at=T + 4))
    hidden = watched(*healthy_round(), *lost, one(T + 8, beat_age_s=2))

    assert said(hidden, 22).endswith(
        "gw-1 shows that it lives: our path to it is cut, or it has just come back."
    )


def test_hidden_nodes_may_be_back_already() -> None:
    lost = [failed(node, Answer.REFUSED, at) for at in (T + 2, T + 4) for node in ("gw-1", "gw-2")]
    hidden = watched(*healthy_round(), *lost, dns(at=T + 9, txt_age_s=2))

    assert said(hidden, 20).endswith("the group lives, and our path to it is cut, or it has just come back.")


def test_the_time_since_a_split_brain_began_counts_from_the_takeover() -> None:
    state = watched(
        *(one(), two(), dns(), two(T + 66), one(T + 66)),
        *(two(T + 68, role=Role.PRIMARY), dns("gw-2", T + 68), one(T + 69), one(T + 71)),
        one(T + 80, role=Role.SECONDARY),
    )

    assert said(state, 18).startswith("gw-2 took over from gw-1 12 s ago.")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            watched(one(), two(last_heartbeat_at=None), dns(txt_age_s=None)),
            "Not enough evidence of health: no heartbeat is known.",
        ),
        (
            watched(one(role=Role.SECONDARY), two(), dns()),
            "Not enough evidence yet: neither node says it is Primary; asking again.",
        ),
        (watched(one(), dns()), "Not enough evidence yet: waiting for gw-2."),
        (
            looked(one(), two(), dns("gw-2")),
            "Not enough evidence yet: the record names another than the Primary; asking again.",
        ),
    ],
)
def test_what_is_missing_for_health_is_said_in_words(state: GroupState, sentence: str) -> None:
    assert said(state, 29) == sentence


def test_a_server_that_fails_is_not_said_to_be_silent() -> None:
    failing = dns_lost(answer=DnsAnswer.REFUSED, detail="192.0.2.53:53 about the name: it answered SERVFAIL.")

    assert said(looked(one(), two(), failing), 28) == (
        "The authoritative server tells us nothing: 192.0.2.53:53 about the name: it answered SERVFAIL."
    )


def test_members_are_many() -> None:
    state = looked(one(members=Members("192.0.2.11", None)), two(), dns())

    assert "the members are 192.0.2.11 on gw-1 and 192.0.2.11, 192.0.2.12 on gw-2" in said(state, 14)


def test_what_has_just_happened_happened_just_now() -> None:
    state = watched(
        *healthy_round(), heard("gw-2", Role.PRIMARY, T + 2), *(failed(at=T + s) for s in (2, 2.1))
    )

    assert said(state, 7).startswith("gw-2 took over just now.")
    assert "0 s" not in said(watched(Tick(T), *healthy_round(), failed(at=T + 1), failed(at=T + 2)), 4)
