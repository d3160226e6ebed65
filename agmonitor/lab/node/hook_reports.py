"""What a node tells its supervisor and its log about hooks that raised or ran beyond the takeover window."""

from __future__ import annotations

import logging
from collections.abc import Callable

from agmonitor.domain.model import Instant
from agmonitor.lab.node.announcements import Announcements
from agmonitor.lab.node.runtime.failures import text_of
from agmonitor.lab.node.runtime.hooks import RoleChange

LONGEST_ERROR = 300  # an event must fit one pipe write, even if every character is escaped
LONGEST_NAME = 100
_LOG = logging.getLogger("gateway.hooks")


class HookReports:
    """Called from any thread."""

    def __init__(self, announcements: Announcements, now: Callable[[], Instant]) -> None:
        self._announcements = announcements
        self._now = now

    def raised(self, callback: str, change: RoleChange, error: BaseException) -> None:
        _LOG.error("hook %s raised", callback, exc_info=error)
        self._tell(
            "hook_raised", callback, change, error=f"{type(error).__name__}: {text_of(error)}"[:LONGEST_ERROR]
        )

    def overran(self, callback: str, change: RoleChange, limit_s: float) -> None:
        """It is left alone: nothing can end a thread."""
        _LOG.warning("hook %s still runs after %g s, the takeover window", callback, limit_s)
        self._tell("hook_overran", callback, change, limit_s=limit_s)

    def _tell(self, event: str, callback: str, change: RoleChange, **told: object) -> None:
        named = {"event": event, "callback": callback[:LONGEST_NAME], "new": change.new}
        self._announcements.tell({**named, **told, "at": self._now()})
