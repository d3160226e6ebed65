"""What a person does with the list of groups: add, edit, remove, export, import. The book keeps them.

Opens dialogs and hands on what they tell; whatever waits runs as a command of the bridge.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from agmonitor.config.comparing import Compared
from agmonitor.config.secrets import SecretError
from agmonitor.config.settings import ConfigError
from agmonitor.domain.model import GroupSettings
from agmonitor.monitor.ports import TriesGroups
from agmonitor.texts import t, tn
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_dialog import GroupDialog
from agmonitor.ui.incoming_dialog import IncomingDialog
from agmonitor.ui.main_window import MainWindow
from agmonitor.ui.open_dialogs import OpenDialogs
from agmonitor.ui.remove_dialog import RemoveDialog

SaveGroup = Callable[[GroupSettings, str | None], Awaitable[str]]
"""Keeps a new or changed group and its password; gives a sentence about the password, or raises with one."""
DropGroup = Callable[[str], Awaitable[None]]
"""Takes a group out of what is kept, its password too; raises with a sentence where it cannot."""


LISTS = t("Lists of groups (*.toml);;All files (*)")


class GroupBook(Protocol):
    """What can be done with the kept groups beside saving and dropping one."""

    @property
    def tries(self) -> TriesGroups: ...

    async def rename(self, name: str, settings: GroupSettings, password: str | None) -> str:
        """Rename what is kept of a group; a sentence about the password, or raises with one."""
        ...

    async def erase_history(self, name: str) -> None:
        """Everything that was recorded of it; raises with a sentence."""
        ...

    async def write_list(self, file: Path) -> int:
        """All kept groups as a list for a colleague; how many they are."""
        ...

    async def compare_list(self, file: Path) -> tuple[Compared, ...]:
        """A list beside what is kept; raises with every mistake in it."""
        ...

    async def take_in(self, shown: Sequence[Compared]) -> tuple[GroupSettings, ...]:
        """Keep what is new and changed of it; raises with a sentence."""
        ...


class GroupOrders(QObject):
    """One method per order; ``choose`` shows a group by its name."""

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        dialogs: OpenDialogs,
        save: SaveGroup | None,
        drop: DropGroup | None,
        book: GroupBook | None,
        choose: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self._bridge, self._dialogs = window, bridge, dialogs
        self._save, self._drop, self._book, self._choose = save, drop, book, choose

    @property
    def actions(self) -> dict[str, Callable[[], object]]:
        """What has a key."""
        return {"add": self.add, "export_groups": self.export_list, "import_groups": self.import_list}

    def add(self) -> None:
        taken = frozenset(self._bridge.names)
        self._ask_for_group("add", taken, None, self._bridge.add)

    def edit(self, name: str) -> None:
        before = self._bridge.watched(name).settings
        if not before.lab:  # its group is as its pair is
            others = frozenset(self._bridge.names) - {name}
            self._ask_for_group(f"edit {name}", others, before, self._bridge.replace)

    def remove(self, name: str) -> None:
        dialog = self._dialogs.open(
            f"remove {name}", lambda: RemoveDialog(name, self._window, can_erase=self._book is not None)
        )
        if dialog is not None:
            dialog.agreed.connect(
                lambda erase: self._bridge.submit(
                    t("Could not stop watching {group}", group=name), lambda: self._remove(name, erase=erase)
                )
            )

    def export_list(self) -> None:
        """Ask for a file and write all kept groups to it."""
        if self._can_keep():
            chooser = QFileDialog(self._window, t("Export the list of groups"), "groups.toml", LISTS)
            chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            chooser.setDefaultSuffix("toml")
            self._ask_path(chooser, self.export_to)

    def import_list(self) -> None:
        """Ask for a file and show what taking it in would change."""
        if self._can_keep():
            chooser = QFileDialog(self._window, t("Import a list of groups"), "", LISTS)
            chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
            self._ask_path(chooser, self.import_from)

    def export_to(self, file: Path) -> None:
        """Write all kept groups there."""
        self._bridge.submit(t("Could not write {file}", file=file), lambda: self._export(file))

    def import_from(self, file: Path) -> None:
        """Show what that list would change."""
        self._bridge.submit(t("Could not read {file}", file=file), lambda: self._import(file))

    async def _export(self, file: Path) -> None:
        assert self._book is not None
        count = await self._book.write_list(file)
        self._window.errors.note(
            tn(
                "{n} group in {file}, without passwords.",
                "{n} groups in {file}, without passwords.",
                count,
                file=file,
            )
        )

    async def _import(self, file: Path) -> None:
        assert self._book is not None
        try:
            compared = await self._book.compare_list(file)
        except ConfigError as error:
            self._window.errors.tell(str(error))
            return
        dialog = self._dialogs.open("import", lambda: IncomingDialog(file.name, compared, self._window))
        if dialog is not None:
            dialog.agreed.connect(
                lambda: self._bridge.submit(
                    t("Could not take the list in"), lambda: self._take_in(dialog, compared)
                )
            )

    async def _take_in(self, dialog: IncomingDialog, compared: Sequence[Compared]) -> None:
        assert self._book is not None
        try:
            async with self._unordered(one.name for one in compared if one.taken_in):
                for settings in (taken := await self._book.take_in(compared)):
                    known = settings.name in self._bridge.names
                    (self._bridge.replace if known else self._bridge.add)(settings)
        except (ConfigError, OSError) as error:
            self._refuse(dialog, str(error))
            return
        self._close(dialog)
        self._window.errors.note(tn("{n} group taken in.", "{n} groups taken in.", len(taken)))

    @contextlib.asynccontextmanager
    async def _unordered(self, names: Iterable[str]) -> AsyncIterator[None]:
        """While it lasts nobody orders a failover of those that are watched; OSError where one is running."""
        async with contextlib.AsyncExitStack() as stack:
            for name in names:
                if name in self._bridge.names:
                    await stack.enter_async_context(self._bridge.workspace.unordered(name))
            yield

    def _can_keep(self) -> bool:
        if self._book is None:
            self._window.errors.tell(t("Nothing is kept here: there is no list to export or import."))
        return self._book is not None

    @staticmethod
    def _ask_path(chooser: QFileDialog, use: Callable[[Path], None]) -> None:
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: use(Path(path)))
        chooser.open()

    def _ask_for_group(
        self,
        what: str,
        taken: frozenset[str],
        before: GroupSettings | None,
        watch: Callable[[GroupSettings, str | None], None],
    ) -> None:
        tries = self._book.tries if self._book is not None else None
        dialog = self._dialogs.open(what, lambda: GroupDialog(taken, self._window, before, tries))
        if dialog is None:
            return
        if dialog.session is not None:
            self._bridge.submit(t("Could not try the group's settings"), dialog.session.run)
        dialog.save_asked.connect(
            lambda settings, password: self._bridge.submit(
                t("Could not save {group}", group=settings.name),
                lambda: (
                    self._rename_group(dialog, before.name, settings, password)
                    if before is not None and before.name != settings.name
                    else self._save_group(dialog, settings, password, watch)
                ),
            )
        )

    async def _remove(self, name: str, *, erase: bool) -> None:
        async with self._bridge.workspace.unordered(name):
            if self._drop is not None:
                await self._drop(name)
            self._bridge.remove(name)
        if erase and self._book is not None:
            await self._book.erase_history(name)

    async def _rename_group(
        self, dialog: GroupDialog, name: str, settings: GroupSettings, password: str | None
    ) -> None:
        book = self._book
        if book is None:
            dialog.refuse(t("Groups cannot be renamed here: nothing is kept of them."))
            return
        kept = ""

        async def keep() -> None:
            nonlocal kept
            kept = await book.rename(name, settings, password)

        try:
            await self._bridge.rename(name, settings, password, keep)
        except (ConfigError, SecretError, OSError, ValueError) as error:
            self._refuse(dialog, t("It is still called {name}. {error}", name=name, error=error))
            return
        self._close(dialog)
        self._choose(settings.name)
        if kept:
            self._window.errors.note(kept)

    async def _save_group(
        self,
        dialog: GroupDialog,
        settings: GroupSettings,
        password: str | None,
        watch: Callable[[GroupSettings, str | None], None],
    ) -> None:
        kept = ""
        try:
            async with self._unordered((settings.name,)):
                if self._save is not None:
                    kept = await self._save(settings, password)
                watch(settings, password)
        except (ConfigError, SecretError, OSError) as error:
            self._refuse(dialog, str(error))
            return
        self._close(dialog)
        self._choose(settings.name)
        if kept:
            self._window.errors.note(kept)

    def _refuse(self, dialog: GroupDialog | IncomingDialog, sentence: str) -> None:
        """Where it was asked for, or in the window where that was closed meanwhile."""
        if dialog.gone:
            self._window.errors.tell(sentence)
        else:
            dialog.refuse(sentence)

    @staticmethod
    def _close(dialog: GroupDialog | IncomingDialog) -> None:
        if not dialog.gone:
            dialog.close()
