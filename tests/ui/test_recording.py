"""The window on the example that comes with the program: marked as a recording, at the moment chosen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from agmonitor.cli.faults import UserError
from agmonitor.cli.history_open import moment_in, played
from agmonitor.domain.model import Role
from agmonitor.monitor.played_back import PlayedBack
from agmonitor.report.link import link_to
from agmonitor.ui.bottom_tabs import WHY
from agmonitor.ui.desk import Desk
from agmonitor.ui.empty_view import EmptyView
from agmonitor.ui.recording import REFUSED, RecordingSession
from agmonitor.ui.time_overlay import labels_touched
from agmonitor.ui.time_view import TimeView
from tests.ui.conftest import Run, shown_host


def with_example(
    run: Run,
    story: Callable[[PlayedBack, Desk], Awaitable[None]],
    at: Callable[[PlayedBack], float] | None = None,
) -> None:
    async def main() -> None:
        host = shown_host()
        with played(Path("example")) as recording:
            async with host.open(recording) as desk:
                session = RecordingSession(desk, recording, None if at is None else at(recording))
                loaded = asyncio.Event()
                desk.bridge.past_loaded.connect(lambda _name: loaded.set())
                await loaded.wait()
                await story(recording, desk)
                session.deleteLater()

    run(main())


def axis_of(desk: Desk) -> TimeView:
    axis = desk.view.axis
    assert axis is not None
    return axis


async def shown_at(desk: Desk, at: float) -> None:
    shown = asyncio.Event()
    desk.past.moment_shown.connect(lambda _then: shown.set())
    axis_of(desk).choose_moment(at)
    await shown.wait()


def texts(desk: Desk) -> str:
    return "\n".join(label.text() for label in desk.view.window().findChildren(QLabel) if label.isVisible())


def test_it_is_marked_as_a_recording_and_shows_all_of_it(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        axis = axis_of(desk)
        assert texts(desk).count("RECORDING") >= 2
        assert "LAB" not in texts(desk)
        assert axis.shown.begin_at <= recording.from_at
        assert axis.shown.end_at == recording.until_at
        assert not axis.shown.live
        assert axis.bar.live.text() == "To the end"
        state = desk.bridge.watched(recording.name).state
        assert (state.node("gw-1").role, state.node("gw-2").role) == (Role.PRIMARY, Role.SECONDARY)
        assert state.verdict.name == "healthy"

    with_example(run, story)


def test_a_click_on_the_axis_shows_that_moment_and_esc_the_end(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        axis = axis_of(desk)
        events = desk.view.tabs.events.model.rows
        lost_at = next(event.at for event in reversed(events) if event.kind.value == "node_lost")
        await shown_at(desk, lost_at + 10)

        assert "Takeover due" in texts(desk)
        assert "PAST" in texts(desk)
        assert "ago" not in desk.past.strip.words.text()
        shown = axis.shown
        desk._on_beat()
        assert (axis.shown.begin_at, axis.shown.end_at) == (shown.begin_at, shown.end_at)
        assert "Takeover due" in texts(desk)

        axis.setFocus()
        QTest.keyClick(axis, Qt.Key.Key_Escape)
        assert "Healthy" in texts(desk)
        assert "PAST" not in texts(desk)
        assert axis.shown.end_at == recording.until_at
        assert not desk.view.header.failover.isEnabled()

    with_example(run, story)


def test_a_link_opens_it_at_that_moment_with_all_of_it_in_sight(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        if desk.past.shown is None:
            shown = asyncio.Event()
            desk.past.moment_shown.connect(lambda _then: shown.set())
            await shown.wait()
        then, axis = desk.past.shown, axis_of(desk)
        assert then is not None
        assert then.at == recording.from_at + 60
        assert "PAST" in texts(desk)
        assert axis.shown.begin_at <= recording.from_at
        assert axis.shown.end_at >= recording.until_at

        desk.past.copy_link()
        assert moment_in(recording, QApplication.clipboard().text()) == then.at
        desk.past.leave()
        assert desk.past.shown is None

    def opened_at(recording: PlayedBack) -> float:
        return moment_in(recording, link_to("example", recording.from_at + 60))

    with_example(run, story, opened_at)


def test_what_is_typed_is_a_moment_of_the_recording_or_refused_with_words() -> None:
    with played(Path("example")) as recording:
        end = recording.until_at
        assert moment_in(recording, link_to("example", end)) == end
        assert moment_in(recording, "60 s ago") == end - 60
        for typed, why in (
            (link_to("gw-prod", end), "The link is of gw-prod, the recording of example."),
            (link_to("example", end + 1), "not in the recording, which tells 20"),
            ("1 d ago", "not in the recording"),
            ("soon", "is no moment"),
        ):
            with pytest.raises(UserError, match=why):
                moment_in(recording, typed)


def test_on_a_small_screen_the_past_cuts_no_row_of_the_waterfall_and_no_label_of_the_axis(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        axis, anatomy = axis_of(desk), desk.view.tabs.anatomy
        desk.view.window().resize(1280, 720)
        await shown_at(desk, recording.from_at + 123)
        desk.view.window().grab()  # lays out

        assert anatomy.picture.visibleRegion().boundingRect().size() == anatomy.picture.size()
        desk.view.tabs.open(WHY)
        desk.view.window().grab()
        rows = desk.view.tabs.why.table
        assert rows.viewport().height() > 0.9 * rows.rowHeight(0), "a condition can be read, however long"
        picture = axis.picture()
        x, y = picture.scale.x(recording.from_at + 123), picture.layout.axis.center().y()
        flag = QRectF(x - 48, y - 7, 96, 15)
        touched = labels_touched(picture, axis.zone, flag)
        assert touched
        assert all(place.intersects(flag) for place in touched)

    with_example(run, story)


def test_what_the_lab_had_broken_stands_on_a_lane_of_its_own_and_is_no_note(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        watched = desk.bridge.watched(recording.name)
        while "Faults" not in dict(watched.history.lanes()):
            turn = asyncio.Event()
            QTimer.singleShot(5, turn.set)
            await turn.wait()
        desk._on_beat()
        bar = dict(watched.history.lanes())["Faults"].last()
        assert bar is not None
        assert bar.value.words == "gw-1: kill"
        (lost_at,) = (event.at for event in watched.events if event.kind.value == "node_lost")
        assert bar.from_at < lost_at < bar.until_at < recording.until_at
        assert watched.notes == []

    with_example(run, story)


def test_a_recorded_labs_resolver_that_knew_nobody_has_no_lane(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        lanes = [label for label, _ in desk.bridge.watched(recording.name).history.lanes()]
        assert "Resolver system" not in lanes
        assert any(label.startswith("Resolver ") for label in lanes)

    with_example(run, story)


@pytest.mark.parametrize("action", [REFUSED[0], "failover", "lab"])
def test_whatever_would_ask_or_order_only_says_why_not(run: Run, action: str) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        before = recording.state(recording.name)
        window = desk.view.window()
        window.asked.emit(action)  # type: ignore[attr-defined]
        assert "This is a recording" in texts(desk)
        desk._on_group_asked("remove", recording.name)
        assert desk.bridge.names == (recording.name,)
        assert not desk.view.header.failover.isEnabled()
        assert recording.state(recording.name) == before

    with_example(run, story)


def test_whoever_has_no_group_yet_is_offered_an_example(qapp: QApplication) -> None:
    shown: list[bool] = []
    empty = EmptyView()
    empty.resize(900, 500)
    empty.show()
    assert not empty.example.isVisible()

    empty.offer_example(lambda: shown.append(True))
    empty.example.click()

    assert (empty.example.isVisible(), shown) == (True, [True])


def test_nothing_is_written_beside_what_the_window_remembers(run: Run) -> None:
    async def story(recording: PlayedBack, desk: Desk) -> None:
        desk.view.window().remember()  # type: ignore[attr-defined]

    with_example(run, story)
    home = Path(os.environ["AGMONITOR_HOME"])
    assert {path.name for path in home.rglob("*") if path.is_file()} <= {"window.ini"}
