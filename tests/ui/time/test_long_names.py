"""Names of sixty letters: they give way in their middle, and what stands beside them keeps its room."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from agmonitor.ui.time_view import TimeView
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS

LONG = "gateway-production-toronto-datacenter-one-primary-rack-17-a1"
SIZE = (980, 270)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    draw = QPainter.drawText

    def note(self: QPainter, *told: Any) -> Any:
        texts.extend(one for one in told if isinstance(one, str))
        return draw(self, *told)

    monkeypatch.setattr(QPainter, "drawText", note)
    return texts


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
