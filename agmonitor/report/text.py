"""The human form of ``status``: what an on-call person must see within five seconds.

First the verdict as symbol, word and sentence; then each witness in a line or two. No clock, no judgement.
"""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.domain.model import Answer, DnsAnswer, Severity
from agmonitor.domain.state import GroupState, NodeState
from agmonitor.report.record import clients_judged, node_named_by
from agmonitor.report.status_json import heartbeat_age_s
from agmonitor.report.words import SYMBOLS, Ink, duration, faint, local_time, no_ink, plain, table


def status(state: GroupState, ink: Ink = no_ink) -> str:
    """One group, many lines, no line break at the end."""
    return "\n".join(_lines(state, ink))


def headline(state: GroupState, ink: Ink = no_ink) -> str:
    """The verdict in one line: symbol, severity, group, name of the finding, sentence."""
    verdict = state.verdict
    badge = ink(f"{SYMBOLS[verdict.severity]} {verdict.severity.word.upper()}", verdict.severity)
    return f"{badge}  {plain(state.settings.name)}: {verdict.name}. {plain(verdict.sentence)}"


def _lines(state: GroupState, ink: Ink) -> Iterator[str]:
    yield headline(state, ink)
    for finding in state.verdict.findings:
        if finding.number != state.verdict.number:
            mark = ink(f"{SYMBOLS[finding.severity]} {finding.severity.word}", finding.severity)
            yield f"  {mark}: {finding.name}. {plain(finding.sentence)}"
    yield ""
    rows: list[tuple[str, ...]] = [("node", "role", "answer", "heartbeat", "by", "DNS link", "clock", "load")]
    rows += [_node_row(node) for node in state.nodes]
    header, *body = table(rows)
    yield faint(header, ink)
    yield from body
    for node in state.nodes:
        if node.last is not None and node.last.answer is not Answer.OK and node.last.detail:
            said = plain(node.last.detail)
            yield f"  {said}" if said.startswith(plain(node.name)) else f"  {plain(node.name)}: {said}"
    yield ""
    yield f"  DNS      {_dns(state)}"
    yield f"  clients  {_clients(state)}"
    yield f"  takeover {_window(state)}"
    yield faint(f"  looked at {local_time(state.now)}", ink)


def _node_row(node: NodeState) -> tuple[str, ...]:
    heard = node.heard if node.role is not None else None
    report = heard.report if heard is not None else None
    age_s = heartbeat_age_s(node, heard)
    offset = node.offset
    return (
        plain(node.name),
        node.role.value if node.role is not None else "–",
        _answer(node),
        "–" if age_s is None else f"{duration(age_s)} ago",
        report.heartbeat_method.value if report and report.heartbeat_method else "–",
        report.dns_link.value if report and report.dns_link else "–",
        "–" if offset is None else f"{offset.middle_s:+.1f} s",
        "–" if node.load is None or node.load.load_score is None else f"{node.load.load_score:.2f}",
    )


def _answer(node: NodeState) -> str:
    if node.last is None:
        return "not asked yet"
    trip = "" if node.last.round_trip_ms is None else f" {node.last.round_trip_ms:.0f} ms"
    return f"{node.last.answer.value}{trip}"


def _dns(state: GroupState) -> str:
    dns = state.dns
    if dns is None or dns.server is None:
        why = f" ({plain(dns.detail)})" if dns is not None and dns.detail else ""
        return f"no witness{why}"
    if dns.answer is not DnsAnswer.OK:
        return f"{dns.answer.value} from {dns.server}. {plain(dns.detail)}".rstrip(". ")
    named = node_named_by(state, dns.addresses)
    who = f" = {plain(named)}" if named else " (no member we know)"
    ttl = "" if dns.ttl_s is None else f", TTL {dns.ttl_s} s"
    beat = "" if dns.heartbeat_at is None else f", heartbeat of {local_time(dns.heartbeat_at)}"
    return f"{', '.join(dns.addresses)}{who}{ttl}{beat}"


def _clients(state: GroupState) -> str:
    if state.clients is None or not clients_judged(state):
        return "not judged"
    address = state.clients.address or "no address"
    detail = "" if state.clients.answer is Answer.OK else f". {plain(state.clients.detail)}"
    return f"{state.clients.answer.value} at {address}{detail}".rstrip(". ")


def _window(state: GroupState) -> str:
    window = state.window
    if window is None:
        return "no heartbeat known, so no time of a takeover is either"
    opens = window.opens_at - window.offset_s
    closes = window.closes_at - window.offset_s
    assumed = ", by the documented default intervals" if window.assumed else ""
    span = f"{local_time(opens)} and {local_time(closes)}{assumed}"
    if state.verdict.severity <= Severity.NOTICE:
        return f"if no further heartbeat came: between {span}"
    return f"between {span}"
