"""Episodes and marks of a recording, as a workspace would tell them; nothing can be left there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from agmonitor.domain.events import Episode
from agmonitor.domain.kept import Around, KeptEpisode, Mark
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Gap
from agmonitor.monitor.ports import Recorded
from agmonitor.texts import t

NOTHING_LEFT = t("This is a recording: no note and no acknowledgement can be left in it.")


class ToldStory(ABC):
    """The part of ``PlayedBack`` that tells what people and ``step`` made of it."""

    _episodes: Sequence[KeptEpisode] = ()
    _marks: Sequence[Mark] = ()

    @abstractmethod
    async def past(self, name: str, since: Instant) -> Sequence[Recorded]:
        """All inputs with their events."""

    def tell(self, episodes: Sequence[KeptEpisode], marks: Sequence[Mark]) -> None:
        """What the recording's history holds."""
        self._episodes, self._marks = episodes, marks

    async def episodes(
        self, _name: str, since: Instant, until: Instant | None = None
    ) -> Sequence[KeptEpisode]:
        """Those that touch the range, oldest first."""
        return [
            kept
            for kept in self._episodes
            if (kept.episode.ended_at is None or kept.episode.ended_at >= since)
            and (until is None or kept.episode.began_at <= until)
        ]

    async def marks(self, _name: str, since: Instant, until: Instant | None = None) -> Sequence[Mark]:
        """Those pinned within the range."""
        return [mark for mark in self._marks if mark.at >= since and (until is None or mark.at <= until)]

    async def around(self, name: str, _episode: Episode) -> Around:
        """All of the recording: it is short."""
        recorded = await self.past(name, 0.0)
        events = tuple(event for one in recorded for event in one.events)
        return Around(events, tuple(one.input for one in recorded if isinstance(one.input, Gap)))

    async def note(self, _name: str, _at: Instant, _text: str) -> None:
        """Refused.

        Raises:
            OSError: always.
        """
        raise OSError(NOTHING_LEFT)

    async def acknowledge(self, _name: str, _episode: int | None, _who: str, _why: str) -> None:
        """Refused.

        Raises:
            OSError: always.
        """
        raise OSError(NOTHING_LEFT)
