"""Nobody in this process opens a history while another file takes its place.

SQLite opens a file, its log and its index one after the other, each by name: whoever began before a swap and
ended after it would read the old file with the log of the new one ("disk I/O error", or worse, rows of both),
and would drop this process's locks on the new index when it closes. Other processes have locks of their own;
for them ``opening`` looks whether the name still leads to what was opened.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Gate:
    """Any number pass at a time; whoever closes it waits for them, and they for that one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._passing = 0

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Open within; short, and never while it is closed by the same thread."""
        with self._changed:
            self._passing += 1
        try:
            yield
        finally:
            with self._changed:
                self._passing -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """Swap within."""
        with self._changed:
            self._changed.wait_for(lambda: not self._passing)
            yield


GATE = Gate()
