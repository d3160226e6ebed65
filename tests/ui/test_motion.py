"""Reduced motion: forced by the environment, or as a real message bus tells, live."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agmonitor.ui import motion

PORTAL = Path(__file__).parent / "portal_program.py"


@pytest.mark.parametrize(("word", "reduced"), [(" Reduced ", True), ("full", False)])
def test_the_environment_decides(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, word: str, reduced: bool
) -> None:
    monkeypatch.setenv(motion.ENVIRONMENT, word)

    assert motion.Motion().reduced is reduced


def test_without_a_desktop_nothing_is_reduced(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(motion.ENVIRONMENT, raising=False)

    assert motion.Motion().reduced is False


@pytest.mark.parametrize(("word", "beat_ms"), [("reduced", motion.CALM_BEAT_MS), ("full", motion.BEAT_MS)])
def test_the_window_moves_by_itself_less_often(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, word: str, beat_ms: int
) -> None:
    monkeypatch.setenv(motion.ENVIRONMENT, word)

    assert motion.Beat().interval() == beat_ms


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no dbus-run-session")
def test_the_desktops_switch_is_read_and_followed(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop(motion.ENVIRONMENT, None)

    told = subprocess.run(
        ["dbus-run-session", "--", sys.executable, str(PORTAL)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert told.stdout.split() == ["False", "True", "False"], told.stderr
