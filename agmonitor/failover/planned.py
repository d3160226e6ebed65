"""The pre-flight table of a planned failover: the Primary yields to a Secondary that is ready for it."""

from __future__ import annotations

from agmonitor.domain.model import Answer, DnsAnswer, HeartbeatMethod, Severity
from agmonitor.domain.state import Condition
from agmonitor.domain.words import duration, number
from agmonitor.failover import rows
from agmonitor.failover.guards import Guard, Judged
from agmonitor.failover.rows import NOT_JUDGED, Row, failed, notice, passed
from agmonitor.failover.scene import Scene, address_of, names_only, report_of
from agmonitor.texts import t, tn, worded


def _heard(scene: Scene) -> Judged:
    """Both answered, which needs a session and the permission."""
    nodes = scene.state.nodes
    lost = [
        t(
            "{node} is not heard ({answer}); a planned failover needs both nodes.",
            node=node.name,
            answer=node.last.answer.value if node.last else t("not asked"),
        )
        for node in nodes
        if node.condition is not Condition.HEARD or node.last is None or node.last.answer is not Answer.OK
    ]
    age_s = scene.age_of(*nodes)
    told = ", ".join(f"{node.name} {rows.answer_of(node)}" for node in nodes)
    return failed(told, " ".join(lost), age_s) if lost else passed(t("both, signed in"), age_s)


def _pair(scene: Scene) -> Judged:
    if len(scene.heard) < 2:
        return NOT_JUDGED
    said = ", ".join(t("{node} says {role}", node=node.name, role=node.role) for node in scene.heard)
    if scene.primary is None or scene.secondary is None:
        text = t("The nodes do not agree on one Primary and one Secondary: {said}.", said=said)
        return failed(said, text, scene.age_of(*scene.heard))
    return passed(said, scene.age_of(*scene.heard))


def _one_gateway(scene: Scene) -> Judged:
    own, other = address_of(scene.primary), address_of(scene.secondary)
    if not own or not other:
        return NOT_JUDGED
    if own == other:
        text = t(
            "Both nodes give {address} as their own address: this is one Gateway, or a wrong set-up.",
            address=own,
        )
        return failed(t("both {address}", address=own), text, scene.age_of(scene.primary, scene.secondary))
    return passed(t("two"), scene.age_of(scene.primary, scene.secondary))


def _names(scene: Scene) -> Judged:
    told = [report.configuration for node in scene.heard if (report := report_of(node)) is not None]
    names = {(one.group_fqdn or "").rstrip(".").lower() for one in told if one is not None}
    if len(scene.heard) < 2 or not names:
        return NOT_JUDGED
    if len(names) > 1:
        text = t("The nodes are in groups of different names.")
        return failed(", ".join(sorted(names)), text, scene.age_of(*scene.heard))
    return passed(", ".join(names) or t("none"), scene.age_of(*scene.heard))


def _members(scene: Scene) -> Judged:
    """Each node's list of members must be these two."""
    own, other = address_of(scene.primary), address_of(scene.secondary)
    if not own or not other or own == other:
        return NOT_JUDGED
    wrong = []
    for node in (scene.primary, scene.secondary):
        report = report_of(node)
        members = report.members if report is not None else None
        if node is not None and members is not None and (members.primary, members.secondary) != (own, other):
            listed = t(
                "Primary {first}, Secondary {second}",
                first=members.primary or t("nobody"),
                second=members.secondary or t("nobody"),
            )
            wrong.append(t("{node} lists other members: {listed}.", node=node.name, listed=listed))
    age_s = scene.age_of(scene.primary, scene.secondary)
    return failed(t("others"), " ".join(wrong), age_s) if wrong else passed(t("these two"), age_s)


def _links(scene: Scene) -> Judged:
    return rows.links(scene, *scene.heard)


def _witness(scene: Scene) -> Judged:
    dns = scene.state.dns
    if dns is None or dns.server is None:
        text = t("No authoritative DNS server was found, so the record cannot be compared.")
        return failed(t("none found"), text, scene.dns_age_s)
    return passed(dns.server, scene.dns_age_s)


def _answered(scene: Scene) -> Judged:
    dns = scene.state.dns
    if dns is None or dns.server is None:
        return NOT_JUDGED
    if dns.answer is not DnsAnswer.OK:
        text = t("DNS does not give the group's record ({answer}).", answer=dns.answer.value)
        return failed(dns.answer.value, text, scene.dns_age_s)
    return passed(", ".join(dns.addresses) or t("nobody"), scene.dns_age_s)


def _record(scene: Scene) -> Judged:
    dns, primary = scene.state.dns, scene.primary
    if dns is None or dns.answer is not DnsAnswer.OK or primary is None or not address_of(primary):
        return NOT_JUDGED
    if not names_only(scene.state, address_of(primary)):
        named = ", ".join(dns.addresses) or t("nobody")
        text = t("The record names {named}, not the Primary {node}.", named=named, node=primary.name)
        return failed(scene.record_names, text, scene.dns_age_s)
    return passed(primary.name, scene.dns_age_s)


def _beat(scene: Scene) -> Judged:
    beat, late = scene.state.beat, scene.finding("heartbeat_late")
    if scene.primary is None or scene.secondary is None:
        return NOT_JUDGED
    age_s = scene.age_of(scene.secondary)
    if beat is None:
        return failed(
            t("none known"), t("No heartbeat from {node} is known.", node=scene.primary.name), age_s
        )
    value = t(
        "{age} old, on time up to {limit}",
        age=duration(max(0.0, beat.age_s)),
        limit=duration(beat.late_after_s),
    )
    if late is not None or scene.facts.late:
        text = (
            worded(late.sentence)
            if late is not None
            else t("The last heartbeat is {age} old.", age=duration(beat.age_s))
        )
        return failed(value, text, age_s)
    return passed(value, age_s)


def _method(scene: Scene) -> Judged:
    report = report_of(scene.secondary)
    if scene.secondary is None or report is None:
        return NOT_JUDGED
    age_s, finding = scene.age_of(scene.secondary), scene.finding("heartbeat_by_dns")
    if report.heartbeat_method is not HeartbeatMethod.DNS:
        return passed(report.heartbeat_method or t("none told"), age_s)
    text = (
        worded(finding.sentence)
        if finding is not None
        else t("{node} hears the Primary by DNS only.", node=scene.secondary.name)
    )
    notable = finding is not None and finding.severity is Severity.NOTICE  # H > C: methods alternate
    return notice("dns", text, age_s) if notable else failed("dns", text, age_s)


def _clocks(scene: Scene) -> Judged:
    offsets = [node.offset for node in scene.state.nodes]
    first, second = offsets
    finding = scene.finding("clock_skew")
    if finding is not None:
        return failed(t("too far apart"), worded(finding.sentence), scene.age_of(*scene.heard))
    if first is None or second is None or len(scene.heard) < 2:
        return notice(t("unknown"), t("The nodes' clocks could not be compared."), None)
    return passed(
        t("{length} apart", length=duration(abs(first.middle_s - second.middle_s))),
        scene.age_of(*scene.heard),
    )


def _load(scene: Scene) -> Judged:
    loads = [(node.name, node.load) for node in scene.heard if node.load is not None]
    known = [(name, one.load_score, one) for name, one in loads if one.load_score is not None]
    finding = scene.finding("overloaded")
    age_s = max((scene.state.now - one.received_at for _, _, one in known), default=None)
    told = ", ".join(f"{name} {number(score)}" for name, score, _ in known)
    if finding is not None:
        return failed(told or t("high"), worded(finding.sentence), age_s)
    if len(known) < 2:
        return notice(told or t("unknown"), t("The load of a node is not known."), age_s)
    return passed(told, age_s)


def _hooks(scene: Scene) -> Judged:
    troubles, finding = scene.state.memory.hook_troubles, scene.finding("hook_trouble")
    seen = [node.inventory.received_at for node in scene.state.nodes if node.inventory is not None]
    age_s = scene.state.now - min(seen) if seen else None
    if troubles:
        text = t("A hook failed at the last role change.")
        if finding is not None:
            text = worded(finding.sentence)
        return failed(tn("{n} in trouble", "{n} in trouble", len(troubles)), text, age_s)
    if len(seen) < 2:
        return notice(t("unknown"), t("What the hooks of a node do cannot be seen from here."), age_s)
    return passed(t("no trouble at the last role change"), age_s)


PLANNED: tuple[Row, ...] = (
    rows.ALLOWED,
    rows.UNDER_WAY,
    Row(Guard.COOLING_DOWN, t("Cool-down"), t("over"), rows.cooled, overridable=True),
    Row(Guard.NOT_HEARD, t("Both nodes answer"), t("session and permission good"), _heard),
    Row(Guard.NO_PAIR, t("Roles"), t("one Primary, one Secondary"), _pair),
    rows.ADDRESSES,
    Row(Guard.ONE_GATEWAY, t("Two Gateways"), t("different addresses"), _one_gateway),
    Row(Guard.OTHER_NAME, t("Group's name"), t("one"), _names),
    Row(Guard.OTHER_MEMBERS, t("Members"), t("these two"), _members, overridable=True),
    Row(Guard.CUT_FROM_DNS, t("DNS link of both"), t("connected"), _links, overridable=True),
    Row(Guard.NO_DNS_WITNESS, t("Authoritative server"), t("found"), _witness, overridable=True),
    Row(Guard.NO_RECORD, t("Record"), t("given"), _answered, overridable=True),
    Row(Guard.RECORD_ELSEWHERE, t("Record names"), t("the Primary"), _record, overridable=True),
    Row(Guard.HEARTBEAT_LATE, t("Heartbeat"), t("on time"), _beat, overridable=True),
    Row(Guard.HEARTBEAT_BY_DNS, t("Heartbeat's way"), t("direct"), _method, overridable=True),
    Row(Guard.CLOCKS_APART, t("Clocks"), t("within their limit"), _clocks, overridable=True),
    Row(Guard.OVERLOADED, t("Load"), "< 0.50", _load, overridable=True),
    Row(Guard.HOOK_TROUBLE, t("Hooks"), t("healthy"), _hooks, overridable=True),
    rows.FRESH,
    rows.AUDIT,
)
"""In the order they are shown."""
