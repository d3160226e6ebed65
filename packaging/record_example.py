"""Records the example incident that comes with the program: a real pair in the lab, documented intervals.

Healthy; the Primary is killed; the Secondary takes over and one of its hooks raises; the old Primary comes
back; a planned failover back. Takes five minutes: .venv/bin/python packaging/record_example.py FILE
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from agmonitor.cli import wiring
from agmonitor.cli.lab_wish import LabWish
from agmonitor.cli.story import Story
from agmonitor.config.secrets import Passwords
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import GroupSettings
from agmonitor.history.exchange import export_recording
from agmonitor.history.store import Store
from agmonitor.lab.fault_words import broken_when
from agmonitor.lab.supervisor import Lab
from agmonitor.monitor.workspace import Workspace

NAME = "example"


class Pair:
    """The lab's pair under the example's name: shown later, it is nobody's lab any more."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.settings: GroupSettings = replace(lab.settings, name=NAME, lab=False, ca_file=None)

    async def fault(self, name: str, node: str | None = None, for_s: float | None = None) -> str:
        return await self._lab.fault(name, node, for_s)

    async def heal(self) -> None:
        await self._lab.heal()


async def no_picture(_name: str) -> None:
    """The window draws it later."""


async def record(history: Path) -> bool:
    lab = wiring.new_lab(LabWish(documented=True))
    await lab.start()
    store = Store.open(history)
    try:
        pair = Pair(lab)
        secrets = Passwords(from_file=lab.password, environ={})
        workspace = Workspace([pair.settings], passwords=secrets, recorder=store, clock=wiring.clock())
        clients = lambda: lab.status().clients.clients_without_service_s  # noqa: E731
        story = Story(workspace, pair, no_picture, wiring.clock().now, clients, print)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(workspace.run())
            told = await story.play()
            watching.cancel()
        for at, words in broken_when(lab.status().faults):
            await store.mark(NAME, Mark(at, MarkKind.BROKEN, "lab", words, at))
    finally:
        await store.close()
        await lab.stop()
    return told.passed


def main() -> int:
    file = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "history.db"
        if not asyncio.run(record(history)):
            return 1
        print(export_recording(history, NAME, file, float("-inf"), None), file.stat().st_size, "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
