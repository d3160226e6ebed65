"""Stands in for a history that could not be opened: watching goes on, and opening it is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Handed, KeptEpisode, Left, Mark, Story
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history import inbox
from agmonitor.history.episodes import read_episodes, read_last_number
from agmonitor.history.evidence import read_evidence
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.marks import read_marks
from agmonitor.history.moment import read_moment, read_neighbour
from agmonitor.history.queries import Past, read_last, read_past
from agmonitor.history.ranges import Range, read_range
from agmonitor.history.resuming import read_last_story
from agmonitor.history.store import Store

RETRY_S = 4.0  # a little less than whoever records waits between two tries
ANSWER_S = 5.0  # whoever writes looks for what is left more often
LOOK_S = 0.05
_READABLE = frozenset((Fault.OWNED, Fault.READ_ONLY, Fault.FULL))


class NoHistory:
    """Says why at each record, and passes on to the store once it could be opened.

    Its past is what can be read at ``path``, where another program writes the history there or nobody can.
    """

    def __init__(
        self, error: HistoryError, path: Path | None = None, reopen: Callable[[], Store] | None = None
    ) -> None:
        """``reopen`` is tried now and then, in a thread."""
        self._error = error
        self._place = path
        self._path = _readable(path, error)
        self._reopen = reopen
        self._store: Store | None = None
        self._trying = asyncio.Lock()
        self._tried_s = -RETRY_S  # on the loop's clock

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        await (await self._opened()).record(group, inputs, events, before, after)

    async def _opened(self) -> Store:
        """The store, opened by now.

        Raises:
            HistoryError: it still cannot be.
        """
        async with self._trying:  # many groups ask at once
            now_s = asyncio.get_running_loop().time()
            due = self._store is None and now_s - self._tried_s >= RETRY_S
            if due and self._reopen is not None:
                self._tried_s = now_s
                try:
                    self._store = await asyncio.to_thread(self._reopen)
                    self._path = self._store.path
                except HistoryError as error:
                    self._error = error
                    self._path = _readable(self._place, error)
        if self._store is None:
            raise HistoryError(self._error.fault, str(self._error))
        return self._store

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        if self._path is None:
            return Range(group, from_at, until_at)
        return await asyncio.to_thread(read_range, self._path, group, from_at, until_at, width_px)

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> list[Past]:
        if self._path is None:
            return []
        return await asyncio.to_thread(read_past, self._path, group, since, until)

    async def moment(self, group: str, at: Instant) -> Then:
        if self._path is None:
            return Then(at, Sure.NOTHING, why=f"No history is being written: {self._error}")
        return await asyncio.to_thread(read_moment, self._path, group, at)

    async def neighbour(self, group: str, at: Instant, *, later: bool) -> Event | None:
        if self._path is None:
            return None
        return await asyncio.to_thread(read_neighbour, self._path, group, at, later=later)

    async def last_at(self, group: str) -> Instant | None:
        return None if self._path is None else await asyncio.to_thread(read_last, self._path, group)

    async def mark(self, group: str, mark: Mark) -> None:
        try:
            store = await self._opened()
        except HistoryError as error:
            if error.fault is not Fault.OWNED:
                raise
            await self.hand_over(group, mark)
        else:
            await store.mark(group, mark)

    async def rename(self, group: str, after: str, meanwhile: Callable[[], None]) -> None:
        await (await self._opened()).rename(group, after, meanwhile)

    async def erase(self, group: str) -> None:
        await (await self._opened()).erase(group)

    @property
    def elsewhere(self) -> bool:
        """Whether another program writes the history."""
        return self._store is None and self._error.fault is Fault.OWNED

    async def hand_over(self, group: str, left: Left, answer_s: float | None = None) -> None:
        """Leave it for the program that writes the history; returns once it has taken it in.

        Raises:
            OSError: it could not be left, or was not taken in within that time; then it is kept for later.
            ValueError: why it never will be.
        """
        assert self._place is not None, "some program has it, so it is somewhere"
        try:
            file = await asyncio.to_thread(inbox.leave, self._place, group, left)
        except OSError as error:
            sentence = f"It cannot be left for the agmonitor that writes the history: {error.strerror}."
            raise HistoryError(Fault.OWNED, sentence) from error
        try:
            async with asyncio.timeout(ANSWER_S if answer_s is None else answer_s):
                while (why_not := inbox.answer_to(file)) is None:  # noqa: ASYNC110 - of another program
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            if isinstance(left, Mark) and await self._written_after_all(group, left, file):
                return
            sentence = f"Another agmonitor writes the history and has not taken this in yet; {file} keeps it."
            raise HistoryError(Fault.OWNED, sentence) from None
        if why_not:
            raise ValueError(why_not)

    async def _written_after_all(self, group: str, mark: Mark, file: Path) -> bool:
        """Whoever had the history may have been about to end, as a verb is: then it is ours to write."""
        try:
            store = await self._opened()
        except HistoryError:
            return False
        await asyncio.to_thread(file.unlink, missing_ok=True)
        await store.mark(group, mark)
        return True

    async def handed(self) -> list[Handed]:
        return [] if self._store is None else await self._store.handed()

    async def answer(self, handed: Handed, why_not: str) -> None:
        if self._store is not None:
            await self._store.answer(handed, why_not)

    def keep(self, group: str, evidence: Evidence) -> None:
        if self._store is not None:
            self._store.keep(group, evidence)

    async def marks(self, group: str, since: Instant, until: Instant | None = None) -> list[Mark]:
        if self._path is None:
            return []
        return await asyncio.to_thread(read_marks, self._path, group, since, until)

    async def evidence(self, group: str, since: Instant, until: Instant | None = None) -> list[Evidence]:
        if self._path is None:
            return []
        return await asyncio.to_thread(read_evidence, self._path, group, since, until)

    async def episodes(self, group: str, since: Instant, until: Instant | None = None) -> list[KeptEpisode]:
        if self._path is None:
            return []
        return await asyncio.to_thread(read_episodes, self._path, group, since, until)

    async def last_story(self, group: str) -> Story | None:
        return None if self._path is None else await asyncio.to_thread(read_last_story, self._path, group)

    async def last_number(self, group: str) -> int:
        return 0 if self._path is None else await asyncio.to_thread(read_last_number, self._path, group)

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()


def _readable(path: Path | None, error: HistoryError) -> Path | None:
    """Where the past can be read all the same."""
    if path is None or error.fault not in _READABLE or not path.is_file():
        return None
    return path
