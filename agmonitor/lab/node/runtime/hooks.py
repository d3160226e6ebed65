"""Calls what workflows have subscribed, in order, in one worker thread; an exception in one ends there.

Thread, order and errors are our choice, the contract names none: callbacks run in the order of subscription,
one after the other, each role change after the one before; a callback that hangs delays the rest. One that
subscribes after the start is told the current role as if it had been there at the start. A callback that runs
longer than the limit is reported and left alone: nothing can end a thread, and no Gateway does. One that ends
the process with ``os._exit`` ends its call instead, and that is told as an exception is: a node that vanishes
says nothing of why.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.model import Role
from agmonitor.lab.node.runtime.misdeeds import Misdeeds


@dataclass(frozen=True, slots=True)
class RoleChange:
    """``previous`` None: the node has started."""

    previous: Role | None
    new: Role


Callback = Callable[[RoleChange], object]
MOST_CALLBACKS = 1000
LIMIT_S = 60.0
_LOG = logging.getLogger("gateway.hooks")


class ProcessEndedError(BaseException):
    """Raised where a callback calls ``os._exit``; no Exception, for it is not the callback's to catch."""


class Hooks:
    """Tells ``on_error`` of every exception, ``on_overrun`` of each callback that runs on after ``limit_s``.

    Both are called in another thread than the caller's.
    """

    def __init__(
        self,
        on_error: Callable[[str, RoleChange, BaseException], None],
        on_overrun: Callable[[str, RoleChange, float], None] = lambda _callback, _change, _limit_s: None,
        limit_s: Callable[[], float] = lambda: LIMIT_S,
    ) -> None:
        self._on_error = on_error
        self._on_overrun = on_overrun
        self._limit_s = limit_s
        self.misdeeds = Misdeeds()
        self._lock = threading.Lock()
        self._callbacks: list[Callback] = []
        self._last: RoleChange | None = None
        self._calls: queue.SimpleQueue[tuple[Callback, RoleChange]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)
        self._thread.start()

    def survive_exits(self) -> None:
        """From now on ``os._exit`` in a callback ends that call; a process it has forked still ends by it."""
        leave, own = os._exit, os.getpid()

        def leave_or_tell(code: int) -> None:
            if os.getpid() == own and threading.current_thread() is self._thread:
                raise ProcessEndedError(f"os._exit({code}) would end the Gateway's process")
            leave(code)

        vars(os)["_exit"] = leave_or_tell

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
            limit_s = self._limit_s()
            overrun = threading.Timer(limit_s, self._on_overrun, (_name(callback), change, limit_s))
            overrun.daemon = True
            overrun.start()
            _LOG.info("calling hook %s (if this is the last line, it has ended the node)", _name(callback))
            try:
                callback(change)
            except BaseException as error:  # noqa: BLE001 - a workflow's fault, sys.exit too, ends only its call
                self._on_error(_name(callback), change, error)
            finally:
                overrun.cancel()


def _name(callback: Callback) -> str:
    try:
        return str(getattr(callback, "__qualname__", None) or repr(callback))
    except Exception:  # noqa: BLE001 - a stranger's object; it has a type at least
        return type(callback).__name__
