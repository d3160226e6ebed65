"""The most likely cause: each kind of ground, their order, and unknown where nothing speaks for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.causes import likely_cause
from agmonitor.domain.events import Episode, Event, EventKind, Trigger
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.observations import Gap, GapReason

BEGAN = 1000.0
LOST = Episode(
    1,
    BEGAN,
    BEGAN + 90,
    Trigger.AUTOMATIC,
    "gw-1",
    "gw-2",
    cause="gw-1 stopped answering (connection refused)",
)
UNKNOWN = replace(LOST, trigger=Trigger.UNKNOWN, cause="")


def raised(at: float, sentence: str = "gw-1 is overloaded: load score 0.91 (warning from 0.5).") -> Event:
    return Event(at, EventKind.FINDING_RAISED, sentence, finding="overloaded")


def test_an_order_is_the_cause_whatever_else_was_seen() -> None:
    ordered = replace(LOST, trigger=Trigger.ORDERED_HERE, cause="ordered on gw-1 by ann: patching")

    assert likely_cause(ordered, [raised(BEGAN - 60)]).text == "ordered on gw-1 by ann: patching"


def test_an_overload_the_episode_names_is_told_as_it_is() -> None:
    text = "gw-1 overload: load score 0.91, then connection refused"

    assert likely_cause(replace(LOST, cause=text)).text == text


def test_an_overload_raised_before_the_first_sign_is_the_likelier_cause() -> None:
    cause = likely_cause(LOST, [raised(BEGAN - 60)])

    assert cause.known
    assert cause.text == "gw-1 overload: gw-1 is overloaded: load score 0.91 (warning from 0.5)"
    assert cause.grounds == ("raised 60 s before",)


@pytest.mark.parametrize(
    "events",
    [
        [raised(BEGAN - 3600)],
        [raised(BEGAN + 5)],
        [raised(BEGAN - 60, "gw-2 is overloaded: load score 0.7.")],
        [
            raised(BEGAN - 60),
            Event(BEGAN - 30, EventKind.FINDING_CLEARED, "No longer: gw-1", finding="overloaded"),
        ],
    ],
    ids=["an hour before", "afterwards", "the other node", "over by then"],
)
def test_another_overload_is_none(events: list[Event]) -> None:
    assert "overload" not in likely_cause(LOST, events).text


def test_how_the_first_probes_failed_tells_the_kind_of_failure() -> None:
    evidence = [
        Evidence(BEGAN + 1, "gw-1", "group", "timeout", "No answer within 5 s."),
        Evidence(BEGAN + 9, "gw-1", "group", "refused", "Nobody listens."),
    ]

    cause = likely_cause(LOST, evidence=evidence)

    assert cause.text.startswith(
        "gw-1 stopped answering (no answer in time): it hangs, or its network is cut"
    )
    assert cause.grounds == ("No answer within 5 s.",)


def test_without_evidence_the_episodes_own_words_tell_it() -> None:
    assert "its machine is up, the Gateway is not" in likely_cause(LOST).text


def test_missing_heartbeats_of_a_node_that_answered_point_to_the_path() -> None:
    cause = likely_cause(replace(LOST, cause="heartbeats were missing"))

    assert "the path between the nodes" in cause.text


def test_what_happened_unobserved_is_unknown_and_names_the_gap() -> None:
    cause = likely_cause(
        replace(UNKNOWN, cause="it happened in a gap"), gaps=[Gap(BEGAN - 60, BEGAN + 10, GapReason.ASLEEP)]
    )

    assert (cause.text, cause.known) == ("unknown: nothing was observed for 70 s while it happened", False)


def test_nothing_that_speaks_for_one_is_unknown() -> None:
    assert not likely_cause(UNKNOWN).known
