"""Outages as clients saw them: each once, with its cause, and never longer than was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.events import Episode
from agmonitor.domain.model import Instant
from agmonitor.domain.timeline import Span

LOST = "clients:lost"
JOIN_S = 30.0
"""Two bars so close belong together; what lies further apart was not watched in between."""


class Ending(StrEnum):
    """How an outage ended, as far as anybody saw."""

    BACK = "back"
    UNSEEN = "unseen"  # nobody watched when it did
    LASTS = "lasts"  # it was still so at the end of what is known


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first visit that failed to the first that was answered; else to the last that failed."""

    from_at: Instant
    until_at: Instant
    ending: Ending
    cause: str
    episode: int | None

    @property
    def length_s(self) -> float:
        return max(0.0, self.until_at - self.from_at)


def outages(lane: Sequence[Span], episodes: Sequence[Episode]) -> tuple[Outage, ...]:
    """The outages in a lane of clients, in its order."""
    found: list[Outage] = []
    begun: list[Span] = []
    for span in [*lane, None]:
        goes_on = span is not None and span.key == LOST and (not begun or _close(begun[-1], span))
        if goes_on and span is not None:
            begun.append(span)
            continue
        if begun:
            found.append(_outage(begun, span, episodes))
        begun = [span] if span is not None and span.key == LOST else []
    if begun:
        found.append(_outage(begun, None, episodes))
    return tuple(found)


def _close(one: Span, other: Span) -> bool:
    return other.start - one.end <= JOIN_S


def _outage(spans: list[Span], following: Span | None, episodes: Sequence[Episode]) -> Outage:
    start, end = spans[0].start, spans[-1].end
    ending = Ending.LASTS if following is None else Ending.UNSEEN
    served = following is not None and following.key != LOST and not following.key.startswith("gap:")
    if served and following is not None and _close(spans[-1], following):
        ending, end = Ending.BACK, max(end, following.start)
    episode = next((each for each in episodes if _meets(each, start, end)), None)
    cause = spans[0].label if episode is None else episode.cause or spans[0].label
    return Outage(start, end, ending, cause, None if episode is None else episode.number)


def _meets(episode: Episode, start: Instant, end: Instant) -> bool:
    return episode.began_at <= end and (episode.ended_at is None or episode.ended_at >= start)
