"""The palette of faults: each with what it takes, and nothing more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agmonitor.lab.fault_order import order_of
from agmonitor.lab.status import FaultRecord
from agmonitor.protocol.faults import FAULTS, Link
from agmonitor.ui.fault_palette import NOTHING_ON, FaultPalette
from agmonitor.ui.lab_session import FaultWish

NOW = 1_000.0


@pytest.fixture
def palette(qtbot: QtBot) -> FaultPalette:
    made = FaultPalette(["gw-1", "gw-2"])
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_be_asked_for_and_the_lab_takes_it_as_asked(palette: FaultPalette, name: str) -> None:
    palette.length.choose(20.0)
    palette.link.choose(Link.WATCH)
    palette.choose(name, "gw-2")

    wish = palette.wish

    order = order_of(wish.name, wish.node, wish.for_s, wish.link, wish.parameters)
    assert (order.fault, order.node) == (FAULTS[name], "gw-2")
    assert (order.for_s == 20.0) is FAULTS[name].lasts
    assert (order.link is Link.WATCH) is FAULTS[name].takes_link
    assert dict(order.parameters) == {p.name: p.default for p in FAULTS[name].parameters}


def test_only_what_a_fault_takes_is_shown(palette: FaultPalette) -> None:
    palette.choose("lossy", None)
    assert (palette.link.isVisible(), palette.length.isVisible()) == (True, True)
    assert palette.number("loss_share").text() == "30.0 %"

    palette.choose("restart", "gw-1")
    assert (palette.link.isVisible(), palette.length.isVisible()) == (False, False)


def test_a_fault_of_one_node_is_not_asked_for_both(palette: FaultPalette) -> None:
    palette.choose("cut_dns", None)
    assert palette.wish.node is None

    palette.choose("kill", None)

    assert palette.wish.node == "gw-1"


def test_enter_on_a_fault_asks_for_it(qtbot: QtBot, palette: FaultPalette) -> None:
    palette.choose("freeze", "gw-2")

    with qtbot.waitSignal(palette.asked) as asked:
        palette.faults.itemActivated.emit(palette.faults.currentItem())

    assert asked.args == [FaultWish("freeze", "gw-2")]


def test_one_key_heals_from_here_too(qtbot: QtBot, palette: FaultPalette) -> None:
    with qtbot.waitSignal(palette.heal_asked):
        QTest.keyClick(palette, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)


def test_what_is_on_is_told_with_the_time_left(palette: FaultPalette) -> None:
    assert palette.on_now == NOTHING_ON

    palette.show_faults(
        [
            FaultRecord("kill", "gw-1", NOW, NOW + 12.2),
            FaultRecord("lossy", None, NOW, None, None, "door", {"loss_share": 0.3}),
        ],
        NOW,
    )

    assert palette.on_now == "gw-1: kill, 13 s left\nboth: lossy (door, 30 %)"


def test_what_is_asked_for_later_is_the_labs_to_keep_and_is_told_as_it_is_told(
    qtbot: QtBot, palette: FaultPalette
) -> None:
    palette.choose("kill", "gw-2")
    palette.start.choose(5.0)
    with qtbot.waitSignal(palette.asked) as asked:
        palette.begin.click()

    assert asked.args == [FaultWish("kill", "gw-2", None, None, {}, 5.0)]
    assert palette.on_now == NOTHING_ON, "nothing is claimed that the lab has not told"

    palette.show_faults([FaultRecord("kill", "gw-2", NOW + 4.2)], NOW)
    assert palette.on_now == "gw-2: kill, begins in 5 s"
