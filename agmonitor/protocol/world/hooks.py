"""The role-change hooks of one node: called in order, one after the other, each call noted with its timing.

As on the live lab, an exception ends only its own call, and a callback that hangs delays the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from agmonitor.domain.model import Instant, Role
from agmonitor.domain.observations import Hook, HookCall, HookOutcome
from agmonitor.protocol.world.clock import NodeClock
from agmonitor.protocol.world.schedule import Schedule

KEPT_CALLS = 200
ERROR = "RuntimeError: a fault makes every hook raise"


class Hooks:
    """``running`` is None, or the call under way; calls end by the schedule, or when a hang is healed."""

    def __init__(
        self, hooks: tuple[Hook, ...], schedule: Schedule, clock: NodeClock, draw_s: Callable[[], float]
    ) -> None:
        self.subscribed = hooks
        self.raises = False
        self.hangs = False
        self._schedule = schedule
        self._clock = clock
        self._draw_s = draw_s
        self._waiting: deque[tuple[Hook, Role | None, Role]] = deque()
        self._calls: deque[HookCall] = deque(maxlen=KEPT_CALLS)
        self._running: tuple[Hook, Role | None, Role, Instant] | None = None  # since when, true time
        self._process = 0

    def call(self, previous: Role | None, new: Role) -> None:
        """Have every callback called with this role change."""
        self._waiting.extend((hook, previous, new) for hook in self.subscribed)
        self._next()

    def restart(self) -> None:
        """The process ended: nobody remembers any call."""
        self._process += 1
        self._waiting.clear()
        self._calls.clear()
        self._running = None

    def heal(self) -> None:
        """What hangs comes back."""
        if self._running is not None and not self.hangs:
            self._end(self._process, HookOutcome.RETURNED)

    def calls(self) -> tuple[HookCall, ...]:
        """The newest last; instants on the node's clock."""
        if self._running is None:
            return tuple(self._calls)
        hook, previous, new, began = self._running
        return (*self._calls, self._note(hook, previous, new, began, None, HookOutcome.RUNNING))

    def _next(self) -> None:
        if self._running is not None or not self._waiting:
            return
        self._running = (*self._waiting.popleft(), self._schedule.now)
        if not self.hangs:
            outcome = HookOutcome.RAISED if self.raises else HookOutcome.RETURNED
            self._schedule.after(self._draw_s(), self._end, self._process, outcome)

    def _end(self, process: int, outcome: HookOutcome) -> None:
        if process != self._process or self._running is None:
            return
        hook, previous, new, began = self._running
        duration_ms = round((self._schedule.now - began) * 1000, 3)
        self._calls.append(self._note(hook, previous, new, began, duration_ms, outcome))
        self._running = None
        self._next()

    def _note(
        self,
        hook: Hook,
        previous: Role | None,
        new: Role,
        began: Instant,
        duration_ms: float | None,
        outcome: HookOutcome,
    ) -> HookCall:
        error = ERROR if outcome is HookOutcome.RAISED else ""
        started_at = round(self._clock.read(began), 3)
        return HookCall(hook.workflow, hook.callback, previous, new, started_at, duration_ms, outcome, error)
