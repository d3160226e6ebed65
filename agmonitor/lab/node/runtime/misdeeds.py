"""What the faults ``hook_raises`` and ``hook_hangs`` do to callbacks: each raises, or blocks until healed.

The callback is replaced at its very heart, so that whoever stands around it, the hook inventory above all,
records the misdeed as the callback's own.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any

Called = Callable[..., object]
RECORDER = "WatchedCallback"
"""The class that the hook inventory puts around a callback; it calls its ``__wrapped__``."""


class Misdeed(StrEnum):
    """What every callback does; ``heal`` ends both."""

    RAISE = "raise"
    HANG = "hang"
    HEAL = "heal"


class HookFaultError(RuntimeError):
    """Raised in a callback's place."""


class Misdeeds:
    """Turned on and off from any thread; what hangs goes on when healed, and does its work then."""

    def __init__(self) -> None:
        self._now = Misdeed.HEAL
        self._healed = threading.Event()
        self._healed.set()

    def do(self, deed: Misdeed) -> None:
        self._now = deed
        if deed is Misdeed.HANG:
            self._healed.clear()
        else:
            self._healed.set()

    def upon(self, callback: Called) -> Called:
        """The callback to call instead: itself, unless something is wrong."""
        if self._now is Misdeed.HEAL:
            return callback
        return _with_heart(callback, self._raise if self._now is Misdeed.RAISE else self._hang)

    def _raise(self, _inner: Called, *_args: Any, **_more: Any) -> object:
        raise HookFaultError("Every hook raises here: the fault hook_raises is on.")

    def _hang(self, inner: Called, *args: Any, **more: Any) -> object:
        self._healed.wait()
        return inner(*args, **more)


def _with_heart(callback: Called, deed: Callable[..., object]) -> Called:
    """The callback with ``deed`` in place of what the inventory records around."""
    if type(callback).__name__ != RECORDER:
        return lambda *args, **more: deed(callback, *args, **more)
    recorder: Any = copy.copy(callback)
    recorder.__wrapped__ = _with_heart(recorder.__wrapped__, deed)
    return recorder  # type: ignore[no-any-return]  # a copy of a callable
