"""Notes, acknowledgements and orders from a program that does not write the history, into the one that does.

Left while another agmonitor writes; taken in by whoever has the history, in the order they were left, each
exactly once however often it is tried.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from agmonitor.domain.events import Event
from agmonitor.domain.kept import Handed, Mark
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, Input
from agmonitor.domain.rounding import rounded
from agmonitor.domain.state import GroupState
from agmonitor.monitor.acknowledging import acknowledge
from agmonitor.monitor.ports import Archive, Chronicle, HandsOver, Recorder, TakesOver

LOOK_S = 0.5
"""Between two looks for what was left."""
ORDER_S = 1.5
"""So long an order waits for its word to be in the history; it is kept in any case."""
_AROUND_S = 0.002
_logger = logging.getLogger("agmonitor.history")

Tell = Callable[[str, Acknowledged | FailoverOrdered], Awaitable[None]]


async def take_in(archive: Archive, tell: Tell | None = None) -> None:
    """Take in all that was left. ``tell`` steps and records an input of a group; without it nobody watches.

    What cannot be taken in now goes on waiting, and with it what was left for that group afterwards.
    """
    if not isinstance(archive, TakesOver):
        return
    waits: set[str] = set()
    try:
        for handed in await archive.handed():
            if handed.group in waits:
                continue
            try:
                why_not = await _taken(archive, handed, tell or partial(at_rest, archive))
            except OSError as error:
                _logger.debug("What was left for %s waits: %s", handed.group, error)
                waits.add(handed.group)
            else:
                await archive.answer(handed, why_not)
    except OSError as error:
        _logger.debug("What was left for the history waits: %s", error)


async def at_rest(archive: Archive, group: str, item: Acknowledged | FailoverOrdered) -> None:
    """Record it where nobody watches that group.

    Raises:
        OSError: it could not be written.
        ValueError: there is nothing of the kind.
    """
    if isinstance(item, Acknowledged):
        await acknowledge(archive, group, item.episode, item.who, item.why, item.at)
    else:
        await archive.record(group, (rounded(item),), ())


async def _taken(archive: Archive, handed: Handed, tell: Tell) -> str:
    """Why it cannot be in the history, or nothing.

    Raises:
        OSError: the history cannot be written now.
    """
    if await _known(archive, handed):
        return ""
    left = handed.left
    try:
        if isinstance(left, Mark):
            assert isinstance(archive, Chronicle), "whoever takes over keeps what people leave"
            await archive.mark(handed.group, left)
        else:
            await tell(handed.group, left)
    except ValueError as error:
        return str(error)
    return ""


async def _known(archive: Archive, handed: Handed) -> bool:
    """Whether it is in the history already: somebody was killed before he could say so."""
    left = handed.left
    if isinstance(left, Mark):
        assert isinstance(archive, Chronicle), "whoever takes over keeps what people leave"
        marks = await archive.marks(handed.group, left.at - _AROUND_S, left.at + _AROUND_S)
        return any(_key(mark) == _key(left) for mark in marks)
    past = await archive.past(handed.group, left.at - _AROUND_S, left.at + _AROUND_S)
    return rounded(left) in [one.input for one in past]


def _key(mark: Mark) -> tuple[object, ...]:
    return round(mark.at * 1000), round(mark.written_at * 1000), mark.kind, mark.who, mark.text


def order_book(archive: Archive) -> Recorder:
    """Where a verb records its order and what it saw of it."""
    if isinstance(archive, HandsOver) and archive.elsewhere:
        return OrderHandedOver(archive)
    return archive


class OrderHandedOver:
    """Records the order of a verb where another program writes; that one watches what comes of it."""

    def __init__(self, archive: HandsOver) -> None:
        self._archive = archive

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],  # noqa: ARG002 - whoever takes it in finds its own
        before: GroupState | None = None,  # noqa: ARG002
        after: GroupState | None = None,  # noqa: ARG002
    ) -> None:
        for item in inputs:
            if isinstance(item, FailoverOrdered):
                await self._archive.hand_over(group, item, ORDER_S)
