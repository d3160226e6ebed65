"""What a node's card says at an instant of ours, as plain values. Knows no Qt and draws no verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from agmonitor.domain.model import SILENT, Answer, DnsLink, HeartbeatMethod, Instant, Role
from agmonitor.domain.observations import NodeReport
from agmonitor.domain.state import Condition, GroupState, NodeState
from agmonitor.domain.unwatched import seconds_unseen, took_over_unwatched
from agmonitor.texts import t
from agmonitor.ui.beat_seen import BeatSeen, KnownBeat, told_by
from agmonitor.ui.phrases import (
    ANSWER_WORDS,
    ROLE_WORDS,
    Fact,
    Tone,
    age,
    clock_time,
    full_time,
    milliseconds,
)

TWO_PRIMARIES, NO_PRIMARY, OBSERVER_ISOLATED = 1, 2, 21  # findings
OVERLOADED, NEAR_CRASH = 0.50, 0.80  # finding 13
OFFSET_WORTH_SEEING_S = 2.0  # finding 12's smallest limit
DNS_LINK_WORDS = {
    DnsLink.CONNECTED: t("connected"),
    DnsLink.DISCONNECTED: t("disconnected"),
    DnsLink.NOT_APPLICABLE: t("not applicable"),
}


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One card: its heading, its badge and six facts."""

    name: str
    address: str
    badge: str
    tone: Tone  # of badge and frame
    alarmed: bool  # the whole frame is drawn in the tone, not its left edge alone
    facts: tuple[Fact, ...]

    @property
    def spoken(self) -> str:
        """The card as a screen reader says it."""
        said = "; ".join(f"{fact.caption.lower()} {fact.value}" for fact in self.facts)
        return f"{self.name}, {self.badge.lower()}; {said}"


def node_facts(
    state: GroupState,
    node: NodeState,
    now: Instant,
    p99_ms: float | None = None,
    known: KnownBeat | None = None,
) -> NodeFacts:
    """Everything on one card; ``known``: when its heartbeat was first seen."""
    badge, tone, alarmed = _badge(node)
    report = node.heard.report if node.heard is not None else None
    heard = node.condition is Condition.HEARD
    numbers = {one.number for one in state.verdict.findings}
    if (node.role is Role.PRIMARY and TWO_PRIMARIES in numbers) or (heard and NO_PRIMARY in numbers):
        tone, alarmed = Tone.CRITICAL, True
    answers = _answers(node, now, p99_ms)
    if OBSERVER_ISOLATED in numbers and node.condition is Condition.SILENT:
        tone, alarmed = Tone.UNKNOWN, False  # it is us: no node is blamed
        answers = replace(answers, tone=Tone.UNKNOWN)
    return NodeFacts(
        name=node.name,
        address=_address(node, report),
        badge=badge,
        tone=tone,
        alarmed=alarmed,
        facts=(
            answers,
            _role(state, node, report, now, heard=heard),
            _heartbeat(state, node, report, told_by(node, now, known), heard=heard),
            _dns_link(report, heard=heard),
            _load(node, heard=heard),
            _clock(node, heard=heard),
        ),
    )


def _badge(node: NodeState) -> tuple[str, Tone, bool]:
    if node.condition is Condition.SILENT:
        return t("NO ANSWER"), Tone.CRITICAL, True
    if node.condition is Condition.UNREADABLE:
        return t("UNREADABLE"), Tone.WARNING, True
    if node.role is Role.PRIMARY:
        return t("PRIMARY"), Tone.PRIMARY, False
    if node.role is Role.SECONDARY:
        return t("SECONDARY"), Tone.SECONDARY, False
    if node.role is Role.NOT_IN_GROUP:
        return t("NOT IN GROUP"), Tone.NOTICE, False
    return t("NOT HEARD YET"), Tone.UNKNOWN, False


def _address(node: NodeState, report: NodeReport | None) -> str:
    """Where we reach it, and the address it gives clients where that is another."""
    reached = urlsplit(node.url)
    where = reached.netloc or node.url
    own = report.configuration.external_ipv4_address if report and report.configuration else None
    return (
        where
        if own is None or own == reached.hostname
        else t("{address} · clients use {own}", address=where, own=own)
    )


def _answers(node: NodeState, now: Instant, p99_ms: float | None) -> Fact:
    last = node.last
    if last is None:
        return Fact(t("ANSWERS"), t("not asked yet"), Tone.MUTED)
    if last.answer is Answer.OK:
        value = milliseconds(last.round_trip_ms) if last.round_trip_ms is not None else t("yes")
        if p99_ms is not None and last.round_trip_ms is not None:
            most = milliseconds(p99_ms).removesuffix(t("{n} ms", n=""))
            value = t("{value} (p99 {most})", value=value, most=most)
        return Fact(
            t("ANSWERS"), value, Tone.OK, t("last asked at {instant}", instant=full_time(last.sent_at))
        )
    failed_at = node.first_failed_at if node.first_failed_at is not None else last.sent_at
    word, for_how_long = ANSWER_WORDS[last.answer], age(now - failed_at)
    tip = t("{detail} For {time} now.", detail=last.detail, time=for_how_long).lstrip()
    if last.answer in SILENT:
        tone = Tone.CRITICAL if node.condition is Condition.SILENT else Tone.WARNING
        return Fact(t("ANSWERS"), f"{word} {for_how_long}", tone, tip)
    return Fact(t("ANSWERS"), word, Tone.WARNING, tip)


def _role(
    state: GroupState, node: NodeState, report: NodeReport | None, now: Instant, *, heard: bool
) -> Fact:
    if heard and node.role is not None:
        if node.role_since is None:
            return Fact(t("SINCE"), t("not known"), Tone.MUTED)
        unseen = took_over_unwatched(state, node.name) is not None and node.role is Role.PRIMARY
        tip = t(
            "seen as {role} since {instant}", role=ROLE_WORDS[node.role], instant=full_time(node.role_since)
        )
        if unseen:  # that it was, then, is all we know
            return Fact(
                t("SINCE"), t("by {instant}", instant=clock_time(node.role_since, now)), Tone.TEXT, tip
            )
        return Fact(t("SINCE"), clock_time(node.role_since, now), Tone.TEXT, tip)
    if report is None:
        return Fact(t("LAST ROLE"), t("never heard"), Tone.MUTED)
    return Fact(t("LAST ROLE"), ROLE_WORDS[report.role], Tone.MUTED)


def _heartbeat(
    state: GroupState, node: NodeState, report: NodeReport | None, beat: BeatSeen | None, *, heard: bool
) -> Fact:
    caption = t("LAST HEARTBEAT")
    if report is None or report.last_heartbeat_at is None or beat is None:
        return Fact(caption, t("none known"), Tone.MUTED)
    by_dns = report.heartbeat_method is HeartbeatMethod.DNS
    value = t("via DNS, {age}", age=beat.words) if by_dns else beat.words
    tip = _stamped(report.last_heartbeat_at, node.name, report.heartbeat_method)
    if beat.ours or beat.age_s is None:
        tip += "\n" + t("That clock was set since: by it the stamp tells no age.")
    if not heard and _told_before_gap(state, node):
        return Fact(caption, t("not known"), Tone.MUTED, t("told last before nobody watched: {tip}", tip=tip))
    age_s = beat.age_s
    if not heard:
        long_ago = age_s is not None and age_s > state.timers.absence_s
        return Fact(caption, value, Tone.CRITICAL if long_ago else Tone.MUTED, tip)
    return Fact(
        caption, value, Tone.WARNING if age_s is None else _beat_tone(state, age_s, by_dns=by_dns), tip
    )


def _stamped(at: Instant, node: str, method: HeartbeatMethod | None) -> str:
    stamp = full_time(at)
    if method is None:
        return t("stamped {instant} on the clock of {node}", instant=stamp, node=node)
    return t(
        "stamped {instant} on the clock of {node}, method {method}",
        instant=stamp,
        node=node,
        method=method.value,
    )


def _told_before_gap(state: GroupState, node: NodeState) -> bool:
    """Whether nobody watched since its newest answer: heartbeats may have come and gone."""
    gap, last = state.last_gap, node.heard
    return (
        gap is not None and seconds_unseen(gap) > 0 and last is not None and last.received_at <= gap.until_at
    )


def _beat_tone(state: GroupState, age_s: float, *, by_dns: bool) -> Tone:
    late_after_s = state.beat.late_after_s if state.beat is not None else state.timers.absence_s
    if age_s > state.timers.absence_s:
        return Tone.CRITICAL
    return Tone.WARNING if by_dns or age_s > late_after_s else Tone.OK


def _dns_link(report: NodeReport | None, *, heard: bool) -> Fact:
    link = report.dns_link if report is not None else None
    if link is None:
        return Fact(t("DNS LINK"), t("unknown"), Tone.MUTED)
    word = DNS_LINK_WORDS[link]
    if not heard:
        return Fact(t("DNS LINK"), t("was {value}", value=word), Tone.MUTED)
    tone = {DnsLink.CONNECTED: Tone.OK, DnsLink.DISCONNECTED: Tone.WARNING}.get(link, Tone.MUTED)
    return Fact(t("DNS LINK"), word, tone, t("the node's own word on its connection to DNS"))


def _load(node: NodeState, *, heard: bool) -> Fact:
    score = node.load.load_score if node.load is not None else None
    if score is None:
        return Fact(t("LOAD SCORE"), t("not known"), Tone.MUTED)
    tone = Tone.CRITICAL if score >= NEAR_CRASH else Tone.WARNING if score >= OVERLOADED else Tone.TEXT
    if not heard and tone is Tone.TEXT:
        tone = Tone.MUTED
    return Fact(
        t("LOAD SCORE"),
        f"{score:.2f}" if heard else t("was {value}", value=f"{score:.2f}"),
        tone,
        t("a Gateway crashes at 1"),
    )


def _clock(node: NodeState, *, heard: bool) -> Fact:
    if node.offset is None:
        return Fact(t("CLOCK"), t("not known"), Tone.MUTED)
    middle_s, give_s = node.offset.middle_s, node.offset.uncertainty_s
    size = t("{n} s", n=f"{middle_s:+.1f}" if abs(middle_s) < 100 else f"{middle_s:+.0f}")
    if abs(middle_s) <= give_s and give_s > OFFSET_WORTH_SEEING_S:
        # Nothing tells the clock from ours, and "in step" would claim too much.
        return Fact(
            t("CLOCK"),
            t("unsure, ±{seconds} s", seconds=f"{give_s:.0f}"),
            Tone.MUTED,
            t("not enough heard to tell its clock yet"),
        )
    within = f"±{max(0.1, give_s):.1f}"
    in_step = abs(middle_s) <= max(0.05, give_s)  # a difference we cannot tell from none is none
    value = t("in step ({within} s)", within=within) if in_step else f"{size} {within}"
    far = abs(middle_s) - give_s > OFFSET_WORTH_SEEING_S
    tip = t(
        "the node's clock minus ours: {size}, give or take {seconds} s", size=size, seconds=f"{give_s:.1f}"
    )
    if not heard:
        return Fact(
            t("CLOCK"), t("was in step") if in_step else t("was {value}", value=size), Tone.MUTED, tip
        )
    return Fact(t("CLOCK"), value, Tone.WARNING if far else Tone.TEXT, tip)
