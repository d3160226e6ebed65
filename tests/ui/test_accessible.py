"""What a screen reader is told, asked through Qt's own accessibility interface."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.state import GroupState
from agmonitor.ui import accessible
from agmonitor.ui.empty_view import EmptyView
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.name_card import NameCard
from agmonitor.ui.node_card import NodeCard
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.surfaces import SURFACES

TEXT = QAccessible.Role.StaticText  # an empty one says nothing, and is made to be filled
UNSPECIFIC = {QAccessible.Role.NoRole, QAccessible.Role.Client}
GROUNDS = {"MainWindow", "GroupView", "Table", "EmptyView"}
"""They paint a frame or an empty text round or in place of what they hold."""


def whole_window(qtbot: QtBot, state: GroupState) -> MainWindow:
    window = furnish(MainWindow())
    qtbot.addWidget(window)
    view = GroupView(staged.ledger)
    view.put_axis(TimeView())
    window.put_group_view(view)
    window.show_view(view)
    window.groups.put(group_row(state, staged.NOW))
    view.show_group(Watched(state), staged.NOW)
    with qtbot.waitExposed(window):
        window.show()
    return window


def interfaces(top: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything a screen reader can reach and a person can see."""
    waiting: list[QAccessibleInterface | None] = [QAccessible.queryAccessibleInterface(top)]
    while waiting:
        one = waiting.pop()
        if one is None or one.state().invisible:
            continue
        yield one
        waiting += [one.child(place) for place in range(min(one.childCount(), 200))]


def painted_in(top: QWidget) -> Iterator[QAccessibleInterface]:
    """Those of our own classes that paint themselves."""
    for one in interfaces(top):
        kinds = [kind for kind in type(one.object()).__mro__ if kind.__module__.startswith("agmonitor.")]
        grounds = any(kind.__name__ in GROUNDS for kind in kinds)
        if not grounds and any("paintEvent" in vars(kind) for kind in kinds):
            yield one


def name(one: QAccessibleInterface) -> str:
    return one.text(QAccessible.Text.Name)


def what(one: QAccessibleInterface) -> str:
    return f"{type(one.object()).__name__} {one.role().name}"


@pytest.fixture(params=[staged.primary_silent, staged.no_standby], ids=["due", "gone"])
def window(request: pytest.FixtureRequest, qtbot: QtBot) -> MainWindow:
    return whole_window(qtbot, request.param())


def test_all_that_takes_the_keyboard_has_a_name(window: MainWindow) -> None:
    nameless = [
        what(one)
        for one in interfaces(window)
        if one.state().focusable and not name(one) and one.role() not in UNSPECIFIC
    ]

    assert nameless == []


def test_every_painted_thing_has_a_role_and_a_text_twin(window: MainWindow) -> None:
    painted = list(painted_in(window))

    assert len(painted) >= 6
    assert [what(one) for one in painted if one.role() in UNSPECIFIC or not name(one)] == []


@pytest.fixture(params=SURFACES)
def surface(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    accessible.install()
    made = SURFACES[request.param]()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_every_dialog_tells_what_it_paints_and_what_takes_the_keyboard(surface: QWidget) -> None:
    painted = [one for one in painted_in(surface) if one.role() in UNSPECIFIC or not name(one)]
    nameless = [
        one for one in interfaces(surface) if one.state().focusable and not name(one) and one.role() != TEXT
    ]

    assert [what(one) for one in painted] == []
    assert [what(one) for one in nameless] == []


def test_the_empty_window_too(qtbot: QtBot) -> None:
    view = EmptyView()
    qtbot.addWidget(view)
    view.show()

    painted = list(painted_in(view))

    assert painted
    assert [what(one) for one in painted if one.role() in UNSPECIFIC or not name(one)] == []


def test_the_twins_say_what_is_painted(window: MainWindow) -> None:
    told = {type(one.object()): name(one) for one in interfaces(window)}

    assert told[NodeCard].startswith(staged.TWO) or told[NodeCard].startswith(staged.ONE)
    assert staged.FQDN in told[NameCard]
    assert "secondary" in told[NodeCard] or "primary" in told[NodeCard]


def test_a_twin_changes_with_what_is_painted(qtbot: QtBot) -> None:
    before = {name(one) for one in interfaces(whole_window(qtbot, staged.healthy()))}
    after = {name(one) for one in interfaces(whole_window(qtbot, staged.two_primaries()))}

    assert any(text.startswith("critical: Two primaries") for text in after - before)


def test_roles_outlive_their_widgets(qtbot: QtBot) -> None:
    """Interfaces are made and thrown away with widgets, thousands in a long life."""
    furnish(MainWindow()).deleteLater()
    for _ in range(50):
        card = NodeCard()
        assert QAccessible.queryAccessibleInterface(card).role() is QAccessible.Role.Grouping
        with qtbot.waitSignal(card.destroyed):
            card.deleteLater()
