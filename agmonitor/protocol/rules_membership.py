"""Rules 1–11: founding, joining, leaving and coming back. Each docstring is the rule's wording."""

from __future__ import annotations

from agmonitor.domain.model import DnsLink, Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.effects import (
    Answer,
    CallHooks,
    PeerMessage,
    ReadRecord,
    Refusal,
    RemoveRecords,
    TellPeer,
    UpdateRecord,
)
from agmonitor.protocol.inputs import (
    CreateOrdered,
    HeartbeatReceived,
    JoinOrdered,
    LeaveOrdered,
    PeerJoined,
    PeerLeft,
    RecordRead,
    RecordUpdated,
    Restarted,
    TimersChanged,
)
from agmonitor.protocol.outcome import Outcome, did
from agmonitor.protocol.state import NodeState, Order, in_role


def started(state: NodeState, happened: Restarted) -> Outcome:
    """A node that was in no group starts in no group, and hooks hear that with no previous role."""
    if happened.member:
        return None
    return did(in_role(state, Role.NOT_IN_GROUP, happened.at), CallHooks(None, Role.NOT_IN_GROUP))


def create(state: NodeState, happened: CreateOrdered) -> Outcome:
    """Creating a group starts with making the host record name this node; a node in a group refuses."""
    del happened
    if state.order is not None:
        return did(state, Answer(Order.CREATE, Refusal.BUSY))
    if state.role is not Role.NOT_IN_GROUP:
        return did(state, Answer(Order.CREATE, Refusal.ALREADY_IN_GROUP))
    return did(replace(state, order=Order.CREATE, updating=True), UpdateRecord())


def created(state: NodeState, happened: RecordUpdated) -> Outcome:
    """Once the record names it, the founder is Primary; if it could not be written, nothing is founded."""
    if state.order is not Order.CREATE:
        return None
    idle = replace(state, order=None, updating=False)
    if not happened.ok:
        return did(idle, Answer(Order.CREATE, Refusal.RECORD_NOT_UPDATED))
    founder = replace(in_role(idle, Role.PRIMARY, happened.at), dns_link=DnsLink.CONNECTED)
    return did(founder, CallHooks(state.role, Role.PRIMARY), Answer(Order.CREATE))


def join(state: NodeState, happened: JoinOrdered) -> Outcome:
    """A joiner becomes Secondary at once, with the Primary's settings; a node in a group refuses."""
    if state.order is not None:
        return did(state, Answer(Order.JOIN, Refusal.BUSY))
    if state.role is not Role.NOT_IN_GROUP:
        return did(state, Answer(Order.JOIN, Refusal.ALREADY_IN_GROUP))
    settled = replace(state, timers=happened.timers, peer=happened.primary, dns_link=DnsLink.CONNECTED)
    joiner = in_role(settled, Role.SECONDARY, happened.at)
    return did(joiner, CallHooks(state.role, Role.SECONDARY), Answer(Order.JOIN))


def peer_joined(state: NodeState, happened: PeerJoined) -> Outcome:
    """The Primary learns its Secondary's address from the joiner itself and beats to it from then on."""
    if state.role is not Role.PRIMARY:
        return None
    return did(replace(state, peer=happened.address))


def leave(state: NodeState, happened: LeaveOrdered) -> Outcome:
    """A Secondary leaves and says so; a Primary without one dissolves the group and removes its records.

    A Primary that still has a Secondary refuses: service would end. Fail over first, then leave.
    """
    if state.order is not None:
        return did(state, Answer(Order.LEAVE, Refusal.BUSY))
    if state.role is Role.NOT_IN_GROUP:
        return did(state, Answer(Order.LEAVE, Refusal.NOT_IN_GROUP))
    if state.role is Role.PRIMARY and state.peer is not None:
        return did(state, Answer(Order.LEAVE, Refusal.STILL_HAS_SECONDARY))
    alone = in_role(state, Role.NOT_IN_GROUP, happened.at)
    farewell = RemoveRecords() if state.role is Role.PRIMARY else TellPeer(PeerMessage.LEFT)
    return did(alone, farewell, CallHooks(state.role, Role.NOT_IN_GROUP), Answer(Order.LEAVE))


def peer_left(state: NodeState, happened: PeerLeft) -> Outcome:
    """When the Secondary has left, its seat is empty and the Primary beats by TXT alone."""
    del happened
    if state.role is not Role.PRIMARY:
        return None
    return did(replace(state, peer=None))


def timers_changed(state: NodeState, happened: TimersChanged) -> Outcome:
    """Changed intervals count from the next beat or check; what is already due stays due."""
    return did(replace(state, timers=happened.timers))


def came_back(state: NodeState, happened: Restarted) -> Outcome:
    """A restarted member holds still as Secondary and looks at the host record before anything else."""
    if not happened.member:
        return None
    waiting = replace(in_role(state, Role.SECONDARY, happened.at), peer=happened.peer)
    waiting = replace(waiting, returning=True, announced=False, dns_link=DnsLink.DISCONNECTED)
    return did(waiting, ReadRecord())


def return_decided(state: NodeState, happened: RecordRead) -> Outcome:
    """Back from a restart: Primary only if the host record still names this node, else Secondary.

    There is no automatic fail-back. Where DNS does not answer, the node is Secondary and asks again at each
    check; a record that names nobody leaves it Secondary too, and the absence rule mends that.
    """
    if not state.returning:
        return None
    previous = state.role if state.announced else None
    if happened.ok and happened.address == state.address:
        return did(in_role(state, Role.PRIMARY, happened.at), CallHooks(previous, Role.PRIMARY))
    settled = replace(state, returning=not happened.ok, announced=True)
    return did(settled, CallHooks(None, Role.SECONDARY)) if previous is None else did(settled)


def return_heard(state: NodeState, happened: HeartbeatReceived) -> Outcome:
    """A beat that reaches a returning node ends its doubt: the peer is Primary, this node Secondary."""
    del happened
    if not state.returning:
        return None
    settled = replace(state, returning=False, announced=True)
    return did(settled) if state.announced else did(settled, CallHooks(None, Role.SECONDARY))
