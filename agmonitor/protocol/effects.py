"""What a node wants done, one frozen value each; whoever drives the machine does it and reports the outcome.

An effect names no address, port or secret: the driver knows the peer, the group's name and its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Instant, Role
from agmonitor.protocol.state import Order


class PeerMessage(StrEnum):
    """What one node tells the other beside heartbeats."""

    TAKE_OVER = "take_over"  # a person told the Primary to fail over; the answer says whether it was done
    I_AM_PRIMARY = "i_am_primary"
    LEFT = "left"


class Refusal(StrEnum):
    """Why an order was not carried out; nothing has changed then."""

    NOT_IN_GROUP = "not_in_group"
    ALREADY_IN_GROUP = "already_in_group"
    BUSY = "busy"
    NO_SECONDARY = "no_secondary"
    PEER_DID_NOT_TAKE_OVER = "peer_did_not_take_over"
    RECORD_NOT_UPDATED = "record_not_updated"
    STILL_HAS_SECONDARY = "still_has_secondary"


@dataclass(frozen=True, slots=True)
class SendHeartbeat:
    """Send a health report straight to the peer; comes back as ``HeartbeatSent``."""

    stamp: Instant


@dataclass(frozen=True, slots=True)
class WriteTxt:
    """Store the heartbeat's instant in the TXT record of the group's name; ``TxtWritten``."""

    stamp: Instant


@dataclass(frozen=True, slots=True)
class ReadTxt:
    """Read the TXT record of the group's name; ``TxtRead``."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """Read the group's host record; ``RecordRead`` with the instant of this step as ``asked_at``."""


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """Make the host record name this node and nobody else; ``RecordUpdated``."""


@dataclass(frozen=True, slots=True)
class RemoveRecords:
    """Delete the host record and the TXT record of a dissolved group; nothing comes back."""


@dataclass(frozen=True, slots=True)
class TellPeer:
    """Tell the peer; ``PeerAnswered``. ``since`` goes with ``I_AM_PRIMARY``."""

    message: PeerMessage
    since: Instant | None = None


@dataclass(frozen=True, slots=True)
class CallHooks:
    """Call every subscribed callback with this role change; ``previous`` None: the node has started."""

    previous: Role | None
    new: Role


@dataclass(frozen=True, slots=True)
class Answer:
    """An order is done, or refused. For ``Order.TAKE_OVER`` the one waiting is the peer."""

    order: Order
    refusal: Refusal | None = None


Effect = (
    SendHeartbeat
    | WriteTxt
    | ReadTxt
    | ReadRecord
    | UpdateRecord
    | RemoveRecords
    | TellPeer
    | CallHooks
    | Answer
)
