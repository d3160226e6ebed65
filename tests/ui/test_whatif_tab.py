"""The What-if tab: sliders and numbers that agree, questions asked in time, and a picture with its twin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.state import GroupState, Timers
from agmonitor.protocol.false_failovers import Count, FalseFailovers
from agmonitor.protocol.prediction import KNOBS, NEVER, Course, Prediction, Trigger, WhatIf, prediction
from agmonitor.protocol.whatif import whatif
from agmonitor.ui import theme
from agmonitor.ui.bottom_tabs import ANATOMY, EVENTS, WHAT_IF
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.style import qt_palette
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from agmonitor.ui.whatif_picture import WORDS_HIGH_PX, WhatIfPicture, columns, tick_words
from agmonitor.ui.whatif_tab import WhatIfTab, settings_of
from tests.ui import staged
from tests.ui.conftest import Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace

LIMIT_MS = 20_000
TOP_PX = 2  # above the first words


def group(**timers: float) -> GroupState:
    told = Timers(**{"assumed": False, **timers})  # type: ignore[arg-type]  # numbers, by name
    return replace(staged.healthy(), timers=told)


def texts(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def told(settings: WhatIf, per_year: float = 0.0) -> Prediction:
    made = whatif(settings, 40, seed=1)
    return replace(made, false_failovers=FalseFailovers(per_year, Count(0, 1.0)))


@pytest.fixture
def tab(qtbot: QtBot) -> WhatIfTab:
    made = WhatIfTab()
    qtbot.addWidget(made)
    made.resize(1200, 280)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def asked(tab: WhatIfTab) -> list[WhatIf]:
    heard: list[WhatIf] = []
    tab.asked.connect(heard.append)
    return heard


class TestKnobs:
    def test_a_slider_and_its_number_always_agree(self, tab: WhatIfTab) -> None:
        check = tab.knobs.rows[1]

        check.slider.setValue(45)
        assert check.number.value() == 45
        check.number.setValue(12)
        assert check.slider.value() == 12
        assert tab.settings.check_s == 12

    def test_loss_is_shown_in_percent_and_meant_as_a_share(self, tab: WhatIfTab) -> None:
        tab.knobs.rows[4].number.setValue(1.5)

        assert tab.settings.loss_share == pytest.approx(0.015)

    @pytest.mark.parametrize("place", range(len(KNOBS)))
    def test_every_slider_is_turned_by_keys_and_has_a_name(self, tab: WhatIfTab, place: int) -> None:
        row = tab.knobs.rows[place]
        before = row.value

        QTest.keyClick(row.slider, Qt.Key.Key_Right)

        assert row.value > before
        assert row.slider.accessibleName()
        assert row.number.accessibleName() != row.slider.accessibleName()
        assert row.slider.focusPolicy().value & Qt.FocusPolicy.TabFocus.value

    def test_a_group_beyond_the_usual_range_is_shown_as_it_is(self, tab: WhatIfTab) -> None:
        tab.show_state(group(absence_s=900, report_s=0.5))

        assert tab.settings.absence_s == 900
        assert tab.settings.report_s == 0.5
        assert tab.knobs.rows[2].slider.maximum() == 900


class TestAsking:
    def test_when_it_is_opened_the_groups_own_settings_are_asked_for(
        self, qtbot: QtBot, tab: WhatIfTab, asked: list[WhatIf]
    ) -> None:
        tab.show_state(group(report_s=2, check_s=3, absence_s=6, ttl_s=3))

        qtbot.waitUntil(lambda: bool(asked), timeout=LIMIT_MS)
        assert asked == [WhatIf(2, 3, 6, 3)]

    def test_many_turns_become_one_question(self, qtbot: QtBot, tab: WhatIfTab, asked: list[WhatIf]) -> None:
        for seconds in range(20, 40):
            tab.knobs.rows[1].slider.setValue(seconds)

        qtbot.waitUntil(lambda: bool(asked), timeout=LIMIT_MS)
        assert [one.check_s for one in asked] == [39]

    def test_nothing_is_asked_while_nobody_looks(
        self, qtbot: QtBot, tab: WhatIfTab, asked: list[WhatIf]
    ) -> None:
        with qtbot.waitSignal(tab.left, timeout=LIMIT_MS):
            tab.hide()

        tab.knobs.rows[1].slider.setValue(44)

        assert not tab._pause.isActive()
        assert asked == []

    def test_a_prediction_of_other_settings_is_passed_over(self, tab: WhatIfTab) -> None:
        tab.show_prediction(told(WhatIf(check_s=7)))

        assert "nothing has been worked out" in tab.picture.accessibleName()


class TestFollowingTheGroup:
    def test_the_sliders_follow_until_a_person_has_moved_one(self, tab: WhatIfTab) -> None:
        tab.show_state(group(check_s=30))
        tab.show_state(group(check_s=25))
        assert tab.settings.check_s == 25

        tab.knobs.rows[1].slider.setValue(10)
        tab.show_state(group(check_s=40))

        assert tab.settings.check_s == 10
        assert "Changed" in texts(tab.figures)

    def test_reset_goes_back_to_the_group(self, tab: WhatIfTab) -> None:
        tab.show_state(group(check_s=40))
        assert not tab.knobs.reset.isEnabled()
        tab.knobs.rows[1].slider.setValue(10)

        QTest.mouseClick(tab.knobs.reset, Qt.MouseButton.LeftButton)

        assert tab.settings.check_s == 40
        assert not tab.knobs.reset.isEnabled()
        assert "As the group has it" in texts(tab.figures)

    def test_another_group_brings_its_own_settings(self, tab: WhatIfTab) -> None:
        tab.show_state(group(check_s=40))
        tab.knobs.rows[1].slider.setValue(10)
        other = replace(group(check_s=3), settings=staged.settings("gw-other"))

        tab.show_state(other)

        assert tab.settings.check_s == 3

    def test_assumed_settings_are_called_so(self, tab: WhatIfTab) -> None:
        tab.show_state(replace(staged.healthy(), timers=Timers()))

        assert "assumed" in texts(tab.figures)

    def test_settings_beyond_the_simulation_are_brought_within_it(self) -> None:
        assert settings_of(Timers(report_s=1e8, check_s=30, absence_s=60, ttl_s=1e8)).report_s == 3600


class TestFigures:
    def test_the_figures_and_how_we_know_them(self, tab: WhatIfTab) -> None:
        tab.show_state(group())
        tab.show_prediction(told(WhatIf()))

        shown = texts(tab.figures)
        assert "TIME TO TAKE OVER" in shown
        assert "None as long as nothing is lost (calculated)." in shown
        assert "simulated" in " ".join(label.toolTip() for label in tab.figures.findChildren(QLabel))

    def test_changed_settings_are_set_beside_the_present_ones(self, tab: WhatIfTab) -> None:
        tab.show_state(group())
        tab.show_prediction(told(WhatIf()))
        tab.knobs.rows[1].slider.setValue(10)

        tab.show_prediction(told(WhatIf(check_s=10)))

        assert "now 6" in texts(tab.figures)

    def test_risky_settings_are_advised_against_as_soon_as_a_slider_moves(self, tab: WhatIfTab) -> None:
        tab.show_state(group())

        tab.knobs.rows[2].slider.setValue(25)

        shown = texts(tab.figures)
        assert "no longer than the check interval" in shown
        assert "below two report intervals" in shown


class TestPicture:
    def test_its_text_twin_tells_all_of_it(self, tab: WhatIfTab) -> None:
        tab.show_state(group())
        tab.show_prediction(told(WhatIf()))

        twin = tab.picture.accessibleName()
        assert "If the Primary dies" in twin
        for mark in ("Absence noticed after", "Taken over after", "Clients served again after"):
            assert mark in twin
        assert "Clients without service" in twin
        assert "at most 1,094 a year (95 %)" in twin

    @pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda one: one.name)
    @pytest.mark.parametrize("size", [(264, 85), (300, 125), (1640, 281)], ids=str)
    @pytest.mark.parametrize("trigger", Trigger)
    def test_the_bars_are_painted_at_every_size(
        self, qtbot: QtBot, palette: theme.Palette, size: tuple[int, int], trigger: Trigger
    ) -> None:
        theme.use(palette)
        picture = WhatIfPicture()
        qtbot.addWidget(picture)
        picture.resize(*size)

        picture.show_prediction(told(WhatIf(trigger=trigger)))

        image = picture.grab().toImage()
        seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert palette.clients in seen
        assert palette.text in seen

    @pytest.mark.parametrize("size", [(300, 125), (300, 170)], ids=str)
    def test_neither_a_bar_nor_the_outages_touch_the_words(self, qtbot: QtBot, size: tuple[int, int]) -> None:
        picture = WhatIfPicture()
        qtbot.addWidget(picture)
        picture.resize(*size)
        picture.setPalette(qt_palette(theme.DARK))

        picture.show_prediction(told(WhatIf()))

        image = picture.grab().toImage()
        below_words = TOP_PX + round(WORDS_HIGH_PX)
        lit = [x for x in range(image.width()) if image.pixelColor(x, below_words).lightness() > 90]
        assert lit == []

    def test_runs_that_were_given_up_are_drawn_too(self, qtbot: QtBot) -> None:
        picture = WhatIfPicture()
        qtbot.addWidget(picture)
        courses = [Course((NEVER, NEVER, NEVER), NEVER)] * 3

        picture.show_prediction(prediction(WhatIf(), 1, courses))

        assert not picture.grab().isNull()
        assert "never" in picture.accessibleName()

    def test_each_outage_stands_in_one_column(self) -> None:
        assert columns([0.0, 4.9, 5.0, 10.0, 11.0, NEVER], 10.0, 2) == [2, 2]

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(0, "0"), (0.01, "10 ms"), (90, "90 s"), (120, "2 min"), (135, "2:15 min"), (7200, "2 h")],
    )
    def test_ticks_are_short(self, seconds: float, words: str) -> None:
        assert tick_words(seconds) == words


@pytest.mark.parametrize("size", [(1024, 680), (1280, 720), (2560, 1440)], ids=str)
def test_nothing_is_cut_off_in_any_window(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = GroupView(staged.ledger)
    view.put_axis(TimeView())
    qtbot.addWidget(view)
    view.resize(size[0] - (204 if size[0] < 1180 else 264), size[1])
    view.show_group(Watched(staged.healthy()), staged.NOW)
    view.show()
    view.tabs.open(WHAT_IF)
    qtbot.waitExposed(view)
    tab = view.tabs.whatif

    qtbot.waitUntil(lambda: tab.picture.height() > 60, timeout=LIMIT_MS)

    for row in tab.knobs.rows:
        for part in (row.title, row.slider, row.number):
            assert tab.knobs.rect().contains(part.geometry()), part
            assert part.width() >= part.minimumSizeHint().width() or part is row.number
    assert tab.rect().contains(tab.figures.geometry())
    assert tab.picture.width() >= tab.picture.minimumSizeHint().width()


def test_the_tab_takes_room_from_the_time_axis_and_gives_it_back(qtbot: QtBot) -> None:
    view = GroupView(staged.ledger)
    view.put_axis(TimeView())
    qtbot.addWidget(view)
    view.resize(1100, 900)
    view.show_group(Watched(staged.healthy()), staged.NOW)
    view.show()
    qtbot.waitExposed(view)
    view.tabs.open(EVENTS)
    before = view.tabs.height()

    view.tabs.open(WHAT_IF)
    assert view.tabs.height() > before
    view.tabs.open(EVENTS)

    assert view.tabs.height() == before


class FakePredictor:
    """Answers roughly at once, and finally when it is let."""

    def __init__(self) -> None:
        self.asked: list[WhatIf] = []
        self.given_up: list[WhatIf] = []
        self.closed = 0
        self.go_on = asyncio.Event()
        self.breaks: Exception | None = None

    async def predict(self, settings: WhatIf, tell: Callable[[Prediction], None]) -> None:
        self.asked.append(settings)
        if self.breaks is not None:
            raise self.breaks
        tell(whatif(settings, 10, seed=1))
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.given_up.append(settings)
            raise
        tell(whatif(settings, 30, seed=1))

    def close(self) -> None:
        self.closed += 1


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something to come true; the loop's time limit ends a wait in vain."""
    while not holds():
        turn = asyncio.Event()
        QTimer.singleShot(5, turn.set)
        await turn.wait()


def test_a_rough_prediction_comes_first_and_a_moved_slider_gives_it_up(run: Run) -> None:
    async def main() -> None:
        predictor = FakePredictor()
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy()), predictor=predictor) as desk:
            await until(lambda: desk.view.group is not None)
            desk.view.tabs.open(WHAT_IF)
            tab = desk.view.tabs.whatif
            await until(lambda: "10 runs" in tab.picture.accessibleName())

            tab.knobs.rows[1].slider.setValue(10)
            await until(lambda: [one.check_s for one in predictor.given_up] == [30])
            predictor.go_on.set()
            await until(lambda: "30 runs" in tab.picture.accessibleName())
            assert "C 10 s" in tab.picture.accessibleName()

            before = predictor.closed
            desk.view.tabs.open(EVENTS)
            assert predictor.closed == before + 1

    run(main())


def test_predictions_that_cannot_be_made_are_told_and_watching_goes_on(run: Run) -> None:
    async def main() -> None:
        predictor = FakePredictor()
        predictor.breaks = RuntimeError("no process")
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy()), predictor=predictor) as desk:
            await until(lambda: desk.view.group is not None)
            desk.view.tabs.open(WHAT_IF)

            await until(host.window.errors.isVisible)

            assert desk.bridge.names

    run(main())


def test_without_a_predictor_there_is_no_such_tab(run: Run) -> None:
    async def main() -> None:
        host = shown_host()
        async with host.open(FakeWorkspace(staged.healthy())) as desk:
            tabs = desk.view.tabs
            tabs.open(WHAT_IF)

            assert not tabs.tabs.isTabVisible(WHAT_IF)
            assert tabs.tabs.currentIndex() == ANATOMY

    run(main())
