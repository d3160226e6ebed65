"""Rules 40–49: how a Secondary watches, and how it takes over."""

from __future__ import annotations

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.effects import (
    Answer,
    CallHooks,
    PeerMessage,
    ReadRecord,
    ReadTxt,
    Refusal,
    TellPeer,
    UpdateRecord,
)
from agmonitor.protocol.inputs import HeartbeatReceived, RecordRead, RecordUpdated, Tick, TxtRead
from agmonitor.protocol.outcome import Outcome, did
from agmonitor.protocol.state import NodeState, Order, in_role, is_due, next_due


def beat_received(state: NodeState, happened: HeartbeatReceived) -> Outcome:
    """A beat that arrives directly is remembered with its stamp and its arrival; the method is ``direct``.

    Of several stamps the newest counts, unless this one is older by more than the allowed absence: then the
    Primary's clock was set back.
    """
    if state.role is not Role.SECONDARY:
        return None
    stamp, known = happened.stamp, state.last_beat_at
    is_news = known is None or stamp > known or stamp < known - state.timers.absence_s
    heard = replace(
        state,
        peer=happened.sender,
        last_beat_at=stamp if is_news else known,
        beat_arrived_at=happened.at,
        learnt_at=happened.at if is_news else state.learnt_at,
        method=HeartbeatMethod.DIRECT,
    )
    return did(heard)


def check_looks_at_record(state: NodeState, happened: Tick) -> Outcome:
    """Each check reads the host record too: a Secondary cut off from DNS says so before it matters."""
    return did(state, ReadRecord()) if is_due(state, Role.SECONDARY, happened.at) else None


def check_direct(state: NodeState, happened: Tick) -> Outcome:
    """Each check interval: did a beat arrive directly within the past interval? Then the Primary is alive."""
    if not is_due(state, Role.SECONDARY, happened.at) or state.due_at is None:
        return None
    arrived = state.beat_arrived_at
    if arrived is None or happened.at - arrived > state.timers.check_s:
        return None
    booked = next_due(state.due_at, state.timers.check_s, happened.at)
    checked = replace(state, last_check_at=happened.at, checking_at=None, due_at=booked, seen_at=happened.at)
    return did(checked)


def check_by_dns(state: NodeState, happened: Tick) -> Outcome:
    """If none did, the Secondary reads the heartbeat's instant from the TXT record of the group's name."""
    if not is_due(state, Role.SECONDARY, happened.at) or state.due_at is None:
        return None
    booked = next_due(state.due_at, state.timers.check_s, happened.at)
    checking = replace(state, checking_at=happened.at, due_at=booked, seen_at=happened.at)
    return did(checking, ReadTxt())


def txt_read(state: NodeState, happened: TxtRead) -> Outcome:
    """What TXT says counts if it is newer than what is known; with a readable stamp the method is ``dns``."""
    if state.role is not Role.SECONDARY or state.checking_at is None:
        return None
    known, stamp = state.last_beat_at, happened.stamp
    checked = replace(state, last_check_at=state.checking_at)
    if stamp is None:
        return did(checked)
    if known is not None and stamp <= known:
        return did(replace(checked, method=HeartbeatMethod.DNS))
    return did(replace(checked, method=HeartbeatMethod.DNS, last_beat_at=stamp, learnt_at=happened.at))


def absent(state: NodeState, happened: TxtRead) -> Outcome:
    """If the last known beat is then older than the allowed absence, the Primary has failed: take over.

    Absence counts on the Secondary's clock at the check, and never from before it took its role. Taking
    over is the record's update: while that fails the node stays Secondary and tries again at each check.
    """
    del happened
    checked_at = state.checking_at
    if state.role is not Role.SECONDARY or checked_at is None:
        return None
    concluded = replace(state, checking_at=None)
    if checked_at - state.silent_since <= state.timers.absence_s or state.updating:
        return did(concluded)
    return did(replace(concluded, updating=True), UpdateRecord())


def took_over(state: NodeState, happened: RecordUpdated) -> Outcome:
    """Once the record names it, the Secondary is Primary, and tells the peer so, in case that still lives.

    An order to fail over is answered when the peer has been told; a peer that asked is answered at once.
    """
    if state.role is not Role.SECONDARY or not happened.ok:
        return None
    asked = state.order is Order.TAKE_OVER
    idle = replace(state, updating=False, order=None if asked else state.order)
    primary = replace(in_role(idle, Role.PRIMARY, happened.at), dns_link=DnsLink.CONNECTED)
    hooks = CallHooks(Role.SECONDARY if state.announced else None, Role.PRIMARY)
    claim = TellPeer(PeerMessage.I_AM_PRIMARY, since=happened.at)
    return did(primary, hooks, Answer(Order.TAKE_OVER), claim) if asked else did(primary, hooks, claim)


def could_not_take_over(state: NodeState, happened: RecordUpdated) -> Outcome:
    """If the record cannot be updated the node stays Secondary: an order is refused, an absence retried."""
    if state.role is not Role.SECONDARY or happened.ok:
        return None
    order = state.order
    still = replace(state, updating=False, order=None, dns_link=DnsLink.DISCONNECTED)
    return did(still) if order is None else did(still, Answer(order, Refusal.RECORD_NOT_UPDATED))


def txt_tells_link(state: NodeState, happened: TxtRead) -> Outcome:
    """A Secondary is connected to DNS if its latest question was answered: here the TXT record."""
    return _linked(state, ok=happened.ok)


def record_tells_link(state: NodeState, happened: RecordRead) -> Outcome:
    """A Secondary is connected to DNS if its latest question was answered: here the host record."""
    return _linked(state, ok=happened.ok)


def _linked(state: NodeState, *, ok: bool) -> Outcome:
    if state.role is not Role.SECONDARY:
        return None
    return did(replace(state, dns_link=DnsLink.CONNECTED if ok else DnsLink.DISCONNECTED))
