"""The fixed states a picture is kept of, and the window that shows each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agmonitor.domain.evidence import Evidence, Exchange
from agmonitor.domain.findings import ledger
from agmonitor.domain.moment import Sure, Then
from agmonitor.protocol.whatif import whatif
from agmonitor.ui.bottom_tabs import CONFIGURATION, EVENTS, HOOKS, WHAT_IF, WHY
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.past_strip import PastStrip
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from tests.ui import staged
from tests.ui.golden.crowded import everything, full_rows
from tests.ui.golden.plays import BEGAN_AT, HEALTHY, Play, Shot, changes_of, no_primary, shot, shot_of

PLAYS: Mapping[str, Play] = {
    "healthy": HEALTHY,
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
LAPTOP = QSize(1280, 720)
ROWS = 9  # with all that a row can carry
RUNS = 100  # of a what-if
TABS = {"events": EVENTS, "hooks": HOOKS, "configuration": CONFIGURATION}  # whose rows need no more


class Window:
    """One window in one fixed state; ``parts`` are what is painted in it, by name."""

    def __init__(self, shown: Shot | None) -> None:
        self.top = furnish(MainWindow())
        self.view = GroupView(ledger)
        self.axis = TimeView()
        self.pointed_at: float | None = None  # the instant below the cross-hair, once it is shown
        self.view.put_axis(self.axis)
        self.top.put_group_view(self.view)
        if shown is None:
            self.top.show_view(self.top.empty)
            return
        self.top.show_view(self.view)
        self.view.show_group(shown.watched, shown.now)
        self.put_row(shown.watched, shown.now)
        self.top.sidebar.list.choose(shown.watched.settings.name)

    def put_row(self, watched: Watched, now: float) -> None:
        self.top.groups.put(group_row(watched.state, now))

    def point(self) -> None:
        """Put the pointer in the middle of the heartbeats' graph."""
        if self.pointed_at is not None:
            picture = self.axis.picture()
            middle = picture.layout.heartbeat.plot.center().y()
            self.axis._pointer.place = QPointF(picture.scale.x(self.pointed_at), middle)
            self.axis.update()

    @property
    def parts(self) -> Mapping[str, QWidget]:
        return {
            "sidebar": self.top.sidebar,
            "banner": self.view.banner,
            "node": self.view.nodes[0],
            "name": self.view.name,
            "time": self.axis,
            "details": self.view.tabs,
        }


def _played(play: Play) -> Callable[[], Window]:
    return lambda: Window(shot(play))


def _tab(place: int, play: str = "two-primaries") -> Callable[[], Window]:
    """A state with something on every tab."""

    def window() -> Window:
        made = Window(shot(PLAYS[play]))
        made.view.tabs.open(place)
        return made

    return window


def _what_if() -> Window:
    """With what a few runs tell; the settings are the group's own."""
    window = _tab(WHAT_IF)()
    tab = window.view.tabs.whatif
    tab.show_prediction(whatif(tab.settings, RUNS, seed=1))
    return window


def _why() -> Window:
    """The ledger, and what it rests on."""
    window = _tab(WHY, "took-over")()
    asked = Exchange(
        "GET https://192.0.2.11/ag/api/v1/group",
        after_ms=0.4,
        took_ms=1.9,
        error="[Errno 111] Connection refused",
    )
    resolved = Exchange("A gateway.example.net from 192.0.2.53:53", 0.2, 3.1, "NOERROR", body="192.0.2.11")
    window.view.tabs.why.evidence.show_evidence(
        [
            Evidence(
                BEGAN_AT + 102,
                "gw-1",
                "group",
                "refused",
                "Nobody listens at 192.0.2.11:443.",
                (resolved, asked),
                until_at=BEGAN_AT + 230,
                times=96,
            )
        ]
    )
    return window


def _past() -> Window:
    """The countdown of a takeover that is over long since."""
    play = PLAYS["took-over"]
    window = Window(shot(play))
    at = BEGAN_AT + 150
    before = [change for change in changes_of(play) if change.state.now <= at][-1].state
    then = Then(at, Sure.OBSERVED, before, before.now)
    strip = PastStrip()
    window.view.put_past_strip(strip)
    strip.tell(then, shot(play).now)
    strip.show()
    window.axis.choose_moment(at)
    window.view.show_past(then)
    return window


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


def _everything() -> Window:
    """All lanes full, and the cross-hair's tip on the note."""
    window = Window(everything(PLAYS["took-over"]))
    window.pointed_at = BEGAN_AT + 120
    return window


def _full_rows() -> Window:
    """Rows with all that a row can carry."""
    window = Window(shot(PLAYS["healthy"]))
    window.top.groups.put_all(full_rows(ROWS))
    return window


WINDOWS: Mapping[str, Callable[[], Window]] = {
    "empty": lambda: Window(None),
    **{name: _played(play) for name, play in PLAYS.items()},
    "no-primary": lambda: Window(shot_of(no_primary())),
    "past": _past,
    "why": _why,
    "what-if": _what_if,
    **{name: _tab(place) for name, place in TABS.items()},
    "fleet": _fleet,
    "everything": _everything,
    "full-rows": _full_rows,
}


def shown(qtbot: QtBot, window: Window, size: QSize = LAPTOP) -> Window:
    """That window on the screen, at that size."""
    qtbot.addWidget(window.top)
    window.top.resize(size)
    with qtbot.waitExposed(window.top):
        window.top.show()
    return window
