"""Between a failover dialog and the bridge: hands a person's wishes over, tells the dialog what happens.

Lives as long as its dialog. Judges nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from agmonitor.failover.guards import Intent, Kind
from agmonitor.failover.preflight import Plan
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.failover_dialog import FailoverDialog

BROKEN = "The order broke down in this program; see the error below and watch both nodes."


class FailoverSession(QObject):
    """Connects them; the dialog owns it."""

    def __init__(self, name: str, dialog: FailoverDialog, bridge: Bridge) -> None:
        super().__init__(dialog)
        self._name, self._dialog, self._bridge = name, dialog, bridge
        bridge.group_changed.connect(self._on_change)
        dialog.kind_chosen.connect(self._want_survey)
        dialog.arm_asked.connect(self._on_arm)
        dialog.fire_asked.connect(lambda: bridge.submit(f"order a failover of {name}", self._fire))
        dialog.disarm_asked.connect(lambda: bridge.submit(f"disarm the failover of {name}", self._disarm))
        self._want_survey(Kind.PLANNED)

    def _on_change(self, change: object) -> None:
        assert isinstance(change, GroupChange)
        if change.group == self._name:
            self._dialog.show_state(change.state)

    def _want_survey(self, kind: object) -> None:
        assert isinstance(kind, Kind)
        self._bridge.submit(f"predict a failover of {self._name}", lambda: self._survey(kind))

    async def _survey(self, kind: Kind) -> None:
        self._dialog.show_survey(kind, await self._bridge.workspace.survey(self._name, kind))

    def _on_arm(self, wish: object, plan: object) -> None:
        assert isinstance(wish, Intent)
        assert isinstance(plan, Plan)
        self._bridge.submit(f"arm a failover of {self._name}", lambda: self._arm(wish, plan))

    async def _arm(self, wish: Intent, plan: Plan) -> None:
        dialog, workspace = self._dialog, self._bridge.workspace
        try:
            machine = await workspace.arm(
                self._name, wish, dialog.progress, dialog.show_machine, confirmed=plan
            )
        except Exception:
            dialog.fail(BROKEN)
            raise
        dialog.armed(machine)

    async def _fire(self) -> None:
        try:
            result = await self._bridge.workspace.fire(self._name)
        except Exception:
            self._dialog.fail(BROKEN)
            raise
        self._dialog.finish(result)

    async def _disarm(self) -> None:
        await self._bridge.workspace.disarm(self._name)
