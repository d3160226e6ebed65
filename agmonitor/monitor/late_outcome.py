"""An order whose outcome was given up as unknown: later evidence may still tell what came of it.

Asks nobody: whoever watches the group brings its states. Sends nothing.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import PhaseCourse, measured
from agmonitor.failover.guards import Outcome
from agmonitor.failover.machine import Failover, resolve
from agmonitor.failover.proof import left_changed
from agmonitor.file_lock import FileLock, HeldElsewhereError
from agmonitor.monitor.auditing import RESOLVED, Auditing, end_words

LOCK = "resolving.lock"
WITHIN_S = 86_400.0
"""An older order is left as it is: too much may have happened since for the roles of today to tell of it."""
_logger = logging.getLogger("agmonitor.monitor")


def left_of(machine: Failover, state: GroupState) -> tuple[str, ...]:
    """What an order that succeeded leaves changed; nothing of any other."""
    if machine.plan is None or machine.outcome is not Outcome.SUCCEEDED:
        return ()
    return left_changed(machine.plan, state)


class LateOutcome:
    """One such order."""

    def __init__(
        self,
        machine: Failover,
        settings: GroupSettings,
        phases: Sequence[PhaseCourse],
        auditing: Auditing,
        show: Callable[[Failover], None],
        judged_by: Callable[[GroupState], bool] = lambda _state: True,
    ) -> None:
        """``judged_by``: whether a state tells of the time since the order; one that is live always does."""
        self.machine = machine
        self._settings, self._phases = settings, phases
        self._auditing, self._show, self._judged_by = auditing, show, judged_by

    @property
    def operation(self) -> str:
        """Its name in the audit."""
        return self._auditing.operation

    def is_past(self, now: Instant) -> bool:
        """Whether it is too long ago for anything to tell of it."""
        fired_at = self.machine.fired_at
        return fired_at is None or now - fired_at > WITHIN_S

    def known_by(self, state: GroupState) -> bool:
        """Whether a later state of the group tells it; one of other nodes tells nothing."""
        if state.settings.nodes != self._settings.nodes or not self._judged_by(state):
            return False
        if self.machine.outcome is Outcome.UNKNOWN:
            self.machine = resolve(self.machine, state)
        return self.machine.outcome is not Outcome.UNKNOWN

    async def settle(self, state: GroupState, folder: Path) -> bool:
        """Write down and show what that state made known, unless another program has done so.

        False: another is just about to, or not; to be tried again. ``folder``: where they find one another.
        """
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(FileLock(folder / LOCK))
            except HeldElsewhereError:
                return False
            except OSError as error:
                _logger.warning("Whether another program resolves orders is not known: %s", error)
            await self._settle(state)
        return True

    async def _settle(self, state: GroupState) -> None:
        machine = self.machine
        words = end_words(machine, measured(self._phases, machine.reached_s), left_of(machine, state))
        try:
            if not await self._auditing.has_written(RESOLVED):
                await self._auditing.write(RESOLVED, state.now, words)
        except OSError as error:
            _logger.warning("What became known of an order is not in the audit: %s", error)
        self._show(machine)
