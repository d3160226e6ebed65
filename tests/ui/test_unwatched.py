"""What the window says of a takeover that happened while nobody watched: its gap, and nothing else."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from agmonitor.domain.anatomy import anatomy_of
from agmonitor.domain.causes import likely_cause
from agmonitor.ui import phrases
from agmonitor.ui.anatomy_words import as_text
from agmonitor.ui.due_windows import DueWindows
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.node_facts import node_facts
from tests.ui.golden.plays import Play, changes_of, shot

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
    assert "Hooks run: at 00:00:49, by gw-2's own record" in text
    for claim in ("early", "none", "no loss", "1.5 s", "with the promotion", "due"):
        assert claim not in text


def test_list_and_cards_date_it_no_closer_than_it_was_seen(qtbot: QtBot) -> None:
    del qtbot
    phrases.use_utc(True)
    held = shot(PAUSED)
    state = held.watched.state

    assert group_row(state, held.now).detail == "failover in a gap"
    new, old = (node_facts(state, state.node(name), held.now) for name in ("gw-2", "gw-1"))
    assert next(fact.value for fact in new.facts if fact.caption == "SINCE") == "by 00:02:30"
    assert next(fact.value for fact in old.facts if fact.caption == "LAST HEARTBEAT") == "not known"


def test_a_band_that_was_open_when_nobody_watched_names_no_takeover(qtbot: QtBot) -> None:
    del qtbot
    bands = DueWindows()
    for change in changes_of(PAUSED):
        bands.feed(change.state, change.state.now, 5.0)

    assert all(band.took_over_at is None for band in bands.all)
