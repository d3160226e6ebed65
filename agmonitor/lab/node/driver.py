"""Runs one ``NodeMachine`` in real time: one thread takes inputs in, in order, and hands the effects out.

Decides nothing itself. Other threads post inputs or order something and wait for its answer; the state they
may read is one frozen value.
"""

from __future__ import annotations

import os
import queue
import threading
import traceback
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from agmonitor.protocol.effects import Answer, Effect, Refusal
from agmonitor.protocol.inputs import Input, Tick
from agmonitor.protocol.machine import NodeMachine
from agmonitor.protocol.state import NodeState, Order

BUG = 70  # EX_SOFTWARE
IDLE_S = 3600.0

Waiter = Future[Refusal | None]


class OrderTimeoutError(Exception):
    """The order was given and has not been answered; what became of it is not known."""


class Driver:
    """``carry_out`` must not block; it posts the outcome of each effect back as an input."""

    def __init__(
        self,
        machine: NodeMachine,
        now: Callable[[], float],
        carry_out: Callable[[Effect], None],
        after_step: Callable[[NodeState], None],
    ) -> None:
        self._machine = machine
        self._now = now
        self._carry_out = carry_out
        self._after_step = after_step
        self._inbox: queue.SimpleQueue[tuple[Input, Waiter | None] | None] = queue.SimpleQueue()
        self._waiting: defaultdict[Order, deque[Waiter]] = defaultdict(deque)
        self._thread = threading.Thread(target=self._run, name="driver", daemon=True)

    @property
    def state(self) -> NodeState:
        return self._machine.state

    def start(self) -> None:
        self._thread.start()

    def post(self, happened: Input) -> None:
        """Something happened; any thread."""
        self._inbox.put((happened, None))

    def nudge(self) -> None:
        """The clock was set: look anew at what is due."""
        self._inbox.put(None)

    def order(self, happened: Input, timeout_s: float) -> Refusal | None:
        """Give an order and wait until it is carried out (None) or refused.

        Raises:
            OrderTimeoutError: neither, within the time.
        """
        waiter: Waiter = Future()
        self._inbox.put((happened, waiter))
        try:
            return waiter.result(timeout_s)
        except FutureTimeoutError:
            raise OrderTimeoutError from None

    def _run(self) -> None:
        try:
            while True:
                self._turn()
        except Exception:  # noqa: BLE001 - a node whose driver is gone must not go on answering
            traceback.print_exc()
            os._exit(BUG)

    def _turn(self) -> None:
        now = self._now()
        rest_s = self._machine.rest_s(now)
        if rest_s is None:
            rest_s = IDLE_S
        elif rest_s == 0:
            self._take(Tick(now), None)
            return
        try:
            posted = self._inbox.get(timeout=rest_s)
        except queue.Empty:
            return
        if posted is not None:
            self._take(*posted)

    def _take(self, happened: Input, waiter: Waiter | None) -> None:
        step = self._machine.handle(happened)
        self._after_step(step.state)
        for effect in step.effects:
            if not isinstance(effect, Answer):
                self._carry_out(effect)
            elif waiter is not None:  # answered in the very step it came in
                waiter.set_result(effect.refusal)
                waiter = None
            elif self._waiting[effect.order]:
                self._waiting[effect.order].popleft().set_result(effect.refusal)
        if waiter is not None:
            order = step.state.order
            assert order is not None, "an order is answered at once or is under way"
            self._waiting[order].append(waiter)
