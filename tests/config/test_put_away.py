"""A window in the tray is found by a later start on its screen, and by no other."""

from __future__ import annotations

import threading
from pathlib import Path

from agmonitor.config.put_away import PutAway, called_back

LINK = "agmonitor://gw/2026-11-22T03:14:09.250Z"
HERE, ELSEWHERE = {"DISPLAY": ":7"}, {"DISPLAY": ":8"}


def test_where_no_window_is_away_none_is_called(tmp_path: Path) -> None:
    window = PutAway(tmp_path / "data", HERE)

    assert not called_back(tmp_path / "data", HERE)
    window.leave()
    window.come_back()
    assert not called_back(tmp_path / "data", HERE)
    assert window.wanted() is None


def test_a_window_that_is_away_is_told_that_it_is_wanted(tmp_path: Path) -> None:
    window = PutAway(tmp_path, HERE)
    window.leave()
    assert window.wanted() is None
    answers: list[bool] = []
    caller = threading.Thread(target=lambda: answers.append(called_back(tmp_path, HERE, within_s=30.0)))
    caller.start()

    while window.wanted() is None:
        assert caller.is_alive()
    caller.join(30.0)

    assert answers == [True]
    assert window.wanted() is None, "asked for once"


def test_a_window_that_hangs_or_is_on_another_screen_is_not_waited_for(tmp_path: Path) -> None:
    window = PutAway(tmp_path, HERE)
    window.leave()

    assert not called_back(tmp_path, ELSEWHERE, within_s=30.0)
    assert not called_back(tmp_path, HERE, within_s=0.05)
    assert window.wanted() is None, "a window that wakes up later does not jump at anybody"


def test_a_link_goes_to_the_window_that_is_open_and_a_plain_start_does_not(tmp_path: Path) -> None:
    window = PutAway(tmp_path, HERE)
    window.be_here()
    assert not called_back(tmp_path, HERE, within_s=30.0), "who wants a second window has one"
    answers: list[bool] = []
    caller = threading.Thread(
        target=lambda: answers.append(called_back(tmp_path, HERE, within_s=30.0, link=LINK))
    )
    caller.start()

    while (told := window.wanted()) is None:
        assert caller.is_alive()
    caller.join(30.0)

    assert (answers, told) == ([True], LINK)
    window.end()
    assert not called_back(tmp_path, HERE, within_s=30.0, link=LINK), "nobody is there any more"
