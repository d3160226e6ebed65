"""Counts what a child has been told against its "obeyed", so that one can wait until it has taken effect."""

from __future__ import annotations

import asyncio
import contextlib

from agmonitor.lab.lines import Line


class Obedience:
    """Of one child."""

    def __init__(self) -> None:
        self._outstanding = 0
        self._all_done = asyncio.Event()
        self._all_done.set()

    def told(self) -> None:
        self._outstanding += 1
        self._all_done.clear()

    def hear(self, event: Line) -> bool:
        """Take in one of the child's events; ``False`` for any other than "obeyed"."""
        if event.get("event") != "obeyed":
            return False
        self._outstanding = max(0, self._outstanding - 1)
        if self._outstanding == 0:
            self._all_done.set()
        return True

    def forget(self) -> None:
        """The child has ended, and with it whatever it was told."""
        self._outstanding = 0
        self._all_done.set()

    async def wait(self, within_s: float) -> None:
        """Until all commands have taken effect; a child that is stopped or stuck is not waited for longer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._all_done.wait()
