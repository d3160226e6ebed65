"""Shows every window and dialog, and prints what a person reads of each, in whatever language it is run.

A JSON line per surface: its name and its texts. The last line is what is no text of the window: the data it
shows, and whatever other packages worded while it did.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QWidget

from agmonitor.domain.events import Event
from agmonitor.domain.state import GroupState
from agmonitor.said import Said
from agmonitor.ui.app import application
from tests.ui.golden.dialogs import DIALOGS
from tests.ui.golden.plays import shot
from tests.ui.golden.windows import PLAYS, WINDOWS
from tests.ui.surfaces import SURFACES

READ = (
    "text",
    "title",
    "toolTip",
    "accessibleName",
    "accessibleDescription",
    "placeholderText",
    "windowTitle",
)
CELL = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
ROWS_READ = 30
OFTEN = ("healthy", "took-over", "two-primaries", "isolated", "gap")  # of the plays
OURS = ("agmonitor.ui", "agmonitor.texts")


def told(top: QWidget) -> Iterator[str]:
    """Every text of a widget and of all that it holds."""
    for one in (top, *top.findChildren(QObject)):
        if not isinstance(one, QWidget | QAction):
            continue
        yield from (getattr(one, read)() for read in READ if callable(getattr(one, read, None)))
        if isinstance(one, QTabWidget):
            yield from (one.tabText(place) for place in range(one.count()))
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            yield from cells(one.model())


def cells(model: QAbstractItemModel) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(model.rowCount(), ROWS_READ)):
            index = model.index(row, column)
            yield from (str(model.data(index, role) or "") for role in CELL)


def words_in(value: object) -> Iterator[str]:
    """Every text in data, however deep; of a sentence that can be said in another language its data alone."""
    if isinstance(value, Said):
        values = value.values
        yield from words_in(values if isinstance(values, tuple) else tuple(values.values()))
    elif isinstance(value, str):
        yield str(value.value) if isinstance(value, Enum) else value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from words_in(getattr(value, field.name, None))
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from words_in(part)
    elif isinstance(value, dict):
        yield from words_in([*value, *value.values()])


class Elsewhere:
    """What functions of other packages gave back as text; as a profiler it sees each of them return."""

    def __init__(self) -> None:
        self.said: set[str] = set()

    def __call__(self, frame: FrameType, event: str, given: object) -> None:
        if (event == "return" and isinstance(given, str | tuple | list)) or is_dataclass(given):
            module = str(frame.f_globals.get("__name__", ""))
            if module.startswith("agmonitor.") and not module.startswith(OURS):
                self.said.update(words_in(given))

    def read_constants(self) -> None:
        """Theirs, and every literal of the tests that made what is shown."""
        for name, module in list(sys.modules.items()):
            if name.startswith(("agmonitor.", "tests.")) and not name.startswith(OURS):
                constants = [value for key, value in vars(module).items() if not key.startswith("__")]
                self.said.update(words_in(constants))
            if name.startswith("tests.") and module.__file__ is not None:
                tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
                self.said.update(
                    words_in([one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)])
                )

    def read_states(self) -> None:
        """What is behind the windows was reduced, and worded long before."""
        for one in gc.get_objects():
            if isinstance(one, Event):
                self.said.update(words_in(one.sentence))
            if isinstance(one, GroupState):
                self.said.update(words_in(one.verdict))


def surfaces(*, every: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is shown; ``every``: the window in each of its states."""
    windows = {name: make for name, make in WINDOWS.items() if every or name in OFTEN or name not in PLAYS}
    for kind, makers in (("window", windows), ("dialog", DIALOGS), ("surface", SURFACES)):
        yield from ((f"{kind} {name}", make) for name, make in makers.items())


def main() -> None:
    app = application()
    for play in PLAYS.values():
        shot(play)  # it is kept; under a profiler it would take long
    elsewhere = Elsewhere()
    elsewhere.read_constants()
    for name, make in surfaces(every="every" in sys.argv):
        sys.setprofile(elsewhere)
        made = make()
        top = getattr(made, "top", made)
        assert isinstance(top, QWidget)
        top.resize(1280, 720)
        top.show()
        app.sendPostedEvents()
        texts = sorted({text for text in told(top) if text})
        sys.setprofile(None)
        sys.stdout.write(json.dumps([name, texts]) + "\n")
        top.hide()
    elsewhere.read_states()
    sys.stdout.write(json.dumps(["elsewhere", sorted(elsewhere.said)]) + "\n")


if __name__ == "__main__":
    main()
