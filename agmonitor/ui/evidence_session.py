"""Reads the raw evidence that belongs to the moment shown, while the ledger is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject

from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import Instant
from agmonitor.report.evidence import newest
from agmonitor.texts import t
from agmonitor.ui.bottom_tabs import WHY
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.past import PastSession

BACK_S = 86_400.0
AGAIN_S = 4.0  # in the present it is read again no sooner


@runtime_checkable
class TellsEvidence(Protocol):
    """A workspace that can be asked what failed probes saw."""

    async def evidence(
        self, name: str, since: Instant, until: Instant | None = None
    ) -> Sequence[Evidence]: ...


class EvidenceSession(QObject):
    """Made with the desk; ``refresh`` comes with its beat."""

    def __init__(self, view: GroupView, bridge: Bridge, past: PastSession) -> None:
        super().__init__(view)
        self._view, self._bridge, self._past = view, bridge, past
        self._read_for: tuple[str, Instant] | None = None
        self._found: Sequence[Evidence] = ()  # as it was read
        self._reading = False
        past.moment_shown.connect(lambda _then: self.refresh(bridge.now()))
        view.tabs.tabs.currentChanged.connect(lambda _place: self.refresh(bridge.now()))

    def refresh(self, now: Instant) -> None:
        """Read what is missing for what is on screen."""
        group = self._view.group
        if group is None or self._view.tabs.tabs.currentIndex() != WHY or self._reading:
            return
        then = self._past.shown
        at = now if then is None else then.at
        if self._read_for is not None and self._read_for[0] == group:
            since_s = at - self._read_for[1]
            self._show(at)  # nothing that came later, while it is read
            if since_s == 0 or (then is None and 0 <= since_s < AGAIN_S):
                return
        else:
            self._found = ()
            self._show(at)  # another group's is gone at once
        self._reading = True
        self._bridge.submit(t("Could not read the evidence"), lambda: self._read(group, at))

    async def _read(self, group: str, at: Instant) -> None:
        """A failure to read shows no evidence; that history cannot be read is told elsewhere."""
        workspace = self._bridge.workspace
        found: Sequence[Evidence] = ()
        try:
            if isinstance(workspace, TellsEvidence):
                found = await workspace.evidence(group, at - BACK_S, at)
        except OSError:
            found = ()
        finally:
            self._reading = False
        self._read_for = group, at
        if self._view.group == group:
            self._found = found
            self._show(at)
            self.refresh(self._bridge.now())  # another moment may have been chosen meanwhile

    def _show(self, at: Instant) -> None:
        self._view.tabs.why.evidence.show_evidence(newest(self._found, at))
