"""Records what workflows subscribe to and what becomes of each call. Knows neither Flask nor routes.

It stands between a workflow and ``availability_group.api.subscribe``: the callback that reaches Gateway is
wrapped, so that start, end and exception are noted. Nothing else changes: arguments, result and exception pass
through untouched, and the wrapped callback equals the bare one wherever Gateway compares or looks it up.
Should the keeping of records ever fail, the callback runs all the same. Memory and answer are bounded; the
oldest entries go first.

Python 3.8 and nothing but the standard library.
"""

import datetime
import functools
import inspect
import json
import os
import sys
import threading
import time
from collections import OrderedDict, deque

VERSION = "2.0"

MOST_HOOKS = 100
MOST_CALLS = 200
LONGEST_NAME = 120
LONGEST_ERROR = 300
LONGEST_WORD = 40
DEEPEST_FRAME = 60
ANSWER_MAX = 56 * 1024  # bytes of the document; whoever reads it refuses more than 64 KiB
HOOKS_MAX = 20 * 1024  # of those, for the hooks

MARK = "_hook_inventory"  # on the wrapped ``subscribe``: this inventory already stands there


class Inventory:
    """Registrations and calls. Hooks and pages run in different threads, hence the lock."""

    def __init__(self):
        self._lock = threading.Lock()
        self._hooks = OrderedDict()  # the oldest first
        self._calls = deque(maxlen=MOST_CALLS)
        self._running = {}  # how many calls of a hook are under way
        self._loaded_at = _now()
        self._earlier = ()

    def began_late(self, workflows):
        """These workflows could subscribe before this inventory was there; their hooks are not seen."""
        self._earlier = tuple(workflows)

    def recorded(self, callback, workflow, event):
        """The callback to subscribe in this one's place."""
        file, line = _source(callback)
        key = (workflow, event, _name(callback), file, line)
        with self._lock:
            hook = self._hooks.get(key)
            if hook is None:
                hook = _hook(*key)
                self._hooks[key] = hook
                if len(self._hooks) > MOST_HOOKS:
                    self._hooks.popitem(last=False)
            hook["registrations"] += 1
            hook["registered_at"] = hook["registered_at"] or _now()
        return WatchedCallback(callback, hook, self)

    def began(self, hook, event):
        """A call begins; the entry to end it with."""
        key = (hook["workflow"], hook["event"], hook["callback"], hook["file"], hook["line"])
        entry = {
            "workflow": hook["workflow"],
            "event": hook["event"],
            "callback": hook["callback"],
            "source": _place(hook),
            "previous": _word(getattr(event, "previous", None)),
            "new": _word(getattr(event, "new", None)),
            "started_at": _now(),
            "duration_ms": None,
            "outcome": "running",
            "error": "",
            "began": time.perf_counter(),
            "key": key,
        }
        with self._lock:
            entry["beside"] = self._running.get(key, 0)
            self._running[key] = entry["beside"] + 1
            self._calls.append(entry)
        return entry

    def ended(self, entry, outcome, error=None):
        """A call has ended."""
        duration_ms = _milliseconds(entry["began"])
        with self._lock:
            left = self._running.get(entry["key"], 1) - 1
            if left > 0:
                self._running[entry["key"]] = left
            else:
                self._running.pop(entry["key"], None)
            entry.update(duration_ms=duration_ms, outcome=outcome, error=_told(error))

    def document(self):
        """All of it, as plain values; ``left_out`` says how much there was no room for."""
        with self._lock:
            hooks = [dict(hook) for hook in self._hooks.values()]
            calls = [dict(entry) for entry in self._calls]
        told_hooks = _newest(hooks, HOOKS_MAX)
        told_calls = _newest([_call(entry) for entry in calls], ANSWER_MAX - _size(told_hooks))
        return {
            "version": VERSION,
            "loaded_at": self._loaded_at,
            "earlier_workflows": list(self._earlier),
            "note": self._note(),
            "hooks": told_hooks,
            "calls": told_calls,
            "left_out": {"hooks": len(hooks) - len(told_hooks), "calls": len(calls) - len(told_calls)},
        }

    def _note(self):
        if not self._earlier:
            return ""
        names = ", ".join(self._earlier)
        return "Loaded before this inventory, so that hooks of theirs may be unknown here: {}.".format(names)


class WatchedCallback:
    """A callback that says when it begins and how it ends; in all else the callback itself."""

    def __init__(self, callback, hook, inventory):
        functools.update_wrapper(self, callback, updated=())  # __wrapped__ is the bare callback
        self._hook = hook
        self._inventory = inventory

    def __call__(self, *args, **kwargs):
        entry = self._began(args[0] if args else None)
        try:
            result = self.__wrapped__(*args, **kwargs)
        except BaseException as error:
            self._ended(entry, "raised", error)
            raise
        self._ended(entry, "returned")
        return result

    def __eq__(self, other):
        return self.__wrapped__ == (other.__wrapped__ if isinstance(other, WatchedCallback) else other)

    def __hash__(self):
        return hash(self.__wrapped__)

    def __repr__(self):
        return repr(self.__wrapped__)

    def _began(self, event):
        try:
            return self._inventory.began(self._hook, event)
        except Exception:  # whatever is odd about an event, the callback must run
            return None

    def _ended(self, entry, outcome, error=None):
        if entry is None:
            return
        try:
            self._inventory.ended(entry, outcome, error)
        except Exception:  # as above: the callback's own end is what counts
            entry["outcome"] = outcome


def install(api, inventory):
    """Put the inventory in front of ``api.subscribe``; gives the one that stands there, now or already."""
    standing = getattr(api.subscribe, MARK, None)
    if standing is not None:
        return standing
    original = api.subscribe
    inventory.began_late(_holders(api, original))

    @functools.wraps(original)
    def subscribe(event_id, callback, *args, **kwargs):
        workflow = _workflow_of(sys._getframe(1))
        return original(event_id, inventory.recorded(callback, workflow, _word(event_id) or ""), *args, **kwargs)

    setattr(subscribe, MARK, inventory)
    api.subscribe = subscribe
    return inventory


# -- who subscribes -------------------------------------------------------------------------------------------


def _holders(api, original):
    """Workflows that already hold ``subscribe`` or its module: they may have subscribed unseen."""
    found = set()
    for name, module in list(sys.modules.items()):
        held = getattr(module, "__dict__", None) or {}
        if module is api or not any(value is original or value is api for value in list(held.values())):
            continue
        workflow = _workflow_named(name)
        if workflow and workflow != _workflow_named(__name__):
            found.add(workflow)
    return sorted(found)[:MOST_HOOKS]


def _workflow_of(frame):
    """The workflow whose code subscribes, however many shared modules stand between."""
    innermost = frame
    for _ in range(DEEPEST_FRAME):
        if frame is None:
            break
        workflow = _workflow_named(frame.f_globals.get("__name__", ""))
        if workflow:
            return workflow
        frame = frame.f_back
    return _plain(os.path.basename(os.path.dirname(innermost.f_code.co_filename)))


def _workflow_named(module):
    """The nearest package above a module that declares ``sub_pages``; None where there is none."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        package = sys.modules.get(".".join(parts[:length]))
        if hasattr(package, "sub_pages"):
            return _plain(parts[length - 1])
    return None


def _bare(callback):
    while isinstance(callback, functools.partial):
        callback = callback.func
    return callback


def _name(callback):
    callback = _bare(callback)
    return _plain(getattr(callback, "__qualname__", None) or type(callback).__qualname__)


def _source(callback):
    """File and line of the code behind a function, a method, a partial or a callable object."""
    callback = _bare(callback)
    try:
        callback = inspect.unwrap(callback)
    except ValueError:  # it wraps itself
        pass
    for candidate in (callback, getattr(callback, "__func__", None), getattr(type(callback), "__call__", None)):
        code = getattr(candidate, "__code__", None)
        if code is not None:
            # The workflow's folder and the file are enough to find it, and tell nothing else of the server.
            folder, file = os.path.split(code.co_filename)
            return _plain("{}/{}".format(os.path.basename(folder), file)), code.co_firstlineno
    return "", None


# -- how it is told -------------------------------------------------------------------------------------------


def _hook(workflow, event, callback, file, line):
    return {
        "workflow": workflow,
        "event": event,
        "callback": callback,
        "file": file,
        "line": line,
        "registered_at": None,
        "registrations": 0,
    }


def _call(entry):
    """What is told of a call; of one under way, for how long it has run."""
    told = {name: value for name, value in entry.items() if name not in ("began", "key")}
    told["so_far_ms"] = _milliseconds(entry["began"]) if entry["outcome"] == "running" else None
    return told


def _place(hook):
    return "{}:{}".format(hook["file"], hook["line"]) if hook["file"] else ""


def _newest(entries, room):
    """As many of the newest entries as fit into so many bytes, the oldest of them first."""
    told = []
    for entry in reversed(entries):
        room -= _size(entry) + 2
        if room < 0:
            break
        told.append(entry)
    return told[::-1]


def _size(value):
    return len(json.dumps(value))


def _milliseconds(began):
    return round((time.perf_counter() - began) * 1000, 3)


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")


def _told(error):
    if error is None:
        return ""
    try:
        return _plain("{}: {}".format(type(error).__name__, error), LONGEST_ERROR)
    except Exception:  # an exception whose own text raises
        return _plain(type(error).__name__)


def _word(value):
    """A role or an event in its own word, an enumeration's value; None for nothing."""
    if not value:
        return None
    value = getattr(value, "value", value)
    return _plain(value if isinstance(value, str) else str(value), LONGEST_WORD)


def _plain(text, longest=LONGEST_NAME):
    return "".join(char if char.isprintable() else " " for char in text[:longest])
