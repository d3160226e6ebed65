"""The fixed states a picture is kept of, and the window that shows each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from agmonitor.domain.findings import ledger
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.time_view import TimeView
from tests.ui import staged
from tests.ui.golden.plays import Play, Shot, shot

PLAYS: Mapping[str, Play] = {
    "healthy": Play("healthy-pair", "healthy", 150, before_s=0),
    "takeover-due": Play("primary-killed", "takeover_due", 33, documented=True),
    "took-over": Play("primary-killed", "no_standby", 62, documented=True),
    "two-primaries": Play("split-brain", "two_primaries", 15),
    "group-down": Play("both-killed", "group_down", 20, documented=True),
    "takeover-overdue": Play("takeover-overdue", "takeover_overdue"),
    "dns-elsewhere": Play("record-edited-to-a-stranger", "dns_points_elsewhere", 16),
    "clock-skew": Play("clock-skewed-beyond-tsig", "clock_skew", 14),
    "overloaded": Play("primary-overloaded", "overloaded", 20, before_s=0),
    "clients-cut": Play("clients-cut-off", "client_path_broken"),
    "isolated": Play("our-network-is-gone", "observer_isolated", 14),
    "gap": Play("paused-during-a-takeover", "no_standby", 3),
}
FLEET = 200


class Window:
    """One window in one fixed state; ``parts`` are what is painted in it, by name."""

    def __init__(self, shown: Shot | None) -> None:
        self.top = furnish(MainWindow())
        self.view = GroupView(ledger)
        self.view.put_axis(TimeView())
        self.top.put_group_view(self.view)
        if shown is None:
            self.top.show_view(self.top.empty)
            return
        self.top.show_view(self.view)
        self.top.groups.put(group_row(shown.watched.state, shown.now))
        self.view.show_group(shown.watched, shown.now)

    @property
    def parts(self) -> Mapping[str, QWidget]:
        axis = self.view.axis
        assert axis is not None
        return {
            "sidebar": self.top.sidebar,
            "banner": self.view.banner,
            "node": self.view.nodes[0],
            "name": self.view.name,
            "time": axis,
            "details": self.view.tabs,
        }


def _played(play: Play) -> Callable[[], Window]:
    return lambda: Window(shot(play))


def _fleet() -> Window:
    """A healthy group among two hundred of every severity."""
    window = Window(shot(PLAYS["healthy"]))
    states = (
        staged.healthy,
        staged.primary_silent,
        staged.two_primaries,
        staged.no_standby,
        staged.not_heard,
    )
    for number in range(FLEET - 1):
        rare = number % 11 == 0
        state = states[number % len(states) if rare else 0](staged.settings(f"gw-site-{number:03}"))
        window.top.groups.put(group_row(state, staged.NOW))
    return window


WINDOWS: Mapping[str, Callable[[], Window]] = {
    "empty": lambda: Window(None),
    **{name: _played(play) for name, play in PLAYS.items()},
    "fleet": _fleet,
}
