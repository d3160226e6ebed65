"""Every window and dialog of the program, made as it is shown, for what must hold of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from agmonitor.alerts.settings import AlertSettings, Thresholds
from agmonitor.config.comparing import Coming, Compared
from agmonitor.config.group_list import Listed
from agmonitor.domain.findings import ledger
from agmonitor.domain.state import GroupState
from agmonitor.ui.alerts_dialog import AlertsDialog
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.command_palette import CommandPalette, commands
from agmonitor.ui.drill_dialog import DrillDialog
from agmonitor.ui.drill_session import DrillSession
from agmonitor.ui.episodes_dialog import EpisodesDialog
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.fault_palette import FaultPalette
from agmonitor.ui.furnish import furnish
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.incoming_dialog import IncomingDialog
from agmonitor.ui.lab_session import LabSession
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.moment_dialog import MomentDialog
from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.quiet_dialogs import MaintenanceDialog, SilenceDialog
from agmonitor.ui.remove_dialog import RemoveDialog
from agmonitor.ui.shortcuts import SHORTCUTS, ShortcutsSheet
from agmonitor.ui.time_view import TimeView
from agmonitor.ui.watched import Watched
from agmonitor.ui.word_dialogs import AcknowledgeDialog, NoteDialog
from tests.domain.test_anatomy import TAKEOVER
from tests.ui import staged
from tests.ui.fake_workspace import FakeWorkspace
from tests.ui.test_drill_dialog import KILLED, FakeDrills
from tests.ui.test_episodes_dialog import ALL, NOW
from tests.ui.test_trial_session import FakeTries

GROUP = "gw-prod-toronto"
EPISODE = replace(TAKEOVER, began_at=staged.NOW - 500, ended_at=staged.NOW - 300, phases=())


def window_on(state: GroupState) -> tuple[MainWindow, GroupView]:
    """The whole window on one group."""
    window = furnish(MainWindow())
    view = GroupView(ledger)
    view.put_axis(TimeView())
    window.put_group_view(view)
    window.show_view(view)
    window.groups.put(group_row(state, staged.NOW))
    view.show_group(Watched(state), staged.NOW)
    return window, view


def whole_window() -> QWidget:
    """Refused by a node, and with something in the bar of errors."""
    window, _view = window_on(staged.sign_in_refused())
    window.errors.tell("Something went wrong.")
    return window


def _window_on_an_episode() -> QWidget:
    window, view = window_on(replace(staged.healthy(), episodes=(EPISODE,)))
    view.tabs.open(0)
    return window


def _empty_window() -> QWidget:
    window = furnish(MainWindow())
    window.show_view(window.empty)
    return window


def _drills() -> QWidget:
    session = DrillSession(FakeDrills(), Bridge(FakeWorkspace()), LabSession(None))
    session.scenarios = [KILLED]
    return DrillDialog(session)


def _episodes() -> QWidget:
    made = EpisodesDialog(GROUP)
    made.show_episodes(ALL, NOW)
    return made


def _commands() -> QWidget:
    return CommandPalette(commands([GROUP], {shortcut.action for shortcut in SHORTCUTS}))


SURFACES: dict[str, Callable[[], QWidget]] = {
    "window": whole_window,
    "episode": _window_on_an_episode,
    "empty": _empty_window,
    "failover": lambda: FailoverDialog(staged.healthy(), lambda: staged.NOW),
    "refusal": lambda: FailoverDialog(staged.no_standby(staged.settings(lab=True)), lambda: staged.NOW),
    "add": GroupDialog,
    "tried": lambda: GroupDialog(tries=FakeTries()),
    "edit": lambda: GroupDialog(before=staged.settings()),
    "incoming": lambda: IncomingDialog("groups.toml", [Compared(Listed(staged.settings()), Coming.NEW, "")]),
    "password": lambda: PasswordDialog("gw-prod", "monitor", "refused"),
    "remove": lambda: RemoveDialog("gw-prod"),
    "keys": ShortcutsSheet,
    "commands": _commands,
    "faults": lambda: FaultPalette(["gw-1", "gw-2"]),
    "drills": _drills,
    "episodes": _episodes,
    "note": lambda: NoteDialog(GROUP, staged.NOW - 60, "anna", staged.NOW),
    "acknowledge": lambda: AcknowledgeDialog("Episode 3.", "anna"),
    "moment": lambda: MomentDialog(staged.NOW, [GROUP], utc=True),
    "silence": lambda: SilenceDialog(GROUP, ["no_standby"], "anna", staged.NOW),
    "maintenance": lambda: MaintenanceDialog(GROUP, "anna", staged.NOW),
    "alerts": lambda: AlertsDialog(
        AlertSettings(groups={"gw-prod": Thresholds(5)}), "There is no tray here.", group="gw-prod"
    ),
}
