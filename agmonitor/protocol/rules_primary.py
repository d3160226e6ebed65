"""Rules 20–29: what a Primary does on each beat, and how one that was overridden learns of it."""

from __future__ import annotations

from agmonitor.domain.model import DnsLink, HeartbeatMethod, Instant, Role
from agmonitor.domain.replacing import replace
from agmonitor.protocol.effects import Answer, CallHooks, ReadRecord, SendHeartbeat, WriteTxt
from agmonitor.protocol.inputs import HeartbeatReceived, HeartbeatSent, RecordRead, Tick, TxtWritten
from agmonitor.protocol.outcome import Done, Outcome, did
from agmonitor.protocol.state import NodeState, in_role, is_due, next_due


def overslept(state: NodeState, happened: Tick) -> Outcome:
    """A Primary whose beat is overdue by more than the allowed absence looks at the record before it beats.

    It was frozen or asleep, and its peer may have taken over meanwhile.
    """
    if not is_due(state, Role.PRIMARY, happened.at) or state.due_at is None:
        return None
    if happened.at - state.due_at <= state.timers.absence_s:
        return None
    booked = happened.at + state.timers.report_s
    return did(replace(state, due_at=booked, seen_at=happened.at), ReadRecord())


def beat_direct(state: NodeState, happened: Tick) -> Outcome:
    """Each report interval the Primary sends a health report straight to the Secondary, if it has one."""
    if not is_due(state, Role.PRIMARY, happened.at) or state.peer is None:
        return None
    return did(state, SendHeartbeat(happened.at))


def beat_txt(state: NodeState, happened: Tick) -> Outcome:
    """On every beat, not only when the direct way fails, its instant also goes into the TXT record."""
    if not is_due(state, Role.PRIMARY, happened.at):
        return None
    return did(state, WriteTxt(happened.at))


def beat_looks_at_record(state: NodeState, happened: Tick) -> Outcome:
    """On every beat the Primary reads the host record too: that is how it learns that it was overridden.

    The next beat is due one report interval after this one was; beats missed are not made up for.
    """
    if not is_due(state, Role.PRIMARY, happened.at) or state.due_at is None:
        return None
    booked = next_due(state.due_at, state.timers.report_s, happened.at)
    return did(replace(state, due_at=booked, seen_at=happened.at), ReadRecord())


def beat_delivered(state: NodeState, happened: HeartbeatSent) -> Outcome:
    """A beat that reached the Secondary makes the method ``direct``; the answer tells its last check."""
    if state.role is not Role.PRIMARY or not happened.delivered:
        return None
    newest = max(state.last_beat_at or happened.stamp, happened.stamp)
    checked_at = happened.peer_checked_at or state.last_check_at
    return did(replace(state, method=HeartbeatMethod.DIRECT, last_beat_at=newest, last_check_at=checked_at))


def beat_not_delivered(state: NodeState, happened: HeartbeatSent) -> Outcome:
    """A beat that did not reach the Secondary makes the method ``dns``: at best TXT holds it."""
    if state.role is not Role.PRIMARY or happened.delivered:
        return None
    return did(replace(state, method=HeartbeatMethod.DNS))


def beat_stored(state: NodeState, happened: TxtWritten) -> Outcome:
    """The TXT write tells a Primary's DNS connection; the last heartbeat is the newest that got out."""
    if state.role is not Role.PRIMARY:
        return None
    if not happened.ok:
        return did(replace(state, dns_link=DnsLink.DISCONNECTED))
    newest = max(state.last_beat_at or happened.stamp, happened.stamp)
    method = state.method if state.peer is not None and state.method is not None else HeartbeatMethod.DNS
    return did(replace(state, dns_link=DnsLink.CONNECTED, last_beat_at=newest, method=method))


def doubted_by_answer(state: NodeState, happened: HeartbeatSent) -> Outcome:
    """If the peer answers a beat by saying that it is Primary too, the host record is asked who is right."""
    if state.role is not Role.PRIMARY or happened.peer_role is not Role.PRIMARY:
        return None
    return did(state, ReadRecord())


def doubted_by_beat(state: NodeState, happened: HeartbeatReceived) -> Outcome:
    """If a beat reaches a Primary, there are two of them, and the host record is asked who is right."""
    del happened
    return did(state, ReadRecord()) if state.role is Role.PRIMARY else None


def overridden(state: NodeState, happened: RecordRead) -> Outcome:
    """Split brain ends by the host record: a Primary that reads its peer's address there becomes Secondary.

    An answer asked for before this node took the role is too old to count, and nobody or a stranger in the
    record overrides no one.
    """
    if state.role is not Role.PRIMARY or not happened.ok or happened.asked_at <= state.since:
        return None
    if happened.address is None or happened.address != state.peer:
        return None
    return yield_to_peer(state, happened.at)


def yield_to_peer(state: NodeState, at: Instant) -> Done:
    """An order under way is answered last: "completed" shall be true when it is said."""
    yielded = in_role(replace(state, order=None), Role.SECONDARY, at)
    hooks = CallHooks(Role.PRIMARY, Role.SECONDARY)
    return did(yielded, hooks, Answer(state.order)) if state.order else did(yielded, hooks)
