"""What stands in an audit file, and whether it is as it was written. Reads bytes; opens no file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64
DIGITS_MAX = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in its place. ``torn``: the hash of the torn piece before it, if any."""

    number: int
    previous: str
    torn: str
    entry: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Audit:
    """All entries, what is wrong with them, and what a killed writer left at the end."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]
    torn: bytes = b""  # at the end, vouched for by nobody yet
    open_ended: bool = False  # the last piece has no line end

    @property
    def head(self) -> str:
        """The newest entry's hash; whoever notes it elsewhere can prove later that nothing was rewritten."""
        return self.lines[-1].hash if self.lines else FIRST


def text_of(line: Line) -> str:
    """As it stands in the file, without its end."""
    written = {
        "n": line.number,
        "previous": line.previous,
        "torn": line.torn,
        "entry": line.entry,
        "hash": line.hash,
    }
    return json.dumps(written, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def fingerprint(number: int, previous: str, torn: str, entry: Mapping[str, Any]) -> str:
    """The hash of one entry and, through ``previous``, of all before it."""
    plain = json.dumps(entry, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(
        f"{number}\n{previous}\n{torn}\n{plain}".encode("utf-8", "surrogatepass")
    ).hexdigest()


def read_audit(content: bytes, head: str) -> Audit:
    """Everything in it. ``head``: what the head file says, "" where there is none."""
    pieces = content.split(b"\n")
    open_ended = bool(pieces.pop())
    if open_ended:
        pieces = content.split(b"\n")
    lines: list[Line] = []
    faults: list[str] = []
    torn = b""
    for place, piece in enumerate(pieces, 1):
        line = _parsed(piece)
        found = _fingerprint_of(line) if line is not None else ""
        if line is None or not found:
            torn = torn + b"\n" + piece if torn else piece
            continue
        faults += _faults_of(place, line, lines[-1] if lines else None, torn)
        if line.hash != found:
            faults.append(f"Line {place} is not as it was written.")
        torn = b""
        lines.append(line)
    faults += _faults_of_head(head, lines)
    return Audit(tuple(lines), tuple(faults), torn, open_ended)


def _parsed(piece: bytes) -> Line | None:
    try:
        told = json.loads(piece.decode("utf-8"))
        line = Line(told["n"], told["previous"], told["torn"], told["entry"], told["hash"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    words = all(isinstance(one, str) for one in (line.previous, line.torn, line.hash))
    return line if words and type(line.number) is int and isinstance(line.entry, dict) else None


def _fingerprint_of(line: Line) -> str:
    """Nothing where it holds what this program never writes: a strange piece, like a torn one."""
    try:
        return fingerprint(line.number, line.previous, line.torn, line.entry)
    except (ValueError, RecursionError):
        return ""


def known_by(head: str) -> tuple[int, str] | None:
    """How many entries the head file knows, and the hash of the last; None: it tells nothing usable."""
    number, _, known = head.partition(" ")
    plain = number.isascii() and number.isdigit() and len(number) < DIGITS_MAX
    return (int(number), known) if plain else None


def _faults_of(place: int, line: Line, before: Line | None, torn: bytes) -> list[str]:
    faults = []
    number, previous = (before.number + 1, before.hash) if before is not None else (1, FIRST)
    if line.number != number or line.previous != previous:
        faults.append(f"Line {place} does not follow the one before it: entries were changed or taken out.")
    if line.torn != (hashlib.sha256(torn).hexdigest() if torn else ""):
        faults.append(f"Line {place} does not vouch for the piece before it.")
    return faults


def _faults_of_head(head: str, lines: list[Line]) -> list[str]:
    """A head may stand one entry behind: its writer was killed between the two."""
    if not head:
        return ["The head file is missing."] if len(lines) > 1 else []
    told = known_by(head)
    if told is None:
        return ["The head file cannot be read."]
    at, known = told
    if at > len(lines):
        return [f"The last {at - len(lines)} of {at} entries are missing."]
    if not at or lines[at - 1].hash != known:
        return [f"Entry {at} is not the one that the head file knows."]
    return [] if len(lines) - at <= 1 else [f"The head file knows {at} of {len(lines)} entries."]
