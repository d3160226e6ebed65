"""Reads the past that views ask for: the newest wish of each group, one at a time, beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from agmonitor.domain.model import Instant
from agmonitor.texts import t
from agmonitor.ui.earlier import Earlier, Wish, earlier_of
from agmonitor.ui.watched import Watched

if TYPE_CHECKING:
    from agmonitor.history.ranges import Range

QUIET_S = 0.08
"""Wishes are gathered for so long: while a hand drags, each frame makes a new one."""


class TellsRanges(Protocol):
    """Whoever can be asked for a stretch of the past; None: no history is kept there."""

    async def range(self, name: str, from_at: Instant, until_at: Instant, width_px: int) -> Range | None: ...


class EarlierReading:
    """Gives each watched group's history what was read, and tells of it."""

    def __init__(
        self, workspace: TellsRanges, watched: Mapping[str, Watched], told: Callable[[str], None]
    ) -> None:
        self._workspace = workspace
        self._watched = watched
        self._told = told
        self._wishes: dict[str, Wish] = {}
        self._wake = asyncio.Event()

    def want(self, name: str, wish: Wish) -> None:
        """The newest wish counts."""
        watched = self._watched.get(name)
        if watched is not None:
            watched.history.reading = True
            self._wishes[name] = wish
            self._wake.set()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(QUIET_S)
            self._wake.clear()
            wishes, self._wishes = self._wishes, {}
            for name, wish in wishes.items():
                await self._fulfil(name, wish)

    async def _fulfil(self, name: str, wish: Wish) -> None:
        watched = self._watched.get(name)
        if watched is None:
            return
        known = watched.history.earlier
        if known is None or not known.serves(wish.begin_at, wish.end_at, wish.border_at):
            watched.history.earlier = await self._read(name, wish, watched)
        watched.history.reading = name in self._wishes
        self._told(name)

    async def _read(self, name: str, wish: Wish, watched: Watched) -> Earlier:
        """What was read; nothing where that failed, which is told once for each wish."""
        try:
            found = await self._workspace.range(name, wish.from_at, wish.until_at, wish.width_px)
            if found is None:
                return Earlier(wish)
            state = watched.state
            judged = state.settings.judge_clients
            judge = state.clients_ever_worked if judged is None else judged
            return await asyncio.to_thread(earlier_of, found, wish, state.settings, judge_clients=judge)
        except Exception as error:  # noqa: BLE001 - a past that cannot be read must not end the watching
            context = {"message": t("Could not read the history of {group}", group=name), "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
            return Earlier(wish)
