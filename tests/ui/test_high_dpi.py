"""On a screen of two device pixels each way everything is painted in all of them, and nothing blown up."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pytestqt.qtbot import QtBot

from agmonitor.ui.time_view import TimeView

FINE_LEAST = 0.003  # a word or two in a large empty part; a blown up time axis has less


def test_what_is_painted_is_crisp_where_pixels_are_small() -> None:
    env = os.environ | {"QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}

    told = subprocess.run(
        [sys.executable, "-m", "tests.ui.crisp_program"], env=env, capture_output=True, text=True, check=True
    ).stdout

    shares = [line.split() for line in told.splitlines()]
    assert [name for name, _ in shares] == [
        "TimeView",
        "Banner",
        "NodeCard",
        "NodeCard",
        "NameCard",
        "GroupList",
    ]
    assert [name for name, share in shares if float(share) < FINE_LEAST] == []


def test_a_window_moved_to_another_screen_is_painted_anew(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = TimeView()
    qtbot.addWidget(view)
    view.grab()
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 2.0)

    view.grab()

    assert view._layer is not None
    assert view._layer.devicePixelRatioF() == 2.0
