"""Runs one coroutine on a loop of its own and ends without waiting for threads that hang.

``asyncio.run`` waits for every name lookup that the system's resolver still has under way, half a minute or
more; a check with a deadline cannot.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; Ctrl+C cancels it and raises KeyboardInterrupt."""
    runner = asyncio.Runner()  # never closed: closing is what waits
    loop = runner.get_loop()
    try:
        return runner.run(coroutine)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def until_stopped(
    work: Callable[[], Coroutine[Any, Any, None]],
    seconds: float | None = None,
    stopped: asyncio.Event | None = None,
) -> None:
    """Run ``work`` until it ends, ``seconds`` have passed, ``stopped`` is set, or SIGINT or SIGTERM comes."""
    stopped = asyncio.Event() if stopped is None else stopped

    async def working() -> None:
        try:
            await work()
        finally:
            stopped.set()

    with _stop_signals(stopped):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(working())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await stopped.wait()
            task.cancel()


@contextlib.contextmanager
def _stop_signals(stopped: asyncio.Event) -> Iterator[None]:
    # On Windows a loop cannot listen to signals; there Ctrl+C interrupts the loop itself.
    heeded = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    loop = asyncio.get_running_loop()
    for number in heeded:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
