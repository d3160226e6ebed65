"""JSON lines between the supervisor and its children: one object a line, unknown words ignored."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

STDOUT = 1
ATOMIC_BYTES = 4096  # PIPE_BUF: a line up to this size is written whole or not at all

Line = dict[str, object]


def encode(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def decode(line: str | bytes) -> Line:
    """The object on one line.

    Raises:
        ValueError: not a JSON object.
    """
    try:
        document = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one kind of error for every unusable line
    return document


def say(document: Mapping[str, object]) -> bool:
    """Tell the parent on standard output. ``False``: it does not read, and the line was dropped.

    A child must never hang because its parent is stopped or busy, hence the pipe that does not block.
    """
    line = encode(document)
    assert len(line) <= ATOMIC_BYTES, "too long to be written in one piece"
    os.set_blocking(STDOUT, False)
    try:
        os.write(STDOUT, line)
    except BlockingIOError:
        return False
    return True
