"""Rules 60–66: failover by hand, from either side, and the peer's word that it is Primary."""

from __future__ import annotations

from agmonitor.domain.model import Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.effects import Answer, PeerMessage, Refusal, TellPeer, UpdateRecord
from agmonitor.protocol.inputs import FailoverOrdered, PeerAnswered, PeerClaims, TakeOverAsked
from agmonitor.protocol.outcome import Done, Outcome, did
from agmonitor.protocol.rules_primary import yield_to_peer
from agmonitor.protocol.state import NodeState, Order


def refuse_failover(state: NodeState, happened: FailoverOrdered) -> Outcome:
    """Failover is refused in no group, on a Primary without Secondary, and while an order is under way."""
    del happened
    if state.role is Role.NOT_IN_GROUP:
        return did(state, Answer(Order.FAILOVER, Refusal.NOT_IN_GROUP))
    if state.order is not None:
        return did(state, Answer(Order.FAILOVER, Refusal.BUSY))
    if state.role is Role.PRIMARY and state.peer is None:
        return did(state, Answer(Order.FAILOVER, Refusal.NO_SECONDARY))
    return None


def failover_on_primary(state: NodeState, happened: FailoverOrdered) -> Outcome:
    """On the Primary: it asks the Secondary to take over, and yields when that has moved the record.

    Until then it stays Primary, so a Secondary that is gone or cut off from DNS costs nothing; the price is
    that for one answer's time both are Primary.
    """
    del happened
    if state.role is not Role.PRIMARY or state.peer is None or state.order is not None:
        return None
    return did(replace(state, order=Order.FAILOVER), TellPeer(PeerMessage.TAKE_OVER))


def failover_on_secondary(state: NodeState, happened: FailoverOrdered) -> Outcome:
    """On the Secondary: it takes over as in an absence, at once; an update already under way will do."""
    del happened
    if state.role is not Role.SECONDARY or state.order is not None:
        return None
    return _take_over(state, Order.FAILOVER)


def take_over_asked(state: NodeState, happened: TakeOverAsked) -> Outcome:
    """Asked by the Primary, a Secondary takes over at once; one that already is Primary just says yes."""
    del happened
    if state.role is Role.PRIMARY:
        return did(state, Answer(Order.TAKE_OVER))
    if state.role is Role.NOT_IN_GROUP:
        return did(state, Answer(Order.TAKE_OVER, Refusal.NOT_IN_GROUP))
    if state.order is not None:
        return did(state, Answer(Order.TAKE_OVER, Refusal.BUSY))
    return _take_over(state, Order.TAKE_OVER)


def peer_took_over(state: NodeState, happened: PeerAnswered) -> Outcome:
    """When the peer says that it took over, the old Primary is Secondary; if not, nothing has changed."""
    if state.role is not Role.PRIMARY or state.order is not Order.FAILOVER:
        return None
    if happened.message is not PeerMessage.TAKE_OVER:
        return None
    if not happened.ok:
        return did(replace(state, order=None), Answer(Order.FAILOVER, Refusal.PEER_DID_NOT_TAKE_OVER))
    return yield_to_peer(state, happened.at)


def peer_told(state: NodeState, happened: PeerAnswered) -> Outcome:
    """Failover ordered on the Secondary is complete when the old Primary was told, or could not be reached.

    One that could not be reached learns of it from the host record at its next beat.
    """
    if state.order is not Order.FAILOVER or happened.message is not PeerMessage.I_AM_PRIMARY:
        return None
    return did(replace(state, order=None), Answer(Order.FAILOVER))


def peer_claims(state: NodeState, happened: PeerClaims) -> Outcome:
    """A Primary whose peer says that it became Primary later than itself becomes Secondary at once."""
    if state.role is not Role.PRIMARY or happened.since <= state.since:
        return None
    return yield_to_peer(state, happened.at)


def _take_over(state: NodeState, order: Order) -> Done:
    ordered = replace(state, order=order, updating=True)
    return did(ordered) if state.updating else did(ordered, UpdateRecord())
