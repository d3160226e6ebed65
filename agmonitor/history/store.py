"""The history file: every input and what it changed, written by one thread, read by short-lived connections.

``record`` returns once its rows are on disk; whatever waits meanwhile goes into the next commit together.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agmonitor.domain.events import Event
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input, instant_of
from agmonitor.history.codec import encode, encode_event
from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite
from agmonitor.history.queries import Past, read_last, read_past
from agmonitor.history.schema import connect

_FORMS_MAX = 5_000
_BATCH_MAX = 500
_KEPT_ONCE = {
    "groups": ("INSERT OR IGNORE INTO groups (name) VALUES (?)", "SELECT id FROM groups WHERE name = ?"),
    "forms": ("INSERT OR IGNORE INTO forms (body) VALUES (?)", "SELECT id FROM forms WHERE body = ?"),
}


@dataclass(slots=True)
class _Job:
    group: str
    inputs: Sequence[Input]
    events: Sequence[Event]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    error: Exception | None = None


_Queue = queue.SimpleQueue[list[_Job] | None]


class Store:
    """One open history file. Several programs may write to one file; each commits whole transactions."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._jobs: _Queue = queue.SimpleQueue()
        self._gathered: list[_Job] = []
        self._closed = False
        self._thread = threading.Thread(
            target=_Writer(path, connection, self._jobs).run, name="history", daemon=True
        )
        self._thread.start()

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open or begin the history there.

        Raises:
            HistoryError: newer, foreign, damaged, locked or not writable.
        """
        return cls(path, connect(path))

    async def record(self, group: str, inputs: Sequence[Input], events: Sequence[Event]) -> None:
        """Store all or nothing; events belong to the last of the inputs.

        Raises:
            HistoryError: not written.
        """
        assert inputs, "events come from inputs"
        if self._closed:
            raise fault(Fault.CLOSED, self.path)
        loop = asyncio.get_running_loop()
        job = _Job(group, inputs, events, loop, loop.create_future())
        if not self._gathered:
            loop.call_soon(self._hand_over)
        self._gathered.append(job)
        await job.done

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
    """Stands in for a store that could not be opened: says why at each record, and has no past."""

    def __init__(self, error: HistoryError) -> None:
        self._error = error

    async def record(self, group: str, inputs: Sequence[Input], events: Sequence[Event]) -> None:  # noqa: ARG002
        raise HistoryError(self._error.fault, str(self._error))

    async def past(self, group: str, since: Instant, until: Instant | None = None) -> list[Past]:  # noqa: ARG002
        return []

    async def last_at(self, group: str) -> Instant | None:  # noqa: ARG002
        return None

    async def close(self) -> None:
        """Nothing is open."""


class _Writer:
    """Runs in the one thread that writes."""

    def __init__(self, path: Path, connection: sqlite3.Connection, jobs: _Queue) -> None:
        self._path = path
        self._connection = connection
        self._jobs = jobs
        self._groups: dict[str, int] = {}
        self._forms: dict[str, int] = {}

    def run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                self._write(batch)
                _tell(batch)
        self._connection.close()

    def _next_batch(self) -> tuple[list[_Job], bool]:
        """Wait for some jobs, then take along all that wait."""
        batch: list[_Job] = []
        jobs = self._jobs.get()
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
                self._insert(job)
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - handed to every waiter; the thread must live on
            self._groups.clear()  # ids given in this transaction are void
            self._forms.clear()
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            ours = from_sqlite(error, self._path) if isinstance(error, sqlite3.Error) else error
            for job in batch:
                job.error = ours

    def _insert(self, job: _Job) -> None:
        group = self._id_of("groups", job.group, self._groups)
        input_id = None
        for item in job.inputs:
            body, varying = encode(item)
            form = self._id_of("forms", body, self._forms)
            row = (group, round(instant_of(item) * 1000), form, varying)
            input_id = self._connection.execute(
                "INSERT INTO inputs (group_id, at_ms, form_id, varying) VALUES (?, ?, ?, ?)", row
            ).lastrowid
        if job.events:
            self._connection.executemany(
                "INSERT INTO events (input_id, at, kind, severity, sentence, finding, node, episode)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(input_id, *encode_event(event)) for event in job.events],
            )

    def _id_of(self, table: str, text: str, known: dict[str, int]) -> int:
        """The id of a text kept once; another program may have stored it meanwhile."""
        found = known.get(text)
        if found is not None:
            return found
        put, get = _KEPT_ONCE[table]
        self._connection.execute(put, (text,))
        row = self._connection.execute(get, (text,))
        if len(known) >= _FORMS_MAX:
            known.clear()
        known[text] = row.fetchone()[0]
        return known[text]


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
