"""What ``watch`` writes: lines for events, and on a terminal a status line below them, renewed in place."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys

from agmonitor.cli.faults import reader_gone
from agmonitor.domain.events import Event
from agmonitor.domain.state import GroupState
from agmonitor.monitor.ports import GroupChange
from agmonitor.report.events import event_json, event_line, folded
from agmonitor.report.words import SYMBOLS, Ink, local_time, plain

CLEAR_LINE = "\r\x1b[2K"


class Printer:
    """Turns changes into lines. Once nobody reads any more it asks to be stopped."""

    def __init__(self, *, as_json: bool, on_terminal: bool, colour: Ink) -> None:
        self.stopped = asyncio.Event()
        self._as_json = as_json
        self._live = on_terminal and not as_json
        self._colour = colour
        self._states: dict[str, GroupState] = {}
        self._shown = ""
        self._gone = False

    def show(self, change: GroupChange) -> None:
        self._states[change.group] = change.state
        events = change.events if self._as_json else folded(change.events)
        lines = [self._line(change.group, event) for event in events]
        status = self._status() if self._live else ""
        if not lines and status == self._shown:
            return
        clear = CLEAR_LINE if self._shown else ""
        self._shown = status
        self._write(clear + "".join(f"{line}\n" for line in lines) + status)

    def end(self) -> int:
        """Leave the cursor on a fresh line."""
        if self._shown:
            self._write("\n")
        return 0

    def _line(self, group: str, event: Event) -> str:
        if self._as_json:
            return json.dumps(event_json(group, event))
        return event_line(group, event, self._colour)

    def _status(self) -> str:
        """Every group in one line that fits the terminal; the time shows that it is alive."""
        parts = [
            f"{SYMBOLS[s.verdict.severity]} {plain(n)} {s.verdict.name}" for n, s in self._states.items()
        ]
        newest = max(state.now for state in self._states.values())
        return f"{local_time(newest)}  {'  '.join(parts)}"[: shutil.get_terminal_size().columns - 1]

    def _write(self, text: str) -> None:
        if self._gone:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self._gone = True
            reader_gone()
            self.stopped.set()
