"""A person without a mouse: key events to whatever has the keyboard, and eyes on what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

PATIENCE_S = 40.0
MOST_TABS = 60


def alone_with_the_screen() -> None:
    """Whatever other tests have left open lies behind nothing: it goes."""
    for top in QApplication.topLevelWidgets():
        top.hide()


def focused() -> QWidget:
    """What a key goes to."""
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None, "nothing has the keyboard"
    return widget


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def press(keys: str) -> None:
    """One key with its modifiers, as the sheet of keys writes it."""
    QTest.keySequence(focused(), QKeySequence(keys))


def write(text: str) -> None:
    QTest.keyClicks(focused(), text)


def tabbed(name: str) -> bool:
    """Tab until what is called so has the keyboard; whether Tab comes there at all."""
    first = focused()
    for _ in range(MOST_TABS):
        if name_of(focused()).startswith(name):
            return True
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        if focused() is first:
            break
    return False


def tab_to(name: str) -> None:
    """Tab to what is called so, which must be reached so."""
    assert tabbed(name), f"Tab never comes to {name}"


def activate_front() -> None:
    """What a window manager does and this platform leaves out: a dialog that closes gives way."""
    if QApplication.activeWindow() is None:
        shown = [top for top in QApplication.topLevelWidgets() if top.isVisible() and top.isWindow()]
        for top in [top for top in shown if isinstance(top, QDialog)] or shown:
            top.activateWindow()


async def seen(true: Callable[[], bool], what: str) -> None:
    """Wait until something is on the screen."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                activate_front()
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(
            f"never seen: {what}; the keyboard is in {QApplication.focusWidget()!r}"
        ) from None
