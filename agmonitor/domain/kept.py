"""What the history keeps beside inputs and events, as values: marks, and episodes with all around them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.events import Episode, Event
from agmonitor.domain.evidence import Evidence
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import Acknowledged, FailoverOrdered, Gap, Input
from agmonitor.domain.state import GroupState


class MarkKind(StrEnum):
    """What a mark is."""

    NOTE = "note"
    ACKNOWLEDGED = "acknowledged"
    BROKEN = "broken"  # in a lab, on purpose, from then on; no text: nothing any more


LEFT_BY_PEOPLE = frozenset({MarkKind.NOTE, MarkKind.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person left, or a lab told: pinned to an instant, never changed. ``id`` 0: not stored yet."""

    at: Instant
    kind: MarkKind
    who: str
    text: str
    written_at: Instant
    episode: int | None = None
    id: int = 0

    @classmethod
    def of(cls, item: Acknowledged) -> Mark:
        return cls(item.at, MarkKind.ACKNOWLEDGED, item.who, item.why, item.at, item.episode)


Left = Mark | Acknowledged | FailoverOrdered
"""What a person may leave or do while another program writes the history."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Something left for the program that writes the history; ``place`` tells one from another."""

    place: str
    group: str
    left: Left


@dataclass(frozen=True, slots=True)
class KeptEpisode:
    """An episode with all that hangs on it."""

    episode: Episode
    inputs: tuple[int, int] | None  # the first and the last input that its events came from
    evidence: tuple[Instant, Instant]  # where to look for failed probes
    marks: tuple[Mark, ...]  # its acknowledgements, and notes pinned within it

    @property
    def acknowledged(self) -> Mark | None:
        """The first word that a person left about it."""
        return next((mark for mark in self.marks if mark.kind is MarkKind.ACKNOWLEDGED), None)


@dataclass(frozen=True, slots=True)
class Around:
    """What was recorded of the time round an episode, as far as it helps to understand it."""

    events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A state of watching, and what has to be stepped to bring it up to the newest input."""

    state: GroupState
    inputs: tuple[Input, ...]
