"""Whether a verdict stands though an input came, so that nothing need be judged anew.

Beside a pair that stands, a tick, a client's visit and a resolver's word can begin or end few findings, and
few sentences count the time; no more can an inventory of hooks without trouble, or an answer of DNS, of a
node or on its load that repeats the one before. Health tells the age of the newest heartbeat: where only that
moved, it is said anew. A test judges anew wherever this says that a verdict stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agmonitor.domain import named
from agmonitor.domain.circumstances import LADEN
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import DnsAnswer
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
    Tick,
)
from agmonitor.domain.rules_health import say_healthy
from agmonitor.domain.rules_settings import LEAST_SKEW_S
from agmonitor.domain.state import GroupState, NodeState, Verdict
from agmonitor.domain.window import clock_of, seats

HEALTHY = 0
HOOK_TROUBLE = 17
LASTING = frozenset({0, 8, 9, 10, 12, 15, HOOK_TROUBLE, 24})
"""Findings that rest on what nodes told of themselves, in words without the time of now."""
CERTIFICATE_S = 31 * 86400.0
"""So long before its end a certificate may come to be named, by time alone."""
RECORD_HELD: DnsAnswer = DnsAnswer.OK


def standing(before: GroupState, after: GroupState, item: Input) -> Verdict | None:
    """The verdict on the state before, where there is no more to say of the state after; else None."""
    if after.mode is not named.WATCHING or after.clients_failures > 1 or before.clients_failures > 1:
        return None
    verdict = after.verdict
    tells_no_more = _TELLS_NO_MORE.get(type(item))
    if tells_no_more is None or not _is_lasting(verdict):
        return None
    if not (tells_no_more(before, after, item) and _is_calm(after)):
        return None
    if after.beat == before.beat and after.window == before.window:
        return verdict
    return _said_anew(after, verdict)


def _said_anew(state: GroupState, verdict: Verdict) -> Verdict | None:
    """Health, with the age of a beat that moved and is young; no other finding may tell of it."""
    if verdict.number != HEALTHY or verdict.findings:
        return None
    facts = Facts(state)
    if facts.age_s is None or facts.late or facts.reached is not False:
        return None
    return Verdict(HEALTHY, verdict.name, verdict.severity, say_healthy(facts), ())


def _is_lasting(verdict: Verdict) -> bool:
    if verdict.number not in LASTING:
        return False
    for finding in verdict.findings:  # noqa: SIM110 - a loop costs half of all(), in every step
        if finding.number not in LASTING:
            return False
    return True


def _is_calm(state: GroupState) -> bool:
    """The pair stands, and nothing waits for its time to be up."""
    memory = state.memory
    if memory.doubt is not None or memory.differ_since is not None or memory.old_answers:
        return False
    if memory.txt is not None and memory.txt.written_at is None:
        return False  # its age is reckoned by a clock that is known worse and worse
    primary, secondary = seats(state.nodes)
    if primary is None or secondary is None:
        return False
    return not (_ends_soon(primary, state.now) or _ends_soon(secondary, state.now))


def _ends_soon(node: NodeState, now: float) -> bool:
    """A certificate that its newest answers have shown."""
    for probe in (node.last, node.heard):
        ends_at = None if probe is None else probe.certificate_expires_at
        if ends_at is not None and ends_at <= now + CERTIFICATE_S:
            return True
    return False


def _repeats(before: GroupState, after: GroupState, _item: DnsObservation) -> bool:
    """DNS names whom it named."""
    old, new = before.dns, after.dns
    if old is None or new is None or old.answer is not RECORD_HELD or new.answer is not RECORD_HELD:
        return False
    if before.dns_failures or after.dns_failures or old.addresses != new.addresses:
        return False
    return _asked_since_takeover(after, old) and _txt_is_young(after)


def _says_again(before: GroupState, after: GroupState, item: NodeObservation) -> bool:
    """A node, heard all the while, says of itself what it said but for beats and checks; no clock is off."""
    place = 0 if after.nodes[0].name == item.node else 1
    was, node = before.nodes[place], after.nodes[place]
    if node.role is not was.role or was.failures or node.failures:
        return False
    if after.timers is not before.timers or after.memory.change is not before.memory.change:
        return False
    if _some_clock_is_off(after) or _clock_is_off(was):
        return False
    old, new = was.heard.report if was.heard is not None else None, item.report
    if old is None or new is None or not _says_the_same(old, new):
        return False
    if node.role is not named.PRIMARY and not _has_checked(after, node, new):
        return False
    return _txt_is_young(after)


def _says_the_same(old: NodeReport, new: NodeReport) -> bool:
    if new.dns_link is not old.dns_link or new.heartbeat_method is not old.heartbeat_method:
        return False
    return new.configuration == old.configuration and new.members == old.members


def _has_checked(state: GroupState, node: NodeState, report: NodeReport) -> bool:
    """Within two intervals, by its clock as it is known."""
    checked_at = report.last_updated_at
    if checked_at is None or node.heard is None:
        return False
    return node.heard.received_at + clock_of(node).offset_s - checked_at <= 2 * state.timers.check_s


def _is_light(before: GroupState, after: GroupState, item: LoadObservation) -> bool:
    """A node is as little laden as it was, and no clock was found off by the look at it."""
    if (item.load_score or 0.0) >= LADEN or _some_clock_is_off(before) or _some_clock_is_off(after):
        return False
    return _txt_is_young(after)


def _some_clock_is_off(state: GroupState) -> bool:
    return _clock_is_off(state.nodes[0]) or _clock_is_off(state.nodes[1])


def _clock_is_off(node: NodeState) -> bool:
    """So far that two such clocks may be called apart."""
    offset = node.offset
    return offset is not None and (offset.low_s > LEAST_SKEW_S / 2 or offset.high_s < -LEAST_SKEW_S / 2)


def _txt_is_young(state: GroupState) -> bool:
    txt, dns, timers = state.memory.txt, state.memory.dns_answered, state.timers
    if txt is None or txt.written_at is None or dns is None:
        return True
    return dns.received_at - txt.written_at <= timers.report_s + timers.check_s


def _asked_since_takeover(state: GroupState, probe: DnsObservation) -> bool:
    """A record asked for before counted for nothing until this one repeated it."""
    primary = seats(state.nodes)[0]
    if primary is None or not primary.role_change_seen:
        return True
    return primary.role_since is None or probe.sent_at >= primary.role_since


def _tells_of_no_trouble(_before: GroupState, state: GroupState, item: HooksObservation) -> bool:
    """Nor was there any before."""
    if item.answer is not named.ANSWERED or state.memory.hook_troubles:
        return False
    return HOOK_TROUBLE not in [finding.number for finding in state.verdict.findings]


def _tells_of_others(_before: GroupState, _after: GroupState, _item: Input) -> bool:
    return True


_TELLS_NO_MORE: Mapping[type, Callable[[GroupState, GroupState, Any], bool]] = {
    Tick: _tells_of_others,
    ClientObservation: _tells_of_others,
    ResolverObservation: _tells_of_others,
    DnsObservation: _repeats,
    NodeObservation: _says_again,
    LoadObservation: _is_light,
    HooksObservation: _tells_of_no_trouble,
}
