"""What a row of a pre-flight table is, and the rows that both tables have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agmonitor.domain.addresses import addresses_of
from agmonitor.domain.model import DnsLink
from agmonitor.domain.state import NodeState
from agmonitor.domain.words import ANSWERS, duration
from agmonitor.failover.guards import FRESH_S, Check, Guard, Judged, Result
from agmonitor.failover.scene import Scene, address_of, report_of
from agmonitor.texts import listed, t, tn, worded

NOT_JUDGED = Judged(Result.NOT_JUDGED, t("not judged"))


@dataclass(frozen=True, slots=True)
class Row:
    """One check: its guard, title and limit, and what it finds. ``overridable``: by naming the guard."""

    guard: Guard
    title: str
    limit: str
    judge: Callable[[Scene], Judged]
    overridable: bool = False

    def of(self, scene: Scene) -> Check:
        """As it is judged now."""
        result, value, sentence, age_s = self.judge(scene)
        return Check(self.guard, self.title, value, self.limit, result, sentence, age_s, self.overridable)


def passed(value: str, age_s: float | None = None) -> Judged:
    return Judged(Result.PASSED, value, "", age_s)


def failed(value: str, sentence: str, age_s: float | None = None) -> Judged:
    return Judged(Result.FAILED, value, sentence, age_s)


def notice(value: str, sentence: str, age_s: float | None = None) -> Judged:
    return Judged(Result.NOTICE, value, sentence, age_s)


def answer_of(node: NodeState) -> str:
    """How it answered last, in words."""
    return worded(ANSWERS[node.last.answer]) if node.last is not None else t("not asked")


def allowed(scene: Scene) -> Judged:
    if scene.state.settings.failover_allowed and not scene.around.forbidden:
        return passed(t("allowed"))
    name = scene.state.settings.name
    text = t(
        "Failover is not allowed for {group}; allow it first: agmonitor groups allow-failover {group}.",
        group=name,
    )
    return failed(t("read-only"), text)


def under_way(scene: Scene) -> Judged:
    if not scene.around.under_way:
        return passed(t("none"))
    return failed(
        t("one"), t("Another failover of {group} is under way already.", group=scene.state.settings.name)
    )


def audited(scene: Scene) -> Judged:
    fault = scene.around.audit_fault
    return (
        failed(t("cannot be written"), t("The audit cannot be written: {why}", why=fault))
        if fault
        else passed(t("writable"))
    )


def address_told(scene: Scene, node: NodeState | None) -> str | None:
    """A node's address, as far as anybody has told it."""
    if node is None:
        return None
    return addresses_of(scene.state.nodes)[0 if node is scene.state.nodes[0] else 1]


def addresses(scene: Scene) -> Judged:
    """Only the new Primary's is needed in an emergency: the old one does not tell."""
    needed = [node for node in (scene.primary, scene.secondary) if node is not None]
    needed = [node for node in needed if report_of(node) is not None or node is scene.secondary]
    if scene.secondary is None:
        return NOT_JUDGED
    without = [node.name for node in needed if not address_of(node)]
    age_s = scene.age_of(*needed)
    if without:
        text = t(
            "{nodes} did not tell its own address, so its record cannot be recognised.",
            nodes=listed(without),
        )
        return failed(t("not told"), text, age_s)
    return passed(", ".join(f"{node.name} {address_of(node)}" for node in needed), age_s)


def links(scene: Scene, *nodes: NodeState | None) -> Judged:
    """Each node's own word on its connection to DNS."""
    told = [(node, report_of(node)) for node in nodes if node is not None]
    cut = [
        node.name for node, report in told if report is not None and report.dns_link is DnsLink.DISCONNECTED
    ]
    if not told:
        return NOT_JUDGED
    age_s = scene.age_of(*nodes)
    if cut:
        text = tn(
            "{nodes} says it is disconnected from DNS; a failover could not move the record.",
            "{nodes} say they are disconnected from DNS; a failover could not move the record.",
            len(cut),
            nodes=listed(cut),
        )
        return failed(t("disconnected"), text, age_s)
    return passed(t("connected"), age_s)


def fresh(scene: Scene) -> Judged:
    """Evidence gathered for something else, a while ago, is no evidence for an order."""
    now = scene.state.now
    stamps = [(node.name, node.last.received_at) for node in scene.state.nodes if node.last is not None]
    if scene.state.dns is not None:
        stamps.append(("DNS", scene.state.dns.received_at))
    old = [(name, now - at) for name, at in stamps if not abs(now - at) <= FRESH_S]
    oldest_s = max((abs(now - at) for _, at in stamps), default=0.0)
    if old:
        text = " ".join(
            t("The answer of {who} is {age:.0f} s old.", who=name, age=age_s) for name, age_s in old
        )
        return failed(duration(oldest_s), text, oldest_s)
    return passed(duration(oldest_s), oldest_s)


def cooled(scene: Scene) -> Judged:
    until = scene.around.cools_until
    left_s = 0.0 if until is None else until - scene.state.now
    if left_s <= 0:
        return passed(t("over"))
    text = t(
        "The last order of this group has only just ended: {left} of its cool-down are left.",
        left=duration(left_s),
    )
    return failed(t("{length} left", length=duration(left_s)), text)


ALLOWED = Row(Guard.NOT_ALLOWED, t("Failover allowed"), t("allowed for this group"), allowed)
UNDER_WAY = Row(Guard.UNDER_WAY, t("Other operations"), t("none"), under_way)
AUDIT = Row(Guard.NO_AUDIT, t("Audit"), t("written before the call"), audited, overridable=True)
ADDRESSES = Row(Guard.NO_ADDRESS, t("Own addresses"), t("told"), addresses)
FRESH = Row(Guard.OLD_EVIDENCE, t("Age of the evidence"), f"≤ {FRESH_S:.0f} s", fresh)
