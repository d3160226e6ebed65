"""What still waits for a person's word: the episode or change of Primary to acknowledge."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.acknowledging import acknowledged
from agmonitor.domain.events import Episode
from agmonitor.domain.observations import Acknowledged
from agmonitor.domain.state import GroupState


@dataclass(frozen=True, slots=True)
class Subject:
    """What would be acknowledged; no episode: the change of Primary that nothing explains."""

    episode: Episode | None = None

    @property
    def number(self) -> int | None:
        return None if self.episode is None else self.episode.number


def waiting(state: GroupState, shown: Episode | None = None) -> Subject | None:
    """The episode on show, else the newest nobody has acknowledged, else a change of Primary; or none."""
    running = (state.episode,) if state.episode is not None else ()
    known = (*state.episodes, *running)
    preferred = [one for one in known if shown is not None and one.number == shown.number]
    for episode in (*preferred, *reversed(known)):
        if episode.acknowledged is None:
            return Subject(episode)
    if acknowledged(state, Acknowledged(state.now, None, "", "")) is not None:
        return Subject()
    return None
