"""What a person asks for in the window, done: groups chosen and added, failovers ordered, the lab broken.

Connects the window's signals with the bridge. Paints nothing, judges nothing; whatever waits is a command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

from agmonitor.config.secrets import SecretError
from agmonitor.config.settings import ConfigError
from agmonitor.domain.model import GroupSettings
from agmonitor.failover import plan
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.failover_dialog import FailoverDialog
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.group_facts import group_row
from agmonitor.ui.group_view import GroupView, sign_in_refused
from agmonitor.ui.lab_session import LabSession
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.password_dialog import PasswordDialog
from agmonitor.ui.shortcuts import ShortcutsSheet

BEAT_MS = 500
SaveGroup = Callable[[GroupSettings, str | None], Awaitable[str]]
"""Keeps a new group and its password; gives a sentence about the password, or raises with one."""


class Desk(QObject):
    """Lives from the first paint to the window's end."""

    def __init__(
        self, window: MainWindow, view: GroupView, bridge: Bridge, lab: LabSession, save: SaveGroup | None
    ) -> None:
        super().__init__(window)
        self.bridge, self.lab = bridge, lab
        self._window, self.view, self._save = window, view, save
        self._asked_password: set[str] = set()
        self._dialogs: dict[str, QDialog] = {}
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._on_beat)
        self._actions: dict[str, Callable[[], object]] = {
            "find": window.sidebar.start_finding,
            "add": self._add,
            "poll": self._poll,
            "sign_in": self._sign_in,
            "failover": self._failover,
            "lab": self._open_lab,
            "simulate": view.header.open_menu,
            "heal": self._heal,
            "keys": self._keys,
            "quit": window.close,
            "previous": partial(window.sidebar.list.step, -1),
            "next": partial(window.sidebar.list.step, 1),
            "live": self._live,
            **{f"range_{place}": partial(self._range, place) for place in range(6)},
            **{f"tab_{place}": partial(view.tabs.open, place) for place in range(4)},
        }
        self._connect()

    def _connect(self) -> None:
        window, view, bridge = self._window, self.view, self.bridge
        window.asked.connect(self._on_asked)
        window.seen.connect(self._on_seen)
        window.sidebar.chosen.connect(self._on_chosen)
        view.header.failover_asked.connect(self._failover)
        view.header.fault_asked.connect(self._fault)
        view.header.heal_asked.connect(self._heal)
        view.header.sign_in_asked.connect(self._sign_in)
        bridge.group_added.connect(self._on_added)
        bridge.group_removed.connect(self._on_removed)
        bridge.group_changed.connect(self._on_changed)
        bridge.past_loaded.connect(self._on_past_loaded)
        window.sidebar.lab_possible(possible=self.lab.possible)
        window.empty.lab.setVisible(self.lab.possible)
        if not bridge.workspace.groups:
            window.show_view(window.empty)
        self._on_seen(window.isVisible())

    def knows(self, action: str) -> bool:
        """Whether an action's name leads anywhere."""
        return action in self._actions

    def end(self) -> None:
        """No more beats: what is behind the window is gone."""
        self._beat.stop()

    # Changes that come in.

    def _on_added(self, name: str) -> None:
        watched = self.bridge.watched(name)
        self._window.groups.put(group_row(watched.state, self.bridge.now()))
        if self.view.group is None or watched.settings.lab:
            self.choose(name)

    def _on_removed(self, name: str) -> None:
        self._window.groups.remove(name)
        if not self.bridge.names:
            self._window.show_view(self._window.empty)

    def _on_changed(self, change: object) -> None:
        assert isinstance(change, GroupChange)
        now = self.bridge.now()
        self._window.groups.put(group_row(change.state, now))
        self.view.take(change, now)
        self._offer_sign_in(change)

    def _on_past_loaded(self, name: str) -> None:
        if self.view.group == name:
            self._on_chosen(name)

    def _on_chosen(self, name: str) -> None:
        watched = self.bridge.watched(name)
        self.view.show_group(watched, self.bridge.now())
        self._window.show_view(self.view)
        self._window.setWindowTitle(f"{name} – agmonitor")

    def choose(self, name: str) -> None:
        """Show that group."""
        self._window.sidebar.list.choose(name)
        self._on_chosen(name)

    def _on_seen(self, visible: bool) -> None:  # noqa: FBT001 - a slot
        if visible:
            self._beat.start()
        else:
            self._beat.stop()

    def _on_beat(self) -> None:
        now = self.bridge.now()
        self.view.refresh(now)
        for name in self.bridge.names:
            self._window.groups.put(group_row(self.bridge.watched(name).state, now))

    # What a person asks for.

    def _on_asked(self, action: str) -> None:
        self._actions[action]()

    def _range(self, number: int) -> None:
        if self.view.axis is not None:
            self.view.axis.choose_range(number)

    def _live(self) -> None:
        if self.view.axis is not None:
            self.view.axis.go_live()

    def _poll(self) -> None:
        if self.view.group is not None:
            self.bridge.workspace.poll_now(self.view.group)

    def _keys(self) -> None:
        self._open("keys", lambda: ShortcutsSheet(self._window))

    def _add(self) -> None:
        dialog = self._open("add", lambda: GroupDialog(frozenset(self.bridge.names), self._window))
        if isinstance(dialog, GroupDialog):
            dialog.save_asked.connect(
                lambda settings, password: self.bridge.submit(
                    f"add {settings.name}", lambda: self._save_group(dialog, settings, password)
                )
            )

    async def _save_group(self, dialog: GroupDialog, settings: GroupSettings, password: str | None) -> None:
        if self._save is not None:
            try:
                await self._save(settings, password)
            except (ConfigError, SecretError, OSError) as error:
                dialog.refuse(str(error))
                return
        self.bridge.add(settings, password)
        dialog.close()
        self.choose(settings.name)

    def _failover(self) -> None:
        name = self.view.group
        if name is None:
            return
        watched = self.bridge.watched(name)
        dialog = self._open(
            f"failover {name}",
            lambda: FailoverDialog(name, plan(watched.state), lab=watched.settings.lab, parent=self._window),
        )
        if isinstance(dialog, FailoverDialog):
            dialog.fire_asked.connect(
                lambda reason: self.bridge.submit(
                    f"order a failover of {name}", lambda: self._fail_over(dialog, name, reason)
                )
            )

    async def _fail_over(self, dialog: FailoverDialog, name: str, reason: str) -> None:
        try:
            result = await self.bridge.workspace.fail_over(name, reason, dialog.progress)
        except Exception:
            dialog.fail("The order broke down in this program; see the error below and watch both nodes.")
            raise
        dialog.finish(result)

    def _sign_in(self) -> None:
        name = self.view.group
        if name is not None and self.bridge.watched(name).settings.user is not None:
            self.bridge.submit(f"sign in to {name}", lambda: self._ask_password(name))

    def _offer_sign_in(self, change: GroupChange) -> None:
        """Asked once by itself, for the group on screen; later through the button."""
        if change.group != self.view.group or change.group in self._asked_password:
            return
        if sign_in_refused(change.state) and change.state.settings.user is not None:
            self._asked_password.add(change.group)
            self._sign_in()

    async def _ask_password(self, name: str) -> None:
        state = self.bridge.watched(name).state
        why = next(
            (node.last.detail for node in state.nodes if node.last is not None and node.last.detail), ""
        )
        dialog = PasswordDialog(name, state.settings.user or "", why, self._window)
        password = await dialog.answered()
        if password is not None:
            self.bridge.workspace.set_password(name, password)
            self.bridge.workspace.retry_sign_in(name)

    def _open_lab(self) -> None:
        if self.lab.group is not None:
            self.choose(self.lab.group)
        elif self.lab.possible and not self.lab.starting:
            self.bridge.submit("open the lab", self.open_lab)

    async def open_lab(self) -> None:
        """Start the lab and show its group."""
        self._window.sidebar.lab_is(there=False, starting=True)
        try:
            name = await self.lab.open(self.bridge)
        finally:
            self._window.sidebar.lab_is(there=self.lab.group is not None)
        self.choose(name)

    def _fault(self, fault: str, node: str | None) -> None:
        async def inject() -> None:
            await self.lab.fault(fault, node)

        self.bridge.submit(f"simulate {fault}", inject)

    def _heal(self) -> None:
        self.bridge.submit("heal the lab", self.lab.heal)

    def _open(self, key: str, make: Callable[[], QDialog]) -> QDialog | None:
        """One dialog of a kind: a second request brings the first to the front and gives None."""
        there = self._dialogs.get(key)
        if there is not None:
            there.show()
            there.raise_()
            return None
        dialog = self._dialogs[key] = make()
        dialog.finished.connect(lambda _result: self._dialogs.pop(key, None))
        dialog.show()
        return dialog
