"""What the window may do with the kept groups beside saving and dropping one. Imported once it is painted."""

from __future__ import annotations

from agmonitor.cli import wiring
from agmonitor.monitor.trials import GroupTrials


class Book:
    """Satisfies the window's ``GroupBook``; lives as long as the window."""

    def __init__(self) -> None:
        self.tries = GroupTrials(wiring.now)
