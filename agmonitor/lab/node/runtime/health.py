"""Whether a process still serves after a workflow was imported: some replace parts of Python itself.

Uses an application of its own, because one that has served a request takes no more pages.
"""

from __future__ import annotations

import json
import socket
import threading
import time

from flask import Flask, jsonify, session
from flask.typing import ResponseReturnValue

ENOUGH_S = 5.0
FINE = {"fine": True}

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
        return _tried()
    except Exception as error:  # noqa: BLE001 - whatever it is, the process cannot serve
        return f"after its import Python itself no longer works: {type(error).__name__}: {error}"


def _served() -> bytes | Exception:
    try:
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
