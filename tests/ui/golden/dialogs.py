"""The dialogs a picture is kept of, each in a fixed state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from agmonitor.alerts.delivery import DoorState
from agmonitor.alerts.model import Maintenance, Silence
from agmonitor.alerts.settings import AlertSettings, Thresholds
from agmonitor.domain.state import GroupState
from agmonitor.domain.trial import Certificate, Matter, Standing, TrialRow
from agmonitor.failover.course import course, predicted
from agmonitor.failover.guards import Intent, Kind, Surroundings
from agmonitor.failover.machine import Failover, arm, check
from agmonitor.failover.preflight import preflight
from agmonitor.monitor.surveying import Survey
from agmonitor.ui.alerts_dialog import AlertsDialog
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.quiet_dialogs import SilenceDialog
from tests.ui import staged
from tests.ui.golden.plays import NAME, shot
from tests.ui.golden.windows import PLAYS
from tests.ui.surfaces import SURFACES
from tests.ui.test_trial_session import FakeTries

DAY_S = 86_400.0
PREDICTED = functools.cache(predicted)  # the same in every theme
REASON = "Patch window 4711: gw-1 is to be restarted"
SHOWN = Certificate(
    ":".join(["3B", "9E", "C1", "70", "5D", "A4", "12", "F8"] * 4),
    "CN=gw-tor-1.example.net",
    "CN=Example Issuing CA 3",
    staged.NOW + 200 * DAY_S,
    ("gw-tor-1.example.net", "10.244.141.44"),
)


def _survey(state: GroupState, kind: Kind) -> Survey:
    plan = preflight(state, kind).plan
    phases = course(PREDICTED(state.timers, kind), plan) if plan is not None else ()
    return Survey(Surroundings(), phases, state.now - 12 * DAY_S)


def failover(
    play: str, kind: Kind = Kind.PLANNED, *, lab: bool = False, armed: bool = False
) -> FailoverDialog:
    """Opened on the end of a play, surveyed, and where wished filled in and armed."""
    now = shot(PLAYS[play])
    state = now.watched.state
    state = replace(state, settings=replace(state.settings, lab=lab, failover_allowed=True))
    dialog = FailoverDialog(state, lambda: now.now)
    if kind is not Kind.PLANNED:
        dialog._kinds.choose(kind)
        dialog._on_kind(kind)
    survey = _survey(state, kind)
    dialog.show_survey(kind, survey)
    if armed:
        dialog._form.reason.setText(REASON)
        dialog._form.typed.setText(state.settings.name)
        wish = Intent(REASON, kind, state.settings.name)
        machine = arm(check(Failover(), state, kind, survey.around), state, wish, survey.around, dialog.plan)
        dialog.show_machine(machine)
        dialog.armed(machine)
    return dialog


def add_group() -> GroupDialog:
    """Half of it right, and said what to do about the other half."""
    dialog = GroupDialog(frozenset({"gw-stage"}), tries=FakeTries())
    dialog.fill(
        name="gw-prod-toronto",
        first__name="gw-tor-1",
        first__url="https://gw-tor-1.example.net",
        second__name="gw-tor-2",
        second__url="https://10.244.141.45",
        user="monitor",
    )
    panel = dialog.panel
    assert panel is not None
    first, second, name = (panel.sections[key] for key in ("first", "second", "name"))
    first.show_rows(
        [
            TrialRow(Matter.REACHES, Standing.FINE, "in 12 ms"),
            TrialRow(Matter.CERTIFICATE, Standing.FINE, "trusted", "It is good for another 200 days."),
            TrialRow(Matter.SIGN_IN, Standing.FINE, "as monitor"),
            TrialRow(Matter.PERMISSION, Standing.FINE, "may read the group"),
            TrialRow(Matter.ROLE, Standing.FINE, "Primary", "Its standby is 10.244.141.45."),
        ]
    )
    first.show_certificate(SHOWN)
    second.show_rows(
        [
            TrialRow(Matter.REACHES, Standing.FINE, "in 14 ms"),
            TrialRow(
                Matter.CERTIFICATE,
                Standing.FAILED,
                "not trusted",
                "It does not carry 10.244.141.45, by which it was reached. Reach it by gw-tor-2.example.net, "
                "or have the address put into it.",
            ),
        ]
    )
    name.show_rows(
        [TrialRow(Matter.NAME, Standing.DOUBTFUL, "not tried yet", "No node has told the name so far.")]
    )
    return dialog


def alerts() -> AlertsDialog:
    """With a silence and maintenance, a group that flaps, and a door that fails."""
    now = staged.NOW
    dialog = AlertsDialog(AlertSettings(groups={NAME: Thresholds(5)}), "There is no tray here.", group=NAME)
    silence = Silence("1", NAME, "no_standby", "anna", "disk is replaced", now - 600, now + 3000)
    work = Maintenance("2", "gw-stage", "ben", "kernel update", now - 60, now - 60, now + 7200)
    dialog.show_quiet([silence, work], "", now, ["gw-lab"])
    failed = DoorState("Webhook", "https://chat.example.net/hook", now - 40, "answered 503", 2)
    dialog.show_doors([DoorState("Desktop", "this screen", now - 40), failed], now)
    return dialog


DIALOGS: Mapping[str, Callable[[], QWidget]] = {
    "failover-planned": lambda: failover("healthy"),
    "failover-armed": lambda: failover("healthy", armed=True),
    "failover-emergency": lambda: failover("takeover-overdue", Kind.EMERGENCY),
    "failover-lab": lambda: failover("healthy", lab=True),
    "add-group": add_group,
    "alerts": alerts,
    "silence": lambda: SilenceDialog(NAME, ["no_standby", "dns_link_down"], "anna", staged.NOW),
    "episodes": SURFACES["episodes"],
    "keys": SURFACES["keys"],
    "commands": SURFACES["commands"],
}
