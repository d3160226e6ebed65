"""The Gateway that this process is, for the modules that workflows import. One per process, set once.

Workflows reach their Gateway through module-level names (``main_app.app``, ``availability_group.api``), so
here, and only here, is a global.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Protocol

from flask import Flask, g

from agmonitor.lab.node.runtime.hooks import RoleChange
from agmonitor.lab.node.runtime.misdeeds import Misdeeds
from agmonitor.lab.node.runtime.user import User
from agmonitor.lab.node.runtime.workspace import Workspace
from agmonitor.protocol.state import NodeState

VERSION = "lab"  # what pages append to the addresses of their files


class Subscriptions(Protocol):
    """Where callbacks are left to be called."""

    @property
    def misdeeds(self) -> Misdeeds:
        """What they are made to do wrong."""

    def subscribe(self, callback: Callable[[RoleChange], object]) -> None:
        """Have it called at each change of role."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the shims need of the node."""

    app: Flask
    hooks: Subscriptions
    state: Callable[[], NodeState]
    may: Callable[[str, str], bool]  # user, permission
    workspace: Workspace = field(default_factory=Workspace)


_current: Gateway | None = None


def be(gateway: Gateway) -> None:
    """Say what Gateway this process is."""
    global _current  # noqa: PLW0603 - see the module's docstring
    assert _current is None, "one Gateway a process"
    _current = gateway


def current() -> Gateway:
    assert _current is not None, "workflows are imported after the Gateway is there"
    return _current


def begin_request(user: User | None) -> None:
    """Put into ``flask.g`` what workflows find there."""
    g.user = user
    g.version = VERSION
    g.config = SimpleNamespace(
        login_idle_timeout=0, logo_file="", ui_customizations_file_hash="", ui_theme=""
    )
    g.use_rest = False
