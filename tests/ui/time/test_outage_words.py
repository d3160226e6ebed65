"""One outage, one figure: what the lane says, what the episode's anatomy says, what the report says."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from agmonitor.domain.words import duration
from agmonitor.ui.anatomy_words import outage_words
from agmonitor.ui.lane_tracks import OUTAGE
from agmonitor.ui.lanes import bar_words
from agmonitor.ui.spans import Bar, BarKind, BarValue
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS, Window

FROM_AT = 1000.0


def test_an_outage_counts_to_the_answer_that_ended_it() -> None:
    bar = Bar(FROM_AT, FROM_AT + 82.0, BarValue(BarKind.SILENT, OUTAGE))

    assert bar_words(bar)[0] == "82 s outage"
    assert bar_words(bar, FROM_AT + 84.0)[0] == "84 s outage"


def test_the_lane_paints_the_figure_of_the_episode(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    state = shot(PLAYS["took-over"]).watched.state
    assert state.episode is not None
    painted: list[str] = []
    draw = QPainter.drawText

    def note(self: QPainter, *told: Any) -> Any:
        painted.extend(one for one in told if isinstance(one, str))
        return draw(self, *told)

    monkeypatch.setattr(QPainter, "drawText", note)
    window = Window(shot(PLAYS["took-over"]))
    qtbot.addWidget(window.top)
    window.top.resize(1280, 720)
    with qtbot.waitExposed(window.top):
        window.top.show()
    window.axis.render(QPixmap(window.axis.size()))

    lost_s = state.episode.clients_without_service_s
    assert lost_s is not None
    assert f"{duration(lost_s)} outage" in painted
    assert outage_words(state.episode) == duration(lost_s)
