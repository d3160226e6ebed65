"""The widget: pixels at chosen instants, keys, pointer, themes, and the cost of a frame."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import DnsAnswer, Role
from agmonitor.domain.observations import FailoverOrdered, ResolverObservation
from agmonitor.ui import theme
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.time_layout import LANE_MIN_PX, Graph, arrange, comfortable_px, folded_by_itself
from agmonitor.ui.time_range import RANGES
from agmonitor.ui.time_view import TimeView
from tests.ui.time.scenes import ADDRESSES, ONE, T0, TWO, Scene, failover, healthy, wobble

SIZES = [(1000, 330), (1140, 530), (2300, 1000)]
WEEK_S = 7 * 86400
FRAME_BUDGET_MS = 16.0
SLOW_MACHINE = 4.0  # two cores shared with other work: the budget itself is measured by the bench


@pytest.fixture(autouse=True)
def _dark_again() -> Iterator[None]:
    theme.use(theme.DARK)
    yield
    theme.use(theme.DARK)


def _view(
    qtbot: QtBot, history: GroupHistory | None, now: float, size: tuple[int, int] = (1140, 530)
) -> TimeView:
    view = TimeView()
    qtbot.addWidget(view)
    view.use_utc(True)
    view.resize(*size)
    view.show()
    view.show_history(history)
    view.refresh(now)
    return view


def _live(view: TimeView) -> bool:
    return view.shown.live


def _moment(view: TimeView) -> float | None:
    return view.moment_at


def _colour(image: QImage, x: float, y: float) -> str:
    return image.pixelColor(round(x), round(y)).name()


def _lane(view: TimeView, image: QImage, lane: int, at: float) -> str:
    """The colour near a bar's lower edge, where no word stands."""
    picture = view.picture()
    return _colour(image, picture.scale.x(at), picture.layout.lanes[lane].bottom() - 3)


@pytest.fixture
def story() -> Scene:
    scene = Scene()
    healthy(scene, T0, T0 + 146)
    scene.see_hooks(T0 + 146.5, TWO)
    failover(scene, T0 + 147)
    return scene


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda palette: palette.name)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_lanes_have_the_colour_of_their_word(
    qtbot: QtBot, story: Scene, size: tuple[int, int], palette: theme.Palette
) -> None:
    theme.use(palette)
    view = _view(qtbot, story.history, T0 + 297, size)

    image = view.render_layer().toImage()

    assert [_lane(view, image, lane, T0 + 100) for lane in range(4)] == [
        palette.primary,
        palette.secondary,
        palette.dns,
        palette.clients,
    ]
    assert [_lane(view, image, lane, T0 + 190) for lane in range(4)] == [
        palette.critical,
        palette.secondary,
        palette.dns,
        palette.critical,
    ]
    assert [_lane(view, image, lane, T0 + 280) for lane in range(4)] == [
        palette.critical,
        palette.primary,
        palette.dns,
        palette.clients,
    ]


def test_a_bar_ends_at_the_last_answer_and_the_next_begins_at_the_first_failure(
    qtbot: QtBot, story: Scene
) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    image = view.render_layer().toImage()

    assert _lane(view, image, 0, T0 + 145) == theme.DARK.primary
    assert _lane(view, image, 0, T0 + 147.5) == theme.DARK.panel
    picture = view.picture()
    middle = picture.layout.lanes[0].center().y()
    between = _colour(image, picture.scale.x(T0 + 147.5), middle)
    assert between not in {theme.DARK.panel, theme.DARK.primary, theme.DARK.critical}, "joined by a line"
    assert _lane(view, image, 0, T0 + 149.7) == theme.DARK.critical
    assert _lane(view, image, 0, T0 + 296.9) == theme.DARK.panel, "nothing beyond the newest answer"


def test_a_gap_is_hatched_through_every_panel(qtbot: QtBot) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 100)
    scene.gap(T0 + 101, T0 + 200)
    healthy(scene, T0 + 200, T0 + 299)
    view = _view(qtbot, scene.history, T0 + 300)
    image, picture = view.render_layer().toImage(), view.picture()

    left, right = round(picture.scale.x(T0 + 102)), round(picture.scale.x(T0 + 199))
    for plot in picture.layout.plots:
        for y in (round(plot.top()) + 4, round(plot.bottom()) - 4):
            colours = {_colour(image, x, y) for x in range(left, right)}
            assert colours == {theme.DARK.panel, theme.DARK.gap}
    assert "asleep for 99 s" in view.text_at(T0 + 150)


def test_the_saw_tooth_is_drawn_where_its_age_is(qtbot: QtBot) -> None:
    scene = Scene()
    for number in range(150):
        at = T0 + 2 * number
        scene.see_role(TWO, at, Role.SECONDARY, beat_at=T0)
    view = _view(qtbot, scene.history, T0 + 299, (1140, 700))
    image, picture = view.render_layer().toImage(), view.picture()
    plot = picture.layout.heartbeat.plot

    for age_s in (100, 200, 280):
        x, y = picture.scale.x(T0 + age_s), plot.bottom() - age_s * plot.height() / 300
        near = {QColor(_colour(image, x, y + dy)).green() for dy in range(-2, 3)}
        assert max(near) > 140, f"a line at {age_s} s"
        off = {QColor(_colour(image, x, y + dy)).green() for dy in (-12, 12)}
        assert max(off) < 110


def test_the_takeover_band_is_in_sight_while_it_is_due(qtbot: QtBot) -> None:
    scene = Scene()
    healthy(scene, T0, T0 + 146)
    failover(scene, T0 + 147, lasts_s=40)
    view = _view(qtbot, scene.history, T0 + 187)
    image, picture = view.render_layer().toImage(), view.picture()
    y = picture.layout.heartbeat.plot.bottom() - 4

    inside, before = (QColor(_colour(image, picture.scale.x(T0 + at), y)) for at in (140 + 75, 140 + 56))

    assert picture.scale.end_at > T0 + 140 + 94
    assert inside.blue() > before.blue() + 15


def test_empty_says_so(qtbot: QtBot) -> None:
    view = _view(qtbot, None, T0)

    assert view.text_at(T0) == "No data yet"
    assert view.accessibleDescription() == "No data yet"
    view.show_history(Scene().history)
    assert view.text_at(T0) == "No data yet"
    assert not view.grab().isNull()


def test_text_tells_every_lane_at_a_moment(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)

    text = view.text_at(T0 + 190)

    assert text.startswith("Mon 5 Jan 09:03:10 UTC. gw-tor-1: no answer · connection refused.")
    assert "gw-tor-2: secondary." in text
    assert "DNS points to: gw-tor-1 · TTL 30 s." in text
    assert "Clients see: outage." in text
    assert "Heartbeat age: gw-tor-2 50 s." in text
    assert "Response time: gw-tor-2 41.0 ms." in text
    assert "gw-tor-2: secondary → primary" in view.text_at(T0 + 213)
    assert "Hooks gw-tor-2: 2 ran, 1 raised: dhcp_export — KeyError." in view.text_at(T0 + 213)
    assert "gw-tor-1: no answer" in view.accessibleDescription()


def test_the_cross_hair_shows_what_the_text_says(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    before = view.grab().toImage()
    picture = view.picture()

    QTest.mouseMove(
        view, QPoint(round(picture.scale.x(T0 + 190)), round(picture.layout.heartbeat.plot.top()) + 9)
    )
    shown = view.grab().toImage()

    x = round(picture.scale.x(T0 + 190))
    column = {_colour(shown, x, y) for y in range(round(picture.layout.roles.plot.top()), 520)}
    assert theme.DARK.crosshair in column
    assert shown != before
    tip = sum(
        _colour(shown, x + dx, picture.layout.heartbeat.plot.top() + 9) == theme.DARK.tip
        for dx in range(16, 120)
    )
    assert tip > 40


def test_live_lets_go_when_panned_or_zoomed_around_a_moment_and_returns(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    told: list[bool] = []
    view.live_changed.connect(told.append)

    QTest.keyClick(view, Qt.Key.Key_Left)
    view.refresh(T0 + 310)
    assert not _live(view)
    assert view.shown.end_at == T0 + 267
    assert view.bar.live.text() == "Back to live"
    QTest.keyClick(view, Qt.Key.Key_End)
    view.refresh(T0 + 311)
    assert _live(view)
    assert view.shown.end_at == T0 + 311

    _wheel(view, view.picture().scale.x(T0 + 200), 120)
    assert not _live(view)
    QTest.keyClick(view, Qt.Key.Key_L)
    assert _live(view)
    assert told == [False, True, False, True]


def _wheel(view: TimeView, x: float, turned: int) -> None:
    at = QPointF(x, 200)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_the_wheel_zooms_around_the_pointer(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    x = view.picture().scale.x(T0 + 100)

    _wheel(view, x, 120)
    assert view.shown.span_s == 300 / 1.25
    assert view.picture().scale.x(T0 + 100) == pytest.approx(x, abs=0.01)
    _wheel(view, x, -240)
    assert view.shown.span_s == pytest.approx(300 * 1.25)


def test_dragging_pans_and_a_click_picks_a_moment(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    picked: list[float | None] = []
    view.moment_chosen.connect(picked.append)
    scale = view.picture().scale
    start, end = QPoint(round(scale.x(T0 + 100)), 300), QPoint(round(scale.x(T0 + 150)), 300)

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert picked == []
    assert view.shown.end_at == pytest.approx(T0 + 247, abs=0.5)

    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=start)
    assert picked == [pytest.approx(T0 + 50, abs=0.5)]
    assert _moment(view) == picked[0]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert _moment(view) is None
    assert picked[1:] == [None]
    assert _live(view)


def test_a_chosen_moment_is_marked_and_holds_the_range_still(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    chosen: list[float | None] = []
    view.moment_chosen.connect(chosen.append)

    view.choose_moment(T0 + 100)
    view.refresh(T0 + 320)
    image, picture = view.grab().toImage(), view.picture()

    assert not _live(view)
    assert picture.scale.end_at == T0 + 297
    x = picture.scale.x(T0 + 100)
    for plot in picture.layout.plots:
        column = {_colour(image, x, y) for y in range(round(plot.top()), round(plot.bottom()))}
        assert theme.DARK.accent in column
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert chosen == [T0 + 100, pytest.approx(T0 + 101.5)]
    view.choose_moment(T0 + 10_000)
    assert chosen[-1] == T0 + 320, "nothing is known of what is to come"
    view.show_history(Scene().history)
    assert chosen[-1] is None


@pytest.mark.parametrize("number", range(len(RANGES)))
def test_ranges_have_keys_and_buttons(qtbot: QtBot, story: Scene, number: int) -> None:
    view = _view(qtbot, story.history, T0 + 297)

    QTest.keyClick(view, Qt.Key(Qt.Key.Key_1 + number))
    assert view.shown.span_s == RANGES[number][1]
    assert [button.isChecked() for button in view.bar.buttons].index(True) == number
    view.bar.buttons[0].click()
    assert view.shown.span_s == 300
    assert _live(view)


def test_plus_and_minus_zoom_and_stay_live(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)

    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.shown.span_s == 200
    QTest.keyClick(view, Qt.Key.Key_Minus)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.shown.span_s == pytest.approx(450)
    assert _live(view)


def test_u_changes_between_local_time_and_utc(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    told: list[bool] = []
    view.zone_changed.connect(told.append)

    QTest.keyClick(view, Qt.Key.Key_U)
    QTest.keyClick(view, Qt.Key.Key_U)

    assert told == [False, True]
    assert view.zone.utc


def test_a_change_of_theme_repaints(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    dark = view.grab().toImage()

    theme.use(theme.LIGHT)
    light = view.grab().toImage()

    spot = view.picture().layout.lanes[0].center()
    assert _colour(dark, spot.x() - 90, spot.y()) != _colour(light, spot.x() - 90, spot.y())
    assert _colour(light, 5, 20) == theme.LIGHT.panel


def test_nothing_is_drawn_while_hidden_or_unchanged(
    qtbot: QtBot, story: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    real = TimeView.render_layer

    def counted(view: TimeView) -> object:
        drawn.append(1)
        return real(view)

    monkeypatch.setattr(TimeView, "render_layer", counted)
    view = _view(qtbot, story.history, T0 + 297)
    view.grab()
    before = len(drawn)

    view.refresh(T0 + 297)
    view.grab()
    assert len(drawn) == before, "nothing new"
    view.hide()
    view.refresh(T0 + 320)
    assert len(drawn) == before, "nobody looks"
    view.show()
    view.refresh(T0 + 321)
    view.grab()
    assert len(drawn) > before


def test_every_panel_shares_one_stretch_of_pixels(qtbot: QtBot, story: Scene) -> None:
    for size in SIZES:
        layout = _view(qtbot, story.history, T0 + 297, size).picture().layout
        edges = {(rect.left(), rect.right()) for rect in (*layout.plots, *layout.lanes)}
        assert len(edges) == 1
        assert layout.axis.bottom() <= size[1]
        assert layout.heartbeat.plot.height() > 60
        assert layout.response.plot.height() > 30 or (layout.response.folded and size[1] < 430)
        assert all(one.bottom() < two.top() for one, two in zip(layout.lanes, layout.lanes[1:], strict=False))
        assert layout.lanes[-1].bottom() <= layout.roles.frame.bottom()


def test_graphs_fold_to_their_title_by_key_and_by_click(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    tall = view.picture().layout.heartbeat.plot.height()

    QTest.keyClick(view, Qt.Key.Key_R)
    layout = view.picture().layout
    assert layout.response.folded
    assert layout.heartbeat.plot.height() > 1.3 * tall
    QTest.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=layout.heartbeat.header.topLeft().toPoint() + QPoint(5, 5)
    )
    assert view.picture().layout.heartbeat.folded
    assert len(view.picture().layout.plots) == 1
    assert not view.grab().isNull()
    QTest.keyClick(view, Qt.Key.Key_H)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.picture().layout.heartbeat.plot.height() == tall


def test_where_room_is_short_response_times_fold_by_themselves_unless_asked_for(
    qtbot: QtBot, story: Scene
) -> None:
    view = _view(qtbot, story.history, T0 + 297, (980, 270))

    layout = view.picture().layout
    assert layout.response.folded
    assert layout.heartbeat.plot.height() > 60
    QTest.keyClick(view, Qt.Key.Key_R)
    assert not view.picture().layout.response.folded
    assert view.comfortable_px <= 270


@pytest.mark.parametrize("lanes", range(4, 14))
def test_no_graph_is_drawn_too_flat_to_be_read(lanes: int) -> None:
    for height in range(232, 900, 7):
        folded = folded_by_itself(height, lanes, {})
        layout = arrange(980, height, lanes, folded)
        for panel in (layout.heartbeat, layout.response):
            assert panel.folded or panel.plot.height() >= 30
        if height >= comfortable_px(lanes):
            assert not layout.heartbeat.folded


def test_lanes_of_a_kind_share_a_row_where_room_is_short(qtbot: QtBot, story: Scene) -> None:
    asked = [(T0 + 300, "system"), (T0 + 300, "192.0.2.53:53"), (T0 + 306, "system")]
    for at, resolver in asked:
        story.feed(ResolverObservation(resolver, at - 1, at, DnsAnswer.OK, "", (ADDRESSES[TWO],), 20))
    story.feed(FailoverOrdered(T0 + 306, TWO, "back", "ann"))
    view = _view(qtbot, story.history, T0 + 310, (1140, 700))

    assert [row.label for row in view.picture().rows] == [
        *(ONE, TWO, "DNS points to", "Resolver system", "Resolver 192.0.2.53", "Clients see"),
        *(f"Hooks {ONE}", f"Hooks {TWO}", "Notes"),
    ]
    assert "Resolver system: gw-tor-2 · TTL 16 s left." in view.text_at(T0 + 304)
    view.resize(980, 290)
    assert [row.label for row in view.picture().rows] == [
        *(ONE, TWO, "DNS points to", "Resolvers", "Clients see", "Hooks", "Notes")
    ]
    assert not view.grab().isNull()


def test_it_says_plainly_that_it_follows_no_more(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    before = view.grab().toImage()

    view.pan(-60)

    assert view.bar.live.text() == "Back to live"
    spot = view.bar.live.geometry().translated(view.bar.pos())
    assert _colour(view.grab().toImage(), spot.left() + 4, spot.center().y()) == theme.DARK.accent
    assert _colour(before, spot.left() + 4, spot.center().y()) == theme.DARK.panel


def _week() -> Scene:
    """A week of one-second samples of two nodes, put straight into the columns that ``feed`` fills."""
    scene = Scene()
    healthy(scene, T0 - 4, T0)
    for side, node in enumerate(scene.history.nodes):
        role = (Role.PRIMARY, Role.SECONDARY)[side]
        trips, ages = node.round_trips[role], node.ages[role]
        for number in range(1, WEEK_S):
            trips.append(T0 + number, 30 + 30 * wobble(number + side))
            if number % 20 == 0:
                ages.append(T0 + number, 20.0)
                ages.append(T0 + number, 0.1)
    return scene


def test_a_frame_of_a_week_of_samples_is_within_budget(qtbot: QtBot) -> None:
    scene = _week()
    healthy(scene, T0 + WEEK_S, T0 + WEEK_S + 30)
    view = _view(qtbot, scene.history, T0 + WEEK_S + 30, (1280, 720))

    for number in range(len(RANGES)):
        view.choose_range(number)
        spent_ms: list[float] = []
        for frame in range(30):
            view.pan(view.shown.span_s * (0.003 if frame % 2 else -0.003))
            began = time.thread_time()  # ours alone: others may be at work here
            view.render_layer()
            spent_ms.append((time.thread_time() - began) * 1_000)
        assert quantiles(spent_ms, n=20)[-1] < FRAME_BUDGET_MS * SLOW_MACHINE
        view.go_live()


def test_repainting_and_resizing_without_end_neither_crashes_nor_grows(qtbot: QtBot, story: Scene) -> None:
    view = _view(qtbot, story.history, T0 + 297)
    _soak(view, 40)
    gc.collect()  # what other tests left behind holds references as well
    none_before, changes, held_mb = sys.getrefcount(None), story.history.changes, _held_mb()

    _soak(view, 300)

    assert _held_mb() - held_mb < 24, "a full frame is 4 MB: growth would show"
    assert sys.getrefcount(None) >= none_before - 50, "no reference to None is lost"
    assert story.history.changes == changes


def _held_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _soak(view: TimeView, frames: int) -> None:
    for frame in range(frames):
        view.resize(700 + frame * 37 % 900, 300 + frame * 53 % 600)
        view.refresh(T0 + 297 + frame)
        view.choose_range(frame % len(RANGES))
        view.choose_moment(T0 + 100 + frame % 150)
        assert not view.grab().isNull()


def test_two_primaries_are_both_said_to_be(qtbot: QtBot) -> None:
    scene = Scene()
    for number in range(20):
        at = T0 + 2 * number
        scene.see_role(ONE, at, Role.PRIMARY, beat_at=T0)
        scene.see_role(TWO, at + 0.1, Role.PRIMARY, beat_at=T0 + 3)
        scene.see_record(at + 0.2, ADDRESSES[TWO])
    view = _view(qtbot, scene.history, T0 + 40)
    image = view.render_layer().toImage()

    assert _lane(view, image, 0, T0 + 30) == _lane(view, image, 1, T0 + 30) == theme.DARK.primary
    assert "gw-tor-1: primary. gw-tor-2: primary. DNS points to: gw-tor-2 · TTL 30 s." in view.text_at(
        T0 + 20
    )


@pytest.mark.parametrize("lanes", [4, 7, 9])
@pytest.mark.parametrize("height", [248, 300, 420, 700])
def test_with_both_graphs_folded_their_titles_and_the_axis_keep_their_place(height: int, lanes: int) -> None:
    layout = arrange(980, height, lanes, frozenset(Graph))

    if lanes * LANE_MIN_PX + 120 > height:
        return  # lower than the least it is ever given with so many
    assert layout.lanes[-1].bottom() <= layout.heartbeat.frame.top()
    assert layout.heartbeat.header.bottom() <= layout.response.header.top()
    assert (
        layout.response.header.center().y() + 8 <= layout.axis.center().y() - 6
    )  # words of 16 and 12 pixels
