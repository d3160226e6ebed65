"""What the window says of a takeover that happened while nobody watched: its gap, and nothing else."""

from __future__ import annotations

import re

from pytestqt.qtbot import QtBot

from agmonitor.domain.anatomy import anatomy_of
from agmonitor.domain.causes import likely_cause
from agmonitor.ui import phrases
from agmonitor.ui.anatomy_tab import AnatomyTab
from agmonitor.ui.anatomy_words import as_text
from agmonitor.ui.due_windows import DueWindows
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.name_facts import name_facts
from agmonitor.ui.node_facts import node_facts
from agmonitor.ui.phrases import Tone
from tests.ui.golden.plays import Play, changes_of, shot

ISOLATED = Play("our-network-is-gone", "observer_isolated", 20)
SPLIT = Play("split-brain", "two_primaries")
DOWN = Play("both-killed", "group_down")
PAUSED = Play("paused-during-a-takeover", "no_standby", 3)


def test_of_a_takeover_in_a_gap_the_anatomy_tells_the_gap_alone(qtbot: QtBot) -> None:
    del qtbot
    phrases.use_utc(True)
    state = changes_of(PAUSED)[-1].state
    assert state.episode is not None

    anatomy = anatomy_of(state.episode, state.now)
    text = as_text("toronto", anatomy, likely_cause(state.episode))

    assert "Last heartbeat: not observed: paused 2 min 30 s" in text
    assert "Silence: not observed: paused 2 min 30 s" in text
    assert "Clients without service: not observed: paused 2 min 30 s" in text
    assert "Time to promote: not known" in text
    assert "Clients without service: not known" in text
    assert "nothing was observed for 2 min 30 s while it happened" in text
    assert re.search(r"Hooks run: at [0-9:]{8}, by gw-2's own record", text)
    for claim in ("early", "none", "no loss", "1.5 s", "with the promotion", "due"):
        assert claim not in text


def test_list_and_cards_date_it_no_closer_than_it_was_seen(qtbot: QtBot) -> None:
    del qtbot
    phrases.use_utc(True)
    held = shot(PAUSED)
    state = held.watched.state

    assert group_row(state, held.now).detail == "failover in a gap"
    new, old = (node_facts(state, state.node(name), held.now) for name in ("gw-2", "gw-1"))
    assert next(fact.value for fact in new.facts if fact.caption == "SINCE").startswith("by ")
    assert next(fact.value for fact in old.facts if fact.caption == "LAST HEARTBEAT") == "not known"


def test_a_band_that_was_open_when_nobody_watched_names_no_takeover(qtbot: QtBot) -> None:
    del qtbot
    bands = DueWindows()
    for change in changes_of(PAUSED):
        bands.feed(change.state, change.state.now, 5.0)

    assert all(band.took_over_at is None for band in bands.all)


def test_of_our_own_isolation_no_node_is_blamed_and_no_clients_outage_made(qtbot: QtBot) -> None:
    del qtbot
    state = changes_of(ISOLATED)[-1].state
    episode = state.episode or state.episodes[-1]

    text = as_text("toronto", anatomy_of(episode, state.now), likely_cause(episode))

    assert "Cause, most likely: we were cut off" in text
    assert "Clients without service: not judged: we were cut off ourselves" in text
    assert "gw-1 stopped" not in text
    assert not re.search(r"Takeover: (in|due|overdue)", text), "nothing is known to be coming"


def test_a_split_brain_is_a_takeover_that_has_happened_and_is_not_awaited(qtbot: QtBot) -> None:
    del qtbot
    phrases.use_utc(True)
    state = changes_of(SPLIT)[-1].state
    assert state.episode is not None

    anatomy = anatomy_of(state.episode, state.now)
    text = as_text("toronto", anatomy, likely_cause(state.episode))

    assert re.search(r"Time to promote: (6|7|8|9)[0-9] s", text)
    assert re.search(r"promotes itself: seen at", text)
    assert "in time" in text
    assert "no longer arrived while gw-1 answered us" in text
    assert "not yet, " not in text


def test_where_both_are_down_no_takeover_is_promised(qtbot: QtBot) -> None:
    state = changes_of(DOWN)[-1].state
    assert state.episode is not None
    tab = AnatomyTab()
    qtbot.addWidget(tab)
    tab.show_state(state)

    assert "Takeover: none is due: no Secondary is heard" in tab.picture.accessibleName()
    assert not re.search(r"Takeover: (in|due|overdue)", tab.picture.accessibleName())


def test_our_own_isolation_alarms_no_card_and_lets_no_beat_look_young(qtbot: QtBot) -> None:
    del qtbot
    held = shot(ISOLATED)
    state = held.watched.state

    cards = [node_facts(state, node, held.now) for node in state.nodes]
    assert [(card.badge, card.alarmed) for card in cards] == [("NO ANSWER", False)] * 2
    assert all(card.facts[0].tone is Tone.UNKNOWN for card in cards)
    assert state.beat is not None
    answered = state.memory.dns_answered
    assert answered is not None
    age_s = state.beat.age_s + held.now - answered.received_at
    assert age_s > state.beat.late_after_s
    assert name_facts(state, held.now).heartbeat == f"last known {phrases.age(age_s)} ago"
