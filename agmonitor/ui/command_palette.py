"""Every action and every group by name: type a few letters, Enter does it. Does nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from agmonitor.texts import t
from agmonitor.ui.dialog import Dialog
from agmonitor.ui.shortcuts import SHORTCUTS

LIST_PX = 320
TEXT_KEYS = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}


@dataclass(frozen=True, slots=True)
class Command:
    """What can be asked for: the words shown, the keys that do the same, and the action or group meant."""

    words: str
    keys: str = ""
    action: str = ""
    group: str = ""


def commands(groups: Iterable[str], knows: Iterable[str]) -> list[Command]:
    """All that can be asked for now: ``knows`` are the names of actions that lead anywhere."""
    known = frozenset(knows)
    offered = [
        Command(shortcut.what or shortcut.command, shortcut.keys, action=shortcut.action)
        for shortcut in SHORTCUTS
        if (shortcut.what or shortcut.command) and shortcut.action in known and shortcut.action != "commands"
    ]
    return [*offered, *(Command(t("Go to {group}", group=name), group=name) for name in groups)]


def matching(asked: str, offered: Sequence[Command]) -> list[Command]:
    """Those whose words hold all that was typed, best first; with nothing typed all, as they stand."""
    ranked = [(rank, command) for command in offered if (rank := _rank(asked, command.words)) is not None]
    return [command for _, command in sorted(ranked, key=lambda pair: pair[0])]


def _rank(asked: str, words: str) -> int | None:
    """0: a beginning, 1: beginnings of words, 2: parts, 3: letters in order; ``None``: no match."""
    wanted, there = asked.lower().split(), words.lower()
    if there.startswith(asked.lower().strip()):
        return 0
    if all(any(word.startswith(part) for word in there.split()) for part in wanted):
        return 1
    if all(part in there for part in wanted):
        return 2
    letters = iter(there)
    return 3 if all(letter in letters for part in wanted for letter in part) else None


class CommandPalette(Dialog[None]):
    """Emits ``chosen`` with a ``Command`` once it has closed, so that what opens next has the keyboard."""

    chosen = Signal(object)

    def __init__(self, offered: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(t("Commands"), parent)
        self._offered = offered
        self.asked = QLineEdit()
        self.asked.setPlaceholderText(t("Type what to do, or a group's name"))
        self.asked.setAccessibleName(t("Find a command"))
        self.list = _two_columns()
        self.column.addWidget(self.asked)
        self.column.addWidget(self.list, 1)
        self.asked.textChanged.connect(self._fill)
        self.asked.returnPressed.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.asked.installEventFilter(self)
        self._fill("")
        self.asked.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The cursor stays in the text; the keys of a list move in the list.
        moves = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.asked and moves and isinstance(event, QKeyEvent) and event.key() in TEXT_KEYS:
            by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            place = self.list.currentIndex().row() + by[Qt.Key(event.key())]
            self._go(max(0, min(place, self.list.topLevelItemCount() - 1)))
            return True
        return super().eventFilter(watched, event)

    def _fill(self, asked: str) -> None:
        self.list.clear()
        for command in matching(asked, self._offered):
            item = QTreeWidgetItem([command.words, command.keys])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, command)
            told = f"{command.words}, {command.keys}" if command.keys else command.words
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, told)
            self.list.addTopLevelItem(item)
        if self.list.topLevelItemCount():
            self._go(0)
        else:
            nothing = QTreeWidgetItem([t("Nothing is called so. F1 shows every key.")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addTopLevelItem(nothing)

    def _go(self, place: int) -> None:
        self.list.setCurrentIndex(self.list.model().index(place, 0))

    def _choose(self, *_item: object) -> None:
        chosen = self.list.selectedItems()
        command = chosen[0].data(0, Qt.ItemDataRole.UserRole) if chosen else None
        if isinstance(command, Command):
            self.close()
            self.chosen.emit(command)


def _two_columns() -> QTreeWidget:
    """What to do at the left, the keys that do the same at the right."""
    made = QTreeWidget()
    made.setAccessibleName(t("Commands"))
    made.setColumnCount(2)
    made.setHeaderHidden(True)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setMinimumHeight(LIST_PX)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.header().setStretchLastSection(False)
    made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return made
