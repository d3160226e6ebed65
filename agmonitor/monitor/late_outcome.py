"""An order whose outcome was given up as unknown: later evidence may still tell what came of it.

Asks nobody: whoever watches the group brings its states. Sends nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from agmonitor.domain.model import GroupSettings
from agmonitor.domain.state import GroupState
from agmonitor.failover.course import PhaseCourse, measured
from agmonitor.failover.guards import Outcome
from agmonitor.failover.machine import Failover, resolve
from agmonitor.failover.proof import left_changed
from agmonitor.monitor.auditing import RESOLVED, Auditing, end_words

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

    def known_by(self, state: GroupState) -> bool:
        """Whether a later state of the group tells it; one of other nodes tells nothing."""
        if state.settings.nodes != self._settings.nodes:
            return False
        self.machine = resolve(self.machine, state)
        return self.machine.outcome is not Outcome.UNKNOWN

    async def settle(self, state: GroupState) -> None:
        """Write down and show what that state made known."""
        machine = self.machine
        words = end_words(machine, measured(self._phases, machine.reached_s), left_of(machine, state))
        try:
            await self._auditing.write(RESOLVED, state.now, words)
        except OSError as error:
            _logger.warning("What became known of an order is not in the audit: %s", error)
        self._show(machine)
