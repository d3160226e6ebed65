"""THE table of findings: number, name, severity, condition, sentence, and what a finding never stands beside.

Read it as: "4 ``takeover_due`` is a warning when TAKEOVER_DUE holds, unless 26 does". The conditions stand by
their numbers in ``rules_roles``, ``rules_answers``, ``rules_beats``, ``rules_paths``, ``rules_settings``,
``rules_hooks``, ``rules_flapping`` and ``rules_health``; each is written once and serves judging and the
ledger alike.
"""

from __future__ import annotations

from agmonitor.domain import rules_answers as answers
from agmonitor.domain import rules_beats as beats
from agmonitor.domain import rules_flapping as flapping
from agmonitor.domain import rules_health as health
from agmonitor.domain import rules_hooks as hooks
from agmonitor.domain import rules_paths as paths
from agmonitor.domain import rules_roles as roles
from agmonitor.domain import rules_settings as settings
from agmonitor.domain.conditions import Row
from agmonitor.domain.facts import Facts
from agmonitor.domain.ledger import ledger_of
from agmonitor.domain.model import Severity
from agmonitor.domain.state import GroupState, LedgerRow, Verdict
from agmonitor.domain.verdict import in_order, verdict_in

RULES_VERSION = 10
"""Raised whenever the same inputs may give other events; a recording tells by which rules it was judged."""

OK, NOTICE, WARNING, UNKNOWN, CRITICAL = Severity

# fmt: off
TABLE: tuple[Row, ...] = (
    Row(0, "healthy", OK, health.HEALTHY, health.say_healthy),
    Row(1, "two_primaries", CRITICAL, roles.TWO_PRIMARIES, roles.say_two_primaries, (26,)),
    Row(2, "no_primary", CRITICAL, roles.NO_PRIMARY, roles.say_no_primary, (4, 5, 19, 26)),
    Row(3, "group_down", CRITICAL, answers.GROUP_DOWN, answers.say_group_down, (21, 26)),
    Row(4, "takeover_due", WARNING, beats.TAKEOVER_DUE, beats.say_takeover_due, (26,)),
    Row(5, "takeover_overdue", CRITICAL, beats.TAKEOVER_OVERDUE, beats.say_takeover_overdue, (26,)),
    Row(6, "dns_points_elsewhere", paths.record_severity, paths.ELSEWHERE, paths.say_elsewhere, (1, 2, 19, 26)),  # noqa: E501 - one row, one line
    Row(7, "no_standby", WARNING, roles.NO_STANDBY, roles.say_no_standby, (26,)),
    Row(8, "heartbeat_late", WARNING, beats.HEARTBEAT_LATE, beats.say_heartbeat_late, (26,)),
    Row(9, "heartbeat_by_dns", beats.by_dns_severity, beats.BEAT_BY_DNS, beats.say_by_dns, (26,)),
    Row(10, "node_dns_disconnected", WARNING, paths.DISCONNECTED, paths.say_disconnected),
    Row(11, "cannot_read_node", answers.unread_severity, answers.CANNOT_READ, answers.say_cannot_read),
    Row(12, "clock_skew", settings.skew_severity, settings.CLOCK_SKEW, settings.say_skewed, (26,)),
    Row(12, "our_clock_off", NOTICE, settings.OUR_CLOCK_OFF, settings.say_our_clock, (26,)),
    Row(13, "overloaded", answers.load_severity, answers.LOADED, answers.say_overloaded),
    Row(14, "settings_differ", WARNING, settings.SETTINGS_DIFFER, settings.say_settings_differ, (26,)),
    Row(15, "risky_settings", NOTICE, settings.RISKY_SETTINGS, settings.say_risky),
    Row(16, "flapping", WARNING, flapping.FLAPPING, flapping.say_flapping),
    Row(17, "hook_trouble", hooks.severity, hooks.TROUBLE, hooks.say_trouble),
    Row(18, "unexplained_failover", NOTICE, settings.UNEXPLAINED, settings.say_unexplained),
    Row(19, "not_in_group", NOTICE, roles.NOT_IN_GROUP, roles.say_not_in_group),
    Row(20, "nodes_hidden_from_here", UNKNOWN, answers.NODES_HIDDEN, answers.say_nodes_hidden, (3, 21)),
    Row(21, "observer_isolated", UNKNOWN, answers.ISOLATED, answers.say_isolated),
    Row(22, "node_hidden_from_here", WARNING, roles.NODE_HIDDEN, roles.say_node_hidden, (26,)),
    Row(23, "client_path_broken", CRITICAL, paths.CLIENT_PATH_BROKEN, paths.say_client_path_broken),
    Row(24, "standby_not_checking", WARNING, beats.STANDBY_NOT_CHECKING, beats.say_not_checking),
    Row(25, "certificate_expiring", paths.expiring_severity, paths.EXPIRING, paths.say_expiring),
    Row(26, "group_misconfigured", UNKNOWN, answers.MISCONFIGURED, answers.say_misconfigured),
    Row(27, "resolver_stale", WARNING, paths.RESOLVER_STALE, paths.say_resolver_stale),
    Row(28, "dns_witness_silent", paths.dns_silent_severity, paths.DNS_SILENT, paths.say_dns_silent),
    Row(29, "not_enough_evidence", UNKNOWN, health.NOT_PROVEN, health.say_not_proven),
    Row(30, "heartbeat_txt_stale", WARNING, beats.HEARTBEAT_TXT_STALE, beats.say_txt_stale),
)
# fmt: on

_ORDERED = in_order(TABLE)


def judge(state: GroupState) -> Verdict:
    """The verdict on a state, with all findings that hold, worst first."""
    return verdict_in(_ORDERED, Facts(state))


def ledger(state: GroupState) -> tuple[LedgerRow, ...]:
    """Every condition of every row as it was judged; made anew from the state whenever it is asked for."""
    held = frozenset(finding.number for finding in state.verdict.findings)
    return ledger_of(TABLE, Facts(state), held)
