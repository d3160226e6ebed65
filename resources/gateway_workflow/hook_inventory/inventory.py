"""Records what workflows subscribe to and what becomes of each call. Knows neither Flask nor routes.

It stands between a workflow and ``availability_group.api.subscribe``: the callback that reaches Gateway is
wrapped, so that start, end and exception are noted. Nothing else changes: arguments, result and exception pass
through untouched. Memory is bounded; the oldest entries go first.
"""

import collections
import datetime
import functools
import inspect
import os
import sys
import threading
import time

MOST_HOOKS = 200
MOST_CALLS = 500
LONGEST_ERROR = 500

MARK = "_hook_inventory"  # on the wrapped ``subscribe``: this inventory already stands there


class Inventory:
    """Registrations and calls. Hooks and pages run in different threads, hence the lock."""

    def __init__(self):
        self._lock = threading.Lock()
        self._hooks = collections.deque(maxlen=MOST_HOOKS)
        self._calls = collections.deque(maxlen=MOST_CALLS)

    def recorded(self, callback, workflow):
        """The callback to subscribe in this one's place."""
        hook = {"workflow": workflow, "callback": _name(callback), "source": _source(callback)}
        with self._lock:
            self._hooks.append(hook)

        def call(*args, **kwargs):
            entry = self._begin(hook, args[0] if args else None)
            began = time.perf_counter()
            try:
                result = callback(*args, **kwargs)
            except BaseException as error:
                self._end(entry, began, "raised", f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
                raise
            self._end(entry, began, "returned", "")
            return result

        return functools.update_wrapper(call, callback, updated=())

    def document(self):
        """All of it, as plain values."""
        with self._lock:
            return {
                "hooks": [dict(hook) for hook in self._hooks],
                "calls": [dict(entry) for entry in self._calls],
            }

    def _begin(self, hook, event):
        now = datetime.datetime.now(datetime.timezone.utc)
        entry = {
            "workflow": hook["workflow"],
            "callback": hook["callback"],
            "previous": getattr(event, "previous", None) or None,
            "new": getattr(event, "new", None),
            "started_at": now.isoformat(timespec="milliseconds"),
            "duration_ms": None,
            "outcome": "running",
            "error": "",
        }
        with self._lock:
            self._calls.append(entry)
        return entry

    def _end(self, entry, began, outcome, error):
        duration_ms = round((time.perf_counter() - began) * 1000, 3)
        with self._lock:
            entry.update(duration_ms=duration_ms, outcome=outcome, error=error)


def install(api, inventory):
    """Put the inventory in front of ``api.subscribe``; gives the one that stands there, now or already."""
    standing = getattr(api.subscribe, MARK, None)
    if standing is not None:
        return standing
    original = api.subscribe

    @functools.wraps(original)
    def subscribe(event_id, callback, *args, **kwargs):
        workflow = _workflow_of(sys._getframe(1))
        return original(event_id, inventory.recorded(callback, workflow), *args, **kwargs)

    setattr(subscribe, MARK, inventory)
    api.subscribe = subscribe
    return inventory


def _workflow_of(frame):
    """The workflow whose code subscribes: the nearest package above it that declares ``sub_pages``."""
    parts = frame.f_globals.get("__name__", "").split(".")
    for length in range(len(parts), 0, -1):
        package = sys.modules.get(".".join(parts[:length]))
        if hasattr(package, "sub_pages"):
            return parts[length - 1]
    return os.path.basename(os.path.dirname(frame.f_code.co_filename))


def _code(callback):
    """The code behind a function, a method, a partial or a callable object; None if there is none."""
    while isinstance(callback, functools.partial):
        callback = callback.func
    callback = inspect.unwrap(callback)
    for candidate in (callback, getattr(callback, "__func__", None), getattr(type(callback), "__call__", None)):
        if hasattr(candidate, "__code__"):
            return candidate.__code__
    return None


def _name(callback):
    while isinstance(callback, functools.partial):
        callback = callback.func
    return getattr(callback, "__qualname__", None) or type(callback).__qualname__


def _source(callback):
    code = _code(callback)
    if code is None:
        return ""
    # The workflow's folder and the file are enough to find it, and tell nothing else about the server.
    folder, file = os.path.split(code.co_filename)
    return f"{os.path.basename(folder)}/{file}:{code.co_firstlineno}"
