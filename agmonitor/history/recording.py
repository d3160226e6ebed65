"""A piece of recorded past as a file: gzip'd lines of JSON, one thing a line, written and read as a stream.

Line by line: a header (``agmonitor_recording``: the version of this layout); then, in the order they were
stepped, ``state`` (the state before the next input, and the rules it was judged by), ``form`` (the constant
part of inputs, numbered from 0 as they come), ``at_ms`` (an input: its form, its varying numbers, its events)
and ``note`` (what a person pinned, or a lab had broken); last ``end`` with both counts, so that a file cut
short is found out.

A file comes from anywhere: sizes are bounded, every value is held to its type, and whatever is wrong is a
``RecordingError``. Holds no password and no token: nothing that is stored has a place for one.
"""

from __future__ import annotations

import gzip
import json
import typing
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agmonitor.domain.events import Event
from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Input
from agmonitor.domain.state import GroupState
from agmonitor.history.codec import built, decoder, encode, plain, width
from agmonitor.history.columns import FARTHEST_MS
from agmonitor.history.numbers import row_of, values_of
from agmonitor.history.story import UNREADABLE
from agmonitor.history.typed import of_type

LAYOUT = 1
LINE_MAX = 4_000_000  # letters; the largest states come to a tenth
LINES_MAX = 50_000_000
FORMS_MAX = 200_000
BYTES_MAX = 8_000_000_000  # unpacked
NAME_MAX = 200
FIRST_MS, LAST_MS = -62_135_000_000_000, 253_402_000_000_000  # of all that a calendar can show


class RecordingError(ValueError):
    """The file is no recording, or a damaged one; ``str()`` is a sentence to show."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the file says of itself first."""

    group: str
    from_at: Instant
    until_at: Instant
    made_by: str  # the program's version
    rules: str  # the rules' version of that program


@dataclass(frozen=True, slots=True)
class StateLine:
    """The state before the next input, judged by that version of the rules."""

    state: GroupState
    rules: str


@dataclass(frozen=True, slots=True)
class InputLine:
    """One input and the events that were stored with it."""

    input: Input
    events: tuple[Event, ...]


Line = StateLine | InputLine | Mark


class Recorder:
    """Writes a recording; ``end`` makes it whole, and leaving its block lets go of the file either way."""

    def __init__(self, file: typing.BinaryIO, header: Header) -> None:
        self._file = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
        self._forms: dict[str, int] = {}
        self._inputs = self._events = 0
        self._put({"agmonitor_recording": LAYOUT, **plain(header)})

    def put(self, line: Line) -> None:
        match line:
            case StateLine():
                self._put({"state": plain(line.state), "rules": line.rules})
            case InputLine():
                self._input(line)
            case Mark():
                self._put({"note": plain(line)})

    def __enter__(self) -> typing.Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._file.close()

    def end(self) -> None:
        self._put({"end": {"inputs": self._inputs, "events": self._events}})
        self._file.close()

    def _input(self, line: InputLine) -> None:
        form, at_ms, varying = encode(line.input)
        if form not in self._forms:
            self._forms[form] = len(self._forms)
            self._put({"form": json.loads(form)})
        told: dict[str, object] = {"at_ms": at_ms, "form": self._forms[form]}
        if varying:
            told["numbers"] = values_of(varying, width(form))
        if line.events:
            told["events"] = [plain(event) for event in line.events]
        self._put(told)
        self._inputs += 1
        self._events += len(line.events)

    def _put(self, told: dict[str, Any]) -> None:
        text = json.dumps(told, separators=(",", ":"))
        self._file.write(f"{text}\n".encode())


class Reader:
    """Reads a recording: the header at once, the rest as it is asked for.

    Raises:
        RecordingError: from here or from ``lines``; what came before it stands.
    """

    def __init__(self, file: typing.BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=file, mode="rb")
        self._bytes = 0
        first = self._next()
        if first is None or first.pop("agmonitor_recording", None) != LAYOUT:
            newer = first is not None and "group" in first
            raise RecordingError(
                "It was made by a newer agmonitor." if newer else "It is no recording of agmonitor."
            )
        self.header = _value(Header, first)
        if not 0 < len(self.header.group) <= NAME_MAX or not self.header.group.isprintable():
            raise RecordingError("Its group has no usable name.")

    def lines(self) -> Iterator[Line]:
        """Everything behind the header, to the end that must be there."""
        decode, forms = decoder(), list[str]()
        inputs = events = 0
        for _ in range(LINES_MAX):
            told = self._next()
            if told is None:
                break
            if "at_ms" in told:
                line = _input_line(told, forms, decode)
                inputs, events = inputs + 1, events + len(line.events)
                yield line
            elif "state" in told:
                yield StateLine(_value(GroupState, told["state"]), str(told.get("rules", "")))
            elif "form" in told and len(forms) < FORMS_MAX:
                forms.append(json.dumps(told["form"], separators=(",", ":")))
            elif "note" in told:
                yield _note(told["note"])
            elif told.get("end") == {"inputs": inputs, "events": events}:
                return
            else:
                raise RecordingError("There is a line in it that this agmonitor does not know.")
        raise RecordingError("It is cut short: its end is missing.")

    def _next(self) -> dict[str, Any] | None:
        """One line's object; None at the end of the file."""
        try:
            line = self._file.readline(LINE_MAX + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise RecordingError("It is damaged, or no recording of agmonitor.") from error
        self._bytes += len(line)
        if len(line) > LINE_MAX or self._bytes > BYTES_MAX:
            raise RecordingError("It is too large to be a recording.")
        if not line:
            return None
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RecordingError("There is a line in it that cannot be read.") from error
        if not isinstance(told, dict):
            raise RecordingError("There is a line in it that cannot be read.")
        return told


def _input_line(told: dict[str, Any], forms: list[str], decode: typing.Any) -> InputLine:
    try:
        at_ms, form, numbers = told["at_ms"], told["form"], told.get("numbers")
        _whole(at_ms, form, *(number for number in numbers or () if number is not None))
        item = decode(_of(forms, form), at_ms, b"" if numbers is None else row_of(tuple(numbers)))
    except UNREADABLE as error:
        raise RecordingError("There is an input in it that cannot be read.") from error
    if not of_type(Input, item):
        raise RecordingError("There is an input in it that is none.")
    events = tuple(_value(Event, event) for event in told.get("events", ()))
    _dated(at_ms / 1000, *(event.at for event in events))
    return InputLine(item, events)


def _note(told: object) -> Mark:
    note = _value(Mark, told)
    if note.kind not in {MarkKind.NOTE, MarkKind.BROKEN}:
        raise RecordingError("There is a note in it that is none.")
    _dated(note.at, note.written_at)
    return note


def _dated(*instants: Instant) -> None:
    if not all(FIRST_MS <= at * 1000 <= LAST_MS for at in instants):
        raise RecordingError("There is an instant in it that no calendar holds.")


def _of(forms: list[str], number: int) -> str:
    if number < 0:  # which would count from the end
        raise IndexError(number)
    return forms[number]


def _whole(*numbers: object) -> None:
    if any(type(number) is not int or abs(number) > FARTHEST_MS for number in numbers):
        raise ValueError("not a whole number")


T = typing.TypeVar("T")


def _value(cls: type[T], told: object) -> T:
    """The value of that type, every part of it held to its own type."""
    try:
        value = built(cls, told)
    except UNREADABLE as error:
        raise RecordingError(f"There is a {cls.__name__} in it that cannot be read.") from error
    if not of_type(cls, value):
        raise RecordingError(f"There is a {cls.__name__} in it that is none.")
    return typing.cast("T", value)
