"""A thorough look at the whole file, in a thread and on a connection of its own: no round waits for it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from agmonitor.history.faults import Fault, HistoryError
from agmonitor.history.opening import identity_of, reading
from agmonitor.history.packing import sound
from agmonitor.history.tail import all_sound


class Checking:
    """One look at a time. ``on_damage`` is called in its thread, with the identity of the file looked at."""

    def __init__(self, path: Path, on_damage: Callable[[tuple[int, int]], None]) -> None:
        self._path = path
        self._on_damage = on_damage
        self._stopped = False
        self._connection: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look, unless that is under way."""
        if self._stopped or (self._thread is not None and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._run, name="history check", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it now; none begins any more."""
        self._stopped = True
        while self._thread is not None and self._thread.is_alive():
            connection = self._connection
            if connection is not None:
                with contextlib.suppress(sqlite3.ProgrammingError):  # just closed
                    connection.interrupt()
            self._thread.join(0.05)

    def _run(self) -> None:
        try:
            looked_at = identity_of(self._path)
        except OSError:
            return  # gone, or not to be had: whoever writes finds out
        try:
            with reading(self._path) as connection:
                self._connection = connection
                damaged = not self._is_sound(connection)
        except HistoryError as error:
            damaged = error.fault is Fault.DAMAGED
        finally:
            self._connection = None
        if damaged and not self._stopped:
            self._on_damage(looked_at)

    def _is_sound(self, connection: sqlite3.Connection) -> bool:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            return False
        bodies = connection.execute("SELECT body FROM packs")
        return all(self._stopped or sound(body) for (body,) in bodies) and all_sound(connection)
