"""A watched group under another name: nothing is recorded under the old one, nothing known is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.config.paths import paths
from agmonitor.config.secrets import Passwords
from agmonitor.history.queries import read_past
from agmonitor.history.store import Store
from agmonitor.monitor.clock import SystemClock
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.ports import GroupChange
from agmonitor.monitor.workspace import Workspace
from tests.fakes import FakeProber
from tests.monitor.watching import settings

OLD, NEW = settings(name="old", cadence_s=0.2), settings(name="new", cadence_s=0.2)
LIMIT_S = 60.0


class Desk:
    def __init__(self, path: Path) -> None:
        self.clock = SystemClock()
        self.store = Store.open(path)
        self.workspace = Workspace(
            [OLD],
            passwords=Passwords(environ={}),
            recorder=self.store,
            clock=self.clock,
            make_prober=lambda _group, _account, _now: FakeProber(self.clock),  # type: ignore[arg-type]
        )
        self.told: list[str] = []
        self._moved = asyncio.Event()
        self.workspace.subscribe(self._take)

    def _take(self, change: GroupChange) -> None:
        self.told.append(change.group)
        self._moved.set()

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._moved.clear()
            await self._moved.wait()


def at_desk(path: Path, story: Callable[[Desk], Awaitable[None]]) -> None:
    async def main() -> None:
        desk = Desk(path)
        try:
            async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
                running = tasks.create_task(desk.workspace.run())
                await story(desk)
                running.cancel()
        finally:
            await desk.store.close()

    asyncio.run(main())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def test_it_is_watched_on_under_its_new_name_with_all_its_past(path: Path) -> None:
    async def story(desk: Desk) -> None:
        await desk.until(lambda: desk.told.count("old") > 6)
        before = desk.workspace.state("old")

        async def keep() -> None:
            await desk.store.rename("old", "new", lambda: None)

        await desk.workspace.rename("old", NEW, keep)
        after = desk.workspace.state("new")
        begun = len(desk.told)
        await desk.until(lambda: len(desk.told) > begun + 4)

        assert after == replace(before, settings=NEW)
        assert list(desk.workspace.groups) == ["new"]
        assert "old" not in desk.told[begun:]

    at_desk(path, story)
    assert read_past(path, "old", 0, None) == []
    assert len(read_past(path, "new", 0, None)) > 10


def test_what_cannot_be_kept_is_watched_on_as_it_was(path: Path) -> None:
    async def break_down() -> None:
        raise OSError("the disk is full")

    async def story(desk: Desk) -> None:
        await desk.until(lambda: len(desk.told) > 3)
        with pytest.raises(OSError, match="disk is full"):
            await desk.workspace.rename("old", NEW, break_down)
        begun = len(desk.told)
        await desk.until(lambda: len(desk.told) > begun + 3)

        assert list(desk.workspace.groups) == ["old"]
        assert set(desk.told) == {"old"}

    at_desk(path, story)


def test_nothing_is_renamed_under_an_order(path: Path) -> None:
    async def story(desk: Desk) -> None:
        async def keep() -> None:
            raise AssertionError("nothing is to be kept")

        with only_order(OLD, paths().data) as only:
            assert only
            with pytest.raises(OSError, match="is under way"):
                await desk.workspace.rename("old", NEW, keep)

    at_desk(path, story)
