"""A window in the tray is found by a later start on its screen, and by no other."""

from __future__ import annotations

import threading
from pathlib import Path

from agmonitor.config.put_away import PutAway, called_back

HERE, ELSEWHERE = {"DISPLAY": ":7"}, {"DISPLAY": ":8"}


def test_where_no_window_is_away_none_is_called(tmp_path: Path) -> None:
    window = PutAway(tmp_path / "data", HERE)

    assert not called_back(tmp_path / "data", HERE)
    window.leave()
    window.come_back()
    assert not called_back(tmp_path / "data", HERE)
    assert not window.wanted()


def test_a_window_that_is_away_is_told_that_it_is_wanted(tmp_path: Path) -> None:
    window = PutAway(tmp_path, HERE)
    window.leave()
    assert not window.wanted()
    answers: list[bool] = []
    caller = threading.Thread(target=lambda: answers.append(called_back(tmp_path, HERE, within_s=30.0)))
    caller.start()

    while not window.wanted():
        assert caller.is_alive()
    caller.join(30.0)

    assert answers == [True]
    assert not window.wanted(), "asked for once"


def test_a_window_that_hangs_or_is_on_another_screen_is_not_waited_for(tmp_path: Path) -> None:
    window = PutAway(tmp_path, HERE)
    window.leave()

    assert not called_back(tmp_path, ELSEWHERE, within_s=30.0)
    assert not called_back(tmp_path, HERE, within_s=0.05)
    assert not window.wanted(), "a window that wakes up later does not jump at anybody"
