"""One age of a heartbeat in cards, name and legend, and by whose clock it was counted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Role
from agmonitor.domain.state import ClockOffset, GroupState
from agmonitor.domain.window import only
from agmonitor.ui.beat_seen import KnownBeat, of_pair, told_by
from agmonitor.ui.name_facts import name_facts
from agmonitor.ui.node_facts import node_facts
from agmonitor.ui.phrases import age
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.golden.plays import changes_of, shot, shot_of
from tests.ui.golden.windows import PLAYS, Window

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


@pytest.mark.parametrize("name", PLAYS)
def test_the_name_tells_the_heartbeat_that_the_secondarys_card_tells(name: str) -> None:
    """All along, and while TXT already holds one that the Secondary has yet to read."""
    changes = changes_of(PLAYS[name])
    watched = Watched(changes[0].state)
    apart = []
    for change in changes:
        watched.take(change)
        state, secondary = change.state, only(change.state.nodes, Role.SECONDARY)
        if secondary is None or state.beat is None:
            continue
        known = watched.known_beat(secondary.name)
        card = told_by(secondary, state.now, known)
        named = of_pair(state, state.now, secondary.heard.received_at if secondary.heard else 0.0, known)
        if card is None or card.age_s is None or card.age_s > state.beat.late_after_s:
            continue  # where it is late, a newer one in DNS is worth a word
        if named is None or named.words != card.words:
            apart.append((state.now, named, card))
    assert apart == []


def test_every_age_waits_for_the_same_beat(qtbot: QtBot) -> None:
    """An answer that changes nothing but ages makes no part of the window newer than the others."""
    changes = changes_of(PLAYS["healthy"])
    window = Window(shot_of(changes[:-8]))
    qtbot.addWidget(window.top)
    view, watched = window.view, window.view._watched
    assert watched is not None
    quiet = [change for change in changes[-8:] if not change.events]

    def ages() -> list[str]:
        return [view.name.accessibleName(), *(card.accessibleName() for card in view.nodes)]

    before = ages()
    for change in quiet:
        watched.take(change)
        view.take(change, change.state.now)

    assert ages() == before
    view.refresh(quiet[-1].state.now)
    assert ages() != before


@pytest.mark.parametrize("name", ["takeover-due", "takeover-overdue"])
def test_name_and_anatomy_count_to_the_same_takeover(qtbot: QtBot, name: str) -> None:
    window = Window(shot(PLAYS[name]))
    qtbot.addWidget(window.top)
    state = shot(PLAYS[name]).watched.state

    counted = re.findall(r"[\d.]+", name_facts(state, state.now).next_step)

    told = re.search(
        r"(?:overdue for|Takeover.*? in) [\d.]+( – [\d.]+)?",
        window.view.tabs.anatomy.picture.accessibleName(),
    )
    assert told is not None
    assert re.findall(r"[\d.]+", told[0])[-len(counted) :] == counted
