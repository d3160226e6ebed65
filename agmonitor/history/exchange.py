"""A group's past out into a file, and in again under a name of its own.

Going out, the state at the beginning is worked out by stepping, so that the piece replays by itself. Coming
in, everything is one transaction: a file that proves bad on its last line leaves nothing behind. What is
there already is never touched.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

from agmonitor import __version__
from agmonitor.domain.group import step
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.domain.retention import Retention
from agmonitor.domain.state import GroupState
from agmonitor.history.columns import FARTHEST_MS, at_ms_of
from agmonitor.history.faults import from_sqlite
from agmonitor.history.forms import KnownForms
from agmonitor.history.housekeeping import pack_oldest
from agmonitor.history.keeping import Keeper
from agmonitor.history.kept import Leaving
from agmonitor.history.marks import read_marks
from agmonitor.history.opening import claim, connect
from agmonitor.history.queries import id_of
from agmonitor.history.recording import Header, InputLine, Reader, Recorder, RecordingError, StateLine
from agmonitor.history.replay import OURS, Moment, moments
from agmonitor.history.writer import Entry, Writer


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What went out or came in."""

    group: str
    inputs: int
    events: int
    from_at: Instant
    until_at: Instant
    left_out: int = 0  # inputs that could not be stepped, and so were not taken along


def export_recording(
    history: Path, group: str, file: Path, since: Instant, until: Instant | None
) -> Exchanged | None:
    """Write a group's past between two instants to a new file; None: there is none, and no file.

    Raises:
        HistoryError: the history cannot be read.
        FileExistsError: the file is there already.
        OSError: it cannot be written.
    """
    ends = _ends(moments(history, group, since, until))
    if ends is None:
        return None
    if file.exists():
        raise FileExistsError(f"{file} is there already.")
    header = Header(group, *ends, __version__, OURS)
    with _appearing(file) as out, Recorder(out, header) as recorder:
        told = _put_moments(recorder, moments(history, group, since, until))
        for mark in read_marks(history, group, *ends, kinds=(MarkKind.NOTE,)):
            recorder.put(mark)
        for mark in _broken(history, group, *ends):
            recorder.put(mark)
        recorder.end()
    return Exchanged(group, told[0], told[1], *ends, told[2])


def import_recording(history: Path, file: Path, name_for: Callable[[Header, list[str]], str]) -> Exchanged:
    """Take a recording into the history, as a group of the name that is chosen for it.

    ``name_for`` gets what the file says of itself and the names that are taken.

    Raises:
        RecordingError: the file is no whole recording; nothing was taken in.
        HistoryError: the history cannot be written; nothing was taken in.
        OSError: the file cannot be read.
    """
    with file.open("rb") as given:
        reader = Reader(given)
        owner = claim(history)
        try:
            with closing(connect(history)) as connection:
                return _taken_in(connection, history, reader, name_for)
        finally:
            owner.close()


def free_name(wanted: str, day: str, taken: list[str]) -> str:
    """What an imported group is called: its own name with the day, and a number where that is taken."""
    names = (f"{wanted} (imported {day}{f', {number}' if number > 1 else ''})" for number in count(1))
    return next(name for name in names if name not in taken)


def _ends(told: Iterator[Moment]) -> tuple[Instant, Instant] | None:
    instants = [moment.at for moment in told if moment.after is not None]
    return (min(instants), max(instants)) if instants else None


def _broken(history: Path, group: str, from_at: Instant, until_at: Instant) -> Iterator[Mark]:
    """What a lab had broken within the piece; what was broken before it goes on from its beginning."""
    told = read_marks(history, group, float("-inf"), until_at, kinds=(MarkKind.BROKEN,))
    before = [mark for mark in told if mark.at < from_at][-1:]
    yield from (replace(mark, at=from_at) for mark in before if mark.text)
    yield from (mark for mark in told if mark.at >= from_at)


def _put_moments(recorder: Recorder, told: Iterator[Moment]) -> tuple[int, int, int]:
    """All that could be stepped, each piece with the state it starts from: inputs, events, left out."""
    inputs = events = left_out = 0
    reached: GroupState | None = None
    rules = ""
    for moment in told:
        if moment.before is None or moment.input is None:
            reached = None
            left_out += moment.count
            continue
        if moment.before is not reached or moment.rules != rules:
            rules = moment.rules
            recorder.put(StateLine(moment.before, rules))
        recorder.put(InputLine(moment.input, moment.stored))
        reached = moment.after
        inputs, events = inputs + 1, events + len(moment.stored)
    return inputs, events, left_out


@contextmanager
def _appearing(file: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is whole, and not at all otherwise."""
    if not file.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", str(file.parent))
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(number, "wb") as out:
            yield out
        os.link(name, file)  # unlike a renaming, never over what somebody put there meanwhile
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _taken_in(
    connection: sqlite3.Connection, path: Path, reader: Reader, name_for: Callable[[Header, list[str]], str]
) -> Exchanged:
    try:
        connection.execute("BEGIN IMMEDIATE")
        taken = [name for (name,) in connection.execute("SELECT name FROM groups")]
        writer = Writer(connection, period=Keeper(connection, Retention()).period)
        told = _put_lines(writer, reader, name_for(reader.header, taken))
        _pack(connection, told)
        writer.drawings.write_all()
        connection.execute("COMMIT")
    except (sqlite3.Error, ValueError, OverflowError) as error:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise _told_of(error, path) from error
    return told


def _told_of(error: Exception, path: Path) -> Exception:
    if isinstance(error, RecordingError):
        return error
    if isinstance(error, sqlite3.Error):
        return from_sqlite(error, path)
    return RecordingError("There is a number or a text in it that cannot be stored.")


def _put_lines(writer: Writer, reader: Reader, name: str) -> Exchanged:
    state: GroupState | None = None
    rules, inputs, events = OURS, 0, 0
    from_ms, until_ms = FARTHEST_MS, -FARTHEST_MS
    for line in reader.lines():
        if isinstance(line, StateLine):
            state, rules = line.state, line.rules
            continue
        if not isinstance(line, InputLine):
            writer.put(Leaving(name, line))
            continue
        if state is None:
            raise RecordingError("It tells no state to start from.")
        after = _stepped(state, line)
        writer.put(Entry(name, (line.input,), line.events, state, after, rules))
        state = after
        inputs, events = inputs + 1, events + len(line.events)
        at_ms = at_ms_of(line.input)
        from_ms, until_ms = min(from_ms, at_ms), max(until_ms, at_ms)
    if not inputs:
        raise RecordingError("It holds nothing.")
    return Exchanged(name, inputs, events, from_ms / 1000, until_ms / 1000)


def _stepped(state: GroupState, line: InputLine) -> GroupState:
    try:
        return step(state, line.input)[0]
    except Exception as error:  # step is total over states of its own making: this one is forged
        raise RecordingError("There is a state in it that cannot be.") from error


def _pack(connection: sqlite3.Connection, told: Exchanged) -> None:
    """Nothing more comes into this group: its minutes are packed at once."""
    group_id = id_of(connection, told.group)
    assert group_id is not None
    forms = KnownForms(connection)
    while pack_oldest(connection, group_id, round(told.until_at * 1000), forms):
        pass
