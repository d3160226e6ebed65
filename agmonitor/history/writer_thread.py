"""The one thread that writes: takes jobs in, commits them together, and keeps house while nobody waits.

Whatever is wrong with the file is told to whoever waits, and the thread lives on: it mends what is damaged
and tries again what could not be opened. Knows of asyncio only how to wake a waiter.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from agmonitor.domain.retention import Retention
from agmonitor.history.faults import Fault, HistoryError, fault, from_sqlite
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.keeping import Keeper
from agmonitor.history.kept import Leaving
from agmonitor.history.mending import Mending
from agmonitor.history.opening import BENT, claim, connect, identity_of, is_torn, told_of, transaction
from agmonitor.history.regrouping import Refusal, Regrouping
from agmonitor.history.setting_aside import finish
from agmonitor.history.tail import TornError
from agmonitor.history.writer import Entry, Writer

BATCH_MAX = 500
REST_S = 60.0  # between two tries to mend
BREATH_S = 0.05  # between two steps of drawing again: it is never in a hurry
HURRIED_MAX = 20  # batches in a row without a step of housekeeping
_UNPACKED = "SELECT name, max(at_ms) FROM groups JOIN tail ON group_id = groups.id GROUP BY groups.id"
_logger = logging.getLogger("agmonitor.history")


@dataclass(slots=True)
class Job:
    """Something to be written, and who waits for it."""

    entry: Entry | Leaving | Regrouping
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    error: Exception | None = None


Jobs = queue.SimpleQueue[list[Job] | None]


@dataclass(slots=True)
class OpenFile:
    """A connection and all that is known of the file behind it."""

    connection: sqlite3.Connection
    identity: tuple[int, int]
    writer: Writer
    keeper: Keeper
    unpacked: deque[str] = field(default_factory=deque)  # groups whose tail may hold a finished minute
    weary: bool = False  # housekeeping failed

    @classmethod
    def at(cls, path: Path, retention: Retention) -> OpenFile:
        """Open or begin the history there.

        Raises:
            HistoryError: newer, foreign, damaged, locked or not writable.
        """
        connection = connect(path)
        try:
            keeper = Keeper(connection, retention)
            writer = Writer(connection, period=keeper.period)
            unpacked = connection.execute(_UNPACKED).fetchall()
            for name, newest_ms in unpacked:  # one that is watched no more would never be packed
                writer.group(name).newest_ms = newest_ms
            names = deque(name for name, _ in unpacked)
            return cls(connection, identity_of(path), writer, keeper, names)
        except (sqlite3.Error, OSError, *BENT) as error:
            connection.close()
            raise told_of(error, path) from error

    @classmethod
    def unless_damaged(cls, path: Path, retention: Retention) -> OpenFile | None:
        """As ``at``, after a recovery that had yet to take the damaged file's place; None: it is damaged.

        Raises:
            HistoryError: newer, foreign, locked or not writable.
        """
        try:
            finish(path)
            return cls.at(path, retention)
        except OSError as error:
            ours = from_sqlite(error, path)
            if ours.fault is Fault.DAMAGED:
                return None
            raise ours from error


class WriterThread:
    """What runs in the thread; ``file`` is None where it is to be mended first."""

    def __init__(
        self, path: Path, retention: Retention, file: OpenFile | None, owner: sqlite3.Connection, jobs: Jobs
    ) -> None:
        self._path = path
        self._retention = retention
        self._file = file
        self._owner = owner
        self._claimed = True
        self._jobs = jobs
        self._mending = None if file is not None else Mending(path)
        self._hurried = 0
        self._given_up: HistoryError | None = None  # why the damaged file could not be mended
        self._logged = ""  # the newest error that nobody foresaw
        self._rests_until_s = 0.0  # on the clock of the loop that asks
        self._found: tuple[int, int] | None = None

    def found_damaged(self, identity: tuple[int, int]) -> None:
        """Called in any thread: somebody has read what cannot be, in that file."""
        self._found = identity
        self._jobs.put([])

    def run(self) -> None:
        going_on = True
        while going_on:
            while self._has_time() and self._keep_house():
                self._hurried = 0
            batch, going_on = self._next_batch()
            self._hurried += 1
            if not batch and going_on and self._lags():
                self._draw()
            found, self._found = self._found, None
            if found is not None and self._leads_to(found):
                self._after(fault(Fault.DAMAGED, self._path))
            if batch and self._rests(batch):
                self._refuse(batch, self._given_up)
                _tell(batch)
            elif batch:
                for part in _apart(batch):
                    self._do(part)
                _tell(batch)
        if self._file is not None:
            with contextlib.suppress(Exception):  # nobody waits for it
                _finish(self._file)
        self._let_go()
        self._owner.close()

    def _has_time(self) -> bool:
        return self._jobs.empty() or self._hurried >= HURRIED_MAX

    def _next_batch(self) -> tuple[list[Job], bool]:
        """Wait for some jobs, then take along all that wait."""
        batch: list[Job] = []
        try:
            jobs = self._jobs.get(timeout=BREATH_S if self._lags() else None)
        except queue.Empty:
            return batch, True
        while jobs is not None:
            batch += jobs
            if len(batch) >= BATCH_MAX or self._jobs.empty():
                return batch, True
            jobs = self._jobs.get()
        return batch, False

    def _do(self, batch: list[Job]) -> None:
        """The batch's rows as one commit; else each job is told why not."""
        try:
            file = self._usable()
            with transaction(file.connection):
                for job in batch:
                    _put(file.writer, job.entry)
        except Refusal as refusal:
            if self._file is not None:
                self._file.writer.forget()
            self._refuse(batch, refusal.why)
            return
        except Exception as error:  # noqa: BLE001 - handed to every waiter; the thread must live on
            self._refuse(batch, self._after(error))
            return
        file.weary = False
        if file.writer.newest_ms is not None:
            file.keeper.saw(file.writer.newest_ms)
        file.unpacked.extend({job.entry.group for job in batch} - set(file.unpacked))

    def _rests(self, batch: list[Job]) -> bool:
        """Whether it is too early to try mending again, which may take long and fill a disk."""
        now_s = batch[0].loop.time()
        if self._given_up is not None and not self._rests_until_s:
            self._rests_until_s = now_s + REST_S
        if now_s >= self._rests_until_s:
            self._given_up, self._rests_until_s = None, 0.0
        return self._given_up is not None

    @staticmethod
    def _refuse(batch: list[Job], error: Exception | None) -> None:
        for job in batch:
            job.error = error

    def _usable(self) -> OpenFile:
        """The open file, opened anew where it was lost.

        Raises:
            HistoryError: there is none to be had.
            OSError: the folder cannot be read.
        """
        if self._mending is not None:
            raise HistoryError(Fault.DAMAGED, self._mending.sentence)
        if self._file is not None and not self._leads_to(self._file.identity):
            _logger.warning(
                "The history %s has vanished while it was written; a new one is begun.", self._path
            )
            self._let_go()
            self._owner.close()
            self._claimed = False  # its own file may have gone with the folder
        if not self._claimed:
            self._owner = claim(self._path)
            self._claimed = True
        if self._file is None:
            self._file = OpenFile.at(self._path, self._retention)
        return self._file

    def _leads_to(self, identity: tuple[int, int]) -> bool:
        """Whether that file still has the history's name; a damaged one is set aside."""
        try:
            return identity_of(self._path) == identity
        except FileNotFoundError:
            return False

    def _after(self, error: Exception) -> HistoryError:
        """What an error comes to, in our words; a damaged file begins to be mended."""
        if self._file is not None:
            self._file.writer.forget()
        ours = (
            fault(Fault.DAMAGED, self._path)
            if isinstance(error, TornError)
            else from_sqlite(error, self._path)
        )
        if ours.fault is Fault.OTHER and self._file is not None and is_torn(self._file.connection):
            ours = fault(Fault.DAMAGED, self._path)
        if ours.fault is Fault.OTHER and str(ours) != self._logged:
            self._logged = str(ours)
            _logger.error("The history could not be written.", exc_info=error)
        if ours.fault is Fault.DAMAGED and self._mending is None:
            self._let_go()
            self._mending = Mending(self._path)
            return HistoryError(Fault.DAMAGED, self._mending.sentence)
        return ours

    def _let_go(self) -> None:
        if self._file is not None:
            with contextlib.suppress(sqlite3.Error):
                self._file.connection.close()
            self._file = None

    def _keep_house(self) -> bool:
        """One small step; whether there is more to do."""
        if self._mending is not None:
            return self._mend(self._mending)
        if self._file is None or self._file.weary:
            return False
        try:
            return _pack(self._file) or self._keep(self._file)
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the thread must live on
            self._tire(self._file, error)
            return self._mending is not None

    def _lags(self) -> bool:
        """Whether pictures of the past are to be drawn again."""
        try:
            return self._file is not None and not self._file.weary and self._file.writer.drawings.lag
        except sqlite3.Error:
            return False

    def _draw(self) -> None:
        assert self._file is not None
        try:
            with transaction(self._file.connection):
                self._file.writer.drawings.catch_up()
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the thread must live on
            self._tire(self._file, error)

    def _tire(self, file: OpenFile, error: Exception) -> None:
        """Housekeeping failed: not again before something has been written, which tells what is wrong."""
        file.weary = True
        file.writer.drawings.forget()
        file.unpacked.clear()
        self._after(error)

    def _keep(self, file: OpenFile) -> bool:
        more = file.keeper.step()
        file.writer.period = file.keeper.period
        return more

    def _mend(self, mending: Mending) -> bool:
        try:
            more = mending.step()
        except (sqlite3.Error, OSError) as error:
            self._given_up = from_sqlite(error, self._path)
            _logger.warning("The damaged history was not recovered: %s", self._given_up)
            more = False
        if not more:
            self._mending = None
        return more


def _apart(batch: list[Job]) -> list[list[Job]]:
    """The batch in order, parted so that what renames or erases a group has its own transaction."""
    parts: list[list[Job]] = [[]]
    for job in batch:
        if isinstance(job.entry, Regrouping):
            parts += [[job], []]
        else:
            parts[-1].append(job)
    return [part for part in parts if part]


def _put(writer: Writer, entry: Entry | Leaving | Regrouping) -> None:
    if isinstance(entry, Regrouping):
        writer.regroup(entry)
    else:
        writer.put(entry)


def _pack(file: OpenFile) -> bool:
    """Pack one finished minute of one group; whether there may be more."""
    if not file.unpacked:
        return False
    group = file.writer.groups.get(file.unpacked[0])
    packed = 0
    if group is not None and group.newest_ms is not None:
        with transaction(file.connection):
            packed = pack_oldest(file.connection, group.id, group.newest_ms, KnownForms(file.connection))
            if packed:
                file.writer.drawings.write(group.id)
    if not packed:
        file.unpacked.popleft()
    return True


def _finish(file: OpenFile) -> None:
    """All that waits for an idle moment, before the file is closed."""
    while _pack(file):
        pass
    with transaction(file.connection):
        file.writer.drawings.write_all()


def _tell(batch: list[Job]) -> None:
    """Wake the waiters, in order, each loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        if job.done.done():  # its waiter was cancelled
            continue
        if job.error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(job.error)
