"""The history file: every input and what it changed, written by one thread, read by short-lived connections.

``record`` returns once its rows are on disk; whatever waits meanwhile goes into the next commit together.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import Handed, KeptEpisode, Mark, Story
from agmonitor.domain.model import Instant
from agmonitor.domain.moment import Then
from agmonitor.domain.observations import Input
from agmonitor.domain.retention import Retention
from agmonitor.domain.state import GroupState
from agmonitor.history import inbox
from agmonitor.history.checking import Checking
from agmonitor.history.copying import copy
from agmonitor.history.episodes import read_episodes, read_last_number
from agmonitor.history.evidence import read_evidence
from agmonitor.history.faults import Fault, HistoryError, fault
from agmonitor.history.kept import Leaving
from agmonitor.history.marks import read_marks
from agmonitor.history.moment import read_moment, read_neighbour
from agmonitor.history.opening import claim
from agmonitor.history.queries import Past, read_last, read_past
from agmonitor.history.ranges import Range, read_range
from agmonitor.history.regrouping import Erasing, Regrouping, Renaming
from agmonitor.history.resuming import read_last_story
from agmonitor.history.writer import Entry
from agmonitor.history.writer_thread import Job, Jobs, OpenFile, WriterThread

EVIDENCE_WAITING_MAX = 200

P = ParamSpec("P")
T = TypeVar("T")
DOCUMENTED = Retention()


class Store:
    """One open history file. Several programs may write to one file; each commits whole transactions."""

    def __init__(
        self, path: Path, retention: Retention, file: OpenFile | None, owner: sqlite3.Connection
    ) -> None:
        self.path = path
        self._jobs: Jobs = queue.SimpleQueue()
        self._gathered: list[Job] = []
        self._closed = False
        self._unkept = 0  # evidence on its way
        writer = WriterThread(path, retention, file, owner, self._jobs)
        self._checking = Checking(path, writer.found_damaged)
        self._thread = threading.Thread(target=writer.run, name="history", daemon=True)
        self._thread.start()
        if file is not None:
            self._checking.start()

    @classmethod
    def open(cls, path: Path, retention: Retention = DOCUMENTED) -> Store:
        """Open or begin the history there. A damaged one is mended by and by; until then nothing is written.

        Raises:
            HistoryError: newer, foreign, locked or not writable.
        """
        owner = claim(path)
        try:
            return cls(path, retention, OpenFile.unless_damaged(path, retention), owner)
        except BaseException:
            owner.close()
            raise

    async def record(
        self,
        group: str,
        inputs: Sequence[Input],
        events: Sequence[Event],
        before: GroupState | None = None,
        after: GroupState | None = None,
    ) -> None:
        """Store all or nothing; events belong to the last of the inputs, the states stand around it.

        Raises:
            HistoryError: not written.
        """
        assert inputs, "events come from inputs"
        await self._put(Entry(group, inputs, events, before, after))

    async def mark(self, group: str, mark: Mark) -> None:
        """Pin a note; acknowledgements come as inputs, by ``record``.

        Raises:
            HistoryError: not written.
        """
        await self._put(Leaving(group, mark))

    async def rename(self, group: str, after: str, meanwhile: Callable[[], None]) -> None:
        """Give a group another name and keep all of its past. ``meanwhile`` runs in the writer's thread.

        Raises:
            HistoryError: it cannot be written.
            ValueError: that name is taken in the history.
            Exception: whatever ``meanwhile`` raised; then nothing is renamed.
        """
        await self._put(Renaming(group, after, meanwhile))

    async def erase(self, group: str) -> None:
        """Everything that was recorded of a group.

        Raises:
            HistoryError: it cannot be written.
        """
        await self._put(Erasing(group))

    def keep(self, group: str, evidence: Evidence) -> None:
        """Keep evidence of a failed probe when there is time; what cannot be written is let go."""
        if self._closed or self._unkept >= EVIDENCE_WAITING_MAX:
            return
        self._unkept += 1
        self._job(Leaving(group, evidence)).done.add_done_callback(self._kept)

    def _kept(self, done: asyncio.Future[None]) -> None:
        self._unkept -= 1
        if not done.cancelled():
            done.exception()  # the round's own record tells what is wrong

    async def _put(self, entry: Entry | Leaving | Regrouping) -> None:
        if self._closed:
            raise fault(Fault.CLOSED, self.path)
        await self._job(entry).done

    def _job(self, entry: Entry | Leaving | Regrouping) -> Job:
        loop = asyncio.get_running_loop()
        job = Job(entry, loop, loop.create_future())
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(job)
        return job

    async def handed(self) -> list[Handed]:
        """What other programs have left for this one to take in, oldest first.

        Raises:
            OSError: it cannot be read.
        """
        return await asyncio.to_thread(inbox.waiting, self.path)

    async def answer(self, handed: Handed, why_not: str) -> None:
        """Tell whoever left it that it is in the history, or why it is not; it no longer waits.

        Raises:
            OSError: that cannot be told; it goes on waiting.
        """
        await asyncio.to_thread(inbox.answer, handed, why_not)

    async def marks(self, group: str, since: Instant, until: Instant | None = None) -> list[Mark]:
        """Notes and acknowledgements pinned between two instants.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_marks, self.path, group, since, until)

    async def evidence(self, group: str, since: Instant, until: Instant | None = None) -> list[Evidence]:
        """Failed probes between two instants with what came back.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_evidence, self.path, group, since, until)

    async def episodes(self, group: str, since: Instant, until: Instant | None = None) -> list[KeptEpisode]:
        """Episodes that touch the range, each with its marks and where its evidence lies.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_episodes, self.path, group, since, until)

    async def last_story(self, group: str) -> Story | None:
        """The state to go on from and the inputs since, as a new session needs them.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_last_story, self.path, group)

    async def last_number(self, group: str) -> int:
        """The highest number an episode of the group ever had; 0: none.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_last_number, self.path, group)

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        """What a window of that many pixels needs of any range of time.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_range, self.path, group, from_at, until_at, width_px)

    async def moment(self, group: str, at: Instant) -> Then:
        """The state of a group at an instant, and how sure it is.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_moment, self.path, group, at)

    async def neighbour(self, group: str, at: Instant, *, later: bool) -> Event | None:
        """The event nearest to an instant on that side of it; None: there is none.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_neighbour, self.path, group, at, later=later)

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> list[Past]:
        """What was recorded between two instants, in the order it was stepped.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_past, self.path, group, since, until)

    async def last_at(self, group: str) -> Instant | None:
        """When the newest input of that group counts from.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await self._read(read_last, self.path, group)

    async def copy_to(self, path: Path) -> None:
        """A copy of the history as it is now, whole and by itself, while it goes on being written.

        Raises:
            HistoryError: the history cannot be read, or the copy not be written; then nothing is left there.
        """
        await self._read(copy, self.path, path)

    async def _read(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask in a thread; where damage shows, have all of the file looked at."""
        try:
            return await asyncio.to_thread(read, *args, **kwargs)
        except HistoryError as error:
            if error.fault is Fault.DAMAGED:
                self._checking.start()
            raise

    async def close(self) -> None:
        """Write what is waiting, then let go of the file."""
        self._closed = True
        self._hand_over()
        await asyncio.to_thread(self._checking.stop)
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """All that came in one turn of the loop wakes the writer once."""
        if self._gathered:
            self._jobs.put(self._gathered)
            self._gathered = []
