"""Whether a process still serves after a workflow was imported: some replace parts of Python itself.

Uses an application of its own, because one that has served a request takes no more pages. What is found here
is told of the workflow that did it; unfound, those imported after it would fail in its place.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from time import monotonic as _true_monotonic

from flask import Flask, jsonify, session
from flask.typing import ResponseReturnValue

ENOUGH_S = 5.0
FINE = {"fine": True}
CLOCKS_AGREE_WITHIN_S = 1.0
NEVER_IMPORTED = "this"  # a module that every Python has and nobody has a use for: it is found, not imported
_RECURSION_LIMIT = sys.getrecursionlimit()
_CPU_LIMIT_S = resource.getrlimit(resource.RLIMIT_CPU)[0]

_app = Flask("health", static_folder=None)
_app.testing = True  # what a page raises comes through
_app.secret_key = "nobody reaches this application"  # noqa: S105 - it listens nowhere


@_app.get("/")
def _page() -> ResponseReturnValue:
    session["seen"] = True
    return jsonify(FINE)


def what_is_broken() -> str:
    """What no longer works of that which a node needs; empty while all does."""
    try:
        return _files() or _imports() or _limits() or _clocks() or _ends_later() or _tried()
    except Exception as error:  # noqa: BLE001 - whatever it is, the process cannot serve
        return f"after its import Python itself no longer works: {type(error).__name__}: {error}"


def _files() -> str:
    """A node speaks with the lab through these, and the next socket would take a closed one's number."""
    try:
        for standard in (0, 1, 2):
            os.fstat(standard)
        open(os.devnull, "rb").close()  # noqa: PTH123 - the name itself is what may have been replaced
    except OSError:
        return "its import closes standard input, output or error"
    return ""


def _imports() -> str:
    if sys.modules.get(__name__) is None or sys.modules.get("flask") is None:
        return "its import takes away modules that others have imported (sys.modules)"
    if importlib.util.find_spec(NEVER_IMPORTED) is None:
        return "after its import no other module can be imported (sys.path or sys.meta_path was emptied)"
    return ""


def _limits() -> str:
    limit = sys.getrecursionlimit()
    return f"its import lowers the recursion limit to {limit}" if limit < _RECURSION_LIMIT else ""


def _clocks() -> str:
    apart_s = abs(time.monotonic() - _true_monotonic())
    return "its import replaces the clock (the module time)" if apart_s > CLOCKS_AGREE_WITHIN_S else ""


def _ends_later() -> str:
    """What would end the process in a while, when nobody thinks of this workflow any more."""
    alarm = signal.getsignal(signal.SIGALRM)
    if alarm == signal.SIG_DFL and signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0):
        return "its import sets an alarm that ends the process (SIGALRM)"
    limit_s = resource.getrlimit(resource.RLIMIT_CPU)[0]
    if limit_s not in {_CPU_LIMIT_S, resource.RLIM_INFINITY}:
        return f"its import limits the whole process to {limit_s} s of processor time"
    return ""


def _served() -> bytes | Exception:
    try:
        logging.getLogger("health")  # takes the lock that every line of a log may need
        return bytes(_app.test_client().get("/").data)
    except Exception as error:  # noqa: BLE001 - handed to the thread that waits
        return error


def _tried() -> str:
    answers: list[bytes | Exception] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: answers.append(_served()), daemon=True)
    thread.start()
    thread.join(ENOUGH_S)
    near, far = socket.socketpair()
    near.close()
    far.close()
    if not answers:
        return "after its import no page can be served in a thread any more"
    answer = answers[0]
    if isinstance(answer, Exception):
        raise answer
    if json.loads(answer) != FINE or time.monotonic() < began:
        return "after its import a page is not what it should be"
    return ""
