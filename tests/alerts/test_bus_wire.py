"""D-Bus messages as bytes: there and back, in both byte orders, and whatever else may come."""

from __future__ import annotations

import random
import struct

import pytest

from agmonitor.alerts.bus_wire import (
    HEAD,
    LARGEST,
    Field,
    Kind,
    Message,
    WireError,
    decoded,
    encoded,
    length_of,
    parts,
)

SIGNATURE = "susssasa{sv}i(yd)aay"
BODY = (
    "agmonitor",
    7,
    "",
    "Zwei Primaries – ä",
    "",
    ["default", "Open"],
    {"urgency": ("y", 2), "image-data": ("(iiibiiay)", (1, 1, 4, 1, 8, 4, b"\0\1\2\3"))},
    -1,
    (255, 0.5),
    [b"x", b""],
)
WHOLE = Message(Kind.CALL, {Field.PATH: "/a", Field.MEMBER: "Notify", Field.SIGNATURE: SIGNATURE}, BODY, 3)


def test_a_message_comes_back_as_it_went() -> None:
    raw = encoded(WHOLE)
    assert length_of(raw[:HEAD]) == len(raw)
    back = decoded(raw)
    assert (back.kind, back.serial, back.body) == (Kind.CALL, 3, BODY)
    assert back.fields == WHOLE.fields


def test_a_big_endian_answer_is_read() -> None:
    fields = struct.pack(">BBBxI", Field.REPLY_TO, 1, ord("u"), 0)[:4] + struct.pack(">I", 9)
    fields += struct.pack(">BB", Field.SIGNATURE, 1) + b"g\0" + b"\1u\0"
    head = struct.pack(">BBBBIII", ord("B"), Kind.REPLY, 0, 1, 4, 5, len(fields))
    raw = head + fields + bytes(-len(fields) % 8) + struct.pack(">I", 42)
    assert length_of(raw[:HEAD]) == len(raw)
    assert (decoded(raw).fields[Field.REPLY_TO], decoded(raw).body) == (9, (42,))


def test_signatures_are_parted() -> None:
    assert parts(SIGNATURE) == ["s", "u", "s", "s", "s", "as", "a{sv}", "i", "(yd)", "aay"]


def test_whatever_comes_is_read_or_refused() -> None:
    raw, chance = encoded(WHOLE), random.Random(7)  # noqa: S311 - the same course each time
    for _ in range(3000):
        spoilt = bytearray(raw[: chance.randrange(len(raw) + 1)])
        for _ in range(chance.randrange(4)):
            if spoilt:
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            decoded(bytes(spoilt))
            length_of(bytes(spoilt[:HEAD]).ljust(HEAD, b"\0"))
        except WireError:
            pass


def test_what_is_far_too_long_or_deep_is_refused() -> None:
    with pytest.raises(WireError):
        length_of(struct.pack("<BBBBIII", ord("l"), 1, 0, 1, LARGEST, 1, 0))
    deep = "a" * 40 + "y"
    message = encoded(Message(Kind.SIGNAL, {Field.SIGNATURE: "v"}, (("u", 1),), 1))
    nested = message.replace(b"\1u\0", bytes([len(deep)]) + deep.encode() + b"\0")
    with pytest.raises(WireError):
        decoded(nested)
