"""Who is what before and after a failover: told apart however long the nodes' names are."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from agmonitor.failover.guards import Kind
from agmonitor.failover.preflight import Plan
from agmonitor.ui.elided import Elided
from agmonitor.ui.failover_parts import RolesPicture

LONG = "gateway-production-toronto-datacenter-one-primary-rack-17-node-"


def test_two_long_names_keep_the_ends_that_tell_them_apart(qtbot: QtBot) -> None:
    one, two = f"{LONG}1", f"{LONG}2"
    plan = Plan(Kind.PLANNED, one, "Yield", one, two, "", "192.0.2.12", clients=False, watch_s=60.0)
    picture = RolesPicture()
    qtbot.addWidget(picture)
    picture.resize(700, 60)
    picture.show_plan(plan)
    picture.show()

    shown = [name.shown for name in picture.findChildren(Elided)]

    assert [name[-2:] for name in shown] == ["-1", "-2"]
    assert all("…" in name for name in shown)
    assert [name.toolTip() for name in picture.findChildren(Elided)] == [one, two]
