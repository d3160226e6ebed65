"""The list of events follows the axis: those of the stretch of the past on screen, else all up to now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.history.ranges import Range
from agmonitor.ui.bottom_tabs import EVENTS
from agmonitor.ui.desk import Desk
from agmonitor.ui.events_tab import NONE_THEN, EventsTab
from tests.ui.conftest import LIMIT_S, Run
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.test_past import NAME, PRESENT, axis_of, happened, settled, with_window

HOUR_S = 3600.0
LONG_AGO = PRESENT - 20 * HOUR_S
STORED = [happened(LONG_AGO + minute * 60) for minute in range(0, 600, 10)]


def range_of(from_at: Instant, until_at: Instant, _width_px: int) -> Range:
    events = tuple(event for event in STORED if from_at <= event.at <= until_at)
    return Range(NAME, from_at, until_at, events=events[-40:], events_left_out=max(0, len(events) - 40))


def events_tab(desk: Desk) -> EventsTab:
    return desk.view.tabs.events


def instants(desk: Desk) -> list[Instant]:
    return [event.at for event in events_tab(desk).model.rows]


async def until(desk: Desk, true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():
            desk._on_beat()
            await asyncio.sleep(0.01)


def in_range(begin_at: Instant, end_at: Instant) -> list[Instant]:
    return [event.at for event in reversed(STORED) if begin_at <= event.at <= end_at]


def test_the_list_shows_what_is_stored_of_the_stretch_on_screen_and_comes_back(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        workspace.ranges = range_of
        desk.view.tabs.open(EVENTS)
        live, axis = instants(desk), axis_of(desk)
        axis.fit(LONG_AGO, LONG_AGO + HOUR_S, 1.0)
        await until(desk, lambda: instants(desk) == in_range(LONG_AGO, LONG_AGO + HOUR_S))
        words = events_tab(desk).words.text()
        assert ": 7 events" in words
        assert events_tab(desk).words.isVisibleTo(desk.view)
        assert words in events_tab(desk).table.accessibleName()
        assert desk.view.tabs.wanted_px > 0  # the words take no row away

        axis.fit(LONG_AGO - 20 * HOUR_S, LONG_AGO + HOUR_S / 2, 1.0)
        await until(desk, lambda: len(instants(desk)) == 4)
        model = events_tab(desk).model
        model.put_first([happened(LONG_AGO + 30 * HOUR_S)], 2000)
        assert model.index(1, 0).data().count(" ") == 2  # another day: with its date

        axis.fit(LONG_AGO + 2 * HOUR_S, LONG_AGO + 3 * HOUR_S, 1.0)
        await until(desk, lambda: instants(desk) == in_range(LONG_AGO + 2 * HOUR_S, LONG_AGO + 3 * HOUR_S))

        axis.go_live()
        await until(desk, lambda: not events_tab(desk).words.text())
        assert set(live) <= set(instants(desk))
        assert instants(desk) == sorted(instants(desk), reverse=True)

    with_window(run, story)


def test_what_is_left_out_is_told_and_an_empty_stretch_says_what_to_do(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        workspace.ranges = range_of
        axis_of(desk).fit(LONG_AGO, LONG_AGO + 10 * HOUR_S, 1.0)
        await until(desk, lambda: len(instants(desk)) == 40)
        assert "the newest 40 events, 20 more are not listed" in events_tab(desk).words.text()

        axis_of(desk).fit(LONG_AGO - 9 * HOUR_S, LONG_AGO - 8 * HOUR_S, 1.0)
        await until(desk, lambda: not instants(desk))
        assert events_tab(desk).table._empty == NONE_THEN

    with_window(run, story)


def test_a_chosen_event_leaves_the_list_as_it_is_and_new_ones_do_not_come_between(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        workspace.ranges = range_of
        axis_of(desk).fit(LONG_AGO, LONG_AGO + HOUR_S, 1.0)
        await until(desk, lambda: len(instants(desk)) == 7)
        listed = instants(desk)

        await settled(desk, lambda: axis_of(desk).choose_moment(LONG_AGO + 60))
        desk._on_beat()
        events_tab(desk).add([happened(PRESENT)])
        assert instants(desk) == listed

        await settled(desk, lambda: QTest.keyClick(desk.view.window(), Qt.Key.Key_Escape))
        await until(desk, lambda: not events_tab(desk).words.text())

    with_window(run, story)


def test_what_comes_in_stands_on_top_while_the_axis_follows_the_present(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        desk._on_beat()
        new: Event = happened(PRESENT)
        events_tab(desk).add([new])
        assert events_tab(desk).model.rows[0] is new

    with_window(run, story)
