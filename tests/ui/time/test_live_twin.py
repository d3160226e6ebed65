"""What the time view tells between two rounds of asking, and of a moment chosen: the values last known."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from agmonitor.ui.axis import Zone
from agmonitor.ui.crosshair import NOT_KNOWN, read
from agmonitor.ui.time_view import TimeView
from tests.ui.time.scenes import ONE, T0, TWO, Scene, failover, healthy

UTC = Zone(utc=True)


def _told(scene: Scene, at: float) -> str:
    return read(scene.history, at, UTC).text


def _newest(scene: Scene) -> float:
    assert scene.history.newest_at is not None
    return scene.history.newest_at


@pytest.mark.parametrize("after_s", [0.0, 0.4, 1.0, 2.0])
def test_a_healthy_group_is_known_between_two_rounds(after_s: float) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)

    told = _told(scene, _newest(scene) + after_s)

    assert f"{ONE}: primary." in told
    assert f"{TWO}: secondary." in told
    assert NOT_KNOWN not in told
    assert "as of" not in told, "no answer is overdue"


def test_an_answer_older_than_a_round_says_how_old() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)

    assert f"{ONE}: primary · as of 4 s ago." in _told(scene, _newest(scene) + 4.5)


def test_nothing_is_claimed_once_answers_are_missed() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)

    told = _told(scene, _newest(scene) + 60)

    assert f"{ONE}: not known. {TWO}: not known." in told
    assert "Heartbeat age: not known." in told
    assert "Response time: not known." in told


def test_nothing_is_held_across_a_gap() -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 60)
    newest_at = _newest(scene)
    scene.gap(newest_at + 0.5, newest_at + 2)

    told = _told(scene, newest_at + 2.5)

    assert f"{ONE}: not known." in told
    assert "Heartbeat age: not known." in told
    assert "Response time: not known." in told


def test_the_description_tells_the_chosen_moment_until_it_is_let_go(qtbot: QtBot) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 146)
    failover(scene, T0 + 147)
    view = TimeView()
    qtbot.addWidget(view)
    view.use_utc(True)
    view.resize(1140, 530)
    view.show()
    view.show_history(scene.history)
    view.refresh(_newest(scene) + 0.4)
    live = view.accessibleDescription()

    view.choose_moment(T0 + 100)
    chosen = view.accessibleDescription()
    view.refresh(_newest(scene) + 0.6)

    assert chosen == view.text_at(T0 + 100)
    assert f"{ONE}: primary." in chosen
    assert view.accessibleDescription() == chosen, "the next beat keeps it"
    view.choose_moment(None)
    view.refresh(_newest(scene) + 0.4)
    assert view.accessibleDescription() == live
