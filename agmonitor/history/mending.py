"""A damaged history: what can be read goes into a fresh file that takes its place, in small steps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from agmonitor.history.salvage import Salvaged, salvaging
from agmonitor.history.setting_aside import clear, complete, finish, part_of

_logger = logging.getLogger("agmonitor.history")


class Mending:
    """One recovery, from the damaged file to the one in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._so_far = Salvaged()
        self._steps = self._run()
        self.told = ""

    @property
    def sentence(self) -> str:
        """How far it is, or how it ended."""
        return self.told or (
            f"The history {self._path} is damaged; what can be read of it is being recovered"
            f" ({self._so_far.kept:,} inputs so far)."
        )

    def step(self) -> bool:
        """Do a little; whether there is more to do.

        Raises:
            HistoryError, sqlite3.Error, OSError: no fresh file can be written; the damaged one stays.
        """
        return next(self._steps, self) is None

    def _run(self) -> Iterator[None]:
        clear(self._path)
        yield from salvaging(self._path, part_of(self._path), self._so_far)
        complete(self._path)
        clear(self._path)
        aside = finish(self._path)
        kept, lost = self._so_far.kept, self._so_far.lost
        rest = "how many are lost cannot be told" if lost is None else f"{lost:,} are lost"
        self.told = (
            f"The history {self._path} was damaged and is now {aside.name if aside else 'gone'};"
            f" {kept:,} inputs were recovered from it, {rest}."
        )
        _logger.warning(self.told)
        yield
