"""Many groups: worst first and still under the hand, found by what they are, told of together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import Severity
from agmonitor.domain.state import BeatAge, GroupState, Timers
from agmonitor.ui.beat_trace import SAMPLES, BeatTrace
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.fleet import Fleet
from agmonitor.ui.group_facts import GroupRow, group_row, roughly
from agmonitor.ui.group_list import GroupList
from agmonitor.ui.group_model import GroupListModel
from agmonitor.ui.sidebar import Sidebar
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.fake_workspace import FakeWorkspace


def row(name: str, severity: Severity = Severity.OK, **more: object) -> GroupRow:
    return replace(GroupRow(name, severity, severity.word, "", lab=False), **more)  # type: ignore[arg-type]


def point_at(view: GroupList) -> None:
    at = QPointF(20, 20)
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        view.viewport(),
        QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier),
    )


def leave(view: GroupList) -> None:
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))


@pytest.fixture
def model() -> GroupListModel:
    return GroupListModel()


@pytest.fixture
def view(qtbot: QtBot, model: GroupListModel) -> Iterator[GroupList]:
    made = GroupList(model)
    qtbot.addWidget(made)
    made.resize(264, 400)
    made.show()
    yield made
    leave(made)


class TestStanding:
    def test_a_row_stays_under_the_pointer_until_it_leaves(
        self, model: GroupListModel, view: GroupList
    ) -> None:
        model.put_all([row("a"), row("b"), row("c")])
        point_at(view)

        model.put(row("c", Severity.CRITICAL))
        pointed = [one.name for one in model.rows]
        shown = model.rows[2].severity
        leave(view)

        assert (pointed, shown) == (["a", "b", "c"], Severity.CRITICAL)
        assert [one.name for one in model.rows] == ["c", "a", "b"]

    def test_a_pointer_left_there_holds_nothing_for_ever(
        self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, model: GroupListModel, view: GroupList
    ) -> None:
        monkeypatch.setattr("agmonitor.ui.group_list.POINTED_MS", 1)
        model.put_all([row("a"), row("b")])
        point_at(view)

        model.put(row("b", Severity.CRITICAL))

        qtbot.waitUntil(lambda: model.rows[0].name == "b")

    def test_the_chosen_row_keeps_its_place_on_the_screen_of_a_long_list(
        self, model: GroupListModel, view: GroupList
    ) -> None:
        model.put_all([row(f"g{number:03}") for number in range(200)])
        view.choose("g100")
        before = view.visualRect(view.currentIndex()).top()

        model.put_all([row(f"g{number:03}", Severity.CRITICAL) for number in range(150, 200)])

        assert view.currentIndex().data() == "g100"
        assert view.visualRect(view.currentIndex()).top() == before

    def test_who_looks_at_the_worst_goes_on_seeing_them(self, model: GroupListModel, view: GroupList) -> None:
        model.put_all([row(f"g{number:03}") for number in range(200)])
        view.choose("g000")

        model.put(row("g199", Severity.CRITICAL))

        assert view.indexAt(view.viewport().rect().topLeft()).data() == "g199"

    def test_only_changed_rows_are_told(self, qtbot: QtBot, model: GroupListModel) -> None:
        rows = [row(f"g{number:03}") for number in range(200)]
        model.put_all(rows)
        told: list[int] = []
        model.dataChanged.connect(lambda top, _bottom: told.append(top.row()))

        rows[7] = replace(rows[7], detail="gw-2 primary")
        model.put_all(rows)

        assert told == [7]


class TestFinding:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("TORONTO", {"gw-prod-toronto"}),
            ("gw-tor-2", {"gw-prod-toronto", "gw-stage"}),
            ("10.244.141.44", {"gw-prod-toronto", "gw-stage"}),
            ("two primaries", {"gw-stage"}),
            ("critical", {"gw-stage"}),
            ("#prod", {"gw-prod-toronto"}),
            ("#PR healthy", {"gw-prod-toronto"}),
            ("#rod", set()),
            ("emea", {"gw-prod-toronto"}),
            ("gateway.example.net stage", {"gw-stage"}),
            ("  ", {"gw-prod-toronto", "gw-stage"}),
        ],
    )
    def test_a_group_is_found_by_what_it_is(
        self, model: GroupListModel, view: GroupList, wanted: str, found: set[str]
    ) -> None:
        tagged = replace(staged.settings(), tags=("prod", "emea"))
        states = staged.healthy(tagged), staged.two_primaries(staged.settings("gw-stage"))
        model.put_all(group_row(state, staged.NOW) for state in states)

        view.show_matching(wanted)

        shown = view.model()
        assert {shown.index(place, 0).data() for place in range(shown.rowCount())} == found

    def test_typing_chooses_nothing_and_what_was_chosen_comes_back(
        self, qtbot: QtBot, model: GroupListModel, view: GroupList
    ) -> None:
        model.put_all([row("alpha"), row("beta"), row("gamma")])
        view.choose("alpha")

        with qtbot.assertNotEmitted(view.chosen):
            view.show_matching("beta")
            hidden = view.currentIndex()
            view.show_matching("")

        assert hidden == QModelIndex()
        assert view.currentIndex().data() == "alpha"

    def test_a_group_that_no_longer_matches_leaves_without_another_being_chosen(
        self, qtbot: QtBot, model: GroupListModel, view: GroupList
    ) -> None:
        model.put_all([row("alpha", Severity.CRITICAL), row("beta", Severity.CRITICAL)])
        view.show_matching("critical")
        view.choose("alpha")

        with qtbot.assertNotEmitted(view.chosen):
            model.put(row("alpha"))

        assert view.shown_count == 1

    def test_the_heading_says_how_many_are_found(self, qtbot: QtBot, model: GroupListModel) -> None:
        sidebar = Sidebar(model)
        qtbot.addWidget(sidebar)
        model.put_all([row("alpha", Severity.CRITICAL), row("beta"), row("gamma", Severity.WARNING)])
        box = sidebar.findChild(QLineEdit)
        assert isinstance(box, QLineEdit)
        before = sidebar.counted

        QTest.keyClicks(box, "eta")

        assert (before, sidebar.counted) == ("1 critical · 1 warning", "1 of 3")

    def test_the_worst_is_one_key_away_whatever_was_searched(
        self, qtbot: QtBot, model: GroupListModel
    ) -> None:
        sidebar = Sidebar(model)
        qtbot.addWidget(sidebar)
        model.put_all([row("alpha"), row("zeta", Severity.CRITICAL)])
        box = sidebar.findChild(QLineEdit)
        assert isinstance(box, QLineEdit)
        QTest.keyClicks(box, "alpha")

        with qtbot.waitSignal(sidebar.chosen) as chosen:
            sidebar.choose_worst()

        assert chosen.args == ["zeta"]


class TestRows:
    @pytest.mark.parametrize(
        ("seconds", "said"), [(-1, "0 s"), (48, "40 s"), (200, "3 min"), (7300, "2 h"), (200_000, "2 d")]
    )
    def test_ages_change_seldom(self, seconds: float, said: str) -> None:
        assert roughly(seconds) == said

    def test_trouble_says_since_when_and_who_is_primary(self) -> None:
        state = replace(staged.primary_silent(), nodes=staged.healthy().nodes)

        row = group_row(state, staged.NOW, since=staged.NOW - 185)

        assert row.line == "Takeover due · for 3 min · gw-tor-1 primary"

    def test_tags_are_spoken(self) -> None:
        assert group_row(staged.healthy(replace(staged.settings(), tags=("prod",))), staged.NOW).spoken == (
            "gw-prod-toronto, ok: Healthy · gw-tor-1 primary; tagged prod"
        )


def beating(age_s: float | None, at_s: float, report_s: float = 20.0) -> GroupState:
    beat = None if age_s is None else BeatAge(age_s, staged.NOW, 22.5, "secondary")
    return replace(staged.healthy(), now=staged.NOW + at_s, beat=beat, timers=Timers(report_s=report_s))


def test_a_screen_reader_finds_the_trace_in_words(
    qtbot: QtBot, model: GroupListModel, view: GroupList
) -> None:
    ring = BeatTrace()
    ring.feed(beating(3.0, 0))
    model.put(group_row(staged.healthy(), staged.NOW, trace=ring.trace))

    face = QAccessible.queryAccessibleInterface(view)
    item = face.child(0)

    assert item.text(QAccessible.Text.Name).startswith("gw-prod-toronto, ok: Healthy")
    assert item.text(QAccessible.Text.Description).startswith("last heartbeat 3 s old")


class TestTrace:
    def test_a_sample_a_quarter_of_the_report_interval(self) -> None:
        ring = BeatTrace()
        for second in range(21):
            ring.feed(beating(float(second), second))

        assert ring.trace is not None
        assert ring.trace.ages_s == (0.0, 5.0, 10.0, 15.0, 20.0)
        assert ring.trace.spoken == "last heartbeat 20 s old, at most 20 s in 25 s, 60 s allowed"

    def test_what_was_not_watched_is_a_gap(self) -> None:
        ring = BeatTrace()
        ring.feed(beating(3.0, 0))
        ring.feed(beating(4.0, 40))
        ring.feed(beating(None, 45))

        assert ring.trace is not None
        assert ring.trace.ages_s == (3.0, *[None] * 7, 4.0, None)
        assert "with gaps" in ring.trace.spoken

    def test_the_ring_is_bounded_and_begins_anew_with_other_settings(self) -> None:
        ring = BeatTrace()
        for number in range(100):
            ring.feed(beating(1.0, 5.0 * number))
        assert ring.trace is not None
        full = len(ring.trace.ages_s)

        ring.feed(beating(1.0, 500.0, report_s=2.0))

        assert (full, len(ring.trace.ages_s)) == (SAMPLES, 1)


def test_news_of_many_are_told_together(qtbot: QtBot) -> None:
    states = [staged.healthy(staged.settings(f"gw-{number:03}")) for number in range(50)]
    bridge = Bridge(FakeWorkspace(*states))
    bridge._watched.update({state.settings.name: Watched(state) for state in states})
    model = GroupListModel()
    fleet = Fleet(model, bridge)
    for state in states:
        fleet.add(state.settings.name)
    sorted_: list[int] = []
    model.layoutChanged.connect(lambda: sorted_.append(1))

    for state in states[25:]:
        worse = staged.two_primaries(state.settings)
        bridge.watched(state.settings.name).state = worse
        fleet.note(state.settings.name, worse)
    qtbot.waitUntil(lambda: model.rows[0].severity is Severity.CRITICAL)

    assert len(sorted_) == 1
    assert [one.name for one in model.rows[:25]] == [state.settings.name for state in states[25:]]
    assert model.rows[0].detail == "for 0 s"
