"""The node's custom workflows: makes the process their Gateway, loads them, tells what became of each."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from agmonitor.lab import lines
from agmonitor.lab.node import portal
from agmonitor.lab.node.announcements import Announcements
from agmonitor.lab.node.hook_reports import LONGEST_ERROR, LONGEST_NAME
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.runtime import gateway, loader, modules, workflow_files
from agmonitor.lab.node.runtime.hooks import Hooks
from agmonitor.lab.node.runtime.workspace import Found, look
from agmonitor.lab.node.sessions import GUEST, may
from agmonitor.lab.node.settings import NodeSettings
from agmonitor.protocol.state import NodeState

IMPORTED_WITHIN_S = 60.0  # the trial has been through them; this is for one that went well there alone
FAILED = 1
_LOG = logging.getLogger("gateway.workflows")


class Workflows:
    """First ``be_gateway``, before anything is imported that is a workflow's; then ``load``."""

    def __init__(self, settings: NodeSettings, announcements: Announcements) -> None:
        self._announcements = announcements
        self._workspace = look(settings.workflows)
        self._refused = _refused(settings.trial_file)

    def be_gateway(self, app: Flask, hooks: Hooks, state: Callable[[], NodeState]) -> None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for good: commands come by the real one
        hooks.survive_exits()
        gateway.be(gateway.Gateway(app, hooks, state, self._may, self._workspace))
        modules.install()

    def load(self, app: Flask, parts: Parts) -> None:
        """Load all of them and serve their pages."""
        sys.dont_write_bytecode = True  # nothing is left in somebody's folder
        workflow_files.attach(app, self._workspace)
        for trouble in self._workspace.troubles:
            _LOG.error("%s", trouble)
        watch = Watch()
        loaded = loader.load(self._workspace, self._refused, watch.begin)
        watch.end()
        for one in loaded:
            self._tell(one)
        app.register_blueprint(portal.blueprint(parts, loaded))

    def _may(self, user: str, permission: str) -> bool:
        return may(user, permission) and self._workspace.permits(permission, ordinary=user == GUEST)

    def _tell(self, loaded: loader.Loaded) -> None:
        if loaded.error:
            _LOG.error("workflow %s was not loaded: %s", loaded.workflow, loaded.error)
        event = {"event": "workflow", "workflow": loaded.workflow[:LONGEST_NAME]}
        self._announcements.tell({**event, "error": loaded.error[:LONGEST_ERROR]})


class Watch:
    """Ends the process, saying why, where an import does not come back: better than a node that hangs."""

    def __init__(self, limit_s: float = IMPORTED_WITHIN_S) -> None:
        self._limit_s = limit_s
        self._timer: threading.Timer | None = None

    def begin(self, found: Found) -> None:
        self.end()
        _LOG.info("importing workflow %s (if this is the last line, it has ended the node)", found.name)
        self._timer = threading.Timer(self._limit_s, _give_up, (found.name, self._limit_s))
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _give_up(workflow: str, limit_s: float) -> None:
    lines.say({"failed": f"the import of workflow {workflow} has not ended within {limit_s:g} s"})
    os._exit(FAILED)


def _refused(trial_file: Path | None) -> Mapping[str, str]:
    """What the trial has found to be unfit: folder → reason."""
    if trial_file is None:
        return {}
    rows = json.loads(trial_file.read_text(encoding="utf-8"))["workflows"]
    return {row["folder"]: row["reason"] for row in rows if row["reason"]}
