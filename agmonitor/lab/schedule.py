"""Faults that are to begin later: kept by the lab, whoever asked for them, until they begin or all is healed.

Counts on the loop's clock, which no set clock moves. Brings nothing about itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from agmonitor.lab import clock
from agmonitor.lab.errors import LabError
from agmonitor.lab.fault_order import FaultOrder
from agmonitor.lab.status import FaultRecord
from agmonitor.texts import t

MOST = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    order: FaultOrder
    record: FaultRecord
    due: float  # on the loop's clock


class Schedule:
    """``run`` keeps it, for as long as the lab is there."""

    def __init__(self, begin: Callable[[FaultOrder], Awaitable[object]], changed: Callable[[], None]) -> None:
        self._begin, self._changed = begin, changed
        self._coming: list[_Coming] = []
        self._moved = asyncio.Event()
        self.not_begun = ""
        """Why the last of them that could not be brought about was not, a sentence; until all is healed."""

    @property
    def records(self) -> tuple[FaultRecord, ...]:
        """What is to begin, the next one first; ``began_at`` is when it will."""
        return tuple(one.record for one in sorted(self._coming, key=lambda one: one.due))

    def add(self, order: FaultOrder) -> str:
        """Have it begin in ``order.after_s``; says so in a sentence.

        Raises:
            LabError: too many wait already.
        """
        if len(self._coming) >= MOST:
            raise LabError(t("{number} faults wait already; heal first.", number=MOST))
        began_at = round(clock.now() + order.after_s, 3)
        ends_at = round(began_at + order.for_s, 3) if order.for_s is not None else None
        record = FaultRecord(
            order.fault.name, order.node, began_at, ends_at, None, order.link, dict(order.parameters)
        )
        due = asyncio.get_running_loop().time() + order.after_s
        self._coming.append(_Coming(replace(order, after_s=0.0), record, due))
        self._tell()
        return t(
            "{fault} of {node} begins in {seconds} s.",
            fault=order.fault.title,
            node=order.node or t("both nodes"),
            seconds=f"{order.after_s:g}",
        )

    def forget(self) -> None:
        """Nothing of it begins any more."""
        self._coming.clear()
        self.not_begun = ""
        self._tell()

    async def run(self) -> None:
        """Begin each at its time; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._moved.clear()
            following = min(self._coming, key=lambda one: one.due, default=None)
            if following is not None and following.due <= loop.time():
                await self._come(following)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(None if following is None else following.due):
                    await self._moved.wait()

    async def _come(self, one: _Coming) -> None:
        self._coming.remove(one)
        try:
            await self._begin(one.order)
        except (LabError, OSError) as error:  # a system without another process to give is no end of the lab
            self.not_begun = t("{fault} could not begin: {why}", fault=one.order.fault.title, why=error)
        self._tell()

    def _tell(self) -> None:
        self._moved.set()
        self._changed()
