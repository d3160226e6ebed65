"""The views of one group: what is shown, from states put in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.events import Event, EventKind
from agmonitor.domain.findings import ledger
from agmonitor.domain.model import Answer, Role, Severity
from agmonitor.domain.observations import HooksObservation
from agmonitor.domain.state import GroupState
from agmonitor.monitor.ports import GroupChange
from agmonitor.protocol.faults import FAULTS
from agmonitor.ui.banner import Banner
from agmonitor.ui.bottom_tabs import CONFIGURATION, EVENTS, HOOKS, ROWS_PX, WHY
from agmonitor.ui.configuration_tab import setting_rows
from agmonitor.ui.elided import Elided, unbroken
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.header import REAL_GROUP
from agmonitor.ui.hooks_tab import hook_rows, missing_inventory
from agmonitor.ui.lab_session import FaultWish
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from agmonitor.ui.why_tab import why_rows
from tests.ui import staged
from tests.ui.fake_workspace import seen


def event(sentence: str, severity: Severity = Severity.NOTICE) -> Event:
    return Event(staged.NOW, EventKind.ROLE_CHANGED, sentence, severity)


def texts(widget: QWidget) -> str:
    shown = " ".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())
    return shown.replace("\u00a0", " ")


@pytest.fixture
def view(qtbot: QtBot) -> GroupView:
    made = GroupView(staged.ledger)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    return made


def show(view: GroupView, state: GroupState) -> Watched:
    watched = Watched(state)
    view.show_group(watched, staged.NOW)
    return watched


def test_both_cards_are_written_in_one_size(view: GroupView) -> None:
    long = replace(
        staged.healthy(),
        nodes=(
            staged.heard(staged.ONE, Role.PRIMARY),
            staged.silent(staged.TWO, Role.SECONDARY, for_s=86_000),
        ),
    )
    show(view, long)
    first, second = view.nodes
    for card in (first, second):
        card.resize(340, card.height())

    sizes = {card._cells(card._facts)[0] for card in (first, second) if card._facts is not None}

    assert first.fitting_px != second.fitting_px
    assert sizes == {min(first.fitting_px, second.fitting_px)}


@pytest.mark.parametrize("place", [EVENTS, WHY, HOOKS, CONFIGURATION])
def test_a_tab_of_rows_has_room_for_some(view: GroupView, place: int) -> None:
    view.tabs.open(place)

    assert view.tabs.wanted_px >= ROWS_PX


class TestBanner:
    def test_no_line_ends_between_a_number_and_its_unit(self) -> None:
        assert (
            unbroken("within 13 s and 2 min 11 s; 3 nodes")
            == "within 13\u00a0s and 2\u00a0min 11\u00a0s; 3 nodes"
        )

    @pytest.mark.parametrize(
        "state",
        [
            staged.healthy(),
            staged.primary_silent(),
            staged.no_standby(),
            staged.two_primaries(),
            staged.not_heard(),
        ],
        ids=lambda state: state.verdict.name,
    )
    def test_the_verdict_is_told_by_shape_word_and_sentence(self, qtbot: QtBot, state: GroupState) -> None:
        banner = Banner()
        qtbot.addWidget(banner)

        banner.show_state(state, None)

        assert state.verdict.sentence in texts(banner)
        assert state.verdict.name.replace("_", " ").lower() in texts(banner).lower()
        assert banner.accessibleName().startswith(state.verdict.severity.word)
        assert "not being written" not in texts(banner)

    def test_history_that_is_not_written_is_told(self, qtbot: QtBot) -> None:
        banner = Banner()
        qtbot.addWidget(banner)

        banner.show_state(staged.healthy(), "the disk is full")

        assert "history is not being written" in texts(banner)
        assert "the disk is full" in banner.accessibleName()

    def test_a_sentence_from_outside_is_shown_as_plain_text(self, qtbot: QtBot) -> None:
        state = staged.healthy()
        banner = Banner()
        qtbot.addWidget(banner)

        banner.show_state(replace(state, verdict=replace(state.verdict, sentence="<b>bold</b>")), None)

        assert all(
            label.textFormat() is Qt.TextFormat.PlainText
            for label in banner.findChildren(QLabel)
            if "bold" in label.text()
        )


class TestGroupView:
    def test_both_cards_and_the_name_are_filled(self, view: GroupView) -> None:
        show(view, staged.no_standby())

        assert "gw-tor-1, no answer" in view.nodes[0].accessibleName()
        assert "gw-tor-2, primary" in view.nodes[1].accessibleName()
        assert "names the right node" in view.name.accessibleName()

    def test_a_change_of_this_group_is_taken_over(self, view: GroupView) -> None:
        watched = show(view, staged.healthy())
        state = staged.no_standby()
        change = GroupChange(state.settings.name, seen(state), state, (event("gw-tor-2 became Primary."),))
        watched.take(change)

        view.take(change, staged.NOW)

        assert "No standby" in texts(view.banner)
        assert view.tabs.events.model.index(0, 3).data() == "gw-tor-2 became Primary."

    def test_a_change_of_another_group_is_not(self, view: GroupView) -> None:
        show(view, staged.healthy())
        state = staged.no_standby(staged.settings("gw-other"))

        view.take(GroupChange("gw-other", seen(state), state, ()), staged.NOW)

        assert "No standby" not in texts(view.banner)

    def test_time_alone_moves_the_ages(self, view: GroupView) -> None:
        show(view, staged.no_standby())

        view.refresh(staged.NOW + 60)

        assert "refused 3 min 14 s" in view.nodes[0].accessibleName()

    def test_a_real_group_cannot_be_broken_from_here(self, view: GroupView) -> None:
        show(view, staged.healthy())

        assert not view.header.simulate.isEnabled()
        assert view.header.simulate.toolTip() == REAL_GROUP
        assert "LAB" not in texts(view.header)

    def test_the_lab_is_marked_and_offers_every_fault(self, view: GroupView) -> None:
        show(view, staged.healthy(staged.settings("lab", lab=True)))

        titles = [action.text() for action in view.header.menu.actions()]
        assert titles[: len(FAULTS)] == [fault.title for fault in FAULTS.values()]
        assert "LAB" in texts(view.header)

    def test_a_fault_is_asked_for_with_its_node(self, qtbot: QtBot, view: GroupView) -> None:
        show(view, staged.healthy(staged.settings("lab", lab=True)))
        menu = view.header.menu.actions()[0].menu()
        assert menu is not None

        with qtbot.waitSignal(view.header.fault_asked) as asked:
            menu.actions()[0].trigger()  # type: ignore[attr-defined]  # QAction.menu() is typed as an object

        assert asked.args == [FaultWish("kill", staged.ONE)]

    def test_a_refused_sign_in_offers_another_password(self, view: GroupView) -> None:
        show(view, staged.sign_in_refused())
        assert not view.header.sign_in.isHidden()

        show(view, staged.healthy())
        assert view.header.sign_in.isHidden()

    def test_where_it_may_not_be_ordered_the_button_says_how_to_allow_it(self, view: GroupView) -> None:
        show(view, staged.healthy(staged.settings(allowed=False)))

        assert "allow-failover gw-prod-toronto" in view.header.failover.toolTip()


class TestTabs:
    def test_titles_count_what_is_inside(self, view: GroupView) -> None:
        watched = Watched(staged.two_primaries())
        watched.history.events.extend([event("one"), event("two")])
        view.resize(1200, 800)
        view.show()

        view.show_group(watched, staged.NOW)

        tabs = view.tabs.tabs
        assert [tabs.tabText(place) for place in range(5)] == [
            "Failover anatomy",
            "Events 2",
            "Why",
            "Hooks 4",
            "Configuration · 3 differ",
        ]

    def test_only_the_open_tab_is_filled(self, view: GroupView) -> None:
        show(view, staged.healthy())
        assert view.tabs.why.model.rowCount() == 0

        view.tabs.open(WHY)
        assert view.tabs.why.model.rowCount() == len(staged.ledger(staged.healthy()))

        view.tabs.open(EVENTS)

    def test_the_ledgers_filter_shows_only_on_its_tab(self, view: GroupView) -> None:
        show(view, staged.healthy())
        assert view.tabs.why.filter.isHidden()

        view.tabs.open(WHY)
        assert not view.tabs.why.filter.isHidden()

    def test_holding_findings_come_first_with_their_severity(self) -> None:
        state = staged.primary_silent()

        rows = why_rows(state, staged.ledger(state))

        assert (rows[0].heading, rows[0].state) == ("4 · Takeover due", "warning")
        assert rows[1].heading == ""
        assert {row.state for row in rows[2:] if row.heading} == {"does not hold"}

    def test_the_real_ledger_fits(self, view: GroupView, qtbot: QtBot) -> None:
        state = staged.primary_silent()

        rows: Sequence[object] = why_rows(state, ledger(state))

        assert len(rows) > 20

    def test_only_what_holds_on_request(self, view: GroupView) -> None:
        show(view, staged.primary_silent())
        view.tabs.open(WHY)

        view.tabs.why.holding.setChecked(True)

        assert view.tabs.why.model.rowCount() == 2

    def test_hooks_show_their_last_call(self, view: GroupView) -> None:
        state = staged.healthy()

        rows = hook_rows(state)

        assert [row.outcome for row in rows] == ["never called", "raised", "never called", "returned"]
        assert rows[1].change == "primary, was secondary"

    def test_a_node_without_an_inventory_is_told_what_to_do(self, view: GroupView) -> None:
        state = staged.healthy()
        told = replace(
            state.nodes[0].hooks,
            answer=Answer.HTTP_STATUS,
            detail="The inventory workflow is not installed.",
            hooks=(),  # type: ignore[type-var]
        )
        state = replace(state, nodes=(replace(state.nodes[0], hooks=told), state.nodes[1]))

        show(view, state)
        view.tabs.open(HOOKS)

        assert "gw-tor-1: no hook inventory" in missing_inventory(state)
        assert "resources/gateway_workflow" in texts(view.tabs.hooks)

    def test_a_node_that_does_not_answer_is_not_told_to_import_anything(self) -> None:
        state = staged.healthy()
        silent = HooksObservation(staged.ONE, staged.NOW, staged.NOW, Answer.REFUSED, "refused")
        state = replace(state, nodes=(replace(state.nodes[0], hooks=silent), state.nodes[1]))

        said = missing_inventory(state)

        assert said.startswith("gw-tor-1: the hooks could not be read")
        assert "Import" not in said

    def test_differing_settings_stand_first_and_are_named(self, view: GroupView) -> None:
        rows = setting_rows(staged.two_primaries())

        assert next(row.title for row in rows if row.differs) == "Allowed absence"
        assert [row.note for row in rows][:3] == ["differs"] * 3

    def test_each_nodes_own_address_is_no_difference(self) -> None:
        assert not any(row.differs for row in setting_rows(staged.healthy()))

    def test_what_a_silent_node_said_before_is_no_difference(self) -> None:
        rows = setting_rows(staged.no_standby())

        assert not any(row.differs for row in rows)
        assert "gw-tor-1 as last heard" in {row.note for row in rows}

    def test_the_columns_carry_the_nodes_names(self, view: GroupView) -> None:
        show(view, staged.healthy())
        view.tabs.open(CONFIGURATION)

        model = view.tabs.configuration.model
        heads = [model.headerData(place, Qt.Orientation.Horizontal) for place in (1, 2)]
        assert heads == [staged.ONE, staged.TWO]


class TestWatched:
    def test_the_99th_percentile_needs_enough_round_trips(self) -> None:
        watched = Watched(staged.healthy())
        for number in range(100):
            last = replace(seen(watched.state), round_trip_ms=float(number))
            watched.take(GroupChange("g", last, watched.state, ()))
            if number == 5:
                assert watched.p99_ms(staged.ONE) is None

        assert watched.p99_ms(staged.ONE) == 98.0
        assert watched.p99_ms(staged.TWO) is None

    def test_a_recorded_change_ends_the_warning(self) -> None:
        watched = Watched(staged.healthy())
        item = seen(watched.state)

        watched.take(GroupChange("g", item, watched.state, (), recorded=False, why_not="disk full"))
        assert watched.unwritten == "disk full"
        watched.take(GroupChange("g", item, watched.state, ()))
        assert watched.unwritten is None


def test_a_card_paints_nothing_when_nothing_changed(view: GroupView, qtbot: QtBot) -> None:
    state = staged.healthy()
    show(view, state)
    card = view.nodes[0]
    before = card.grab().toImage()

    view.refresh(staged.NOW + 0.2)

    assert card.grab().toImage() == before


def test_in_the_smallest_window_nothing_lies_over_anything(qtbot: QtBot) -> None:
    window = furnish(MainWindow())
    qtbot.addWidget(window)
    view = GroupView(ledger)
    axis = TimeView()
    view.put_axis(axis)
    window.put_group_view(view)
    window.show_view(view)
    show(view, staged.primary_silent())
    window.resize(window.minimumSize())
    window.show()
    qtbot.waitExposed(window)

    top = view.tabs.mapTo(view, QPoint(0, 0)).y()
    assert axis.mapTo(view, QPoint(0, axis.height())).y() <= top
    assert top + view.tabs.height() <= view.height()
    assert view.width() >= view.minimumSizeHint().width()
    bar = view.tabs.tabs.tabBar()
    assert bar.tabRect(bar.count() - 1).right() <= bar.width(), "no tab is scrolled out of sight"


def test_a_long_name_gives_way_in_its_middle_and_stays_readable(qtbot: QtBot) -> None:
    name = Elided()
    qtbot.addWidget(name)
    name.setText("gw-production-availability-extremely-long-name-07-north-america")
    name.resize(200, 24)

    assert name.shown.startswith("gw-pro")
    assert name.shown.endswith("america")
    assert "…" in name.shown
    assert name.toolTip() == name.text()
    name.resize(2000, 24)
    assert name.shown == name.text()


def test_role_colours_reach_the_card(view: GroupView, qtbot: QtBot) -> None:
    show(view, staged.healthy())
    stripe = view.nodes[0].grab().toImage().pixelColor(1, 70).name()
    other = view.nodes[1].grab().toImage().pixelColor(1, 70).name()

    assert view.nodes[0].accessibleName().startswith(f"{staged.ONE}, {Role.PRIMARY.value}")
    assert stripe != other
