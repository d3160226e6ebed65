"""Every key in one table: the window's actions are made from it, and F1 shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog
from agmonitor.ui.on_screen import room_for


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key. No ``what``: not listed by itself; no ``action``: only listed.

    ``command``: what it is called among the commands where the sheet tells it together with others.
    """

    keys: str
    what: str
    action: str = ""
    command: str = ""


RANGE_WORDS = (
    t("5 minutes"),
    t("1 hour"),
    t("6 hours"),
    t("24 hours"),
    t("7 days"),
    t("30 days"),
    t("1 year"),
)

SHORTCUTS = (
    Shortcut("Ctrl+K", t("Find a group"), "find"),
    Shortcut("Ctrl+Shift+K", t("The worst group"), "worst"),
    Shortcut("Ctrl+PgUp", t("Previous group"), "previous"),
    Shortcut("Ctrl+PgDown", t("Next group"), "next"),
    Shortcut("Ctrl+Up", "", "previous"),
    Shortcut("Ctrl+Down", "", "next"),
    Shortcut("Ctrl+N", t("Add a group"), "add"),
    Shortcut("Ctrl+E", t("Edit the group"), "edit"),
    Shortcut("Ctrl+Shift+E", t("Export the list of groups"), "export_groups"),
    Shortcut("Ctrl+Shift+O", t("Import a list of groups"), "import_groups"),
    Shortcut(t("Del"), t("In the list: stop watching the group")),
    Shortcut(t("Menu, Shift+F10"), t("More, of a group, a row or a moment")),
    Shortcut(t("Enter"), t("The moment of an event, an episode")),
    Shortcut("Ctrl+M", t("Silence the group's alerts"), "silence"),
    Shortcut("Ctrl+Shift+M", t("Plan maintenance of the group"), "maintenance"),
    Shortcut("Ctrl+Shift+A", t("Alerts: doors, limits, silences"), "alerts"),
    Shortcut("F5", t("Ask both nodes and DNS now"), "poll"),
    Shortcut("Ctrl+P", t("Sign in with another password"), "sign_in"),
    Shortcut("Ctrl+F", t("Order a failover"), "failover"),
    Shortcut("Ctrl+Shift+L", t("Open the lab, or go to it"), "lab"),
    Shortcut("Alt+S", t("Simulate: break something in the lab"), "simulate"),
    Shortcut("Ctrl+Shift+S", t("Simulate with length and numbers"), "palette"),
    Shortcut("Ctrl+Shift+D", t("Drills in the lab, step by step"), "drills"),
    Shortcut("F10", t("Drill: the next step"), "drill_step"),
    Shortcut("Ctrl+H", t("Heal everything in the lab"), "heal"),
    Shortcut("Alt+1", t("Failover anatomy"), "tab_0"),
    Shortcut("Alt+2", t("Events"), "tab_1"),
    Shortcut("Alt+3", t("Why: the ledger"), "tab_2"),
    Shortcut("Alt+4", t("Hooks"), "tab_3"),
    Shortcut("Alt+5", t("Configuration"), "tab_4"),
    Shortcut("Alt+6", t("What-if: other settings tried"), "tab_5"),
    Shortcut("/", t("Filter events, hooks, else the ledger"), "ledger"),
    Shortcut("F8", t("All episodes, with a filter"), "episodes"),
    Shortcut("← →, M", t("Anatomy: another episode; moment")),
    Shortcut("A", t("Acknowledge the episode on show"), "acknowledge"),
    Shortcut("N", t("Pin a note to the moment, or to now"), "note"),
    Shortcut("Ctrl+Shift+P", t("Commands: all of this by name"), "commands"),
    Shortcut("Ctrl+Shift+I", t("Copy the window's picture"), "picture"),
    Shortcut(t("Drag Picture"), t("The picture as a PNG file")),
    Shortcut("Ctrl+C", t("Copy rows, or drag them; anatomy")),
    Shortcut("F1", t("These keys"), "keys"),
    Shortcut("Ctrl+Q", t("Quit"), "quit"),
    Shortcut("Ctrl+T", t("Into the time view"), "time"),
    Shortcut("1 … 7", t("Range, 5 minutes to a year")),
    *(
        Shortcut(str(place + 1), "", f"range_{place}", t("Time range: {range}", range=words))
        for place, words in enumerate(RANGE_WORDS)
    ),
    Shortcut("+", t("Less time, larger (also ↑)"), "zoom_in"),
    Shortcut("=", "", "zoom_in"),
    Shortcut("-", t("More time, smaller (also ↓)"), "zoom_out"),
    Shortcut("L", t("Follow the present again"), "live"),
    Shortcut("Esc", "", "live"),
    Shortcut("U", t("Local time or UTC"), "zone"),
    Shortcut("← →, PgUp, PgDn", t("Earlier, later (in the time view)")),
    Shortcut("H, R", t("Fold heartbeat age, response time")),
    Shortcut(t("Wheel, drag"), t("Zoom at the pointer; move in time")),
    Shortcut(t("Click, Shift+← →"), t("A past moment (End, Esc: the present)")),
    Shortcut("Alt+Left", t("To the event before"), "event_before"),
    Shortcut("Alt+Right", t("To the event after"), "event_after"),
    Shortcut("Ctrl+G", t("Go to a moment, or open a link"), "go_to"),
    Shortcut("Ctrl+Shift+C", t("Copy a link to the moment"), "link"),
)


COLUMNS_MOST, COLUMN_PX, BETWEEN_PX = 3, 380, 4


class ShortcutsSheet(Dialog[None]):
    """Keys and what they do, in columns enough that a laptop's screen shows them all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(t("Keys"), parent, width_px=880)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(7)
        told = [shortcut for shortcut in SHORTCUTS if shortcut.what]
        columns = max(1, min(COLUMNS_MOST, room_for(self).width() // COLUMN_PX))
        rows = -(-len(told) // columns)
        for place, shortcut in enumerate(told):
            row, side = place % rows, 3 * (place // rows)
            key = QLabel(shortcut.keys)
            key.setObjectName("key")
            grid.addWidget(key, row, side)
            what = QLabel(shortcut.what)
            what.setWordWrap(columns < COLUMNS_MOST)  # a small screen takes more height, and cuts no sentence
            grid.addWidget(what, row, side + 1)
        for column in range(columns):
            grid.setColumnStretch(3 * column + 1, 1)
            grid.setColumnMinimumWidth(3 * column + 2, BETWEEN_PX if column < columns - 1 else 0)
        self.column.addLayout(grid, 1)
        close = QPushButton(t("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        self.buttons(close)
