"""Counts what the server answers, and reads the machine's load, for ``/serverstatus``."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MEMORY_INFO = Path("/proc/meminfo")
HIGHEST_LOAD = 0.99  # "never reaches 1"
LOWEST_SCORE = 0.05
HIGHEST_SCORE = 0.35  # the lab is a small load on any machine: never near the 0.50 that worries


class Traffic:
    """A WSGI layer around the application."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self.accesses = 0
        self.bytes_sent = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = self._application(environ, start_response)
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
