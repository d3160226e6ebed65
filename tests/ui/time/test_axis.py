"""Labels of the time axis: never touching, never clipped, true to the clock of the place."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from agmonitor.ui import theme
from agmonitor.ui.axis import FONT_PX, Scale, Zone, ticks
from agmonitor.ui.time_range import RANGES

SPRING = 1_774_746_000.0  # 2026-03-29T01:00:00Z: Berlin sets its clocks forward
AUTUMN = 1_792_890_000.0  # 2026-10-25T01:00:00Z: and back
SPANS_S = (10.0, 47.0, *(span_s for _, span_s in RANGES), 90 * 86400.0, 366 * 86400.0)


@pytest.fixture
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    assert os.environ.get("TZ") != "Europe/Berlin"
    time.tzset()


@pytest.mark.usefixtures("_berlin")
@pytest.mark.parametrize("utc", [True, False], ids=["utc", "local"])
@pytest.mark.parametrize("span_s", SPANS_S)
@pytest.mark.parametrize("width", [400.0, 850.0, 1130.0, 2390.0])
def test_labels_neither_touch_nor_leave_the_view(
    qtbot: QtBot, width: float, span_s: float, utc: bool
) -> None:
    metrics = QFontMetricsF(theme.font(FONT_PX))
    edge = QRectF(112, 0, width + 50, 1)
    for end_at in (SPRING + 777.7, AUTUMN + 0.5 * span_s, 1_767_603_600.0):
        scale = Scale(end_at - span_s, end_at, 152.0, 152.0 + width)

        found = ticks(scale, Zone(utc), metrics.horizontalAdvance, edge)

        assert found, "an axis without any label"
        places = [(tick.x, metrics.horizontalAdvance(tick.text)) for tick in found]
        for (x, wide), (following, next_wide) in itertools.pairwise(places):
            assert following - next_wide / 2 - (x + wide / 2) >= 8
        assert places[0][0] - places[0][1] / 2 >= edge.left()
        assert places[-1][0] + places[-1][1] / 2 <= edge.right()


@pytest.mark.usefixtures("_berlin")
@pytest.mark.parametrize("changes_at", [SPRING, AUTUMN])
def test_days_begin_at_local_midnight_across_a_change_of_clocks(qtbot: QtBot, changes_at: float) -> None:
    scale = Scale(changes_at - 3.4 * 86400, changes_at + 3.4 * 86400, 152.0, 1152.0)
    zone = Zone()

    found = ticks(scale, zone, lambda words: 12.0 * len(words), QRectF(0, 0, 1300, 1))

    moments = [zone.moment(tick.at) for tick in found]
    assert all((moment.hour, moment.minute) == (0, 0) for moment in moments)
    assert len({tick.text for tick in found}) == len(found) >= 6


def test_words_follow_the_step(qtbot: QtBot) -> None:
    edge = QRectF(0, 0, 2_000, 1)

    def texts(span_s: float) -> list[str]:
        scale = Scale(1_767_603_600.0, 1_767_603_600.0 + span_s, 100.0, 1_000.0)
        return [tick.text for tick in ticks(scale, Zone(utc=True), lambda words: 7.0 * len(words), edge)]

    assert texts(300)[:2] == ["09:00:00", "09:00:30"]
    assert texts(6 * 3600)[0] == "09:00"
    assert texts(3 * 86400)[1:3] == ["18:00", "6 Jan"] or "6 Jan" in texts(3 * 86400)
    assert "1 Feb" in texts(60 * 86400) or all(" " in text for text in texts(60 * 86400))


def test_pixels_and_instants_are_each_others_inverse() -> None:
    scale = Scale(100.0, 400.0, 152.0, 1_152.0)

    assert scale.x(100.0) == 152.0
    assert scale.x(400.0) == 1_152.0
    assert scale.at(scale.x(217.5)) == pytest.approx(217.5)


def test_a_stamp_names_its_zone() -> None:
    assert Zone(utc=True).stamp(1_767_603_609.0) == "09:00:09 UTC"
    assert Zone(utc=True).date(1_767_603_609.0) == "Mon 5 Jan"
