"""What the mended loop promises, measured beside the stock one where speed is the point."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from typing import TypeVar

import pytest
import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from agmonitor.ui.loop import WindowLoop

T = TypeVar("T")


def run(app: QApplication, main: Coroutine[object, object, T]) -> T:
    """One coroutine on a fresh loop, with a time limit."""
    with asyncio.Runner(loop_factory=lambda: WindowLoop(app)) as runner:
        return runner.run(asyncio.wait_for(main, 30))


def the_loop() -> WindowLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, WindowLoop)
    return loop


@pytest.mark.parametrize("wait_s", [0.0, 0.0004, 0.0101, 0.05, 0.2])
def test_a_sleep_never_ends_early(qapp: QApplication, wait_s: float) -> None:
    async def measure() -> list[float]:
        lengths = []
        for _ in range(5):
            began = time.monotonic()
            await asyncio.sleep(wait_s)
            lengths.append(time.monotonic() - began)
        return lengths

    lengths = run(qapp, measure())

    assert min(lengths) >= wait_s
    assert min(lengths) < wait_s + 0.05


def test_cancelled_timeouts_leave_no_timer_behind(qapp: QApplication) -> None:
    async def finish_early() -> tuple[int, int]:
        for _ in range(5000):
            async with asyncio.timeout(500):
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        return the_loop().waiting_timers, the_loop().live_qt_timers

    waiting, live = run(qapp, finish_early())

    assert waiting <= 101
    assert live <= 2


def test_a_cancelled_first_timer_gives_way_to_the_next(qapp: QApplication) -> None:
    async def race() -> list[str]:
        heard: list[str] = []
        done = asyncio.Event()
        first = the_loop().call_later(0.01, heard.append, "first")
        the_loop().call_later(0.03, heard.append, "second")
        the_loop().call_later(0.03, done.set)
        first.cancel()
        await done.wait()
        return heard

    assert run(qapp, race()) == ["second"]


def test_timers_fire_in_the_order_of_their_instants(qapp: QApplication) -> None:
    async def collect() -> list[int]:
        heard: list[int] = []
        done = asyncio.Event()

        def hear(wait_ms: int) -> None:
            heard.append(wait_ms)
            if len(heard) == 4:
                done.set()

        for wait_ms in (30, 10, 20, 0):
            the_loop().call_later(wait_ms / 1000, hear, wait_ms)
        await done.wait()
        return heard

    assert run(qapp, collect()) == [0, 10, 20, 30]


def test_no_timer_fires_early_because_a_neighbour_was_due(qapp: QApplication) -> None:
    async def collect() -> list[float]:
        loop = the_loop()
        early: list[float] = []
        done = asyncio.Event()

        def fired(when: float) -> None:
            early.append(loop.time() - when)
            if len(early) == 30:
                done.set()

        for number in range(30):
            when = loop.time() + 0.02 + number / 1000
            loop.call_at(when, fired, when)
        await done.wait()
        return early

    early = run(qapp, collect())

    assert len(early) == 30
    assert min(early) >= 0


def test_a_long_queue_is_worked_off_in_portions(qapp: QApplication) -> None:
    async def queue() -> list[int]:
        left = 40
        seen: list[int] = []

        def work() -> None:
            nonlocal left
            left -= 1
            until = time.monotonic() + 0.003
            while time.monotonic() < until:
                pass

        timer = QTimer()
        timer.timeout.connect(lambda: seen.append(left))
        timer.start(5)
        for _ in range(left):
            the_loop().call_soon(work)
        while left:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
        timer.stop()
        return seen

    seen = run(qapp, queue())

    assert any(0 < left < 40 for left in seen)


def test_call_soon_costs_a_fraction_of_the_stock_loop(qapp: QApplication) -> None:
    async def spend(count: int) -> float:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        left = count

        def one() -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set_result(None)

        began = time.process_time()  # CPU time: neighbours on the machine don't count
        for _ in range(count):
            loop.call_soon(one)
        await done
        return (time.process_time() - began) / count

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
        stock = min(runner.run(spend(10_000)) for _ in range(3))
    ours = min(run(qapp, spend(50_000)) for _ in range(3))

    assert ours < stock * 0.75, "a third to a half on a quiet machine"


def test_qt_gets_its_turn_while_callbacks_flood(qapp: QApplication) -> None:
    async def flood() -> int:
        ticks = 0

        def tick() -> None:
            nonlocal ticks
            ticks += 1

        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(5)
        until = time.monotonic() + 0.3
        while time.monotonic() < until:  # noqa: ASYNC110 - the flood is the point
            await asyncio.sleep(0)
        timer.stop()
        return ticks

    assert run(qapp, flood()) >= 10


def test_another_thread_is_heard_at_once(qapp: QApplication) -> None:
    async def listen() -> str:
        loop = the_loop()
        heard: asyncio.Future[str] = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(heard.set_result, "from a thread"))
        thread.start()
        try:
            return await asyncio.wait_for(heard, 5)
        finally:
            thread.join()

    assert run(qapp, listen()) == "from a thread"


def test_threads_and_subprocesses_work(qapp: QApplication) -> None:
    async def both() -> tuple[int, bytes]:
        summed = await asyncio.to_thread(sum, [1, 2, 3])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print('out')", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        return summed, out

    assert run(qapp, both()) == (6, b"out\n")


def test_sockets_carry_both_ways(qapp: QApplication) -> None:
    async def echo() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readexactly(5))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello")
            heard = await reader.read()
            writer.close()
            await writer.wait_closed()
        return heard

    assert run(qapp, echo()) == b"hello"


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")
def test_a_signal_wakes_the_loop(qapp: QApplication) -> None:
    async def wait() -> None:
        caught = asyncio.Event()
        the_loop().add_signal_handler(signal.SIGUSR1, caught.set)
        try:
            signal.raise_signal(signal.SIGUSR1)
            await asyncio.wait_for(caught.wait(), 5)
        finally:
            the_loop().remove_signal_handler(signal.SIGUSR1)

    run(qapp, wait())


def test_cancelling_runs_the_finally_blocks_that_wait(qapp: QApplication) -> None:
    async def main() -> list[str]:
        told: list[str] = []

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)
                told.append("tidied")

        async with asyncio.TaskGroup() as group:
            task = group.create_task(work())
            await asyncio.sleep(0.01)
            task.cancel()
        return told

    assert run(qapp, main()) == ["tidied"]
