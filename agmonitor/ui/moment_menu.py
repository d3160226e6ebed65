"""The time axis' own menu: what can be done with the moment under the pointer, or with the one on show."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint

from agmonitor.domain.model import Instant
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_view import GroupView
from agmonitor.ui.past import PastSession
from agmonitor.ui.row_menu import COPY_LINK, PIN_NOTE, SHOW_MOMENT, Offer, pop_up
from agmonitor.ui.story_session import StorySession


class MomentMenu(QObject):
    """Made with the desk, once the axis is there."""

    def __init__(self, view: GroupView, past: PastSession, story: StorySession, bridge: Bridge) -> None:
        super().__init__(view)
        self._view, self._past, self._story, self._bridge = view, past, story, bridge
        assert view.axis is not None
        view.axis.menu_asked.connect(self._open)

    def offers(self, at: Instant) -> tuple[Offer, ...]:
        """For a moment; one that is still to come is the present."""
        at = min(at, self._bridge.now())
        note = Offer(PIN_NOTE, lambda: self._story.note(at), "N")
        return (
            Offer(SHOW_MOMENT, lambda: self._past.choose(at)),
            Offer(COPY_LINK, lambda: self._past.copy_link(at), "Ctrl+Shift+C"),
            *(() if self._view.recorded else (note,)),
        )

    def _open(self, at: Instant, place: QPoint) -> None:
        if self._view.group is not None and self._view.axis is not None:
            pop_up(self.offers(at), self._view.axis, place)
