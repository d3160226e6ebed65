"""Where nobody is Primary: the card between the nodes and the band on the time axis say one window."""

from __future__ import annotations

import pytest

from agmonitor.ui.due_windows import DueWindows
from agmonitor.ui.name_facts import name_facts
from agmonitor.ui.plots import due_words
from tests.ui.golden.plays import no_primary


def test_the_card_and_the_graph_count_down_the_domains_window() -> None:
    windows = DueWindows()
    for change in no_primary():
        state = change.state
        windows.feed(state, state.now, 30.0)

    assert state.window is not None
    assert windows.live is not None
    assert windows.live.opens_at == pytest.approx(state.window.opens_at - state.window.offset_s)
    told = name_facts(state, state.now).next_step
    assert told.startswith("takeover in ")
    assert told in due_words(windows.live, state.now)
    assert windows.live.standby is None, "both stand by"
