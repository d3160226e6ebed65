"""What can happen to a node, one frozen value each; the only things ``NodeMachine`` ever reacts to.

Every input carries ``at``, the instant on this node's own clock. Results of effects come back as inputs, so a
list of inputs is a whole life of a node and replays to the same roles.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import Instant, Role
from agmonitor.protocol.effects import PeerMessage
from agmonitor.protocol.state import Timers


@dataclass(frozen=True, slots=True)
class Restarted:
    """The process has started. ``member``: its saved state says it was in a group."""

    at: Instant
    member: bool = False
    peer: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has come to ``at``; see ``NodeMachine.rest_s`` for when one is wanted."""

    at: Instant


@quickly_made
@dataclass(frozen=True, slots=True)
class HeartbeatReceived:
    """A Primary's health report arrived straight at this node; ``stamp`` is on the sender's clock."""

    at: Instant
    stamp: Instant
    sender: str


@quickly_made
@dataclass(frozen=True, slots=True)
class HeartbeatSent:
    """The outcome of ``SendHeartbeat``; the answer carries the peer's role and its last check."""

    at: Instant
    stamp: Instant
    delivered: bool
    peer_role: Role | None = None
    peer_checked_at: Instant | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class TxtWritten:
    """The outcome of ``WriteTxt``."""

    at: Instant
    stamp: Instant
    ok: bool


@quickly_made
@dataclass(frozen=True, slots=True)
class TxtRead:
    """The outcome of ``ReadTxt``; ``stamp`` None with ``ok``: there is no readable heartbeat."""

    at: Instant
    ok: bool
    stamp: Instant | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class RecordRead:
    """The outcome of ``ReadRecord``; ``address`` None with ``ok``: the record names nobody (or several)."""

    at: Instant
    asked_at: Instant
    ok: bool
    address: str | None = None


@dataclass(frozen=True, slots=True)
class RecordUpdated:
    """The outcome of ``UpdateRecord``."""

    at: Instant
    ok: bool


@dataclass(frozen=True, slots=True)
class CreateOrdered:
    """``POST /group``: this node shall found the group."""

    at: Instant


@dataclass(frozen=True, slots=True)
class JoinOrdered:
    """``PUT /group/members``: this node shall become the Secondary of ``primary``, which has agreed."""

    at: Instant
    primary: str
    timers: Timers


@dataclass(frozen=True, slots=True)
class LeaveOrdered:
    """``DELETE /group/members``: this node shall leave the group."""

    at: Instant


@dataclass(frozen=True, slots=True)
class FailoverOrdered:
    """``PUT /failover``: a person wants the roles swapped."""

    at: Instant


@dataclass(frozen=True, slots=True)
class TimersChanged:
    """``PUT /group`` here or on the peer changed the intervals."""

    at: Instant
    timers: Timers


@dataclass(frozen=True, slots=True)
class TakeOverAsked:
    """The Primary was told to fail over and asks this node to take its place."""

    at: Instant


@dataclass(frozen=True, slots=True)
class PeerClaims:
    """The peer says that it has become Primary, at ``since`` on its clock."""

    at: Instant
    since: Instant


@dataclass(frozen=True, slots=True)
class PeerJoined:
    """A second node has joined; ``address`` is its external address."""

    at: Instant
    address: str


@dataclass(frozen=True, slots=True)
class PeerLeft:
    """The peer has left the group on purpose."""

    at: Instant


@dataclass(frozen=True, slots=True)
class PeerAnswered:
    """The outcome of ``TellPeer``; ``ok`` False: not reached, or it said no."""

    at: Instant
    message: PeerMessage
    ok: bool


Input = (
    Restarted
    | Tick
    | HeartbeatReceived
    | HeartbeatSent
    | TxtWritten
    | TxtRead
    | RecordRead
    | RecordUpdated
    | CreateOrdered
    | JoinOrdered
    | LeaveOrdered
    | FailoverOrdered
    | TimersChanged
    | TakeOverAsked
    | PeerClaims
    | PeerJoined
    | PeerLeft
    | PeerAnswered
)
