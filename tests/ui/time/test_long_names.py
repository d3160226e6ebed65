"""Names of sixty letters: they give way in their middle, and what stands beside them keeps its room."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from agmonitor.ui import lanes, time_rows
from agmonitor.ui.time_view import TimeView
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS

LONG = "gateway-production-toronto-datacenter-one-primary-rack-17-a1"
SIZE = (980, 270)


def _long_named() -> TimeView:
    history = shot(PLAYS["took-over"]).watched.history
    for number, node in enumerate(history.nodes):
        name = f"{LONG}-{number}"
        history.bars.tracks[name] = history.bars.tracks.pop(node.name)
        node.name = name
    view = TimeView()
    view.resize(*SIZE)
    view.show_history(history)
    assert history.newest_at is not None
    view.refresh(history.newest_at)
    return view


def test_a_graph_keeps_its_title_beside_long_names(qtbot: QtBot, painted: list[str]) -> None:
    view = _long_named()
    qtbot.addWidget(view)

    view.grab()

    assert any("Heartbeat age" in text for text in painted)
    (legend,) = (text for text in painted if text.endswith(" 3.9 s"))
    assert legend.startswith("gateway-")
    assert "…" in legend
    assert legend.removesuffix(" 3.9 s").endswith("-1")


def test_what_is_left_of_an_answer_never_stands_on_a_long_name(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[tuple[float, float, str, float]] = []
    draw = QPainter.drawText

    def note(self: QPainter, *told: Any) -> Any:
        if len(told) == 3 and isinstance(told[0], QRectF) and told[2].startswith(("TTL", "gateway-")):
            left = told[0].left()
            spans.append((left, left + self.fontMetrics().horizontalAdvance(told[2]), told[2], told[0].top()))
        return draw(self, *told)

    for module in (lanes, time_rows):
        monkeypatch.setattr(module, "bar_words", lambda *_: (LONG,))
    monkeypatch.setattr(QPainter, "drawText", note)
    view = _long_named()
    qtbot.addWidget(view)
    seen = 0
    for width in range(600, 3000, 40):
        view.resize(width, SIZE[1])
        spans.clear()
        view.grab()
        left_of_answers = [one for one in spans if one[2].startswith("TTL")]
        names = [one for one in spans if not one[2].startswith("TTL")]
        seen += len(left_of_answers)
        for ttl in left_of_answers:
            beside = [one for one in names if one[3] == ttl[3]]
            assert not [one for one in beside if one[0] < ttl[1] and ttl[0] < one[1]], width
    assert seen, "where there is room it is told"
