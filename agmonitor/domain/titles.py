"""Findings and events by their titles, as a person reads them, in that person's language."""

from __future__ import annotations

from agmonitor.domain.events import EventKind
from agmonitor.domain.words import plain_title
from agmonitor.texts import t

# Translators: titles of findings
_FINDINGS = {
    "healthy": t("Healthy"),
    "two_primaries": t("Two primaries"),
    "no_primary": t("No primary"),
    "group_down": t("Group down"),
    "takeover_due": t("Takeover due"),
    "takeover_overdue": t("Takeover overdue"),
    "dns_points_elsewhere": t("DNS points elsewhere"),
    "no_standby": t("No standby"),
    "heartbeat_late": t("Heartbeat late"),
    "heartbeat_by_dns": t("Heartbeat by DNS"),
    "node_dns_disconnected": t("Node DNS disconnected"),
    "cannot_read_node": t("Cannot read node"),
    "clock_skew": t("Clock skew"),
    "our_clock_off": t("Our clock off"),
    "overloaded": t("Overloaded"),
    "settings_differ": t("Settings differ"),
    "risky_settings": t("Risky settings"),
    "flapping": t("Flapping"),
    "hook_trouble": t("Hook trouble"),
    "unexplained_failover": t("Unexplained failover"),
    "not_in_group": t("Not in group"),
    "nodes_hidden_from_here": t("Nodes hidden from here"),
    "observer_isolated": t("Observer isolated"),
    "node_hidden_from_here": t("Node hidden from here"),
    "client_path_broken": t("Client path broken"),
    "standby_not_checking": t("Standby not checking"),
    "certificate_expiring": t("Certificate expiring"),
    "group_misconfigured": t("Group misconfigured"),
    "resolver_stale": t("Resolver stale"),
    "dns_witness_silent": t("DNS witness silent"),
    "not_enough_evidence": t("Not enough evidence"),
    "heartbeat_txt_stale": t("Heartbeat TXT stale"),
    "not_observed": t("Not observed"),
    "nothing_known": t("Nothing known"),
}
# Translators: titles of events
_EVENTS = {
    EventKind.WATCHING_BEGAN.value: t("Watching began"),
    EventKind.VERDICT_CHANGED.value: t("Verdict changed"),
    EventKind.FINDING_RAISED.value: t("Finding raised"),
    EventKind.FINDING_CLEARED.value: t("Finding cleared"),
    EventKind.ROLE_CHANGED.value: t("Role changed"),
    EventKind.PRIMARY_BOUNCED.value: t("Primary bounced"),
    EventKind.NODE_LOST.value: t("Node lost"),
    EventKind.NODE_RETURNED.value: t("Node returned"),
    EventKind.NODE_UNREADABLE.value: t("Node unreadable"),
    EventKind.HEARTBEAT_METHOD_CHANGED.value: t("Heartbeat method changed"),
    EventKind.RECORD_MOVED.value: t("Record moved"),
    EventKind.DNS_LOST.value: t("DNS lost"),
    EventKind.DNS_RETURNED.value: t("DNS returned"),
    EventKind.CLIENTS_LOST.value: t("Clients lost"),
    EventKind.CLIENTS_RETURNED.value: t("Clients returned"),
    EventKind.CLIENTS_MOVED.value: t("Clients moved"),
    EventKind.HOOK_CALLED.value: t("Hook called"),
    EventKind.GAP.value: t("Gap"),
    EventKind.CLOCK_STEPPED.value: t("Clock stepped"),
    EventKind.FAILOVER_ORDERED.value: t("Failover ordered"),
    EventKind.ACKNOWLEDGED.value: t("Acknowledged"),
    EventKind.NOTE_PINNED.value: t("Note pinned"),
    EventKind.EPISODE_BEGAN.value: t("Episode began"),
    EventKind.EPISODE_ENDED.value: t("Episode ended"),
}


def title_of(name: str) -> str:
    """``no_standby`` for people: ``No standby``. One that is unknown here makes its own title."""
    return _FINDINGS.get(name) or _EVENTS.get(name) or plain_title(name)


def titled() -> frozenset[str]:
    """The names that have a title here."""
    return frozenset(_FINDINGS) | frozenset(_EVENTS)
