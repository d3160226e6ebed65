"""How each door did last, in a small file for whoever asks from outside (``diagnose``). Holds no secret."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from agmonitor.alerts.delivery import DoorState

NAME = "alert-doors.json"
LARGEST = 100_000


def write(path: Path, states: Sequence[DoorState]) -> None:
    """A few hundred bytes, put in place at once; where that fails nobody is the worse for it."""
    new = path.with_suffix(".new")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(json.dumps([asdict(state) for state in states]), encoding="utf-8")
        new.replace(path)


def read(path: Path) -> tuple[DoorState, ...]:
    """What was written last; nothing where there is nothing that can be read."""
    try:
        return tuple(DoorState(**one) for one in json.loads(path.read_bytes()[:LARGEST]))
    except (OSError, ValueError, TypeError, RecursionError):
        return ()
