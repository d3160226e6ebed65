"""Changes out, orders in, and the past drawn in before what came meanwhile."""

from __future__ import annotations

import asyncio

from agmonitor.domain.observations import Tick
from agmonitor.ui.bridge import Bridge
from tests.ui import staged
from tests.ui.conftest import Run
from tests.ui.fake_workspace import FakeWorkspace, Past, seen

NAME = "gw-prod-toronto"


def test_a_change_comes_out_as_one_signal(run: Run) -> None:
    async def main() -> tuple[list[object], str]:
        workspace = FakeWorkspace(staged.healthy())
        bridge = Bridge(workspace)
        heard: list[object] = []
        bridge.group_changed.connect(heard.append)
        loaded = asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            workspace.publish(staged.no_standby(), item=seen(staged.no_standby()))
            running.cancel()
        return heard, bridge.watched(NAME).state.verdict.name

    heard, verdict = run(main())

    assert len(heard) == 1
    assert verdict == "no_standby"


def test_the_past_is_drawn_in_before_what_came_meanwhile(run: Run) -> None:
    async def main() -> tuple[float | None, int]:
        state = staged.healthy()
        workspace = FakeWorkspace(state)
        workspace.recorded = [Past(Tick(staged.NOW - 500 + number)) for number in range(100)]
        bridge = Bridge(workspace)
        loaded = asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        bridge.group_added.connect(lambda _name: workspace.publish(state, item=seen(state)))
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            running.cancel()
        history = bridge.watched(NAME).history
        return history.newest_at, history.changes

    newest_at, changes = run(main())

    assert newest_at == staged.NOW
    assert changes > 0


def test_a_history_that_cannot_be_read_is_told_and_watching_goes_on(run: Run) -> None:
    async def main() -> tuple[list[str], bool]:
        workspace = FakeWorkspace(staged.healthy())
        workspace.breaks = OSError("the history is damaged")
        bridge = Bridge(workspace)
        told: list[str] = []
        heard = asyncio.Event()

        def note(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
            told.append(f"{context['message']}: {context['exception']}")
            heard.set()

        asyncio.get_running_loop().set_exception_handler(note)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await heard.wait()
            alive = not running.done()
            running.cancel()
        return told, alive

    told, alive = run(main())

    assert told == [f"Could not read the history of {NAME}: the history is damaged"]
    assert alive


def test_nothing_listens_after_the_end(run: Run) -> None:
    async def main() -> int:
        workspace = FakeWorkspace(staged.healthy())
        bridge = Bridge(workspace)
        loaded = asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            running.cancel()
        return workspace.subscribers

    assert run(main()) == 0


def test_a_group_taken_away_is_forgotten(run: Run) -> None:
    async def main() -> tuple[list[str], tuple[str, ...]]:
        workspace = FakeWorkspace(staged.healthy())
        bridge = Bridge(workspace)
        gone: list[str] = []
        bridge.group_removed.connect(gone.append)
        loaded = asyncio.Event()
        bridge.past_loaded.connect(lambda _name: loaded.set())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(bridge.run())
            await loaded.wait()
            bridge.remove(NAME)
            running.cancel()
        return gone, bridge.names

    assert run(main()) == ([NAME], ())
