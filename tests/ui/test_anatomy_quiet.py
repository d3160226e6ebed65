"""The anatomy's place while nothing has happened: since when, what is to be expected, how to prove it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from agmonitor.domain.group import initial
from agmonitor.domain.state import Mode
from agmonitor.ui import phrases
from agmonitor.ui.anatomy_quiet import quiet_facts, quiet_sentence
from tests.ui import staged
from tests.ui.golden.plays import HEALTHY, shot
from tests.ui.golden.windows import PLAYS, Window, shown

PROVEN = "A failover of this group was last proven 12 days ago."


@pytest.fixture(autouse=True)
def _in_utc() -> None:
    phrases.use_utc(True)


def test_it_says_since_when_it_was_watched() -> None:
    state = shot(HEALTHY).watched.state

    assert quiet_sentence(state) == (
        "No failover and no outage was watched since 2026-01-05 03:10:00 UTC, for 2 min 32 s."
    )


def test_what_is_to_be_expected_goes_by_the_groups_own_settings() -> None:
    takeover, clients, standby = quiet_facts(shot(HEALTHY).watched.state)

    assert (takeover.caption, takeover.value) == ("If gw-1 fails, takeover after", "60 – 94 s")
    assert "this group's intervals" in takeover.tip
    assert (clients.value, standby.value) == ("30 s", "gw-2")


def test_what_is_not_known_is_not_made_up() -> None:
    state = initial(staged.settings(), Mode.WATCHING, staged.NOW)
    takeover, clients, standby = quiet_facts(state)

    assert takeover.value == "not known"
    assert "assumed" in clients.value
    assert standby.value == "no node that is heard"


def test_in_a_small_window_the_facts_and_the_keys_have_room(qtbot: QtBot) -> None:
    window = Window(shot(PLAYS["healthy"]))
    shown(qtbot, window)
    quiet = window.view.tabs.anatomy.quiet

    seen = [part for part in (quiet.sentence, *quiet.findChildren(type(quiet.hint))) if part.isVisible()]
    assert quiet.hint in seen
    assert all(part.height() >= part.sizeHint().height() for part in seen if not part.wordWrap())
    assert quiet.hint.geometry().bottom() <= quiet.height()


def test_a_large_window_gives_its_room_to_the_time_axis(qtbot: QtBot) -> None:
    window = Window(shot(PLAYS["healthy"]))
    window.view.tabs.show_proven(PROVEN)
    shown(qtbot, window, QSize(2560, 1440))

    assert window.view.tabs.height() < 200
    assert window.view.tabs.anatomy.quiet.proven.isVisible()
    assert PROVEN in window.view.tabs.anatomy.quiet.told
