"""The past from the history beside the window's own: one picture, and never more than was read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from agmonitor.domain import group
from agmonitor.domain.group import step
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, HookOutcome, Input
from agmonitor.domain.state import Mode
from agmonitor.history.marks import put_mark
from agmonitor.history.opening import connect
from agmonitor.history.ranges import Range, read_range
from agmonitor.history.writer import Entry, Writer
from agmonitor.ui import theme
from agmonitor.ui.axis import Scale, Zone
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.crosshair import read
from agmonitor.ui.earlier import Earlier, Wish, earlier_of
from agmonitor.ui.hook_marks import HookMarkKind
from agmonitor.ui.pins import PinKind
from agmonitor.ui.plots import age_curves, round_trip_curves
from agmonitor.ui.series import GroupHistory
from agmonitor.ui.time_range import RANGES
from agmonitor.ui.time_view import TimeView
from tests.builders import T, call, clients, dns, failed, gap, heard, hooks, resolver, settings
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.fake_workspace import FakeWorkspace

BORDER = T + 600
WIDTH_PX = 1_000


def rounds(begin: Instant, end: Instant, primary: str = "gw-1", every_s: float = 2.0) -> list[Input]:
    roles = {"gw-1": Role.SECONDARY, "gw-2": Role.SECONDARY} | {primary: Role.PRIMARY}
    return [
        item
        for at in np.arange(begin, end, every_s).tolist()
        for item in (
            heard("gw-1", roles["gw-1"], at, last_heartbeat_at=at - at % 20),
            heard("gw-2", roles["gw-2"], at, last_heartbeat_at=at - at % 20),
            dns(primary, at=at),
            clients(at=at, names=primary),
        )
    ]


PAST = [*rounds(T, T + 200, "gw-2"), gap(T + 200, T + 260), *rounds(T + 262, BORDER)]


def write(path: Path, inputs: Iterable[Input], *marks: Mark) -> None:
    """As the store would, in one transaction."""
    connection = connect(path)
    writer, state = Writer(connection), group.initial(settings(), Mode.WATCHING, T)
    connection.execute("BEGIN")
    for item in inputs:
        before, (state, events) = state, step(state, item)
        writer.put(Entry(settings().name, (item,), events, before, state))
    writer.drawings.write_all()
    for mark in marks:
        put_mark(connection, 1, mark)
    connection.execute("COMMIT")
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    write(path, PAST)
    return path


def watched(begin: Instant = BORDER, end: Instant = BORDER + 60) -> GroupHistory:
    """What the window saw itself."""
    history, state = GroupHistory(settings()), group.initial(settings(), Mode.WATCHING, begin)
    for item in rounds(begin, end):
        state, events = step(state, item)
        history.feed(item, state, events)
    return history


def read_in(history: GroupHistory, path: Path, begin: Instant, end: Instant) -> GroupHistory:
    wish = Wish.of_view(begin, end, history.border_at, WIDTH_PX)
    told = read_range(path, settings().name, wish.from_at, wish.until_at, wish.width_px)
    history.earlier = earlier_of(told, wish, settings(), judge_clients=True)
    return history


@pytest.fixture
def history(path: Path) -> GroupHistory:
    return read_in(watched(), path, T, BORDER + 60)


def test_lanes_run_on_across_the_border(history: GroupHistory) -> None:
    lanes = dict(history.lanes())

    bars = lanes["gw-1"].between(T, BORDER + 60)

    told = [bars.bar(row) for row in range(len(bars))]
    assert [(bar.from_at - T, bar.until_at - T, bar.value.words) for bar in told] == [
        (0, 198, "secondary"),
        (262, 658, "primary"),
    ]
    assert not bars.joined[1], "a gap lies between"
    assert len(lanes["Clients see"].between(T, BORDER)) == 2


def a_failover_to_remember() -> list[Input]:
    """A killed Primary, a takeover with a hook that raised, resolvers that follow late, an order, a word."""
    raised = call(T + 132, HookOutcome.RAISED, error="KeyError: 'zone'", duration_ms=9.1)
    return [
        hooks("gw-2", T, ()),
        *rounds(T, T + 60),
        *[
            item
            for at in np.arange(T + 60, T + 130, 2.0).tolist()
            for item in (
                failed("gw-1", at=at),
                heard("gw-2", Role.SECONDARY, at, last_heartbeat_at=T + 40),
                dns("gw-1", at=at, txt_age_s=at - T - 40),
                resolver("gw-1", at=at, ttl_s=20),
            )
        ],
        *[
            item
            for at in np.arange(T + 130, T + 200, 2.0).tolist()
            for item in (
                failed("gw-1", at=at),
                heard("gw-2", Role.PRIMARY, at, last_heartbeat_at=at - at % 20),
                dns("gw-2", at=at),
                resolver("gw-2" if at > T + 150 else "gw-1", at=at, ttl_s=20),
            )
        ],
        hooks("gw-2", T + 200, (raised,)),
        FailoverOrdered(T + 210, "gw-1", "back again", "ann"),
        Acknowledged(T + 220, 1, "bob", "seen"),
    ]


def test_all_that_is_drawn_live_is_drawn_of_the_stored_past(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    inputs = a_failover_to_remember()
    live, state = GroupHistory(settings()), group.initial(settings(), Mode.WATCHING, T)
    for item in inputs:
        state, events = step(state, item)
        live.feed(item, state, events)
    write(path, inputs, Mark(T + 100, MarkKind.NOTE, "ann", "rack 4 is dark", T + 300))

    stored = read_in(watched(), path, T, BORDER)

    assert stored.knows_hooks
    assert [label for label, _ in stored.lanes()] == [label for label, _ in live.lanes()]
    for (label, track), (_, seen) in zip(stored.lanes(), live.lanes(), strict=True):
        for at in np.arange(T + 1, T + 199, 7.3).tolist():
            told, before = track.at(at), seen.at(at)
            assert (told and told.value.words) == (before and before.value.words), f"{label} {at - T}"
    (mark,) = stored.hooks_between(T, T + 300)
    assert (mark.kind, mark.workflow, mark.error) == (HookMarkKind.RAISED, "dhcp_export", "KeyError")
    pins = [(pin.kind, pin.at - T) for pin in stored.pins_between(T, T + 300)]
    assert pins == [(PinKind.NOTE, 100), (PinKind.ORDERED, 210), (PinKind.ACKNOWLEDGED, 220)]
    (window,), (seen_window,) = stored.all_windows(), live.all_windows()
    assert window.took_over_at == pytest.approx(seen_window.took_over_at, abs=2)
    assert (window.opens_at, window.closes_at) == pytest.approx(
        (seen_window.opens_at, seen_window.closes_at), abs=1.5
    )
    text = read(stored, T + 133, Zone(utc=True)).text
    assert "Resolver system: gw-1." in text
    assert "Hooks gw-2" not in text, "that was told much later"
    assert "Notes: note by ann: rack 4 is dark" in read(stored, T + 100, Zone(utc=True)).text


def test_the_cross_hair_reads_on_either_side_of_the_border(history: GroupHistory) -> None:
    zone = Zone(utc=True)

    before, since = read(history, T + 111, zone), read(history, BORDER + 31, zone)

    told = {row.label: row.words for row in before.rows}
    assert told["gw-1"] == "secondary"
    assert told["DNS points to"] == "gw-2"
    assert told["Heartbeat age"] == "gw-1 12 s, gw-2 12 s"  # the stamp was cut to a second
    assert told["Response time"] == "gw-1 10.0 ms, gw-2 10.0 ms"
    assert {row.label: row.words for row in since.rows}["gw-1"] == "primary"
    assert read(history, T + 230, zone).rows[0].words == "asleep for 60 s"


def test_what_happened_then_is_told_beside_the_cross_hair(history: GroupHistory) -> None:
    assert any("Primary" in sentence for sentence in read(history, T + 262, Zone(utc=True), 3.0).events)


def test_curves_reach_the_border_and_go_on_there(history: GroupHistory) -> None:
    scale = Scale(T, BORDER + 60, 0, WIDTH_PX)

    for curves in (age_curves(history, scale), round_trip_curves(history, scale)):
        (first, second) = (curve for curve in curves if curve.node == 0 and curve.role is Role.PRIMARY)
        live, read = sorted((first, second), key=lambda curve: -float(curve.points.at[-1]))
        assert read.points.at[0] == T + 262
        assert BORDER - 2 <= read.points.at[-1] <= BORDER
        assert live.points.at[0] == BORDER


def test_gaps_and_events_of_both_are_told_once(history: GroupHistory) -> None:
    assert [(each.from_at - T, each.until_at - T) for each in history.all_gaps()] == [(200, 260)]
    instants = [event.at for event in history.all_events()]
    assert instants == sorted(instants)


def test_buckets_are_told_from_lowest_to_highest(path: Path) -> None:
    history = read_in(watched(), path, T - 86_400, BORDER)

    told = {row.label: row.words for row in read(history, T + 400, Zone(utc=True)).rows}

    assert told["Response time"] == "gw-1 10.0 ms, gw-2 10.0 ms"
    assert history.earlier is not None
    assert not history.earlier.nodes["gw-1"].trips[Role.PRIMARY][0].raw


def test_a_view_is_served_until_it_leaves_what_was_read_or_looks_closer() -> None:
    wish = Wish.of_view(T, T + 86_400, BORDER + 86_400, WIDTH_PX)
    earlier = Earlier(wish)

    def served(begin: Instant, end: Instant) -> bool:
        return earlier.serves(begin, end, BORDER + 86_400)

    assert served(T, T + 86_400)
    assert served(T - 20_000, T + 60_000)
    assert not served(T - 30_000, T + 50_000)
    assert not served(T + 40_000, T + 50_000)
    assert wish.until_at <= BORDER + 86_400 + 60


def test_an_hour_is_read_without_a_margin_so_that_each_sample_is_there() -> None:
    wish = Wish.of_view(T, T + 3_600, T + 9_000, WIDTH_PX)

    assert wish.until_at - wish.from_at == 3_600


def test_a_view_asks_for_what_lies_before_our_own_memory_and_no_more_once_it_is_there(
    qtbot: QtBot, path: Path
) -> None:
    history, view = watched(), TimeView()
    qtbot.addWidget(view)
    wishes: list[Wish] = []
    view.past_wanted.connect(wishes.append)
    view.resize(1140, 530)
    view.show()
    view.show_history(history)
    view.refresh(BORDER + 60)
    view.choose_range(1)
    assert wishes

    read_in(history, path, view.shown.begin_at, view.shown.end_at)
    wishes.clear()
    view.show_earlier()
    view.refresh(BORDER + 62)
    assert not wishes

    view.choose_range(0)
    view.pan(-86_400)
    assert wishes[-1].from_at <= view.shown.begin_at


def test_what_is_being_read_is_neither_gap_nor_bar(qtbot: QtBot) -> None:
    history, view = watched(), TimeView()
    qtbot.addWidget(view)
    view.resize(1140, 530)
    view.show()
    view.show_history(history)
    view.refresh(BORDER + 60)
    view.choose_range(1)
    quiet = view.render_layer().toImage()

    history.reading = True
    reading = view.render_layer().toImage()

    picture = view.picture()
    lane = picture.layout.lanes[0]
    assert quiet != reading, "it says so"
    assert reading.pixelColor(round(lane.left() + 20), round(lane.bottom() - 3)).name() == theme.DARK.panel


def ranges_of(path: Path) -> Callable[[Instant, Instant, int], Range]:
    return lambda begin, end, width: read_range(path, settings().name, begin, end, width)


def test_the_newest_wish_is_read_and_told(run: Run, tmp_path: Path) -> None:
    connect(tmp_path / "history.db").close()

    async def main() -> tuple[int, Earlier | None, bool]:
        workspace = FakeWorkspace(staged.healthy())
        workspace.ranges = ranges_of(tmp_path / "history.db")
        bridge = Bridge(workspace)
        loaded, told = asyncio.Event(), asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        bridge.earlier_loaded.connect(lambda _name: told.set())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            for span_s in (300.0, 3_600.0, 86_400.0):
                bridge.want_past(NAME, Wish.of_view(staged.NOW - span_s, staged.NOW, staged.NOW, 900))
            await told.wait()
            running.cancel()
        history = bridge.watched(NAME).history
        return workspace.asked.count(("range", NAME)), history.earlier, history.reading

    asked, earlier, reading = run(main())

    assert asked == 1
    assert earlier is not None
    assert earlier.wish.span_s == 86_400
    assert not reading


def test_a_past_that_cannot_be_read_is_told_once_and_not_asked_for_again(run: Run) -> None:
    async def main() -> tuple[list[str], Earlier | None]:
        workspace = FakeWorkspace(staged.healthy())
        bridge = Bridge(workspace)
        told: list[str] = []
        loaded, done = asyncio.Event(), asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        bridge.earlier_loaded.connect(lambda _name: done.set())
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: told.append(f"{context['message']}: {context['exception']}")
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            workspace.breaks = OSError("the history is damaged")
            bridge.want_past(NAME, Wish.of_view(staged.NOW - 300, staged.NOW, staged.NOW, 900))
            await done.wait()
            running.cancel()
        return told, bridge.watched(NAME).history.earlier

    told, earlier = run(main())

    assert told == [f"Could not read the history of {NAME}: the history is damaged"]
    assert earlier is not None
    assert earlier.serves(staged.NOW - 300, staged.NOW, staged.NOW)


NAME = staged.settings().name


def test_the_longest_range_is_a_year() -> None:
    assert RANGES[-1] == ("1 y", 365 * 86_400)
