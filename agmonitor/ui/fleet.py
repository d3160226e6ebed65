"""Feeds the list of groups: the news of many are gathered and told together, of changed rows alone.

Judges nothing and paints nothing. A round of two hundred groups brings a thousand changes; the list hears of
each group at most once in ``GATHER_MS``, but of the shown one's verdict at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer

from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.state import GroupState
from agmonitor.ui.beat_trace import BeatTrace
from agmonitor.ui.bridge import Bridge
from agmonitor.ui.group_facts import GroupRow, group_row
from agmonitor.ui.group_model import GroupListModel

GATHER_MS = 200


@dataclass(slots=True)
class _Followed:
    """What a row tells beside the newest state."""

    verdict: str
    severity: Severity
    since: Instant | None = None  # when the verdict began, where that was seen
    trace: BeatTrace = field(default_factory=BeatTrace)


class Fleet(QObject):
    """Lives as long as the desk."""

    def __init__(self, model: GroupListModel, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._bridge = model, bridge
        self.quiet: Callable[[str], Sequence[str]] = lambda _group: ()  # what keeps a group's alerts quiet
        self._followed: dict[str, _Followed] = {}
        self._news: set[str] = set()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self.tell)

    def add(self, name: str) -> None:
        """Show a group at once."""
        state = self._bridge.watched(name).state
        since = state.episode.began_at if state.episode is not None else None
        self._followed[name] = _Followed(state.verdict.name, state.verdict.severity, since)
        self._model.put(self._row(name, self._bridge.now()))

    def remove(self, name: str) -> None:
        self._followed.pop(name, None)
        self._news.discard(name)
        self._model.remove(name)

    def note(self, name: str, state: GroupState, *, shown: bool = False) -> None:
        """There is a new state; the list hears of it soon.

        Of another verdict of the group ``shown`` it hears at once: its banner already names that one.
        """
        followed = self._followed.get(name)
        if followed is None:
            return
        followed.trace.feed(state)
        another = followed.verdict != state.verdict.name
        if another:
            followed.verdict, followed.since = state.verdict.name, state.now
        if shown and (another or followed.severity is not state.verdict.severity):
            self._model.put(self._row(name, self._bridge.now()))
        followed.severity = state.verdict.severity
        self._news.add(name)
        if not self._gather.isActive():
            self._gather.start()

    def tell(self) -> None:
        """Tell the list what was gathered."""
        now = self._bridge.now()
        news, self._news = self._news, set()
        self._model.put_all([self._row(name, now) for name in news if name in self._followed])

    def refresh(self) -> None:
        """Ages go on where nothing else is new."""
        self._news |= self._followed.keys()
        self._gather.stop()
        self.tell()

    def end(self) -> None:
        """Nothing is told any more."""
        self._gather.stop()

    def _row(self, name: str, now: Instant) -> GroupRow:
        followed = self._followed[name]
        state = self._bridge.watched(name).state
        row = group_row(state, now, followed.since, followed.trace.trace)
        quiet = self.quiet(name)
        return replace(row, quiet="; ".join(quiet)) if quiet else row
