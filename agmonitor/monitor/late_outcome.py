"""An order whose outcome was given up as unknown: later evidence may still tell what came of it.

Asks nobody: whoever watches the group brings its states. Sends nothing.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from agmonitor.domain.model import GroupSettings
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import PhaseCourse, measured
from agmonitor.failover.guards import Outcome
from agmonitor.failover.hindsight import resolve
from agmonitor.failover.machine import Failover
from agmonitor.failover.proof import left_changed
from agmonitor.file_lock import FileLock, HeldElsewhereError
from agmonitor.monitor.auditing import RESOLVED, Auditing, end_words

LOCK = "resolving.lock"
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
    ) -> None:
        self.machine = machine
        self._settings, self._phases = settings, phases
        self._auditing, self._show = auditing, show
        self._shown = False

    @property
    def operation(self) -> str:
        """Its name in the audit."""
        return self._auditing.operation

    def is_of(self, settings: GroupSettings) -> bool:
        """Whether states under these settings may tell it."""
        return settings.nodes == self._settings.nodes

    def known_by(self, state: GroupState) -> bool:
        """Whether a later state of the group tells it, or that nobody ever will; other nodes tell nothing."""
        if not self.is_of(state.settings):
            return False
        if self.machine.outcome is Outcome.UNKNOWN:
            self.machine = resolve(self.machine, state)
        return self.machine.outcome is not Outcome.UNKNOWN

    async def settle(self, state: GroupState, folder: Path) -> bool:
        """Show what that state made known, and write it down unless another program has done so.

        False: another is just about to, or not, or the audit fails; to be tried again. ``folder``: where
        programs find one another.
        """
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(FileLock(folder / LOCK))
            except HeldElsewhereError:
                return False
            except OSError as error:
                _logger.warning("Whether another program resolves orders is not known: %s", error)
            return await self._settle(state)

    async def _settle(self, state: GroupState) -> bool:
        machine, written = self.machine, True
        words = end_words(machine, measured(self._phases, machine.reached_s), left_of(machine, state))
        try:
            if not await self._auditing.has_written(RESOLVED):
                await self._auditing.write(RESOLVED, state.now, words)
        except OSError as error:
            written = False
            if not self._shown:
                _logger.warning("What became known of an order is not in the audit yet: %s", error)
        if not self._shown:
            self._shown = True
            self._show(machine)
        return written
