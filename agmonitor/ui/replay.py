"""Drawing a group's past in at start: stored inputs stepped again, a few milliseconds at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agmonitor.domain.events import Event
from agmonitor.domain.group import initial, step
from agmonitor.domain.observations import Input, instant_of
from agmonitor.domain.state import Mode
from agmonitor.monitor.ports import GroupChange
from agmonitor.ui.watched import Watched

AT_ONCE = 20  # inputs between two turns of the loop: some milliseconds


class Replay:
    """One group's past on its way in; live changes wait in ``waiting`` until it is there."""

    def __init__(self) -> None:
        self.waiting: list[GroupChange] = []

    @staticmethod
    async def draw_in(watched: Watched, past: Sequence[tuple[Input, tuple[Event, ...]]]) -> None:
        """Feed the past into the history. The newest state stays what the monitor says it is."""
        if not past:
            return
        state = initial(watched.settings, Mode.WATCHING, instant_of(past[0][0]))
        for place, (item, events) in enumerate(past):
            state, _ = step(state, item)
            watched.history.feed(item, state, events)
            if place % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
