"""What other programs leave for the one that writes the history: a folder beside it, one small file each.

A file appears whole or not at all, and is on disk before anybody is told so. Whoever writes the history takes
it in, answers beside it, and only then removes it: a kill in between has it taken in again, which whoever
takes it in must notice. Knows no SQL and judges nothing.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from itertools import count
from pathlib import Path
from typing import get_args

from agmonitor.domain.kept import Handed, Left, Mark
from agmonitor.history.codec import built, plain, storable
from agmonitor.history.scale import ms
from agmonitor.history.story import UNREADABLE
from agmonitor.history.typed import of_type

WAITING, ANSWER, BAD = ".json", ".answer", ".unreadable"
ANSWERS_MAX = 100  # left by programs that did not wait for them
LARGEST = 1_000_000  # bytes; a note of a person is never as long
_logger = logging.getLogger("agmonitor.history")
_numbers = count(1)


def folder_of(history: Path) -> Path:
    """Where it lies, for that history."""
    return history.with_name(f"{history.name}-inbox")


def leave(history: Path, group: str, left: Left) -> Path:
    """Leave something for whoever writes the history; it is on disk when this returns.

    Raises:
        OSError: it cannot be.
    """
    folder = folder_of(history)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at_ms = max(0, ms(left.written_at if isinstance(left, Mark) else left.at))
    name = f"{at_ms:020}-{next(_numbers):06}-{os.urandom(4).hex()}"
    file = folder / f"{name}{WAITING}"
    part = file.with_suffix(".part")
    told = {"group": group, "left": plain(left), "kind": type(left).__name__}
    try:
        with part.open("x", encoding="utf-8") as out:
            out.write(storable(json.dumps(told, ensure_ascii=False)))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
        _settle(folder)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return file


def answer_to(file: Path) -> str | None:
    """What became of it, once: why not, or nothing where it is in the history; None: it still waits."""
    if file.exists():
        return None
    try:
        said = file.with_suffix(ANSWER).read_text(encoding="utf-8")
        file.with_suffix(ANSWER).unlink()
    except OSError:
        return "It was taken in, and what became of it cannot be read."
    return said


def waiting(history: Path) -> list[Handed]:
    """All that waits, in the order it was left; what cannot be read is put aside.

    Raises:
        OSError: the folder cannot be read.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder_of(history)))
    except FileNotFoundError:
        return []
    found: list[Handed] = []
    for file in (folder_of(history) / name for name in names if name.endswith(WAITING)):
        try:
            found.append(_read(file))
        except FileNotFoundError:
            continue
        except (*UNREADABLE, OSError):
            _logger.warning("What was left in %s cannot be read; it is put aside.", file)
            with contextlib.suppress(OSError):
                file.replace(file.with_suffix(BAD))
    return found


def answer(handed: Handed, said: str) -> None:
    """It is in the history, or why it will never be; it no longer waits.

    Raises:
        OSError: that cannot be told; it goes on waiting.
    """
    file = Path(handed.place)
    file.with_suffix(ANSWER).write_text(storable(said), encoding="utf-8")
    file.unlink(missing_ok=True)
    old = sorted(one for one in file.parent.iterdir() if one.suffix == ANSWER)[:-ANSWERS_MAX]
    for each in old:
        each.unlink(missing_ok=True)


_KINDS: dict[str, type[Left]] = {cls.__name__: cls for cls in get_args(Left)}


def _read(file: Path) -> Handed:
    with file.open("rb") as given:
        told = json.loads(given.read(LARGEST))
    left = built(_KINDS[told["kind"]], told["left"])
    if not of_type(Left, left) or not isinstance(told["group"], str):
        raise ValueError("not what it says it is")
    return Handed(str(file), told["group"], left)


def _settle(folder: Path) -> None:
    """Have the file's name on disk too, where a system can be asked for that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
