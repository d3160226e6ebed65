"""The Gateway that this process is, for the modules that workflows import. One per process, set once.

Workflows reach their Gateway through module-level names (``main_app.app``, ``availability_group.api``), so
here, and only here, is a global.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from agmonitor.lab.node.runtime.hooks import Hooks
from agmonitor.protocol.state import NodeState


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the shims need of the node."""

    app: Flask
    hooks: Hooks
    state: Callable[[], NodeState]
    may: Callable[[str, str], bool]  # user, permission


_current: Gateway | None = None


def be(gateway: Gateway) -> None:
    """Say what Gateway this process is."""
    global _current  # noqa: PLW0603 - see the module's docstring
    assert _current is None, "one Gateway a process"
    _current = gateway


def current() -> Gateway:
    assert _current is not None, "workflows are imported after the Gateway is there"
    return _current
