"""The history as the window's workspace has it: that of real groups. A lab's past ends with it.

The next lab is another pair; its name must not find what an earlier one left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agmonitor.config.checks import LAB_NAME
from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Handed, KeptEpisode, Left, Mark, Story
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.ranges import Range
from agmonitor.monitor.ports import HandsOver

if TYPE_CHECKING:
    from agmonitor.cli.wiring import History
    from agmonitor.monitor.ports import Recorded


class LabApart:
    """Everything the history does, for all groups but the lab's; nothing is kept of that one."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        if group != LAB_NAME:
            await self._history.record(group, inputs, events, before, after)

    def keep(self, group: str, evidence: Evidence) -> None:
        if group != LAB_NAME:
            self._history.keep(group, evidence)

    async def mark(self, group: str, mark: Mark) -> None:
        """Pin a note.

        Raises:
            OSError: it is not written; of the lab nothing ever is.
        """
        if group == LAB_NAME:
            raise OSError("The lab keeps no history: nothing can be pinned to its past.")
        await self._history.mark(group, mark)

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> Sequence[Recorded]:
        return [] if group == LAB_NAME else await self._history.past(group, since, until)

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        if group == LAB_NAME:
            return Range(group, from_at, until_at)
        return await self._history.range(group, from_at, until_at, width_px)

    async def moment(self, group: str, at: Instant) -> Then:
        if group == LAB_NAME:
            return Then(at, Sure.NOTHING, why="The lab keeps no history; its past ends with the window.")
        return await self._history.moment(group, at)

    async def neighbour(self, group: str, at: Instant, *, later: bool) -> Event | None:
        return None if group == LAB_NAME else await self._history.neighbour(group, at, later=later)

    async def last_at(self, group: str) -> Instant | None:
        return None if group == LAB_NAME else await self._history.last_at(group)

    async def marks(self, group: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]:
        return [] if group == LAB_NAME else await self._history.marks(group, since, until)

    async def evidence(self, group: str, since: Instant, until: Instant | None = None) -> Sequence[Evidence]:
        return [] if group == LAB_NAME else await self._history.evidence(group, since, until)

    async def episodes(
        self, group: str, since: Instant, until: Instant | None = None
    ) -> Sequence[KeptEpisode]:
        return [] if group == LAB_NAME else await self._history.episodes(group, since, until)

    async def last_story(self, group: str) -> Story | None:
        return None if group == LAB_NAME else await self._history.last_story(group)

    async def last_number(self, group: str) -> int:
        return 0 if group == LAB_NAME else await self._history.last_number(group)

    async def handed(self) -> Sequence[Handed]:
        """What other programs left for whoever writes the history, which is this window.

        Raises:
            OSError: it cannot be read.
        """
        return await self._history.handed()

    async def answer(self, handed: Handed, why_not: str) -> None:
        """It is in the history, or never will be and why.

        Raises:
            OSError: that cannot be told.
        """
        await self._history.answer(handed, why_not)

    @property
    def elsewhere(self) -> bool:
        """Whether another program writes the history."""
        return isinstance(self._history, HandsOver) and self._history.elsewhere

    async def hand_over(self, group: str, left: Left, answer_s: float | None = None) -> None:
        """Leave it for that program; returns once it is in the history.

        Raises:
            OSError: it is not, or not yet.
            ValueError: why it never will be.
        """
        assert isinstance(self._history, HandsOver), "whoever finds it elsewhere can hand over"
        await self._history.hand_over(group, left, answer_s)
