"""Between a failover dialog and the bridge: hands a person's wishes over, tells the dialog what happens.

Lives as long as its dialog. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from agmonitor.failover.guards import Intent, Kind, Outcome
from agmonitor.failover.machine import Failover, NotArmedError
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.ports import GroupChange
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.failover_dialog import FailoverDialog

BROKEN = t("The order broke down in this program; see the error below and watch both nodes.")


class FailoverSession(QObject):
    """Connects them; the dialog owns it."""

    def __init__(
        self, name: str, dialog: FailoverDialog, bridge: Bridge, note: Callable[[str], None]
    ) -> None:
        """``note``: where what becomes known after the dialog was closed is told."""
        super().__init__(dialog)
        self._open, self._note = True, note
        dialog.finished.connect(self._on_finished)
        self._name, self._dialog, self._bridge = name, dialog, bridge
        bridge.group_changed.connect(self._on_change)
        dialog.kind_chosen.connect(self._want_survey)
        dialog.arm_asked.connect(self._on_arm)
        dialog.fire_asked.connect(
            lambda: bridge.submit(t("Could not order a failover of {group}", group=name), self._fire)
        )
        dialog.disarm_asked.connect(
            lambda: bridge.submit(t("Could not disarm the failover of {group}", group=name), self._disarm)
        )
        self._want_survey(Kind.PLANNED)

    def _on_finished(self) -> None:
        """The dialog is closed and will be gone; what still comes in is told to nobody."""
        self._open = False

    def _on_change(self, change: object) -> None:
        assert isinstance(change, GroupChange)
        if self._open and change.group == self._name:
            self._dialog.show_state(change.state)

    def _want_survey(self, kind: object) -> None:
        assert isinstance(kind, Kind)
        self._bridge.submit(
            t("Could not predict a failover of {group}", group=self._name), lambda: self._survey(kind)
        )

    async def _survey(self, kind: Kind) -> None:
        survey = await self._bridge.workspace.survey(self._name, kind)
        if self._open:
            self._dialog.show_survey(kind, survey)

    def _on_arm(self, wish: object, plan: object) -> None:
        assert isinstance(wish, Intent)
        assert isinstance(plan, Plan)
        self._bridge.submit(
            t("Could not arm a failover of {group}", group=self._name), lambda: self._arm(wish, plan)
        )

    async def _arm(self, wish: Intent, plan: Plan) -> None:
        dialog, workspace = self._dialog, self._bridge.workspace
        try:
            machine = await workspace.arm(self._name, wish, self._tell, self._show, confirmed=plan)
        except Exception:
            if self._open:
                dialog.fail(BROKEN)
            raise
        if self._open:
            dialog.armed(machine)
        else:
            await workspace.disarm(self._name)  # nobody is left who could fire it

    async def _fire(self) -> None:
        try:
            result = await self._bridge.workspace.fire(self._name)
        except NotArmedError:  # its half minute ran out, or our clock was set
            if self._open:
                self._dialog.lapsed()
            return
        except Exception:
            if self._open:
                self._dialog.fail(BROKEN)
            raise
        if self._open:
            dialog = self._dialog
            (dialog.refused if result.outcome is Outcome.REFUSED_HERE else dialog.finish)(result)
        if self._name in self._bridge.names:  # a lab may have ended meanwhile
            self._bridge.workspace.poll_now(self._name)  # what the window shows is as old as its round

    def _tell(self, line: str) -> None:
        if self._open:
            self._dialog.progress(line)

    def _show(self, machine: Failover) -> None:
        if self._open:
            self._dialog.show_machine(machine)
        elif machine.answer is not None and machine.ended:
            self._note(t("Failover of {group}: {outcome}", group=self._name, outcome=machine.sentence))

    async def _disarm(self) -> None:
        await self._bridge.workspace.disarm(self._name)
