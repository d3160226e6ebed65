"""The document of ``status --json``, exactly as the design gives it: all keys always there.

Instants are RFC 3339 in UTC, numbers plain, nothing is judged here. Scripts build on it: a key may be added,
never renamed or removed, without a new ``schema``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from agmonitor.domain.model import Answer, Instant, Severity
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import Finding, GroupState, LedgerRow, NodeState
from agmonitor.report.record import clients_judged, node_named_by
from agmonitor.report.words import number, rfc3339

SCHEMA = 1

Json = dict[str, object]
Ledger = Callable[[GroupState], Sequence[LedgerRow]]

_EXIT_CODES = {
    Severity.OK: 0,
    Severity.NOTICE: 0,
    Severity.WARNING: 1,
    Severity.CRITICAL: 2,
    Severity.UNKNOWN: 3,
}


def exit_code(states: Iterable[GroupState]) -> int:
    """The exit code of a Nagios plug-in for the worst of these groups."""
    return _EXIT_CODES[max((state.verdict.severity for state in states), default=Severity.UNKNOWN)]


def document(states: Iterable[GroupState], at: Instant, *, ledger: Ledger | None = None) -> Json:
    """The whole document. ``ledger`` (``--why``) is asked for each group's conditions."""
    return {"schema": SCHEMA, "at": rfc3339(at), "groups": [_group(state, ledger) for state in states]}


def _group(state: GroupState, ledger: Ledger | None) -> Json:
    verdict = state.verdict
    group: Json = {
        "name": state.settings.name,
        "verdict": verdict.name,
        "severity": verdict.severity.word,
        "sentence": verdict.sentence,
        "findings": [_finding(finding) for finding in verdict.findings],
        "nodes": [_node(node) for node in state.nodes],
        "dns": _dns(state),
        "clients": _clients(state),
        "window": _window(state),
    }
    if ledger is not None:
        group["ledger"] = [_row(row) for row in ledger(state)]
    return group


def _finding(finding: Finding) -> Json:
    return {
        "number": finding.number,
        "name": finding.name,
        "severity": finding.severity.word,
        "sentence": finding.sentence,
    }


def _node(node: NodeState) -> Json:
    heard = node.heard if node.role is not None else None
    report = heard.report if heard is not None else None
    offset = node.offset
    return {
        "name": node.name,
        "url": node.url,
        "answer": (node.last.answer if node.last is not None else Answer.TIMEOUT).value,
        "detail": node.last.detail if node.last is not None else "Not asked yet.",
        "round_trip_ms": number(node.last.round_trip_ms, 1) if node.last is not None else None,
        "role": node.role.value if node.role is not None else None,
        "dns_connection": report.dns_link.value if report and report.dns_link else None,
        "heartbeat_method": report.heartbeat_method.value if report and report.heartbeat_method else None,
        "last_heartbeat_at": rfc3339(report.last_heartbeat_at) if report else None,
        "heartbeat_age_s": number(heartbeat_age_s(node, heard), 1),
        "clock_offset_s": number(offset.middle_s) if offset is not None else None,
        "clock_uncertainty_s": number(offset.uncertainty_s) if offset is not None else None,
        "load_score": number(node.load.load_score) if node.load is not None else None,
    }


def heartbeat_age_s(node: NodeState, heard: NodeObservation | None) -> float | None:
    """How old the reported heartbeat was on that node's clock when its answer came.

    A node whose clock we cannot tell (``clock_offset_s`` null) is taken to have ours.
    """
    if heard is None or heard.report is None or heard.report.last_heartbeat_at is None:
        return None
    ahead_s = node.offset.middle_s if node.offset is not None else 0.0
    return heard.received_at + ahead_s - heard.report.last_heartbeat_at


def _dns(state: GroupState) -> Json | None:
    dns = state.dns
    if dns is None or dns.server is None:
        return None
    return {
        "answer": dns.answer.value,
        "address": ", ".join(dns.addresses) or None,
        "names": node_named_by(state, dns.addresses),
        "ttl_s": dns.ttl_s,
        "heartbeat_at": rfc3339(dns.heartbeat_at),
    }


def _clients(state: GroupState) -> Json | None:
    if state.clients is None or not clients_judged(state):
        return None
    return {"answer": state.clients.answer.value, "address": state.clients.address}


def _window(state: GroupState) -> Json | None:
    window = state.window
    if window is None:
        return None
    return {
        "opens_at": rfc3339(window.opens_at),
        "closes_at": rfc3339(window.closes_at),
        "assumed": window.assumed,
    }


def _row(row: LedgerRow) -> Json:
    return {
        "number": row.number,
        "finding": row.finding,
        "condition": row.condition,
        "value": row.value,
        "limit": row.limit,
        "passed": row.passed,
        "evidence": row.evidence,
        "at": rfc3339(row.at),
    }
