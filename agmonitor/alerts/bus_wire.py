"""D-Bus messages as bytes and back: the little of the specification that notifications need. Pure.

Values by signature: numbers as int or float, ``s o g`` as str, ``ay`` as bytes, arrays as lists, ``a{..}`` as
dicts, structs as tuples, ``v`` as a pair of signature and value.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

FIXED = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d", "h": "I"}
TEXTS = "so"
LARGEST = 1 << 20  # nothing that concerns us is larger
NO_REPLY = 1
HEAD = 16  # bytes that tell how long the message is
DEEPEST = 16


class WireError(ValueError):
    """What came is no message of the protocol."""


class Kind(IntEnum):
    """What a message is."""

    CALL = 1
    REPLY = 2
    ERROR = 3
    SIGNAL = 4


class Field(IntEnum):
    """The fields of a header that we write or read."""

    PATH = 1
    INTERFACE = 2
    MEMBER = 3
    ERROR_NAME = 4
    REPLY_TO = 5
    DESTINATION = 6
    SENDER = 7
    SIGNATURE = 8


FIELD_TYPES = {Field.PATH: "o", Field.REPLY_TO: "u", Field.SIGNATURE: "g"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``body`` has a value for each complete type of the signature."""

    kind: int
    fields: dict[int, Any] = field(default_factory=dict)
    body: tuple[Any, ...] = ()
    serial: int = 0


def encoded(message: Message) -> bytes:
    """The message's bytes, little-endian."""
    body = _Writer()
    signature = message.fields.get(Field.SIGNATURE, "")
    for part, value in zip(parts(signature), message.body, strict=True):
        body.put(part, value)
    head = _Writer()
    for one, value in zip(
        "yyyyuu", (ord("l"), message.kind, 0, 1, len(body.bytes), message.serial), strict=True
    ):
        head.put(one, value)
    told = [
        (number, (FIELD_TYPES.get(Field(number), "s"), value)) for number, value in message.fields.items()
    ]
    head.put("a(yv)", told)
    head.align(8)
    return bytes(head.bytes + body.bytes)


def length_of(head: bytes) -> int:
    """How many bytes the message has whose first 16 these are.

    Raises:
        WireError: it begins like none, or is far too long.
    """
    order = _order(head)
    body, fields = struct.unpack_from(f"{order}I", head, 4)[0], struct.unpack_from(f"{order}I", head, 12)[0]
    length = HEAD + -(-fields // 8) * 8 + body
    if length > LARGEST:
        raise WireError("too long")
    return int(length)


def decoded(raw: bytes) -> Message:
    """The message.

    Raises:
        WireError: it is none.
    """
    try:
        reader = _Reader(raw, _order(raw))
        _, kind, _, _, _, serial, pairs = (
            reader.take(one) for one in ("y", "y", "y", "y", "u", "u", "a(yv)")
        )
        reader.align(8)
        fields = {number: value for number, (_, value) in pairs}
        body = tuple(reader.take(part) for part in parts(fields.get(Field.SIGNATURE, "")))
    except (struct.error, UnicodeDecodeError, IndexError, TypeError, ValueError) as error:
        raise WireError(str(error)) from error
    return Message(kind, fields, body, serial)


def parts(signature: str) -> list[str]:
    """A signature's complete types, one after another."""
    found, place = [], 0
    while place < len(signature):
        end = _end(signature, place)
        found.append(signature[place:end])
        place = end
    return found


def _end(signature: str, place: int) -> int:
    while signature[place] == "a":
        place += 1
    closing = {"(": ")", "{": "}"}.get(signature[place])
    place += 1
    if closing is not None:
        while signature[place] != closing:
            place = _end(signature, place)
        place += 1
    return place


def _alignment(part: str) -> int:
    if part[0] in FIXED:
        return struct.calcsize(FIXED[part[0]])
    return {"(": 8, "{": 8, "g": 1, "v": 1}.get(part[0], 4)


def _order(raw: bytes) -> str:
    try:
        return {ord("l"): "<", ord("B"): ">"}[raw[0]]
    except (KeyError, IndexError):
        raise WireError("no byte order") from None


class _Writer:
    def __init__(self) -> None:
        self.bytes = bytearray()

    def align(self, to: int) -> None:
        self.bytes += bytes(-len(self.bytes) % to)

    def put(self, part: str, value: Any) -> None:
        first = part[0]
        self.align(_alignment(part))
        if first in FIXED:
            self.bytes += struct.pack(f"<{FIXED[first]}", value)
        elif first in TEXTS or first == "g":
            text = value.encode()
            self.bytes += struct.pack("<I" if first in TEXTS else "<B", len(text)) + text + b"\0"
        elif first == "v":
            self.put("g", value[0])
            self.put(*value)
        elif first == "a":
            self._put_array(part[1:], value)
        else:
            for one, member in zip(parts(part[1:-1]), value, strict=True):
                self.put(one, member)

    def _put_array(self, inner: str, value: Any) -> None:
        at = len(self.bytes)
        self.bytes += bytes(4)
        self.align(_alignment(inner))
        begin = len(self.bytes)
        if inner == "y":
            self.bytes += value
        else:
            for one in value.items() if isinstance(value, dict) else value:
                self.put(inner, one)
        struct.pack_into("<I", self.bytes, at, len(self.bytes) - begin)


class _Reader:
    def __init__(self, raw: bytes, order: str) -> None:
        self._raw, self._order, self._at, self._depth = raw, order, 0, 0

    def align(self, to: int) -> None:
        self._at += -self._at % to

    def take(self, part: str) -> Any:
        first = part[0]
        self.align(_alignment(part))
        if first in FIXED:
            return self._number(FIXED[first])
        if first in TEXTS or first == "g":
            length = self._number("I" if first in TEXTS else "B")
            text = self._raw[self._at : self._at + length].decode()
            self._at += length + 1
            return text
        if first not in "va({":
            raise WireError("an unknown type")
        self._depth += 1
        if self._depth > DEEPEST:
            raise WireError("too deep")
        taken = self._take_container(part)
        self._depth -= 1
        return taken

    def _take_container(self, part: str) -> Any:
        if part == "v":
            inner = self.take("g")
            return inner, self.take(inner)
        if part[0] == "a":
            return self._take_array(part[1:])
        return tuple(self.take(one) for one in parts(part[1:-1]))

    def _take_array(self, inner: str) -> Any:
        length = self._number("I")
        self.align(_alignment(inner))
        end = self._at + length
        if end > len(self._raw):
            raise WireError("an array goes on after the message's end")
        if inner == "y":
            taken, self._at = self._raw[self._at : end], end
            return taken
        found = []
        while (before := self._at) < end:
            found.append(self.take(inner))
            if self._at == before:
                raise WireError("an array of nothing")
        return dict(found) if inner[0] == "{" else found

    def _number(self, code: str) -> Any:
        (value,) = struct.unpack_from(f"{self._order}{code}", self._raw, self._at)
        self._at += struct.calcsize(code)
        return value
