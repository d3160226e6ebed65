"""Pre-flight of an emergency: the Secondary takes over from a Primary that all witnesses find silent."""

from __future__ import annotations

from agmonitor.domain.model import Answer, DnsAnswer, Role
from agmonitor.domain.state import Condition
from agmonitor.domain.words import duration
from agmonitor.failover import rows
from agmonitor.failover.guards import Guard, Judged
from agmonitor.failover.rows import NOT_JUDGED, Row, failed, notice, passed
from agmonitor.failover.scene import Scene, names_only
from agmonitor.texts import t


def _heard(scene: Scene) -> Judged:
    """A Secondary answered, which needs a session and the permission."""
    heard = [node for node in scene.heard if node.last is not None and node.last.answer is Answer.OK]
    if heard:
        return passed(", ".join(node.name for node in heard), scene.age_of(*heard))
    said = [f"{node.name}: {rows.answer_of(node)}" for node in scene.state.nodes]
    text = t("No node is heard ({said}): there is nobody to order it of.", said=", ".join(said))
    return failed(t("neither"), text, scene.age_of(*scene.state.nodes))


def _secondary(scene: Scene) -> Judged:
    if not scene.heard:
        return NOT_JUDGED
    said = ", ".join(t("{node} says {role}", node=node.name, role=node.role) for node in scene.heard)
    if scene.secondary is None:
        return failed(
            said, t("None of the nodes heard is Secondary: {said}.", said=said), scene.age_of(*scene.heard)
        )
    return passed(said, scene.age_of(scene.secondary))


def _link(scene: Scene) -> Judged:
    return rows.links(scene, *([scene.secondary] if scene.secondary is not None else []))


def _silent(scene: Scene) -> Judged:
    """Every witness: ourselves, the Secondary's and TXT's heartbeats, and the client's path."""
    primary, facts = scene.primary, scene.facts
    if primary is None or scene.secondary is None:
        return NOT_JUDGED
    age_s = scene.age_of(primary)
    answer = primary.last.answer if primary.last is not None else None
    said = rows.answer_of(primary)
    if primary.role is Role.PRIMARY and answer is Answer.OK:
        text = t("{node} is heard as Primary: order a planned failover instead.", node=primary.name)
        return failed(t("heard"), text, age_s)
    if primary.condition is not Condition.SILENT:
        return failed(
            said, t("{node} is not silent ({said}): something is there.", node=primary.name, said=said), age_s
        )
    if facts.beat_since_failure(primary):
        text = t(
            "A heartbeat of {node} is newer than its silence to us: it lives, our path does not.",
            node=primary.name,
        )
        return failed(t("beats on"), text, age_s)
    clients = scene.state.clients
    address = rows.address_told(scene, primary)
    if clients is not None and clients.answer is Answer.OK and address and clients.address == address:
        return failed(
            t("serves clients"), t("The client's path still reaches {node}.", node=primary.name), age_s
        )
    return passed(f"{primary.name}: {said}", age_s)


def _takeover(scene: Scene) -> Judged:
    """Where it comes by itself, an order beside it may flip the group back."""
    window, secondary = scene.state.window, scene.secondary
    if secondary is None or scene.primary is None:
        return NOT_JUDGED
    age_s = scene.age_of(secondary)
    if scene.finding("takeover_overdue") is not None or scene.facts.closed:
        return passed(t("overdue"), age_s)
    if window is None:
        return notice(t("unknown"), t("When a takeover would come by itself is not known."), age_s)
    clock_now = scene.state.now + window.offset_s
    opens_s, closes_s = window.opens_at - clock_now, window.closes_at - clock_now
    due = t("in {low} to {high}", low=duration(max(0.0, opens_s)), high=duration(max(0.0, closes_s)))
    text = t(
        "{node} takes over by itself {due}; an order beside it may flip the group back.",
        node=secondary.name,
        due=due,
    )
    return failed(due, text, age_s)


def _record(scene: Scene) -> Judged:
    """Nothing to wait for, but good to know: the record is what the Secondary will move."""
    dns = scene.state.dns
    if dns is None or dns.answer is not DnsAnswer.OK:
        return notice(
            t("not known"), t("DNS does not give the record: the outcome may stay unknown."), scene.dns_age_s
        )
    secondary_has_it = names_only(scene.state, rows.address_told(scene, scene.secondary))
    if scene.secondary is not None and secondary_has_it:
        return notice(
            scene.record_names,
            t("The record names {node} already.", node=scene.secondary.name),
            scene.dns_age_s,
        )
    return passed(scene.record_names, scene.dns_age_s)


EMERGENCY: tuple[Row, ...] = (
    rows.ALLOWED,
    rows.UNDER_WAY,
    Row(Guard.NOT_HEARD, t("Secondary answers"), t("session and permission good"), _heard),
    Row(Guard.NO_PAIR, t("Its role"), t("Secondary"), _secondary),
    rows.ADDRESSES,
    Row(Guard.CUT_FROM_DNS, t("Its DNS link"), t("connected"), _link, overridable=True),
    Row(Guard.PRIMARY_LIVES, t("Primary"), t("silent on every witness"), _silent, overridable=True),
    Row(Guard.TAKEOVER_DUE, t("Automatic takeover"), t("none to come"), _takeover, overridable=True),
    Row(Guard.NO_RECORD, t("Record names"), t("for your eyes"), _record),
    rows.FRESH,
    rows.AUDIT,
)
"""In the order they are shown."""
