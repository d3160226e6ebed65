"""The dialogs that are open, one of a kind: asked for again, the first comes to the front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QDialog

Opened = TypeVar("Opened", bound=QDialog)


class OpenDialogs:
    """Keyed by what they are for, such as ``edit gw-prod``."""

    def __init__(self) -> None:
        self._there: dict[str, QDialog] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._there

    def get(self, key: str) -> QDialog | None:
        return self._there.get(key)

    def open(self, key: str, make: Callable[[], Opened]) -> Opened | None:
        """Show a new one; None where there is one already, which comes to the front."""
        there = self._there.get(key)
        if there is not None:
            there.show()
            there.raise_()
            return None
        dialog = self._there[key] = make()
        dialog.finished.connect(lambda _result: self._there.pop(key, None))
        dialog.show()
        return dialog

    def close(self, key: str) -> None:
        """Close it, if it is open."""
        there = self._there.get(key)
        if there is not None:
            there.close()
