"""Alerting as the window has it: tray, notifications, badges, and the dialogs that silence and set.

Decides nothing: alerting does, behind a port. Whatever waits runs as a command of the bridge.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QObject

from agmonitor.alerts.claims import Claim
from agmonitor.alerts.delivery import DoorState
from agmonitor.alerts.model import Alert, AlertKind, Maintenance, Quiet, Silence
from agmonitor.alerts.ordering import active, badge_of
from agmonitor.alerts.settings import AlertSettings
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.titles import title_of
from agmonitor.monitor.ports import GroupChange
from agmonitor.texts import t, tn
from agmonitor.ui.alerts_dialog import AlertsDialog
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.desktop_notes import DesktopNotes, NotesPort
from agmonitor.ui.fleet import Fleet
from agmonitor.ui.group_facts import counts
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.open_dialogs import OpenDialogs
from agmonitor.ui.past import PastSession
from agmonitor.ui.phrases import short_time
from agmonitor.ui.quiet_dialogs import MaintenanceDialog, QuietDialog, SilenceDialog
from agmonitor.ui.staying import Away, Staying
from agmonitor.ui.tray import NO_TRAY, Tray, sound

FLAPPING = t("flapping: quiet until steady")
NO_GROUP = t("There is no group to silence yet; add one with Ctrl+N.")
OF_THE_LAB = t("Nobody is alerted for the lab, so there is nothing to silence.")
NOT_HERE = t("No alerts are sent from here, so there is nothing to silence.")


class Alerts(NotesPort, Protocol):
    """What stands behind the window. Whatever is awaited raises OSError with a sentence where it fails."""

    @property
    def settings(self) -> AlertSettings: ...

    @property
    def quiet(self) -> Quiet: ...

    @property
    def trouble(self) -> str:
        """Why silences are not heeded; nothing: they are."""
        ...

    @property
    def doors(self) -> tuple[DoorState, ...]: ...

    @property
    def flapping(self) -> tuple[str, ...]:
        """Groups that come and go too often to be told each time."""
        ...

    @property
    def away(self) -> Away:
        """Where a window in the tray is found by a later start."""
        ...

    @property
    def other(self) -> Claim | None:
        """Another program that sends the alerts."""
        ...

    @property
    def who(self) -> str: ...

    def hear(self, alert: Callable[[Alert], None], changed: Callable[[], None]) -> None: ...

    def shown(self, alert: Alert, why_not: str) -> None:
        """What came of it on this desktop; where it was not shown, another program may show it."""
        ...

    def forget(self, group: str) -> None: ...

    async def keep_silent(self, group: str, finding: str | None, until: Instant, reason: str) -> Silence: ...

    async def plan(self, group: str, from_at: Instant, until: Instant, reason: str) -> Maintenance: ...

    async def end(self, quiet_id: str) -> None: ...

    async def keep_settings(self, settings: AlertSettings) -> None: ...

    async def test(self, who: str) -> tuple[DoorState, ...]: ...

    async def run(self) -> None: ...


class AlertsSession(QObject):
    """Made with the desk; without alerting its actions only say so."""

    def __init__(
        self,
        window: MainWindow,
        view: GroupView,
        bridge: Bridge,
        dialogs: OpenDialogs,
        fleet: Fleet,
        alerts: Alerts | None,
        past: PastSession,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._bridge, self._dialogs = window, view, bridge, dialogs
        self._alerts, self._fleet = alerts, fleet
        self._worst: dict[str, tuple[Severity, str]] = {}
        self._failures: dict[str, str] = {}
        self.tray: Tray | None = None
        self.actions: Mapping[str, Callable[[], object]] = {
            "silence": self.silence,
            "maintenance": self.maintain,
            "alerts": self.show_alerts,
        }
        if alerts is None:
            return
        self.tray = Tray(self)
        self.tray.open_asked.connect(window.bring_up)
        self.staying = Staying(window, self.tray, bridge, lambda: alerts.settings.doors, alerts.away)
        self.tray.asked.connect(self._on_tray_asked)
        self.notes = DesktopNotes(alerts, self.tray, self)
        self.notes.opened.connect(window.bring_up)
        self.notes.moment_asked.connect(past.go)
        self.notes.silence_asked.connect(self._on_silence_asked)
        self.notes.failed.connect(window.errors.note)
        self.staying.said.connect(self._on_staying)
        self.staying.link_asked.connect(past.go)
        fleet.quiet = self.quiet_of
        alerts.hear(self._on_alert, self._on_changed)
        bridge.group_changed.connect(self._on_state)
        bridge.group_removed.connect(self._on_removed)

    def end(self) -> None:
        """The window is going."""
        if self.tray is not None:
            self.staying.end()

    def quiet_of(self, group: str) -> tuple[str, ...]:
        """What keeps that group quiet now: ``silenced until 04:00 by anna: reason``."""
        if self._alerts is None:
            return ()
        now = self._bridge.now()
        asked = [badge_of(one, short_time(one.until, now)) for one in self._alerts.quiet.of_group(group, now)]
        return (*asked, FLAPPING) if group in self._alerts.flapping else tuple(asked)

    def refresh(self, *, past: bool = False) -> None:
        """Time has passed, or another group or moment is shown."""
        group = self._view.group
        shown = group is not None and not past
        if self.tray is not None:
            self.tray.name_group(group)
        self._view.banner.quiet.show_quiet(self.quiet_of(group) if shown and group is not None else ())

    # What a person asks for.

    def _is_lab(self, group: str, alerts: Alerts) -> bool:
        return self._bridge.watched(group).settings.lab and group not in alerts.settings.groups

    def silence(self) -> None:
        group, alerts = self._view.group, self._alerts
        if group is None or alerts is None or self._is_lab(group, alerts):
            self._window.errors.note(
                NOT_HERE if alerts is None else NO_GROUP if group is None else OF_THE_LAB
            )
            return
        findings = self._bridge.watched(group).state.verdict.findings
        wrong = [finding.name for finding in findings if finding.severity >= Severity.WARNING]
        dialog = self._dialogs.open(
            f"silence {group}",
            lambda: SilenceDialog(group, wrong, alerts.who, self._bridge.now(), self._window),
        )
        if dialog is not None:
            dialog.asked.connect(
                lambda wish: self._bridge.submit(
                    t("Could not silence {group}", group=group),
                    lambda: self._made(dialog, lambda: alerts.keep_silent(group, *wish)),
                )
            )

    def maintain(self) -> None:
        group, alerts = self._view.group, self._alerts
        if group is None or alerts is None or self._is_lab(group, alerts):
            self._window.errors.note(
                NOT_HERE if alerts is None else NO_GROUP if group is None else OF_THE_LAB
            )
            return
        dialog = self._dialogs.open(
            f"maintenance {group}",
            lambda: MaintenanceDialog(group, alerts.who, self._bridge.now(), self._window),
        )
        if dialog is not None:
            dialog.asked.connect(
                lambda wish: self._bridge.submit(
                    t("Could not plan maintenance of {group}", group=group),
                    lambda: self._made(dialog, lambda: alerts.plan(group, *wish)),
                )
            )

    async def _made(self, dialog: QuietDialog, make: Callable[[], Awaitable[object]]) -> None:
        try:
            await make()
        except OSError as error:
            self._refuse(dialog, str(error))
            return
        if not dialog.gone:
            dialog.close()
        self._on_changed()

    def _refuse(self, dialog: QuietDialog | AlertsDialog, sentence: str) -> None:
        """Where it was asked for, or in the window where that was closed meanwhile."""
        if dialog.gone:
            self._window.errors.tell(sentence)
        else:
            dialog.refuse(sentence)

    def show_alerts(self) -> None:
        alerts = self._alerts
        if alerts is None:
            self._window.errors.note(NOT_HERE)
            return
        group = self._view.group
        if group is not None and self._is_lab(group, alerts):
            group = None  # with limits of its own it would begin to alert people
        note = "" if self.tray is not None and self.tray.icon is not None else NO_TRAY
        dialog = self._dialogs.open(
            "alerts", lambda: AlertsDialog(alerts.settings, note, self._window, group)
        )
        if dialog is None:
            return
        dialog.save_asked.connect(
            lambda settings: self._bridge.submit(
                t("Could not save the settings of alerts"), lambda: self._saved(dialog, alerts, settings)
            )
        )
        dialog.test_asked.connect(
            lambda: self._bridge.submit(
                t("Could not send a test alert"), lambda: self._tested(dialog, alerts)
            )
        )
        dialog.end_asked.connect(
            lambda one: self._bridge.submit(
                t("Could not end a silence"), lambda: self._ended(dialog, alerts, one)
            )
        )
        self._tell(dialog, alerts)
        self._bridge.submit(t("Could not look for a notification service"), lambda: self._probed(dialog))

    async def _probed(self, dialog: AlertsDialog) -> None:
        why_not = await self.notes.probe()
        if not dialog.gone:
            dialog.show_desktop(why_not)

    async def _saved(self, dialog: AlertsDialog, alerts: Alerts, settings: AlertSettings) -> None:
        try:
            await alerts.keep_settings(settings)
        except OSError as error:
            self._refuse(dialog, str(error))
            return
        if not dialog.gone:
            dialog.show_saved(alerts.settings)

    async def _tested(self, dialog: AlertsDialog, alerts: Alerts) -> None:
        await alerts.test(alerts.who)
        if not dialog.gone:
            dialog.show_tested()
            self._tell(dialog, alerts)

    async def _ended(self, dialog: AlertsDialog, alerts: Alerts, quiet_id: str) -> None:
        try:
            await alerts.end(quiet_id)
        except OSError as error:
            self._refuse(dialog, str(error))

    # What comes in.

    def _on_alert(self, alert: Alert) -> None:
        assert self._alerts is not None
        doors = self._alerts.settings.doors
        if doors.desktop:
            self._bridge.submit(t("Could not show a notification"), lambda: self._shown(alert))
        else:
            self._alerts.shown(alert, "")
        if doors.sound and alert.kind not in {AlertKind.RECOVERED, AlertKind.BACK}:
            sound()

    async def _shown(self, alert: Alert) -> None:
        assert self._alerts is not None
        self._alerts.shown(alert, await self.notes.show(alert))

    def _on_changed(self) -> None:
        """Silences, maintenance or a door's state."""
        alerts = self._alerts
        assert alerts is not None
        failures = {door.name: door.why_not for door in alerts.doors} | {"silences": alerts.trouble}
        for name, why_not in failures.items():
            if why_not and why_not != self._failures.get(name):
                self._window.errors.tell(t("Alerts: {why_not}", why_not=why_not))
        self._failures = failures
        self._fleet.refresh()
        self.refresh()
        dialog = self._dialogs.get("alerts")
        if isinstance(dialog, AlertsDialog):
            self._tell(dialog, alerts)

    def _tell(self, dialog: AlertsDialog, alerts: Alerts) -> None:
        now = self._bridge.now()
        dialog.show_quiet(active(alerts.quiet, now), alerts.trouble, now, alerts.flapping)
        dialog.show_doors(alerts.doors, now)
        dialog.show_sender(alerts.other, now)

    def _on_state(self, change: object) -> None:
        assert isinstance(change, GroupChange)
        verdict = change.state.verdict
        seen = (verdict.severity, f"{change.group}: {title_of(verdict.name)}")
        if not change.state.settings.lab and self._worst.get(change.group) != seen:
            self._worst[change.group] = seen
            self._tell_tray()

    def _on_removed(self, group: str) -> None:
        if self._alerts is not None:
            self._alerts.forget(group)
        if self._worst.pop(group, None) is not None:
            self._tell_tray()

    def _tell_tray(self) -> None:
        if self.tray is not None:
            self.tray.show_worst(*worst_of(list(self._worst.values())))

    def _on_tray_asked(self, action: str) -> None:
        if action == "quit":
            self.staying.quit()
        else:
            self._window.asked.emit(action)

    def _on_staying(self, title: str, sentence: str) -> None:
        self._bridge.submit(t("Could not show a notification"), lambda: self.notes.say(title, sentence))

    def _on_silence_asked(self, group: str) -> None:
        if group in self._bridge.names:  # it may have been removed since
            self._window.sidebar.list.asked.emit("silence", group)


def worst_of(states: Sequence[tuple[Severity, str]]) -> tuple[Severity, str]:
    """The worst state, and a sentence on all: ``1 critical · 2 warning; gw-prod: Group down``."""
    if not states:
        return Severity.OK, t("Nothing is watched yet.")
    severity, what = min(states, key=lambda one: (-one[0], one[1].casefold()))  # as the list's first row
    if severity < Severity.WARNING:
        number = len(states)
        return severity, tn("{n} group, all well", "{n} groups, all well", number)
    return severity, f"{counts(one for one, _ in states)}; {what}"
