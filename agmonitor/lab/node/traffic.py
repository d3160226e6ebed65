"""Counts what the server answers, and reads the machine's load, for ``/serverstatus``.

Every answer passes here, so here it is dated by the node's own clock, and here a node that is made to suffer
answers late, or rubbish.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING

from agmonitor.lab import clock
from agmonitor.lab.node.ailments import Ailments

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MEMORY_INFO = Path("/proc/meminfo")
HIGHEST_LOAD = 0.99  # "never reaches 1"
LOWEST_SCORE = 0.05
HIGHEST_SCORE = 0.35  # the lab is a small load on any machine: never near the 0.50 that worries


class Traffic:
    """A WSGI layer around the application."""

    def __init__(self, application: WSGIApplication, ailments: Ailments) -> None:
        self._application = application
        self._ailments = ailments
        self._lock = threading.Lock()
        self.accesses = 0
        self.bytes_sent = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        pause_s = self._ailments.overload.pause_s()
        if pause_s > 0:
            threading.Event().wait(pause_s)

        def dated(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            return start_response(
                status, [*headers, ("Date", formatdate(clock.now(), usegmt=True))], exc_info
            )

        if self._ailments.rubbish.wanted(environ["PATH_INFO"]):
            return self._ailments.rubbish.answer(environ, dated)
        body = self._application(environ, dated)
        try:
            parts = list(body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        with self._lock:
            self.accesses += 1
            self.bytes_sent += sum(map(len, parts))
        return parts

    def load_score(self) -> float:
        """``resource_usage_score``: small in a lab, unless it is made to climb."""
        return self._ailments.overload.score(resource_usage_score())


def cpu_load() -> float:
    """The load per core of the last minute, as a share of one core."""
    return round(min(HIGHEST_LOAD, os.getloadavg()[0] / (os.cpu_count() or 1)), 2)


def memory_used_bytes() -> int:
    """On the whole host."""
    sizes = {}
    for line in MEMORY_INFO.read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0]) * 1024
    return sizes["MemTotal"] - sizes["MemAvailable"]


def resource_usage_score() -> float:
    return round(LOWEST_SCORE + (HIGHEST_SCORE - LOWEST_SCORE) * cpu_load(), 2)
