"""The one net under the program: whatever nobody caught is logged and shown in the error bar.

Exceptions in slots and paint events arrive at ``sys.excepthook``, those of callbacks at the loop's handler.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from agmonitor.texts import t

logger = logging.getLogger("agmonitor.ui")
Tell = Callable[[str, str], None]
"""Shows a sentence and keeps the detail for whoever reports it."""


class Net:
    """Spread while the window lives; ``tell`` is called on the GUI thread alone."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._hook_before: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def spread(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on everything uncaught falls into it."""
        self._loop = loop
        self._hook_before = sys.excepthook
        sys.excepthook = self._on_uncaught
        loop.set_exception_handler(self._on_loop_exception)

    def fold(self) -> None:
        """As it was before."""
        if self._loop is not None:
            sys.excepthook = self._hook_before
            self._loop.set_exception_handler(None)
            self._loop = None

    def _on_uncaught(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._hook_before(kind, error, traceback)
            return
        self._catch(t("Something went wrong in the window"), error)

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        message = context.get("message") or t("Something went wrong")
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._catch(message, error)
        else:
            logger.error("%s", message)

    def _catch(self, message: str, error: BaseException) -> None:
        logger.error("%s", message, exc_info=error)
        what = str(error) or type(error).__name__
        sentence = f"{message}: {what.splitlines()[0]}"
        detail = f"{message}: {type(error).__name__}: {error}"
        if threading.current_thread() is threading.main_thread():
            self._tell(sentence, detail)
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell, sentence, detail)
