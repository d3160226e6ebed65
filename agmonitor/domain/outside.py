"""What the witnesses outside the nodes say, folded in: DNS, resolvers, the client's path, load and hooks."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.addresses import members_known
from agmonitor.domain.memory import Memory, OldAnswer, TxtBeat
from agmonitor.domain.model import DnsAnswer, Instant
from agmonitor.domain.observations import ClientObservation, DnsObservation, ResolverObservation
from agmonitor.domain.replacing import replace, replacer
from agmonitor.domain.state import GroupState
from agmonitor.domain.window import is_off, writer_clock, written_at

SAYS_SOMETHING = frozenset({DnsAnswer.OK, DnsAnswer.NXDOMAIN, DnsAnswer.NODATA})

_with_dns = replacer(Memory, "dns_answered", "txt")
_with_answer = replacer(GroupState, "dns", "dns_failures", "memory")
_seen_again = replacer(TxtBeat, "seen_at", "beside")
_with_clients = replacer(GroupState, "clients", "clients_ever_worked", "clients_failures", "memory")
_with_visit = replacer(
    Memory,
    *("clients_at", "clients_served_at", "clients_failed_at", "clients_lost_at", "clients_failed_sent"),
)


def dns_seen(state: GroupState, probe: DnsObservation) -> GroupState:
    """The authoritative server's word, or its silence."""
    if probe.server is None or probe.answer not in SAYS_SOMETHING:
        return replace(state, dns=probe, dns_failures=state.dns_failures + 1)
    known = state.memory if state.memory.dns_ever else replace(state.memory, dns_ever=True)
    txt = known.txt if probe.heartbeat_at is None else _txt_read(state, probe, probe.heartbeat_at)
    memory = _record_held(_with_dns(known, probe, txt), probe)
    return _with_answer(state, probe, 0, memory)


def _txt_read(state: GroupState, probe: DnsObservation, stamp: Instant) -> TxtBeat:
    """The TXT beat after an answer that holds one."""
    known, asked = state.memory.txt, state.memory.dns_answered
    first_seen_at, not_before = probe.received_at, None
    if known is not None and known.stamp == stamp:
        first_seen_at, not_before = known.first_seen_at, known.not_before
        if known.written_at is not None:
            return _seen_again(known, probe.received_at, probe.addresses)
    elif known is not None and asked is not None:
        not_before = asked.sent_at
    txt = TxtBeat(stamp, probe.received_at, probe.addresses, first_seen_at, not_before)
    clock = writer_clock(state)
    if not clock.known:
        return txt
    unsure_s = clock.uncertainty_s
    if txt.not_before is not None and is_off(txt, clock):
        unsure_s = txt.first_seen_at - txt.not_before
    return replace(txt, written_at=written_at(txt, clock), unsure_s=unsure_s)


def _record_held(memory: Memory, probe: DnsObservation) -> Memory:
    if probe.addresses == memory.record:
        return memory
    if memory.record is None:
        return replace(memory, record=probe.addresses)
    return replace(
        memory, record=probe.addresses, old_record=memory.record, record_moved_at=probe.received_at
    )


def record_of(state: GroupState) -> DnsObservation | None:
    """The authoritative word that still counts; one lost probe is no event while watching."""
    patience = 2 if state.mode is named.WATCHING else 1
    return state.memory.dns_answered if state.dns_failures < patience else None


def resolver_seen(state: GroupState, probe: ResolverObservation) -> GroupState:
    """One resolver's answer, and until when its cache may give an old one."""
    others = [seen for seen in state.resolvers if seen.resolver != probe.resolver]
    resolvers = tuple(sorted([*others, probe], key=lambda seen: seen.resolver))
    held = {old.resolver: old for old in state.memory.old_answers}
    if probe.answer is DnsAnswer.OK and _is_old(state, probe):
        ttl_s = probe.ttl_s if probe.ttl_s is not None else state.timers.ttl_s
        held.setdefault(probe.resolver, OldAnswer(probe.resolver, probe.received_at + max(0.0, ttl_s)))
    else:
        held.pop(probe.resolver, None)
    old_answers = tuple([held[name] for name in sorted(held)])
    memory = state.memory
    if old_answers != memory.old_answers:
        memory = replace(memory, old_answers=old_answers)
    return replace(state, resolvers=resolvers, memory=memory)


def _is_old(state: GroupState, probe: ResolverObservation) -> bool:
    """It answers an address the record held, or another member's; a stranger may be a split view."""
    record = record_of(state)
    if record is None or not record.addresses or set(probe.addresses) & set(record.addresses):
        return False
    return bool(set(probe.addresses) & (members_known(state.nodes) | set(state.memory.old_record)))


def clients_seen(state: GroupState, probe: ClientObservation) -> GroupState:
    """Whether the client's path works."""
    works = probe.answer is named.ANSWERED
    failed_at = state.memory.clients_failed_at
    memory = _with_visit(
        state.memory,
        clients_at=probe.address if works else state.memory.clients_at,
        clients_served_at=probe.sent_at if works else state.memory.clients_served_at,
        clients_failed_at=None if works else (probe.sent_at if failed_at is None else failed_at),
        clients_lost_at=_lost_at(state, probe, works=works),
        clients_failed_sent=() if works else (*state.memory.clients_failed_sent[-1:], probe.sent_at),
    )
    return _with_clients(
        state,
        clients=probe,
        clients_ever_worked=state.clients_ever_worked or works,
        clients_failures=0 if works else state.clients_failures + 1,
        memory=memory,
    )


def _lost_at(state: GroupState, probe: ClientObservation, *, works: bool) -> Instant | None:
    if works:
        return None
    known = state.memory.clients_lost_at
    return probe.received_at if known is None else known


def clients_judged(state: GroupState) -> bool:
    """Switched on for the group, or it has worked once and is not switched off."""
    judge = state.settings.judge_clients
    return state.clients_ever_worked if judge is None else judge


def name_known(state: GroupState) -> bool:
    """Whether there is a name to ask DNS for: set for the group, or told by a node."""
    told = any(node.configuration is not None and node.configuration.group_fqdn for node in state.nodes)
    return told or state.settings.fqdn is not None


def dns_lost(state: GroupState) -> bool:
    """The authoritative server was asked and no longer counts as answering."""
    return state.dns is not None and state.dns_failures > 0 and record_of(state) is None
