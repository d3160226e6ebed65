"""The one event loop of the window: qasync's, with three of its defects mended.

Stock qasync starts a Qt timer for each callback, rounds delays down, lets Qt move them by five per cent, and
never kills the timer of a cancelled one. Here callbacks wait in asyncio's own ready queue, timers in
asyncio's own heap, and two Qt timers in all wake the loop: one for the queue, one for the heap's head.
Where Qt gives up on its own, as it does when the display is gone, the loop says so and runs on to its end.
It knows nothing of the program. It leans on a few private names of ``asyncio.BaseEventLoop`` (``_ready``,
``_scheduled``, ``_call_soon``, ``_timer_cancelled_count``), unchanged from Python 3.8 to 3.14.
"""

from __future__ import annotations

import asyncio
import collections
import heapq
import math
import threading
from collections.abc import Callable
from contextvars import Context
from typing import Any

from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QCoreApplication,
    QObject,
    Qt,
    QTimer,
    Signal,
    qInstallMessageHandler,
)

# Qt's binding must be imported first: qasync takes the one it finds loaded.
import qasync  # isort: skip

TURN_S = 0.008  # after this long in asyncio's callbacks, painting and keys get their turn
LONGEST_MS = 24 * 3600 * 1000  # a Qt interval is a 32-bit number; later timers are armed again on the way
TIDY_FROM = 100  # cancelled timers in the heap are few enough to leave, below this many


GONE_TURN_S = 0.005
GONE_TURNS = 12_000  # a minute: what is left to put in order takes moments


class _Application:
    """The application as the loop runs it: until we leave, whoever else thinks that it is over."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._left = False
        self.gone: Callable[[], None] = lambda: None

    def exec(self) -> int:
        self._left = False
        code = self._app.exec()
        if not self._was_left():
            qInstallMessageHandler(lambda *_: None)  # it says the same at each turn from now on
            self.gone()
        for _ in range(GONE_TURNS):
            if self._was_left():
                break
            threading.Event().wait(GONE_TURN_S)  # a broken connection always has something to tell
            self._app.exec()
        return code

    def _was_left(self) -> bool:
        return self._left

    def exit(self) -> None:
        self._left = True
        self._app.exit()

    def eventDispatcher(self) -> QAbstractEventDispatcher:
        return self._app.eventDispatcher()


class _Pulse(QObject):
    """What wakes the loop: a timer for the ready queue, a precise one for the heap, a signal for threads."""

    woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.soon = QTimer(self)
        self.soon.setSingleShot(True)
        self.soon.setInterval(0)
        self.later = QTimer(self)
        self.later.setSingleShot(True)
        self.later.setTimerType(Qt.TimerType.PreciseTimer)
        self.woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def _on_woken(self) -> None:
        self.soon.start()

    def stop(self) -> None:
        self.soon.stop()
        self.later.stop()
        self.woken.disconnect()


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """asyncio on Qt's event loop: timers never early, cancelled ones gone, one ready queue."""

    _ready: collections.deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _timer_cancelled_count: int

    # The mended class brings back what the stock one replaced.
    call_soon = asyncio.BaseEventLoop.call_soon
    call_later = asyncio.BaseEventLoop.call_later
    run_in_executor = asyncio.BaseEventLoop.run_in_executor
    set_default_executor = asyncio.BaseEventLoop.set_default_executor

    def __init__(self, app: QCoreApplication) -> None:
        self._pulse = _Pulse()
        self._in_turn = False
        self._running = _Application(app)
        super().__init__(self._running)
        self._pulse.soon.timeout.connect(self._run_ready)
        self._pulse.later.timeout.connect(self._run_due)

    def when_gone(self, gone: Callable[[], None]) -> None:
        """Call that where the display ends under the window; the loop goes on until all is in order."""
        self._running.gone = gone

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run at or after ``when``, never before."""
        handle = asyncio.BaseEventLoop.call_at(self, when, callback, *args, context=context)
        self._tidy()
        self._arm()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run on the loop's thread; may be called from any."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        self._pulse.woken.emit()
        return handle

    def close(self) -> None:
        """Release everything; the loop can't be used again."""
        if not self.is_closed() and not self.is_running():
            self._pulse.stop()
        super().close()

    @property
    def waiting_timers(self) -> int:
        """How many timers stand in the heap, cancelled ones not yet tidied away included."""
        return len(self._scheduled)

    @property
    def live_qt_timers(self) -> int:
        """How many Qt timers run for this loop: at most two."""
        return sum(timer.isActive() for timer in (self._pulse.soon, self._pulse.later))

    def _call_soon(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> asyncio.Handle:
        handle: asyncio.Handle = asyncio.BaseEventLoop._call_soon(  # type: ignore[attr-defined]  # noqa: SLF001 - see above
            self, callback, args, context
        )
        self._wake()
        return handle

    def _add_callback(self, handle: asyncio.Handle, _delay: float = 0) -> asyncio.Handle:
        # asyncio's signal handling comes in here
        self._ready.append(handle)
        self._wake()
        return handle

    def _before_run_forever(self) -> None:
        super()._before_run_forever()
        self._wake()
        self._arm()

    def _wake(self) -> None:
        if self._ready and not self._in_turn and not self._pulse.soon.isActive():
            self._pulse.soon.start()

    def _run_ready(self) -> None:
        if self._in_turn:  # a nested Qt loop inside a callback: no task may be entered twice
            return
        self._in_turn = True
        until = self.time() + TURN_S
        try:
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - what every asyncio loop does
                if self.time() > until:
                    break
        finally:
            self._in_turn = False
            self._wake()

    def _arm(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            self._drop_first()
        if not self._scheduled:
            self._pulse.later.stop()
            return
        wait_ms = math.ceil((self._scheduled[0].when() - self.time()) * 1000)
        self._pulse.later.start(min(max(0, wait_ms), LONGEST_MS))

    def _run_due(self) -> None:
        now = self.time()
        while self._scheduled and self._scheduled[0].when() <= now:
            if self._scheduled[0].cancelled():
                self._drop_first()
                continue
            handle = heapq.heappop(self._scheduled)
            self._left_heap(handle)
            self._ready.append(handle)
        self._arm()
        self._run_ready()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        super()._timer_handle_cancelled(handle)
        self._tidy()
        if self._scheduled and self._scheduled[0] is handle:
            self._arm()

    def _drop_first(self) -> None:
        self._left_heap(heapq.heappop(self._scheduled))
        self._timer_cancelled_count -= 1

    @staticmethod
    def _left_heap(handle: asyncio.TimerHandle) -> None:
        # so that cancelling it later is not counted among the heap's cancelled ones
        handle._scheduled = False  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio's own flag

    def _tidy(self) -> None:
        if self._timer_cancelled_count < max(TIDY_FROM, len(self._scheduled) / 2):
            return
        kept = [handle for handle in self._scheduled if not handle.cancelled()]
        for handle in self._scheduled:
            if handle.cancelled():
                self._left_heap(handle)
        heapq.heapify(kept)
        self._scheduled = kept
        self._timer_cancelled_count = 0
        self._arm()
