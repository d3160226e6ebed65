"""A chosen moment fills the whole window, is marked as past, and the present comes back with one key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.evidence import Evidence, Exchange
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Gap, GapReason
from agmonitor.report.link import link_to
from agmonitor.ui.bottom_tabs import HOOKS, WHY
from agmonitor.ui.desk import Desk
from agmonitor.ui.evidence_pane import EvidencePane
from agmonitor.ui.moment_dialog import MomentDialog
from agmonitor.ui.past import ORDERS
from agmonitor.ui.past_facts import ORDERS_REFUSED
from agmonitor.ui.time_view import TimeView
from tests.ui import staged
from tests.ui.conftest import LIMIT_S, Run, shown_host
from tests.ui.fake_workspace import FakeWorkspace

NAME = "gw-prod-toronto"
THEN = staged.NOW
PRESENT = staged.NOW + 7_200
Story = Callable[[FakeWorkspace, Desk], Awaitable[None]]


def silent_then(at: Instant) -> Then:
    return Then(at, Sure.OBSERVED, staged.primary_silent(), staged.NOW)


def happened(at: Instant, severity: Severity = Severity.WARNING) -> Event:
    return Event(at, EventKind.NODE_LOST, "gw-tor-1 fell silent.", severity, None, "gw-tor-1", None)


def with_window(run: Run, story: Story, thens: Callable[[Instant], Then] | None = silent_then) -> None:
    """Healthy in the present, two hours after the moment that is known of."""

    async def main() -> None:
        workspace = FakeWorkspace(staged.healthy())
        workspace.at, workspace.thens = PRESENT, thens
        host = shown_host()
        async with host.open(workspace) as desk:
            loaded = asyncio.Event()
            desk.bridge.past_loaded.connect(lambda _name: loaded.set())
            await loaded.wait()
            desk._on_beat()
            await story(workspace, desk)

    run(main())


async def settled(desk: Desk, act: Callable[[], object]) -> Then | None:
    """Do something that shows a moment, and wait until it is on screen."""
    shown: asyncio.Future[Then | None] = asyncio.get_running_loop().create_future()

    def take(then: Then | None) -> None:
        if not shown.done():
            shown.set_result(then)

    told = desk.past.moment_shown.connect(take)
    act()
    try:
        return await shown
    finally:
        desk.past.moment_shown.disconnect(told)


async def opened(desk: Desk, act: Callable[[], object]) -> MomentDialog:
    """The dialog that an act opens by and by."""
    act()
    async with asyncio.timeout(LIMIT_S):
        while True:
            for dialog in desk.view.window().findChildren(MomentDialog):
                return dialog
            await asyncio.sleep(0)


async def shown(pane: EvidencePane) -> None:
    """Wait until it has been filled."""
    filled = asyncio.Event()
    pane.text.textChanged.connect(filled.set)
    if not pane.text.toPlainText():
        await filled.wait()


def axis_of(desk: Desk) -> TimeView:
    assert desk.view.axis is not None
    return desk.view.axis


def texts(desk: Desk) -> str:
    return "\n".join(label.text() for label in desk.view.window().findChildren(QLabel) if label.isVisible())


def spoken(desk: Desk) -> str:
    """All that the banner and the cards say."""
    parts = (desk.view.banner, *desk.view.nodes, desk.view.name)
    return "\n".join(part.accessibleName() for part in parts)


def test_a_moment_fills_the_window_and_esc_brings_the_present_back(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        desk.view.tabs.open(WHY)
        live, why_live = spoken(desk), [row.row for row in desk.view.tabs.why.model.rows]

        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        assert "PAST" in texts(desk)
        assert "2 h" in desk.past.strip.words.text()
        assert "no answer" in spoken(desk)
        assert [row.row for row in desk.view.tabs.why.model.rows] != why_live
        assert all(card.dashed for card in desk.view.nodes)

        await settled(desk, lambda: QTest.keyClick(desk.view.window(), Qt.Key.Key_Escape))
        assert "PAST" not in texts(desk)
        assert spoken(desk) == live
        assert [row.row for row in desk.view.tabs.why.model.rows] == why_live
        assert not any(card.dashed for card in desk.view.nodes)
        assert axis_of(desk).shown.live

    with_window(run, story)


def test_the_past_never_shows_live_ages(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))
        past = spoken(desk)
        assert "refused 41 s" in past  # as long as it had been silent by then

        workspace.at += 3_600
        desk._on_beat()
        workspace.publish(staged.two_primaries())
        desk.view.tabs.open(HOOKS)
        desk._on_beat()
        axis_of(desk).use_utc(True)

        assert spoken(desk) == past
        assert "3 h" in desk.past.strip.words.text()

    with_window(run, story)


def test_events_of_the_present_are_announced_and_listed_but_change_nothing(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))
        desk.view.tabs.open(WHY)
        past, why = spoken(desk), [row.row for row in desk.view.tabs.why.model.rows]
        assert not desk.past.strip.news.isVisible()

        workspace.publish(staged.two_primaries(), happened(PRESENT), happened(PRESENT, Severity.CRITICAL))

        desk._on_beat()

        assert "2 new, worst: critical" in texts(desk)
        assert spoken(desk) == past
        assert [row.row for row in desk.view.tabs.why.model.rows] == why
        assert desk.view.tabs.events.model.rowCount() == 2

        await settled(desk, desk.past.leave)
        assert "two primaries" in spoken(desk).lower()

    with_window(run, story)


@pytest.mark.parametrize("action", sorted(ORDERS))
def test_nothing_is_ordered_from_the_past(run: Run, action: str) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        assert desk.view.header.failover.isEnabled()
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        desk._on_asked(action)

        assert ORDERS_REFUSED in texts(desk)
        assert not desk.view.header.failover.isEnabled()
        assert desk.view.header.failover.toolTip() == ORDERS_REFUSED
        await settled(desk, desk.past.leave)
        assert desk.view.header.failover.isEnabled()

    with_window(run, story)


def test_in_a_gap_the_reason_is_said_and_what_was_known_is_marked(run: Run) -> None:
    gap = Gap(THEN + 2, THEN + 302, GapReason.ASLEEP)

    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN + 100))

        assert "Not observed then: asleep 5 min" in desk.past.strip.accessibleName()
        assert "Known until" in texts(desk)
        assert "unknown: Not observed" in spoken(desk)
        assert "was primary" in spoken(desk)
        assert "heartbeat 9.1 s ago" in desk.view.nodes[1].accessibleName()  # as of when it was known

    with_window(run, story, lambda at: Then(at, Sure.IN_GAP, staged.healthy(), THEN, gap))


def test_where_only_lanes_are_kept_no_other_value_is_shown(run: Run) -> None:
    lanes = (("dns", "gw-tor-2"), ("gw-tor-1", "secondary"), ("gw-tor-2", "primary"))

    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        desk.view.tabs.open(WHY)
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        assert "gw-tor-1, secondary; answers not kept" in spoken(desk)
        assert "pointed to gw-tor-2" in spoken(desk)
        assert "ms" not in spoken(desk)
        assert desk.view.tabs.why.model.rowCount() == 0

        await settled(desk, desk.past.leave)
        assert desk.view.tabs.why.model.rowCount() > 0

    with_window(run, story, lambda at: Then(at, Sure.LANES_ONLY, lanes=lanes, why="Kept no longer."))


def test_a_history_that_cannot_be_read_says_so(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        workspace.breaks = OSError("the disk is gone")
        then = await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        assert then is not None
        assert then.sure is Sure.NOTHING
        assert "the disk is gone" in texts(desk)

    with_window(run, story)


def test_keys_step_from_event_to_event_and_a_row_leads_to_its_moment(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        workspace.happened = [happened(THEN), happened(THEN + 60)]
        window = desk.view.window()
        alt = Qt.KeyboardModifier.AltModifier

        first = await settled(desk, lambda: QTest.keyClick(window, Qt.Key.Key_Left, alt))
        before = await settled(desk, lambda: QTest.keyClick(window, Qt.Key.Key_Left, alt))
        after = await settled(desk, lambda: QTest.keyClick(window, Qt.Key.Key_Right, alt))
        workspace.publish(staged.healthy(), happened(THEN + 30))
        row = await settled(
            desk, lambda: desk.view.tabs.events.table.activated.emit(desk.view.tabs.events.model.index(0, 0))
        )

        found = [then.at for then in (first, before, after, row) if then is not None]
        assert found == [THEN + 60, THEN, THEN + 60, THEN + 30]

    with_window(run, story)


def test_only_the_moment_wanted_last_is_shown(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        axis = axis_of(desk)
        axis.choose_moment(THEN)
        axis.choose_moment(THEN + 1)
        then = await settled(desk, lambda: axis.choose_moment(THEN + 2))

        assert then is not None
        assert then.at == THEN + 2
        assert workspace.asked.count(("moment", NAME)) == 1

    with_window(run, story)


def test_a_link_is_copied_and_leads_back(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN + 0.25))
        desk._on_asked("link")
        link = QGuiApplication.clipboard().text()
        assert link == f"agmonitor://{NAME}/2026-01-05T09:05:00.250Z"
        await settled(desk, desk.past.leave)

        then = await settled(desk, lambda: desk.past.go(link))

        assert then is not None
        assert then.at == THEN + 0.25
        desk.past.go("agmonitor://nobody/2026-01-05T09:05:00Z")
        assert "There is no group nobody" in texts(desk)

    with_window(run, story)


def test_a_typed_moment_is_understood_while_it_is_typed(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        dialog = await opened(desk, lambda: desk._on_asked("go_to"))

        dialog.line.setText("soon")
        assert not dialog.go.isEnabled()
        dialog.line.setText("9999-01-01")
        assert "yet to come" in dialog.said.text()
        dialog.line.setText("2 h ago")
        then = await settled(desk, dialog.go.click)

        assert then is not None
        assert then.at == PRESENT - 7_200

    with_window(run, story)


def test_a_link_given_at_the_start_waits_for_its_group(run: Run) -> None:
    async def main() -> None:
        workspace = FakeWorkspace(staged.healthy(staged.settings("another")), staged.healthy())
        workspace.at, workspace.thens = PRESENT, silent_then
        async with shown_host().open(workspace) as desk:
            then = await settled(desk, lambda: desk.past.go(link_to(NAME, THEN)))

            assert desk.view.group == NAME
            assert then is not None
            assert then.at == THEN

    run(main())


def test_the_ledger_says_first_why_there_was_no_takeover(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        desk._on_asked("ledger")
        assert desk.view.tabs.why.filter.hasFocus()
        live = desk.view.tabs.why.first.text()

        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        assert desk.view.tabs.why.first.text().startswith("No takeover ")
        assert desk.view.tabs.why.first.text() != live

    with_window(run, story)


def test_raw_evidence_of_the_moment_stands_beside_the_row_that_rests_on_it(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        exchange = Exchange("GET https://192.0.2.11/ag/api/v1/group", 0.1, 3.0, error="refused")
        workspace.seen = [
            Evidence(THEN - 40, staged.ONE, "group", "refused", "Nobody listens.", (exchange,)),
            Evidence(THEN - 30, "dns", "host record", "timeout", "No answer."),
            Evidence(THEN + 50, staged.ONE, "group", "timeout", "Later."),
        ]
        why = desk.view.tabs.why
        desk.view.tabs.open(WHY)
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))
        await shown(why.evidence)
        assert "GET https://192.0.2.11/ag/api/v1/group" in why.evidence.text.toPlainText()
        assert "timeout" in why.evidence.text.toPlainText()
        assert "Later." not in why.evidence.text.toPlainText()

        place = next(
            n for n, row in enumerate(why.model.rows) if row.row.condition.startswith(f"{staged.ONE}: ")
        )
        why.table.selectRow(place)
        why.evidence.copy.click()

        copied = QGuiApplication.clipboard().text()
        assert f"{staged.ONE} · group · refused" in copied
        assert "Nobody listens." in copied
        assert "dns" not in copied

        why.table.clearSelection()
        assert "dns" in why.evidence.text.toPlainText()
        why.evidence.handle.setChecked(False)
        assert not why.evidence.isVisible()
        why.evidence.handle.click()
        assert why.evidence.isVisible()

    with_window(run, story)


def test_choosing_the_same_group_again_stays_in_the_past(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))
        past = spoken(desk)

        desk.choose(NAME)

        assert spoken(desk) == past
        assert desk.past.strip.isVisible()

    with_window(run, story)


def test_another_group_is_shown_in_the_present_and_so_is_what_follows_a_removed_one(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        desk.bridge.add(staged.settings("another"))
        for leave in (lambda: desk.choose("another"), lambda: desk.bridge.remove("another")):
            await settled(desk, lambda: axis_of(desk).choose_moment(THEN))
            assert not desk.view.header.failover.isEnabled()

            await settled(desk, leave)

            assert desk.past.shown is None
            assert not desk.past.strip.isVisible()
            assert desk.view.header.failover.isEnabled()
            assert not any(card.dashed for card in desk.view.nodes)
        assert desk.view.group == NAME

    with_window(run, story)


def test_a_screen_reader_is_told_of_the_past(run: Run) -> None:
    async def story(_workspace: FakeWorkspace, desk: Desk) -> None:
        await settled(desk, lambda: axis_of(desk).choose_moment(THEN))

        strip = QAccessible.queryAccessibleInterface(desk.past.strip)

        assert strip.role() is QAccessible.Role.AlertMessage
        assert strip.text(QAccessible.Text.Name).startswith("Past: 2026-01-05 ")
        assert strip.text(QAccessible.Text.Name).endswith("Esc returns to the present.")

    with_window(run, story)


def test_who_has_gone_back_meanwhile_is_not_shown_the_past(run: Run) -> None:
    async def story(workspace: FakeWorkspace, desk: Desk) -> None:
        live, workspace.held = spoken(desk), asyncio.Event()
        axis_of(desk).choose_moment(THEN)
        await workspace.reading.wait()
        desk.past.leave()
        workspace.held.set()
        read = asyncio.Event()
        desk.bridge.submit("Could not come after it", lambda: _set(read))
        await read.wait()

        assert desk.past.shown is None
        assert spoken(desk) == live
        assert not desk.past.strip.isVisible()

    with_window(run, story)


async def _set(event: asyncio.Event) -> None:
    event.set()
