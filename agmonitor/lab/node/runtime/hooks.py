"""Calls what workflows have subscribed, in order, in one worker thread; an exception in one ends there.

Thread, order and errors are our choice, the contract names none: callbacks run in the order of subscription,
one after the other, each role change after the one before; a callback that hangs delays the rest. One that
subscribes after the start is told the current role as if it had been there at the start.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.model import Role


@dataclass(frozen=True, slots=True)
class RoleChange:
    """``previous`` None: the node has started."""

    previous: Role | None
    new: Role


Callback = Callable[[RoleChange], object]
MOST_CALLBACKS = 1000


class Hooks:
    """``on_error`` is told of every exception, in the worker thread."""

    def __init__(self, on_error: Callable[[str, RoleChange, BaseException], None]) -> None:
        self._on_error = on_error
        self._lock = threading.Lock()
        self._callbacks: list[Callback] = []
        self._last: RoleChange | None = None
        self._calls: queue.SimpleQueue[tuple[Callback, RoleChange]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="hooks", daemon=True).start()

    def subscribe(self, callback: Callback) -> None:
        with self._lock:
            if len(self._callbacks) >= MOST_CALLBACKS:
                raise RuntimeError(f"more than {MOST_CALLBACKS} callbacks")
            self._callbacks.append(callback)
            if self._last is not None:
                self._calls.put((callback, RoleChange(None, self._last.new)))

    def call(self, change: RoleChange) -> None:
        """Have every callback called; returns at once."""
        with self._lock:
            self._last = change
            for callback in self._callbacks:
                self._calls.put((callback, change))

    def _run(self) -> None:
        while True:
            callback, change = self._calls.get()
            try:
                callback(change)
            except BaseException as error:  # noqa: BLE001 - a workflow's fault, sys.exit too, ends only its call
                self._on_error(getattr(callback, "__qualname__", repr(callback)), change, error)
