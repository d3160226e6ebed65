"""Runs one coroutine on a loop of its own and ends without waiting for threads that hang.

``asyncio.run`` waits for every name lookup that the system's resolver still has under way, half a minute or
more; a check with a deadline cannot.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; Ctrl+C, SIGTERM or a closed terminal makes it a KeyboardInterrupt."""
    runner = asyncio.Runner()  # never closed: closing is what waits
    loop = runner.get_loop()
    terminated = False

    async def whole() -> T:
        task = asyncio.current_task()
        assert task is not None

        def end(*_: object) -> None:
            nonlocal terminated
            terminated = True
            loop.call_soon_threadsafe(task.cancel)  # not by SIGINT: a script's background job ignores that

        with _ended_from_outside(end):
            return await coroutine

    try:
        return runner.run(whole())
    except asyncio.CancelledError:
        if terminated:
            raise KeyboardInterrupt from None
        raise
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Without a loop: who ends us from outside gets the same orderly end, and the same last words."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with _ended_from_outside(end):
        yield


@contextlib.contextmanager
def _ended_from_outside(end: Callable[..., None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heeded = [signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        heeded.append(signal.SIGHUP)  # the terminal was closed
    before = [(number, signal.signal(number, end)) for number in heeded]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


async def until_stopped(
    work: Callable[[], Coroutine[Any, Any, None]],
    seconds: float | None = None,
    stopped: asyncio.Event | None = None,
) -> None:
    """Run ``work`` until it ends, ``seconds`` have passed, ``stopped`` is set, or a signal asks for it."""
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
    heeded = [] if sys.platform == "win32" else [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        heeded.append(signal.SIGHUP)  # the terminal was closed
    loop = asyncio.get_running_loop()
    for number in heeded:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
