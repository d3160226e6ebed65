"""The lab's own child processes but for the nodes: spawned into its folder, missed, and ended together."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from agmonitor.lab import lines
from agmonitor.lab.child import Child
from agmonitor.lab.environment import without_secrets
from agmonitor.lab.options import PYTHON_MODULE


class Children:
    """``missed`` is called with the name of one that has ended by itself, or at ``end``."""

    def __init__(self, missed: Callable[[str], None]) -> None:
        self._missed = missed
        self._children: list[Child] = []

    def spawn(
        self,
        name: str,
        module: str,
        folder: Path,
        on_event: Callable[[lines.Line], None] = lambda _: None,
    ) -> Child:
        """Start one; its log goes into the folder.

        Raises:
            LabError: it cannot be started.
        """
        child = Child(
            f"the {name}",
            (*PYTHON_MODULE, module),
            log=folder / f"{name.replace(' ', '')}.log",
            environment=without_secrets(os.environ),
            on_event=on_event,
            on_end=lambda: self._missed(name),
        )
        self._children.append(child)
        child.spawn()
        return child

    def pid(self, name: str) -> int | None:
        """Which process that is."""
        return next((child.pid for child in self._children if child.name == f"the {name}"), None)

    async def end(self) -> None:
        for child in reversed(self._children):
            await child.end()
