"""What the card between the nodes says: whom the record names, how the heartbeat goes, what comes next.

Plain values from a state and an instant of ours. Knows no Qt and draws no verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import DnsAnswer, HeartbeatMethod, Instant, Role
from agmonitor.domain.state import Condition, GroupState, NodeState
from agmonitor.domain.window import only
from agmonitor.report.record import node_named_by
from agmonitor.texts import t
from agmonitor.ui.beat_seen import BeatSeen, KnownBeat, of_pair
from agmonitor.ui.phrases import Tone, age, limit

NO_PRIMARY, TAKEOVER_DUE, TAKEOVER_OVERDUE, OBSERVER_ISOLATED = 2, 4, 5, 21

_RECORD_FAILURES = {
    DnsAnswer.NXDOMAIN: t("no such name"),
    DnsAnswer.NODATA: t("the name has no address"),
    DnsAnswer.TIMEOUT: t("its DNS server does not answer"),
    DnsAnswer.REFUSED: t("its DNS server refuses to answer"),
    DnsAnswer.MALFORMED: t("its DNS server's answer is malformed"),
}


class Path(StrEnum):
    """How the heartbeat's line is drawn; each differs in form, not in colour alone."""

    DIRECT = "direct"  # solid, arrow at the Secondary
    BY_DNS = "by_dns"  # dashed, bent through the name
    NONE = "none"  # dashed and crossed out
    UNKNOWN = "unknown"  # dotted, grey


@dataclass(frozen=True, slots=True)
class NameFacts:
    """The name card. ``points_to`` and ``sender`` are 0 (left node), 1 (right node) or None."""

    fqdn: str
    record: str
    record_tone: Tone
    points_to: int | None
    path: Path
    path_tone: Tone
    heartbeat: str
    sender: int | None
    next_step: str = ""  # the countdown to a takeover
    shorter: tuple[str, ...] = ()  # the heartbeat in fewer words: its limit goes before its age does

    @property
    def spoken(self) -> str:
        """The card as a screen reader says it."""
        target = {0: t("the left node"), 1: t("the right node"), None: t("neither node")}[self.points_to]
        said = t(
            "{fqdn}: {record}, names {target}; heartbeat {heartbeat}",
            fqdn=self.fqdn,
            record=self.record,
            target=target,
            heartbeat=self.heartbeat,
        )
        return f"{said}; {self.next_step}" if self.next_step else said


def name_facts(state: GroupState, now: Instant, known: KnownBeat | None = None) -> NameFacts:
    """Everything on the name card; ``known``: when the Secondary's heartbeat was first seen."""
    record, record_tone, points_to = _record(state)
    sender = _sender(state)
    if any(one.number == OBSERVER_ISOLATED for one in state.verdict.findings):
        record_tone = Tone.UNKNOWN  # it is us: no server is blamed
    beat = of_pair(state, now, _told_at(state), known)
    path, path_tone, heartbeat = _heartbeat(state, beat)
    unlimited = heartbeat.replace(f" ({_allowed(state)})", "")
    return NameFacts(
        fqdn=fqdn_of(state) or t("name not known yet"),
        record=record,
        record_tone=record_tone,
        points_to=points_to,
        path=path,
        path_tone=path_tone,
        heartbeat=heartbeat,
        sender=sender,
        next_step=countdown(state, now),
        shorter=() if unlimited == heartbeat else (unlimited,),
    )


def fqdn_of(state: GroupState) -> str | None:
    """The group's name: as set, else as a node tells it."""
    if state.settings.fqdn:
        return state.settings.fqdn
    for node in state.nodes:
        report = node.heard.report if node.heard is not None else None
        if report is not None and report.configuration is not None and report.configuration.group_fqdn:
            return report.configuration.group_fqdn
    return None


def countdown(state: GroupState, now: Instant) -> str:
    """What the takeover window says at this very moment, while a takeover is due or nobody is Primary."""
    numbers = {finding.number for finding in state.verdict.findings}
    if state.window is None or not numbers & {NO_PRIMARY, TAKEOVER_DUE, TAKEOVER_OVERDUE}:
        return ""
    opens_s = state.window.opens_at - state.window.offset_s - now
    closes_s = state.window.closes_at - state.window.offset_s - now
    if closes_s <= 0:
        return t("takeover overdue for {time}", time=age(-closes_s))
    if opens_s <= 0:
        return t("takeover now, within {time}", time=age(closes_s))
    return t("takeover in {first} to {last}", first=age(opens_s), last=age(closes_s))


def _record(state: GroupState) -> tuple[str, Tone, int | None]:
    dns = state.dns
    if dns is None:
        return t("not looked up yet"), Tone.MUTED, None
    if dns.server is None:
        return t("no DNS witness"), Tone.NOTICE, None
    if dns.answer is not DnsAnswer.OK:
        tone = Tone.CRITICAL if dns.answer in {DnsAnswer.NXDOMAIN, DnsAnswer.NODATA} else Tone.WARNING
        return _RECORD_FAILURES[dns.answer], tone, None
    ttl = "" if dns.ttl_s is None else " · " + t("TTL {seconds} s", seconds=dns.ttl_s)
    named = node_named_by(state, dns.addresses)
    text = f"A {', '.join(dns.addresses) or '–'}"
    if named is None:
        return t("{record} · neither node", record=text), Tone.CRITICAL, None
    return f"{text}{ttl}", Tone.MUTED, [node.name for node in state.nodes].index(named)


def _sender(state: GroupState) -> int | None:
    """The node that sends heartbeats: the Primary, or the one that was it when last heard."""
    now_primary = [place for place, node in enumerate(state.nodes) if node.role is Role.PRIMARY]
    if len(now_primary) == 1:
        return now_primary[0]
    last = [place for place, node in enumerate(state.nodes) if _last_role(node) is Role.PRIMARY]
    return last[0] if len(last) == 1 else None


def _last_role(node: NodeState) -> Role | None:
    return node.heard.report.role if node.heard is not None and node.heard.report is not None else None


def _heartbeat(state: GroupState, beat: BeatSeen | None) -> tuple[Path, Tone, str]:
    if state.beat is None or beat is None:
        # Translators: no heartbeat is
        return Path.UNKNOWN, Tone.MUTED, t("none known")
    if only(state.nodes, Role.SECONDARY) is None and (
        state.dns is None or state.dns.answer is not DnsAnswer.OK
    ):
        # Nobody who would have heard a newer one tells us anything.
        return Path.UNKNOWN, Tone.MUTED, t("last known {age}", age=beat.words)
    allowed = _allowed(state)
    age_s = beat.age_s if beat.age_s is not None else 0.0
    if age_s > min(state.timers.absence_s, state.beat.late_after_s):
        tone = Tone.CRITICAL if age_s > state.timers.absence_s else Tone.WARNING
        return Path.NONE, tone, t("none for {age} ({limit})", age=age(age_s), limit=allowed)
    # The limit counts on the Secondary's clock: beside an age by ours it would say what is not so.
    words = beat.words if beat.ours else t("{age} ({limit})", age=beat.words, limit=allowed)
    if _method(state) is HeartbeatMethod.DNS:
        return Path.BY_DNS, Tone.WARNING, t("by DNS, {age}", age=words)
    return Path.DIRECT, Tone.OK, t("direct, {age}", age=words)


def _allowed(state: GroupState) -> str:
    return t("limit {length}", length=limit(state.timers.absence_s))


def _told_at(state: GroupState) -> Instant:
    """When the answer came that the beat's age rests on: others that came since say nothing of it."""
    secondary, dns = only(state.nodes, Role.SECONDARY), state.memory.dns_answered
    if secondary is not None and secondary.heard is not None:
        return secondary.heard.received_at
    return dns.received_at if dns is not None else state.now


def _method(state: GroupState) -> HeartbeatMethod | None:
    """The Secondary's word. Where none is heard, a beat that TXT alone tells of came by DNS."""
    for node in state.nodes:
        if node.condition is Condition.HEARD and node.role is Role.SECONDARY and node.heard is not None:
            return node.heard.report.heartbeat_method if node.heard.report is not None else None
    return HeartbeatMethod.DNS if state.beat is not None and state.beat.source == "txt" else None
