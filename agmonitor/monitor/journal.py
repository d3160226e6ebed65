"""Records what was stepped and then tells it, strictly in the order it was stepped.

Watching never waits for the disk: when recording fails or hangs, changes are told as not recorded, the
missing ones are kept for a while, and recording is tried again now and then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from agmonitor.domain.model import Instant
from agmonitor.monitor.ports import Clock, GroupChange, Recorder
from agmonitor.texts import t

RETRY_S = 5.0
ANSWER_S = 5.0  # a disk that takes longer is as good as none
KEPT_MAX = 1_000


class Journal:
    """One group's way out: first to the recorder, then to whoever listens."""

    def __init__(self, recorder: Recorder, clock: Clock, publish: Callable[[GroupChange], None]) -> None:
        self._recorder = recorder
        self._clock = clock
        self._publish = publish
        self._waiting: list[GroupChange] = []
        self._settling: list[asyncio.Future[str]] = []
        self._wake = asyncio.Event()
        self._missed: deque[GroupChange] = deque(maxlen=KEPT_MAX)
        self._why_not = ""
        self._tried_at: Instant = 0.0

    def add(self, change: GroupChange) -> None:
        self._waiting.append(change)
        self._wake.set()

    async def settled(self) -> str:
        """Wait until all that was added so far is told; why it is not in the history, or nothing."""
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._settling.append(done)
        self._wake.set()
        return await done

    async def run(self) -> None:
        """Write and tell until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            settling = len(self._settling)
            await self.flush()
            self._settle(settling)

    async def end(self) -> None:
        """Write and tell what is left; whoever still waits hears how it went."""
        try:
            await self.flush()
        finally:
            self._settle(len(self._settling))

    def _settle(self, count: int) -> None:
        settling, self._settling = self._settling[:count], self._settling[count:]
        for done in settling:
            if not done.done():  # its waiter may be gone
                done.set_result(self._why_not)

    async def flush(self) -> None:
        """Write and tell all that waits."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            self._why_not = await self._written(batch)
            for change in batch:
                told = replace(change, recorded=False, why_not=self._why_not) if self._why_not else change
                self._publish(told)

    async def _written(self, batch: list[GroupChange]) -> str:
        """Why the batch is not in the history; empty when it is."""
        now = self._clock.now()
        if self._why_not and abs(now - self._tried_at) < RETRY_S:
            self._missed += batch
            return self._why_not
        self._tried_at = now
        wanted = [*self._missed, *batch]
        self._missed.clear()
        try:
            async with asyncio.timeout(ANSWER_S):
                results = await self._record(wanted)
        except TimeoutError:  # not kept: the recorder still has them, and twice would be worse than late
            return t("The history did not answer within {seconds} s.", seconds=f"{ANSWER_S:g}")
        failed = [(change, error) for change, error in zip(wanted, results, strict=True) if error is not None]
        self._missed += [change for change, _ in failed]
        return next((str(error) or type(error).__name__ for _, error in failed), "")

    async def _record(self, changes: list[GroupChange]) -> list[OSError | None]:
        """All side by side, so that the recorder may put them into one commit."""
        if len(changes) == 1:
            return [await self._record_one(changes[0])]
        return await asyncio.gather(*(self._record_one(change) for change in changes))

    async def _record_one(self, change: GroupChange) -> OSError | None:
        try:
            await self._recorder.record(
                change.group, (change.input,), change.events, change.before, change.state
            )
        except OSError as error:
            return error
        return None
