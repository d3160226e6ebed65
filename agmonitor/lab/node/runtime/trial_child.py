"""What a trial's child does: imports workflows as a node would, asks for first pages, and says each step."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from agmonitor.lab.node.runtime import gateway, loader, modules, workflow_files
from agmonitor.lab.node.runtime.failures import explain
from agmonitor.lab.node.runtime.health import what_is_broken
from agmonitor.lab.node.runtime.hooks import RoleChange
from agmonitor.lab.node.runtime.misdeeds import Misdeeds
from agmonitor.lab.node.runtime.stranger import has_let_escape
from agmonitor.lab.node.runtime.user import Identity, User
from agmonitor.lab.node.runtime.workspace import Found, Workspace
from agmonitor.protocol.state import NodeState, Timers

USER = "monitor"
MOST_HOOKS = 100  # of one workflow
REFUSED = 400  # and every status above

Line = dict[str, Any]
Say = Callable[[Line], None]


class Recorder:
    """Takes what is subscribed, and calls none of it."""

    def __init__(self) -> None:
        self.misdeeds = Misdeeds()
        self._callbacks: list[Callable[..., object]] = []

    def subscribe(self, callback: Callable[[RoleChange], object]) -> None:
        if len(self._callbacks) < MOST_HOOKS:
            self._callbacks.append(callback)

    def taken(self, workflow: str, root: Path) -> list[Line]:
        """What has come since the last time."""
        hooks = [_described(callback, workflow, root) for callback in self._callbacks]
        self._callbacks.clear()
        return hooks


def import_each(workspace: Workspace, numbers: Sequence[int], say: Say) -> None:
    """Import these workflows in order."""
    _, hooks = _gateway(workspace)
    for number in numbers:
        found = workspace.workflows[number]
        say({"begin": number})
        root = _root(workspace, found)
        loaded = loader.load_one(found, root)
        broken = "" if loaded.error else _unfit()
        say(
            {
                "loaded": number,
                "reason": loaded.error or broken,
                "kind": loaded.kind,
                "endpoint": loaded.pages[0].endpoint if loaded.pages else "",
                "hooks": hooks.taken(found.name, root),
            }
        )
        if broken or (loaded.error and _unfit()):  # one that failed may have broken something before
            return


def _unfit() -> str:
    """Why what was imported may not run in a node all the same; this process is spoiled then."""
    if has_let_escape():
        return "its import starts a process that would outlive the lab"
    return what_is_broken()


def ask_each(workspace: Workspace, good: Sequence[int], wanted: Mapping[int, str], say: Say) -> None:
    """Import the good ones and ask for the pages wanted, as a user who may do everything."""
    app, _ = _gateway(workspace)
    for number in good:
        found = workspace.workflows[number]
        say({"asking": next(iter(wanted))})  # a sign of life; what was imported before will be again
        loader.load_one(found, _root(workspace, found))
    last = _LastException()
    app.logger.addHandler(last)
    for number, endpoint in wanted.items():
        say({"asking": number})
        found = workspace.workflows[number]
        last.take()
        try:
            answer = app.test_client().get(path_of(endpoint), follow_redirects=True)
        except BaseException as error:  # noqa: BLE001 - foreign code around the page; the next is asked
            reason = explain(error, found, _root(workspace, found))
            say({"page": number, "path": path_of(endpoint), "status": None, "reason": reason})
            continue
        failed = last.take()
        reason = answer.status if answer.status_code >= REFUSED else ""
        if reason and failed is not None:
            reason = f"{reason}: {explain(failed, found, _root(workspace, found))}"
        say({"page": number, "path": path_of(endpoint), "status": answer.status_code, "reason": reason})


def path_of(endpoint: str) -> str:
    return "/" + endpoint.lstrip("/")


class _LastException(logging.Handler):
    """Keeps the newest exception that was logged: pages catch theirs themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._exception: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._exception = record.exc_info[1]

    def take(self) -> BaseException | None:
        """What has come since the last time."""
        taken, self._exception = self._exception, None
        return taken


def _gateway(workspace: Workspace) -> tuple[Flask, Recorder]:
    app = Flask("trial", static_folder=None)
    app.secret_key = "thrown away with the process"  # noqa: S105 - nobody can reach this application
    hooks = Recorder()
    gateway.be(gateway.Gateway(app, hooks, _alone, lambda _user, _permission: True, workspace))
    modules.install()
    loader.prepare(workspace)
    workflow_files.attach(app, workspace)
    app.before_request(lambda: gateway.begin_request(User(Identity(USER))))
    return app, hooks


def _alone() -> NodeState:
    """A node in no group."""
    return NodeState("127.0.0.1", Timers())


def _root(workspace: Workspace, found: Found) -> Path:
    return workspace.roots[found.module.partition(".")[0]]


def _innermost(callback: Any) -> Any:
    """What is called in the end, below wrappers and partials; one may wrap itself."""
    seen: set[int] = set()
    while id(callback) not in seen:
        seen.add(id(callback))
        is_partial = isinstance(callback, functools.partial)
        callback = callback.func if is_partial else getattr(callback, "__wrapped__", callback)
    return callback


def _described(callback: Callable[..., object], workflow: str, root: Path) -> Line:
    inner = _innermost(callback)
    code = getattr(inner, "__code__", None) or getattr(type(inner).__call__, "__code__", None)
    file = Path(code.co_filename) if code else None
    shown = file.relative_to(root) if file and file.is_relative_to(root) else file
    return {
        "workflow": workflow,
        "callback": getattr(inner, "__qualname__", type(inner).__qualname__),
        "file": str(shown or ""),
        "line": code.co_firstlineno if code else None,
    }
