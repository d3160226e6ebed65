"""Beats of a range: their spread, those that are missing, and what the history tells of them alike."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from agmonitor.domain.group import initial, step
from agmonitor.domain.heartbeats import Heartbeat
from agmonitor.domain.model import HeartbeatMethod, Role
from agmonitor.domain.observations import Gap, GapReason, NodeObservation
from agmonitor.domain.state import Mode
from agmonitor.history.drawn_beats import Beat
from agmonitor.ui import beat_columns, theme
from agmonitor.ui.axis import Scale
from agmonitor.ui.beat_columns import NONE, BeatColumns, beats_of, joined, regularity
from agmonitor.ui.beat_marks import paint_beats, shown_regularity
from agmonitor.ui.earlier import Earlier, NodeCurves, Wish
from agmonitor.ui.series import GroupHistory
from tests.builders import T, failed, heard, settings

DIRECT, DNS = HeartbeatMethod.DIRECT, HeartbeatMethod.DNS


def beat(
    at: float, interval_s: float | None = 20.0, role: Role = Role.SECONDARY, method: HeartbeatMethod = DIRECT
) -> Heartbeat:
    return Heartbeat(role, method, at, at, at + 1, interval_s)


def columns(*beats: Heartbeat, still_at: float | None = None) -> BeatColumns:
    made = BeatColumns()
    for one in beats:
        made.append(one)
    if still_at is not None:
        made.still(still_at)
    return made


def test_the_spread_is_that_of_the_beats_on_screen() -> None:
    made = columns(*(beat(T + 20 * n, None if n == 0 else 20.0) for n in range(50)), beat(T + 1003, 23.0))

    every = regularity(made.between(T - 1, T + 2000), 20)
    early = regularity(made.between(T - 1, T + 501), 20)

    assert every is not None
    assert early is not None
    assert (every.beats, every.p50_s, every.p99_s, every.missed) == (51, 20.0, 23.0, 0)
    assert (early.beats, early.p99_s) == (26, 20.0)
    assert every.words == "every 20 s, p99 23 s · none missed"


def test_missed_ones_are_counted_between_beats_and_after_the_last() -> None:
    made = columns(beat(T, None), beat(T + 20), beat(T + 80, 60.0), still_at=T + 125)

    told = regularity(made.between(T - 1, T + 200), 20)
    before = regularity(made.between(T - 1, T + 100), 20)

    assert told is not None
    assert before is not None
    assert told.missed == 2 + 2
    assert before.missed == 2 + 0  # the range ends 20 s after the last one


def test_those_that_were_followed_are_not_waited_for() -> None:
    made = columns(beat(T, None), beat(T + 20), still_at=T + 30)

    assert np.isnan(made.between(T - 1, T + 10).waited_s).all()
    assert made.between(T - 1, T + 100).waited_s[-1] == 10


def test_over_a_time_not_watched_none_is_missed() -> None:
    made = columns(beat(T, None, method=DNS), beat(T + 3600, None))

    told = regularity(made.between(T - 1, T + 4000), 20)

    assert told is not None
    assert (told.missed, told.by_dns, told.p50_s) == (0, 1, None)
    assert told.words == "none missed · 1 by DNS"


def test_received_ones_count_and_sent_ones_only_where_none_was_received() -> None:
    sent = columns(*(beat(T + 10 * n, 10.0, Role.PRIMARY) for n in range(5))).between(T - 1, T + 99)
    received = columns(*(beat(T + 20 * n, 20.0) for n in range(5))).between(T - 1, T + 99)

    both, alone = regularity(joined([sent, received]), 20), regularity(sent, 10)

    assert both is not None
    assert alone is not None
    assert (both.beats, both.p50_s) == (5, 20.0)
    assert (alone.beats, alone.p50_s) == (5, 10.0)
    assert regularity(joined([]), 20) is None


def test_memory_is_bounded_and_a_clock_set_back_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat_columns, "CAP", 100)
    made = columns(*(beat(T + n) for n in range(250)))
    assert len(made) <= 100

    made.forget_after(T + 239)
    assert made.between(T, T + 1000).at[-1] == T + 239


def test_the_historys_beats_come_to_the_same() -> None:
    told = [
        Beat(Role.SECONDARY, DIRECT, T, T, T + 1, T + 21),
        Beat(Role.SECONDARY, DNS, T + 20, T + 20, T + 21, T + 41, joined=True),
        Beat(Role.SECONDARY, DIRECT, T + 400, T + 400, T + 401, T + 402),
    ]

    beats = beats_of(told)

    assert list(beats.at) == [T, T + 20, T + 400]
    assert beats.interval_s[1] == 20
    assert np.isnan(beats.interval_s[[0, 2]]).all()
    assert list(beats.by_dns) == [False, True, False]


@pytest.fixture
def history() -> GroupHistory:
    """A Secondary that hears three beats, the last by DNS, is not heard for a while, and then again."""
    made = GroupHistory(settings())
    state = initial(settings(), Mode.WATCHING, T)

    def feed(item: NodeObservation | Gap) -> None:
        nonlocal state
        state, events = step(state, item)
        made.feed(item, state, events)

    def told(at: float, method: HeartbeatMethod = DIRECT) -> None:
        feed(
            heard(
                "gw-2",
                Role.SECONDARY,
                at,
                beat_age_s=at % 20,
                heartbeat_method=method,
                probe={"http_date": None},
            )
        )

    for at in range(0, 40, 2):
        told(T + at)
    for at in range(40, 60, 2):
        told(T + at, DNS)
    for at in (60, 62, 64):
        feed(failed("gw-2", at=T + at))
    feed(Gap(T + 66, T + 100, GapReason.ASLEEP))
    told(T + 102)
    return made


def test_the_window_counts_what_was_heard_alone(history: GroupHistory) -> None:
    beats = history.beats_between(1, T - 1, T + 200)
    told = shown_regularity(history, T - 1, T + 200)

    assert beats is not None
    assert list(beats.by_dns) == [False, False, True, False]
    assert np.isnan(beats.interval_s[[0, 3]]).all()
    assert told is not None
    assert (told.beats, told.by_dns, told.missed) == (4, 1, 0)


def test_marks_differ_by_form_for_direct_and_dns(history: GroupHistory, qtbot: QtBot) -> None:
    def picture(until: float) -> QImage:
        image = QImage(300, 100, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.palette().panel))
        painter = QPainter(image)
        rect = QRectF(0, 0, 300, 100)
        paint_beats(painter, history, Scale(until - 20, until, 0, 300), rect)
        painter.end()
        return image

    direct, by_dns = picture(T + 35), picture(T + 55)  # each with one beat at the same place

    assert direct != by_dns
    middle = (75, 88)
    ground = QColor(theme.palette().panel)
    assert direct.pixelColor(*middle) != ground
    assert by_dns.pixelColor(*middle) == ground  # hollow


def test_too_many_to_be_told_apart_are_not_counted(history: GroupHistory) -> None:
    assert shown_regularity(history, T - 1000, T - 900) is None  # none at all
    wish = Wish(T - 1000, T + 100, T, T - 1000, T, 500)
    names = [node.name for node in history.nodes]

    few = Earlier(wish, nodes={name: NodeCurves(beats=NONE) for name in names})
    history.earlier = few
    assert shown_regularity(history, T - 1000, T + 200) is not None

    history.earlier = Earlier(wish, nodes={name: NodeCurves(beats=None) for name in names})
    assert shown_regularity(history, T - 1000, T + 200) is None
