"""JSON lines between the supervisor and its children: one object a line, unknown words ignored."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

STDOUT, STDERR = 1, 2
ATOMIC_BYTES = 4096  # PIPE_BUF: a line up to this size is written whole or not at all

Line = dict[str, object]

_out = STDOUT


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


def keep_stdout() -> None:
    """From now on standard output is ours alone: what anybody else writes there goes to the log.

    Half a line of a stranger's would spoil the next one of ours.
    """
    global _out  # noqa: PLW0603 - a process has one standard output
    _out = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)


def say(document: Mapping[str, object]) -> bool:
    """Tell the parent on standard output. ``False``: it does not read, and the line was dropped.

    A child must never hang because its parent is stopped or busy, hence the pipe that does not block.
    """
    line = encode(document)
    assert len(line) <= ATOMIC_BYTES, "too long to be written in one piece"
    os.set_blocking(_out, False)
    try:
        os.write(_out, line)
    except BlockingIOError:
        return False
    return True
