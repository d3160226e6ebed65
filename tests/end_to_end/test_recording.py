"""A real pair, recorded while it fails over: it replays as it was shown, and travels without any secret."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from agmonitor.cli import wiring
from agmonitor.config.secrets import Passwords
from agmonitor.domain.model import Role
from agmonitor.history.exchange import export_recording
from agmonitor.history.replay import check, moments
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.ports import GroupChange
from agmonitor.monitor.workspace import Workspace

PATIENCE_S = 60.0
EVER = float("-inf")


class Told:
    """All that was published, and a way to wait for more."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self.changes: list[GroupChange] = []
        self._workspace, self._name = workspace, name
        self._moved = asyncio.Event()
        workspace.subscribe(self._on_change)

    def _on_change(self, change: GroupChange) -> None:
        self.changes.append(change)
        self._moved.set()

    async def until_primary(self, node: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self._workspace.state(self._name).node(node).role is not Role.PRIMARY:
                self._moved.clear()
                await self._moved.wait()


@pytest.mark.lab
def test_a_takeover_in_the_lab_replays_as_it_was_and_exports_no_secret(tmp_path: Path) -> None:
    path, file = tmp_path / "history.db", tmp_path / "takeover.agmrec"

    async def main() -> tuple[list[GroupChange], str]:
        lab = wiring.new_lab()
        await lab.start()
        store = Store.open(path)
        passwords = Passwords(from_file=lab.password, environ={})
        workspace = Workspace([lab.settings], passwords=passwords, recorder=store, clock=SystemClock())
        told = Told(workspace, lab.settings.name)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(workspace.run())
                await told.until_primary("gw-1")
                await lab.fault("kill", "gw-1")
                await told.until_primary("gw-2")
                running.cancel()
        finally:
            await store.close()
            await lab.stop()
        return told.changes, lab.password

    changes, password = asyncio.run(main())

    shown = [(change.input, change.events) for change in changes if change.recorded]
    replayed = list(moments(path, changes[0].group))
    assert check(replayed).equal
    told = [(one.input, one.events) for one in replayed]
    assert [one for one in told if one in shown] == shown  # what was under way at the end was shown to nobody
    assert export_recording(path, changes[0].group, file, EVER, None) is not None
    inside = gzip.decompress(file.read_bytes()).decode()
    assert "gw-2" in inside
    assert password not in inside
    assert "Bearer" not in inside
    assert "BasicAuth" not in inside
