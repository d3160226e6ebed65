"""Run in a mount namespace of its own, on a small file system made for it: what the history does there.

``python -m tests.history.in_a_small_place full|read_only FOLDER`` prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

from agmonitor.domain.kept import Mark, MarkKind
from agmonitor.history import no_history
from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.store import Store
from tests.history.rows import event, tick
from tests.history.test_unwritable import Watching, numbers, opened

no_history.RETRY_S = 0.0
NOTE = Mark(1.0, MarkKind.NOTE, "anna", "text", 1.0)
Told = dict[str, object]


async def full(folder: Path) -> Told:
    """Written until the disk is full, a while longer, and again when there is room."""
    path, ballast = folder / "history.db", folder / "ballast"
    watching = Watching(opened(path))
    number, why = 0, ""
    while not why:
        why = await watching.see(*range(number, number + 50))
        number += 50
    before = len(numbers(path))
    unable = _why_not(folder / "another" / "history.db")
    ballast.unlink()
    after = await watching.see(number)
    await watching.recorder.close()
    return {
        "why": why,
        "before": before,
        "unable": unable,
        "after": after,
        "told": len(watching.told),
        "all": numbers(path) == list(range(number + 1)),
    }


async def read_only(folder: Path) -> Told:
    """Written, then the whole file system turned read-only under it, then opened anew, then given back."""
    path = folder / "history.db"
    first = Store.open(path)
    await first.record("g", [tick(0)], [event(0)])
    await first.close()
    _remount(folder, "ro")
    watching = Watching(opened(path))
    why = await watching.see(1, 2)
    past = len(await watching.recorder.past("g", 0))
    note = ""
    try:
        owned = HistoryError(Fault.OWNED, "another writes")
        await no_history.NoHistory(owned, path).hand_over("g", NOTE, 0.1)
    except OSError as error:
        note = str(error)
    _remount(folder, "rw")
    after = await watching.see(3)
    await watching.recorder.close()
    return {"why": why, "past": past, "note": note, "after": after, "all": numbers(path)}


def _remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def _why_not(path: Path) -> str:
    try:
        Store.open(path)
    except HistoryError as error:
        return str(error)
    return ""


STORIES: dict[str, Callable[[Path], Coroutine[None, None, Told]]] = {"full": full, "read_only": read_only}


def main(name: str, folder: Path) -> None:
    if name == "full":
        (folder / "ballast").write_bytes(bytes(300_000))
    told = asyncio.run(STORIES[name](folder))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
