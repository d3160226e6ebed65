"""The history file: every input and what it changed, written by one thread, read by short-lived connections.

``record`` returns once its rows are on disk; whatever waits meanwhile goes into the next commit together.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from agmonitor.domain.events import Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.kept import KeptEpisode, Mark, Story
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.episodes import read_episodes, read_last_number
from agmonitor.history.evidence import read_evidence
from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.kept import Leaving
from agmonitor.history.marks import read_marks
from agmonitor.history.opening import claim, connect
from agmonitor.history.queries import Past, read_last, read_past
from agmonitor.history.ranges import Range, read_range
from agmonitor.history.resuming import read_last_story
from agmonitor.history.writer import Entry, Writer

_BATCH_MAX = 500
EVIDENCE_WAITING_MAX = 200
_BREATH_S = 0.05  # between two steps of drawing again: it is never in a hurry


@dataclass(slots=True)
class _Job:
    entry: Entry | Leaving
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    error: Exception | None = None


T = TypeVar("T")
_Queue = queue.SimpleQueue[list[_Job] | None]


class Store:
    """One open history file. Several programs may write to one file; each commits whole transactions."""

    def __init__(self, path: Path, connection: sqlite3.Connection, owner: sqlite3.Connection) -> None:
        self.path = path
        self._jobs: _Queue = queue.SimpleQueue()
        self._gathered: list[_Job] = []
        self._closed = False
        self._unkept = 0  # evidence on its way
        self._thread = threading.Thread(
            target=_WriterThread(path, connection, owner, self._jobs).run, name="history", daemon=True
        )
        self._thread.start()

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open or begin the history there.

        Raises:
            HistoryError: newer, foreign, damaged, locked or not writable.
        """
        owner = claim(path)
        try:
            return cls(path, connect(path), owner)
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

    async def _put(self, entry: Entry | Leaving) -> None:
        if self._closed:
            raise fault(Fault.CLOSED, self.path)
        await self._job(entry).done

    def _job(self, entry: Entry | Leaving) -> _Job:
        loop = asyncio.get_running_loop()
        job = _Job(entry, loop, loop.create_future())
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(job)
        return job

    async def marks(self, group: str, since: Instant, until: Instant | None = None) -> list[Mark]:
        """Notes and acknowledgements pinned between two instants.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_marks, self.path, group, since, until)

    async def evidence(self, group: str, since: Instant, until: Instant | None = None) -> list[Evidence]:
        """Failed probes between two instants with what came back.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_evidence, self.path, group, since, until)

    async def episodes(self, group: str, since: Instant, until: Instant | None = None) -> list[KeptEpisode]:
        """Episodes that touch the range, each with its marks and where its evidence lies.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_episodes, self.path, group, since, until)

    async def last_story(self, group: str) -> Story | None:
        """The state to go on from and the inputs since, as a new session needs them.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_last_story, self.path, group)

    async def last_number(self, group: str) -> int:
        """The highest number an episode of the group ever had; 0: none.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_last_number, self.path, group)

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        """What a window of that many pixels needs of any range of time.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_range, self.path, group, from_at, until_at, width_px)

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> list[Past]:
        """What was recorded between two instants, in the order it was stepped.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_past, self.path, group, since, until)

    async def last_at(self, group: str) -> Instant | None:
        """When the newest input of that group counts from.

        Raises:
            HistoryError: the file cannot be read.
        """
        return await asyncio.to_thread(read_last, self.path, group)

    async def close(self) -> None:
        """Write what is waiting, then let go of the file."""
        self._closed = True
        self._hand_over()
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """All that came in one turn of the loop wakes the writer once."""
        if self._gathered:
            self._jobs.put(self._gathered)
            self._gathered = []


class NoHistory:
    """Stands in for a store that could not be opened: says why at each record.

    Its past is what can be read at ``path``, where another program writes the history there.
    """

    def __init__(self, error: HistoryError, path: Path | None = None) -> None:
        self._error = error
        self._path = path if error.fault is Fault.OWNED else None

    async def record(
        self,
        group: str,  # noqa: ARG002
        inputs: Sequence[Input],  # noqa: ARG002
        events: Sequence[Event],  # noqa: ARG002
        before: GroupState | None = None,  # noqa: ARG002
        after: GroupState | None = None,  # noqa: ARG002
    ) -> None:
        raise HistoryError(self._error.fault, str(self._error))

    async def range(self, group: str, from_at: Instant, until_at: Instant, width_px: int) -> Range:
        if self._path is None:
            return Range(group, from_at, until_at)
        return await asyncio.to_thread(read_range, self._path, group, from_at, until_at, width_px)

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> list[Past]:
        if self._path is None:
            return []
        return await asyncio.to_thread(read_past, self._path, group, since, until)

    async def last_at(self, group: str) -> Instant | None:
        return None if self._path is None else await asyncio.to_thread(read_last, self._path, group)

    async def mark(self, group: str, mark: Mark) -> None:  # noqa: ARG002
        raise HistoryError(self._error.fault, str(self._error))

    def keep(self, group: str, evidence: Evidence) -> None:
        """There is nowhere to keep it."""

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
        """Nothing is open."""


class _WriterThread:
    """Takes jobs in, commits them together, and keeps house while nobody waits."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, owner: sqlite3.Connection, jobs: _Queue
    ) -> None:
        self._path = path
        self._connection = connection
        self._owner = owner
        self._jobs = jobs
        self._writer = Writer(connection)
        self._unpacked: deque[str] = deque()  # groups whose tail may hold a finished minute
        self._weary = False  # housekeeping failed: not again before something has been written

    def run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                self._write(batch)
                _tell(batch)
            while self._jobs.empty() and self._keep_house():
                pass
            if self._jobs.empty() and self._lags():
                self._transact(self._writer.drawings.catch_up)
        self._transact(self._writer.drawings.write_all)
        self._connection.close()
        self._owner.close()

    def _next_batch(self) -> tuple[list[_Job], bool]:
        """Wait for some jobs, then take along all that wait."""
        batch: list[_Job] = []
        try:
            jobs = self._jobs.get(timeout=_BREATH_S if self._lags() else None)
        except queue.Empty:
            return batch, True
        while jobs is not None:
            batch += jobs
            if len(batch) >= _BATCH_MAX or self._jobs.empty():
                return batch, True
            jobs = self._jobs.get()
        return batch, False

    def _write(self, batch: list[_Job]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._writer.put(job.entry)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - handed to every waiter; the thread must live on
            self._writer.forget()
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            ours = from_sqlite(error, self._path) if isinstance(error, sqlite3.Error) else error
            for job in batch:
                job.error = ours
            return
        self._weary = False
        for name in {job.entry.group for job in batch} - set(self._unpacked):  # notes too: it does no harm
            self._unpacked.append(name)

    def _keep_house(self) -> bool:
        """One small step; whether there is more to do."""
        if not self._unpacked:
            return False
        group = self._writer.groups.get(self._unpacked[0])
        if group is None or group.newest_ms is None:
            self._unpacked.popleft()
            return True
        packed = self._transact(lambda: self._pack(group.id, group.newest_ms or 0))
        if not packed:
            self._unpacked.popleft()
        return True

    def _pack(self, group_id: int, newest_ms: int) -> int:
        packed = pack_oldest(self._connection, group_id, newest_ms, KnownForms(self._connection))
        if packed:
            self._writer.drawings.write(group_id)
        return packed

    def _lags(self) -> bool:
        try:
            return not self._weary and self._writer.drawings.lag
        except sqlite3.Error:
            return False

    def _transact(self, work: Callable[[], T]) -> T | None:
        """One of our own transactions; None where it failed: the next round's commit tells what is wrong."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            done = work()
            self._connection.execute("COMMIT")
        except Exception:  # noqa: BLE001 - nobody waits for it; the thread must live on
            self._weary = True
            self._writer.drawings.forget()
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            return None
        return done


def _tell(batch: list[_Job]) -> None:
    """Wake the waiters, in order, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.done.done():  # its waiter was cancelled
            continue
        if job.error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(job.error)
