"""What a person asks for and waits for: dialogs opened, groups added, failovers ordered, the lab broken.

Asks the bridge; judges nothing and shows nothing but dialogs. Whatever waits runs as a command of the bridge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agmonitor.monitor.ports import GroupChange
from agmonitor.texts import t
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.failover_session import FailoverSession
from agmonitor.ui.fault_palette import FaultPalette
from agmonitor.ui.group_view import GroupView, sign_in_refused
from agmonitor.ui.lab_session import FaultWish, LabSession
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.open_dialogs import OpenDialogs
from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.shortcuts import ShortcutsSheet

if TYPE_CHECKING:
    from agmonitor.ui.drill_session import DrillSession, LiveDrills


class Orders(QObject):
    """One method per order; ``choose`` shows a group by its name."""

    def __init__(
        self,
        window: MainWindow,
        view: GroupView,
        bridge: Bridge,
        lab: LabSession,
        choose: Callable[[str], None],
        drills: LiveDrills | None,
        dialogs: OpenDialogs,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._bridge, self._lab = window, view, bridge, lab
        self._choose, self._dialogs = choose, dialogs
        self._drills = drills
        self.drill: DrillSession | None = None  # once the drills have been opened
        self._asked_password: set[str] = set()

    def forget(self, name: str) -> None:
        """That group is gone: what was asked about it is asked no more."""
        self._asked_password.discard(name)
        for what in ("failover", "edit", "remove", "simulate"):
            self._dialogs.close(f"{what} {name}")

    def keys(self) -> None:
        self._dialogs.open("keys", lambda: ShortcutsSheet(self._window))

    def failover(self) -> None:
        name = self._view.group
        if name is None:
            return
        state = self._bridge.watched(name).state
        dialog = self._dialogs.open(
            f"failover {name}", lambda: FailoverDialog(state, self._bridge.now, parent=self._window)
        )
        if isinstance(dialog, FailoverDialog):
            FailoverSession(name, dialog, self._bridge, self._window.errors.note)

    def sign_in(self) -> None:
        name = self._view.group
        if name is not None and self._bridge.watched(name).settings.user is not None:
            self._bridge.submit(
                t("Could not sign in to {group}", group=name), lambda: self._ask_password(name)
            )

    def offer_sign_in(self, change: GroupChange) -> None:
        """Asked once by itself, for the group on screen; later through the button."""
        if change.group != self._view.group or change.group in self._asked_password:
            return
        if sign_in_refused(change.state) and change.state.settings.user is not None:
            self._asked_password.add(change.group)
            self.sign_in()

    async def _ask_password(self, name: str) -> None:
        state = self._bridge.watched(name).state
        why = next(
            (node.last.detail for node in state.nodes if node.last is not None and node.last.detail), ""
        )
        dialog = PasswordDialog(name, state.settings.user or "", why, self._window)
        password = await dialog.answered()
        if password is not None:
            self._bridge.workspace.set_password(name, password)
            self._bridge.workspace.retry_sign_in(name)

    def go_to_lab(self) -> None:
        if self._lab.group is not None:
            self._choose(self._lab.group)
        elif self._lab.possible and not self._lab.starting:
            self._bridge.submit(t("Could not open the lab"), self.open_lab)

    async def open_lab(self) -> None:
        """Start the lab and show its group."""
        self._window.sidebar.lab_is(there=False, starting=True)
        try:
            name = await self._lab.open(self._bridge)
        finally:
            self._window.sidebar.lab_is(there=self._lab.group is not None)
        self._choose(name)

    def fault(self, wish: FaultWish) -> None:
        async def inject() -> None:
            await self._lab.fault(wish)

        self._bridge.submit(t("Could not simulate {fault}", fault=wish.name), inject)

    def simulate(self, fault: str, node: str | None) -> None:
        """Open the palette at that fault; it stays open until it is closed, or the lab is gone."""
        name = self._lab.group
        if name is None:
            return
        nodes = [node.name for node in self._bridge.watched(name).settings.nodes]
        opened = self._dialogs.open(f"simulate {name}", lambda: FaultPalette(nodes, self._window))
        if isinstance(opened, FaultPalette):
            opened.asked.connect(self.fault)
            opened.heal_asked.connect(self.heal)
            self.tell_faults()
        palette = self._palette
        assert palette is not None
        palette.choose(fault, node)

    def tell_faults(self) -> None:
        """Have the palette, if it is open, show what is on and for how long."""
        if self._palette is not None:
            self._palette.show_faults(self._lab.faults, self._bridge.now())

    @property
    def drills_possible(self) -> bool:
        return self._drills is not None and self._lab.possible

    def drills(self) -> None:
        """Open the drills; they stay open until they are closed."""
        if self._drills is None or not self._lab.possible:
            return
        # Few windows ever drill; none starts the later for it.
        from agmonitor.ui.drill_dialog import DrillDialog  # noqa: PLC0415 - see above
        from agmonitor.ui.drill_session import DrillSession  # noqa: PLC0415 - see above

        session = self.drill = self.drill or DrillSession(self._drills, self._bridge, self._lab)
        self._dialogs.open("drills", lambda: DrillDialog(session, self._window))

    def drill_step(self) -> None:
        """The next step, from the main window, while the drills are open."""
        if self.drill is not None and "drills" in self._dialogs:
            self.drill.advance(to_end=False)

    @property
    def _palette(self) -> FaultPalette | None:
        there = self._dialogs.get(f"simulate {self._lab.group}")
        return there if isinstance(there, FaultPalette) else None

    def heal(self) -> None:
        """End every fault, and what was to begin later."""
        self._bridge.submit(t("Could not heal the lab"), self._lab.heal)
