"""All that one node remembers, as one frozen value, and the few moves that several rules share.

Decides nothing: conditions stand in the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Instant, Role
from agmonitor.domain.replacing import replace


@dataclass(frozen=True, slots=True)
class Timers:
    """The three intervals of a group; the documented defaults."""

    report_s: float = 20.0  # H: the Primary's period between heartbeats
    check_s: float = 30.0  # C: the Secondary's period between checks
    absence_s: float = 60.0  # A: silence after which the Primary counts as failed

    def __post_init__(self) -> None:
        assert min(self.report_s, self.check_s, self.absence_s) > 0


class Order(StrEnum):
    """What a person, or the peer, wants of this node; one at a time."""

    CREATE = "create"
    JOIN = "join"
    LEAVE = "leave"
    FAILOVER = "failover"
    TAKE_OVER = "take_over"


@dataclass(frozen=True, slots=True)
class NodeState:
    """One node's memory. Instants are on its own clock, but for ``last_beat_at``."""

    address: str
    timers: Timers
    role: Role = Role.NOT_IN_GROUP
    since: Instant = 0.0  # when it took this role
    announced: bool = False  # hooks have been told a role at all
    returning: bool = False  # restarted as a member; the host record has not yet said who is Primary
    peer: str | None = None  # address of the other member
    dns_link: DnsLink = DnsLink.NOT_APPLICABLE
    method: HeartbeatMethod | None = None
    last_beat_at: Instant | None = None  # stamp of the newest known beat, on the Primary's clock
    beat_arrived_at: Instant | None = None  # when a direct beat last arrived here
    learnt_at: Instant | None = None  # when the newest known beat was learnt of here
    last_check_at: Instant | None = None  # the Secondary's newest finished check
    due_at: Instant | None = None  # the next beat or check
    seen_at: Instant = 0.0  # what the clock showed when that was booked
    checking_at: Instant | None = None  # a check waits for the TXT record since then
    updating: bool = False  # a record update is under way
    order: Order | None = None  # the order under way

    @property
    def silent_since(self) -> Instant:
        """From when absence counts: the newest beat, but not from before this node took its role.

        A stamp that was ahead by more than the allowed absence when it came was written by a wrong clock: it
        counts from when it came.
        """
        beat_at, learnt_at = self.last_beat_at, self.learnt_at
        if beat_at is None:
            return self.since
        if learnt_at is not None and beat_at - learnt_at > self.timers.absence_s:
            beat_at = learnt_at
        return max(beat_at, self.since)


SET_BACK_S = 1.0
"""A clock that is corrected in passing goes slower, it does not jump."""


def was_set_back(state: NodeState, at: Instant) -> bool:
    """Whether the clock shows less than it did when the next beat or check was booked."""
    return at < state.seen_at - SET_BACK_S


def is_due(state: NodeState, role: Role, at: Instant) -> bool:
    """Whether a node in this role has a beat or check to do."""
    return state.role is role and state.due_at is not None and at >= state.due_at


def next_due(due_at: Instant, period_s: float, at: Instant) -> Instant:
    """The next instant of a steady rhythm; beats missed while asleep are not made up for."""
    following = due_at + period_s
    return following if following > at else at + period_s


def in_role(state: NodeState, role: Role, at: Instant) -> NodeState:
    """The node as it enters a role: what belonged to the old one is forgotten."""
    first_due = {
        Role.PRIMARY: at,
        Role.SECONDARY: at + state.timers.check_s,
        Role.NOT_IN_GROUP: None,
    }
    out = role is Role.NOT_IN_GROUP
    return replace(
        state,
        role=role,
        since=at,
        returning=False,
        announced=True,
        peer=None if out else state.peer,
        dns_link=DnsLink.NOT_APPLICABLE if out else state.dns_link,
        method=None,
        last_beat_at=None,
        beat_arrived_at=None,
        learnt_at=None,
        last_check_at=None,
        due_at=first_due[role],
        seen_at=at,
        checking_at=None,
    )
