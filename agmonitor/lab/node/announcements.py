"""What the node tells its supervisor on standard output; readiness first, whatever happened before it."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from agmonitor.lab import lines


class Announcements:
    """Any thread may tell an event; those from before readiness wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._early: list[Mapping[str, object]] | None = []

    def tell(self, event: Mapping[str, object]) -> None:
        with self._lock:
            if self._early is not None:
                self._early.append(event)
            else:
                lines.say(event)

    def ready(self, url: str) -> None:
        with self._lock:
            lines.say({"ready": True, "url": url})
            for event in self._early or ():
                lines.say(event)
            self._early = None
