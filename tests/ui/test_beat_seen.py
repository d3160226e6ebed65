"""One age of a heartbeat in cards, name and legend, and by whose clock it was counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.state import ClockOffset, GroupState
from agmonitor.ui.beat_seen import KnownBeat, told_by
from agmonitor.ui.name_facts import name_facts
from agmonitor.ui.node_facts import node_facts
from agmonitor.ui.phrases import age
from tests.ui import staged
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS

CAPTION = "LAST HEARTBEAT"


@pytest.mark.parametrize("name", PLAYS)
def test_card_and_legend_name_one_age(name: str) -> None:
    watched = shot(PLAYS[name]).watched
    state = watched.state
    for node, series in zip(state.nodes, watched.history.nodes, strict=True):
        drawn_s, known = series.newest_age_s(state.now), watched.known_beat(node.name)
        if drawn_s is None:
            continue
        facts = node_facts(state, node, state.now, None, known).facts
        value = next(fact.value for fact in facts if fact.caption == CAPTION)
        assert value.removeprefix("via DNS, ").startswith(f"{age(drawn_s)} ago")


def test_where_the_clock_was_set_the_age_is_counted_on_ours() -> None:
    watched = shot(PLAYS["clock-skew"]).watched
    state, set_back = watched.state, watched.state.nodes[1]

    facts = node_facts(state, set_back, state.now, None, watched.known_beat(set_back.name)).facts
    heartbeat = next(fact for fact in facts if fact.caption == CAPTION)

    assert heartbeat.value == "34 s ago by our clock"
    assert "set since" in heartbeat.tip
    assert name_facts(state, state.now, watched.known_beat_of_standby).heartbeat == (
        "direct, 14 s ago by our clock"
    )


def _stamped_ahead(by_s: float) -> GroupState:
    state = staged.healthy()
    first, second = state.nodes
    assert second.heard is not None
    assert second.heard.report is not None
    report = replace(second.heard.report, last_heartbeat_at=state.now + by_s)
    at = ClockOffset(-0.1, 0.1, state.now)
    return replace(
        state, nodes=(first, replace(second, heard=replace(second.heard, report=report), offset=at))
    )


def test_a_stamp_in_the_future_of_its_clock_is_no_age_of_nothing() -> None:
    state = _stamped_ahead(by_s=90.0)

    seen = told_by(state.nodes[1], state.now)

    assert seen is not None
    assert seen.age_s is None
    assert seen.words == "90 s ahead of its clock"


def test_what_truncated_stamps_may_be_off_by_is_no_other_clock() -> None:
    state = _stamped_ahead(by_s=-10.0)
    known = KnownBeat(state.now - 10.0, state.now - 11.0)

    seen = told_by(state.nodes[1], state.now, known)

    assert seen is not None
    assert (seen.words, seen.ours) == ("10 s ago", False)
