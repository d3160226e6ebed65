"""What painted things are to a screen reader. Their text twins are the widgets' own names and descriptions.

A widget that paints itself says what it is with ``accessible_role``, the name of a ``QAccessible.Role``; Qt
would call it an unspecific part of the window.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_installed: list[bool] = []


def install() -> None:
    """Once for the process; costs nothing until somebody listens."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_interface_of)


def _interface_of(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    role = getattr(type(thing), "accessible_role", None)
    if role is None or not isinstance(thing, QWidget):
        return None
    return QAccessibleWidget(thing, QAccessible.Role[role], "")
