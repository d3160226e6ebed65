"""Tries custom workflows in throw-away processes: what would end or hold a node ends or holds one of these.

One forked child imports workflow after workflow and says what becomes of each. If it dies or stays silent,
the one under way is to blame, and another child goes on behind it. So good folders cost one child, and bad
ones a child more for each that is really bad. ``python -m agmonitor.lab.node.runtime.trial`` reads one JSON
line (``folders``, ``pages``, ``limit_s``, ``budget_s``, ``result_file``, ``parent_pid``), writes the result
file and says ``{"ready": true}``.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask_wtf  # noqa: F401 - every form needs it: imported once, before any child is forked
import wtforms  # noqa: F401 - likewise

from agmonitor.lab import lifeline, lines
from agmonitor.lab.node.runtime import stranger, trial_child
from agmonitor.lab.node.runtime.stranger import Say, Stranger
from agmonitor.lab.node.runtime.workspace import Workspace, look

LIMIT_S = 10.0  # for one import, or one page
BUDGET_S = 60.0  # for all imports, and again for all pages
STDERR = 2
MOST_MEMORY_BYTES = 2 << 30
ALONE = "alone it can be imported: one of those before it is in its way"

Line = dict[str, Any]


@dataclass(slots=True)
class Row:
    """What became of one workflow. ``page``: the answer to its first page, if that was asked for."""

    name: str
    folder: str
    reason: str = ""
    kind: str = ""
    endpoint: str = ""
    hooks: list[Line] = field(default_factory=list)
    page: Line | None = None


class Trial:
    """One trial of one workspace."""

    def __init__(self, workspace: Workspace, limit_s: float = LIMIT_S, budget_s: float = BUDGET_S) -> None:
        self._workspace = workspace
        self._limit_s = limit_s
        self._budget_s = budget_s
        self._log = os.dup(STDERR)  # a child's own goes nowhere
        self.rows = [Row(found.name, str(found.folder), found.error) for found in workspace.workflows]

    def try_imports(self) -> None:
        """Import every workflow, in order."""
        ends_at = time.monotonic() + self._budget_s
        following = 0
        while (following := self._next_without_reason(following)) < len(self.rows):
            if time.monotonic() > ends_at:
                self._give_up(following)
                return
            following = self._import_from(following, ends_at)

    def try_pages(self) -> None:
        """Ask the first page of each workflow that was imported."""
        ends_at = time.monotonic() + self._budget_s
        wanted = [number for number, row in enumerate(self.rows) if not row.reason and row.endpoint]
        while wanted and time.monotonic() < ends_at:
            wanted = self._ask(wanted)
        for number in wanted:
            self.rows[number].page = _no_answer(self.rows[number], "not asked: those before took too long")

    def document(self) -> Line:
        return {
            "troubles": list(self._workspace.troubles),
            "workflows": [
                {
                    "name": row.name,
                    "folder": row.folder,
                    "reason": row.reason,
                    "kind": row.kind,
                    "hooks": row.hooks,
                    "page": row.page,
                }
                for row in self.rows
            ],
        }

    def _next_without_reason(self, start: int) -> int:
        return next((n for n in range(start, len(self.rows)) if not self.rows[n].reason), len(self.rows))

    def _import_from(self, start: int, ends_at: float) -> int:
        """Import from there on in one child, then those that failed in one each; the number to go on with."""
        numbers = [n for n in range(start, len(self.rows)) if not self.rows[n].reason]
        last, silent = self._import(numbers)
        for number in numbers[1 : numbers.index(last) + 1]:  # the first of them had nobody before it
            waits = silent and number == last
            if self.rows[number].reason and not waits and time.monotonic() < ends_at:
                self._import_alone(number)
        return last + 1

    def _import_alone(self, number: int) -> None:
        """Whether it fails by itself, or by what another has left in the process."""
        row = self.rows[number]
        among_others, row.reason = row.reason, ""
        self._import([number])
        row.reason = row.reason or f"{among_others}; {ALONE}"

    def _import(self, numbers: Sequence[int]) -> tuple[int, bool]:
        """Import these in one child, as far as it goes; the last one tried, and whether it fell silent."""
        under_way = numbers[0]
        child = _fork(lambda say: trial_child.import_each(self._workspace, numbers, self._noting(say)))
        for told in child.hear(self._limit_s):
            match told:
                case {"begin": int(number)}:
                    under_way = number
                case {"loaded": int(number), **rest}:
                    self._take_in(number, rest)
                case {"end": True}:  # of all, or behind one that has broken the process
                    return under_way, False
        row, place = self.rows[under_way], self._place(child, under_way)
        row.reason = row.reason or f"its import {child.became}{place}"
        return under_way, child.silent

    def _take_in(self, number: int, told: Line) -> None:
        row = self.rows[number]
        row.reason, row.kind, row.endpoint = told["reason"], told["kind"], told["endpoint"]
        row.hooks = [] if row.reason else told["hooks"]

    def _ask(self, numbers: list[int]) -> list[int]:
        """Ask them in one child; those that are left over when it has died of one."""
        good = [number for number, row in enumerate(self.rows) if not row.reason]
        wanted = {number: self.rows[number].endpoint for number in numbers}
        asking = numbers[0]
        child = _fork(lambda say: trial_child.ask_each(self._workspace, good, wanted, self._noting(say)))
        for told in child.hear(self._limit_s):
            match told:
                case {"asking": int(number)}:
                    asking = number
                case {"page": int(number), **rest}:
                    self.rows[number].page = rest
                case {"end": True}:
                    return []
        place = self._place(child, asking)
        self.rows[asking].page = _no_answer(self.rows[asking], f"its page {child.became}{place}")
        return numbers[numbers.index(asking) + 1 :]

    def _place(self, child: Stranger, number: int) -> str:
        module = self._workspace.workflows[number].module
        place = child.place_below(self._workspace.roots[module.partition(".")[0]])
        return f" ({place})" if place else ""

    def _noting(self, say: Say) -> Say:
        """``say`` of a child that writes into our log what it begins, should that manage to end us too."""

        def say_and_note(told: Line) -> None:
            match told:
                case {"begin": int(number)}:
                    self._note("imported", number)
                case {"asking": int(number)}:
                    self._note("asked for the first page of", number)
            say(told)

        return say_and_note

    def _note(self, what: str, number: int) -> None:
        os.write(self._log, f"it ended while it {what} the workflow {self.rows[number].name!a}\n".encode())

    def _give_up(self, start: int) -> None:
        for row in self.rows[start:]:
            row.reason = row.reason or f"not tried: those before it took all of {self._budget_s:g} s"


def _no_answer(row: Row, reason: str) -> Line:
    return {"path": trial_child.path_of(row.endpoint), "status": None, "reason": reason}


def _fork(work: Callable[[Say], None]) -> Stranger:
    return stranger.fork(work, MOST_MEMORY_BYTES)


def _write(path: Path, document: Line) -> None:
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(document, file)
    Path(file.name).replace(path)


def main() -> None:
    told = lines.decode(lifeline.first_line())
    stranger.end_with_parent(int(str(told["parent_pid"])))
    stranger.adopt_orphans()
    folders = told["folders"]
    assert isinstance(folders, list)
    sys.dont_write_bytecode = True  # a look leaves nothing behind in somebody's folder
    limit_s, budget_s = float(str(told.get("limit_s", LIMIT_S))), float(str(told.get("budget_s", BUDGET_S)))
    trial = Trial(look([Path(str(folder)) for folder in folders]), limit_s, budget_s)
    trial.try_imports()
    if told.get("pages"):
        trial.try_pages()
    _write(Path(str(told["result_file"])), trial.document())
    lines.say({"ready": True})


if __name__ == "__main__":
    main()
