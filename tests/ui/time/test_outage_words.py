"""One outage, one figure: what the lane says, what the episode's anatomy says, what the report says."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from agmonitor.domain.anatomy import Part
from agmonitor.domain.words import duration
from agmonitor.ui.anatomy_words import outage_words
from agmonitor.ui.lane_tracks import OUTAGE
from agmonitor.ui.lanes import bar_words
from agmonitor.ui.spans import Bar, BarKind, BarValue
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS, Window, shown

FROM_AT = 1000.0


def test_an_outage_counts_to_the_answer_that_ended_it() -> None:
    bar = Bar(FROM_AT, FROM_AT + 82.0, BarValue(BarKind.SILENT, OUTAGE))

    assert bar_words(bar)[0] == "82 s outage"
    assert bar_words(bar, FROM_AT + 84.0)[0] == "84 s outage"


def _shown(qtbot: QtBot, play: str) -> Window:
    window = Window(shot(PLAYS[play]))
    shown(qtbot, window)
    window.axis.render(QPixmap(window.axis.size()))
    return window


def test_the_lane_paints_the_figure_of_the_episode(qtbot: QtBot, painted: list[str]) -> None:
    episode = shot(PLAYS["took-over"]).watched.state.episode
    assert episode is not None
    assert episode.clients_without_service_s is not None

    _shown(qtbot, "took-over")

    lost = duration(episode.clients_without_service_s)
    assert f"{lost} outage" in painted
    assert outage_words(episode) == lost


@pytest.mark.parametrize("play", ["clients-cut", "takeover-due", "takeover-overdue"])
def test_while_it_lasts_lane_and_anatomy_count_to_the_same_instant(
    qtbot: QtBot, painted: list[str], play: str
) -> None:
    state = shot(PLAYS[play]).watched.state
    assert state.episode is not None
    (lost,) = (phase for phase in state.episode.phases if phase.name == Part.CLIENTS)

    _shown(qtbot, play)

    assert lost.until_at is None
    assert f"{duration(state.now - lost.from_at)} outage" in painted
