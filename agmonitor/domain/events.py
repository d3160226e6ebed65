"""What happened, in the past tense: changes only, each naming its cause. Episodes gather them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.observations import Gap


class EventKind(StrEnum):
    """The kinds of change; the word printed by ``watch --json`` as ``event``."""

    WATCHING_BEGAN = "watching_began"
    VERDICT_CHANGED = "verdict_changed"
    FINDING_RAISED = "finding_raised"
    FINDING_CLEARED = "finding_cleared"
    ROLE_CHANGED = "role_changed"
    PRIMARY_BOUNCED = "primary_bounced"
    NODE_LOST = "node_lost"
    NODE_RETURNED = "node_returned"
    NODE_UNREADABLE = "node_unreadable"
    HEARTBEAT_METHOD_CHANGED = "heartbeat_method_changed"
    RECORD_MOVED = "record_moved"
    DNS_LOST = "dns_lost"
    DNS_RETURNED = "dns_returned"
    CLIENTS_LOST = "clients_lost"
    CLIENTS_RETURNED = "clients_returned"
    CLIENTS_MOVED = "clients_moved"
    HOOK_CALLED = "hook_called"
    GAP = "gap"
    CLOCK_STEPPED = "clock_stepped"
    FAILOVER_ORDERED = "failover_ordered"
    ACKNOWLEDGED = "acknowledged"
    NOTE_PINNED = "note_pinned"  # a person's, listed among the others; ``step`` makes none
    EPISODE_BEGAN = "episode_began"
    EPISODE_ENDED = "episode_ended"


@dataclass(frozen=True, slots=True)
class Event:
    """One change. ``finding`` is the name of the finding it raises, clears or comes from, if any."""

    at: Instant
    kind: EventKind
    sentence: str
    severity: Severity = Severity.OK
    finding: str | None = None
    node: str | None = None
    episode: int | None = None


class Trigger(StrEnum):
    """What set an episode off."""

    AUTOMATIC = "automatic"
    ORDERED_HERE = "ordered_here"
    ORDERED_ELSEWHERE = "ordered_elsewhere"
    UNKNOWN = "unknown"


@quickly_made
@dataclass(frozen=True, slots=True)
class Phase:
    """One part of an episode; ``until_at`` None while it goes on."""

    name: str  # last heartbeat, silence, promotion, record moved, hooks, clients back, standby back
    from_at: Instant
    until_at: Instant | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took note of an episode, when and why."""

    at: Instant
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Episode:
    """The events of one failover or outage under one number, from first sign to all-clear."""

    number: int
    began_at: Instant
    ended_at: Instant | None = None
    trigger: Trigger = Trigger.UNKNOWN
    old_primary: str | None = None
    new_primary: str | None = None
    phases: tuple[Phase, ...] = ()
    expected_takeover_s: tuple[float, float] | None = None  # earliest, latest after the last heartbeat
    measured_takeover_s: float | None = None  # last heartbeat to promotion seen; None too where nobody saw it
    clients_without_service_s: float | None = None  # as far as was watched; None: not judged
    cause: str = ""
    bounce_s: float | None = None  # so soon the old Primary was Primary again: one failover that did not last
    acknowledged: Acknowledgement | None = None  # the first; later ones are in the history
    unwatched: Gap | None = None  # nobody saw the Primary change: it did within this time
    unseen_s: float = 0.0  # so much of it all nobody watched

    @property
    def earliest_at(self) -> Instant:
        """The first instant that may belong to it: its first sign, or since when nobody looked."""
        return self.began_at if self.unwatched is None else min(self.began_at, self.unwatched.from_at)
