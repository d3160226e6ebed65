"""Findings 6, 10, 23, 25, 27 and 28: the record, the ways to it, and the client's path."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.circumstances import some_node_odd, something_past
from agmonitor.domain.conditions import OfANode, Question, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import Doubted, SecondLook
from agmonitor.domain.model import DnsLink, Instant, Severity
from agmonitor.domain.outside import dns_lost
from agmonitor.domain.phrases import (
    NONE,
    NOT_ASKED_AT_ALL,
    NOTHING_YET,
    UNKNOWN,
    record_says,
    roles_now,
    seen,
    seen_dns,
    standing,
    word_of,
)
from agmonitor.domain.rules_roles import PRIMARY_HEARD
from agmonitor.domain.state import NodeState
from agmonitor.domain.words import ANSWERS, DNS_ANSWERS, duration, listed, sentences, time_of_day
from agmonitor.said import phrase

SETTLES_S = 5.0
DAY_S = 86400.0
NOTICE_D = 30  # so long before its end a certificate is worth a word
RESOLVER_SLACK_S = 2.0


# -- 6 ------------------------------------------------------------------------------------------------------


def _points_elsewhere(f: Facts) -> bool | None:
    """A record asked for before the roles changed says nothing of them."""
    if f.single_look:
        return f.doubt(Doubted.RECORD) is not None
    return f.record_wrong if f.record_is_fresh() else None


def _may_be_elsewhere(f: Facts) -> bool:
    """Anything but a record that plainly names the Primary."""
    return f.record_wrong is not False or f.single_look


POINTS_ELSEWHERE = Question(
    "the record does not name the Primary (or any member)",
    _points_elsewhere,
    record_says,
    lambda f: f.primary.name if f.primary is not None else phrase("a member"),
    seen_dns,
)
ROLES_DECIDE = Question(
    "one Primary is heard, or only a Secondary",
    lambda f: f.primary is not None or (f.secondary is not None and len(f.heard) == 1),
    roles_now,
    phrase("one of both"),
    seen_dns,
)
ELSEWHERE = within(_may_be_elsewhere, ROLES_DECIDE, POINTS_ELSEWHERE)


def record_severity(f: Facts) -> Severity:
    """The record follows a role change within moments; where it is seen to move first, so do the roles."""
    settles_s = max(SETTLES_S, 2 * f.state.settings.cadence_s)
    changed_at, moved_at = f.roles_changed_at(), f.memory.record_moved_at
    holder = f.primary if f.primary is not None else f.secondary
    if f.single_look:
        return Severity.CRITICAL
    heard = holder.heard if holder is not None else None
    unasked = moved_at is not None and heard is not None and heard.sent_at < moved_at  # roles move with it
    settling = unasked or (changed_at is not None and f.now - changed_at <= settles_s)
    return Severity.WARNING if settling else Severity.CRITICAL


def say_elsewhere(f: Facts) -> str:
    doubt = f.doubt(Doubted.RECORD)
    unsure = doubt is not None and doubt.second_look is SecondLook.FAILED
    holder = f.primary if f.primary is not None else f.secondary
    assert holder is not None
    told = phrase("{standing}, but DNS names {holder}.", standing=standing(holder), holder=record_says(f))
    return sentences([told, phrase("Not re-confirmed.")]) if unsure else told


# -- 10, 25 -------------------------------------------------------------------------------------------------


def _link(_f: Facts, node: NodeState) -> DnsLink | None:
    if node.role is None or node.heard is None or node.heard.report is None:
        return None
    return node.heard.report.dns_link


def _link_word(f: Facts, node: NodeState) -> str:
    link = _link(f, node)
    return UNKNOWN if link is None else word_of(link)


def _days_left(f: Facts, node: NodeState) -> float | None:
    for probe in (node.last, node.heard):
        if probe is not None and probe.certificate_expires_at is not None:
            return (probe.certificate_expires_at - f.now) / DAY_S
    return None


def _days_word(f: Facts, node: NodeState) -> str:
    days = _days_left(f, node)
    return phrase("none seen") if days is None else phrase("{days} d left", days=f"{days:.1f}")


def _some_ends_soon(f: Facts) -> bool:
    """A certificate shown of late, or before, ends within the days that count and one more."""
    soon = f.now + (NOTICE_D + 1) * DAY_S
    for node in f.nodes:
        for probe in (node.last, node.heard):
            if probe is None or probe.certificate_expires_at is None:
                continue
            if probe.certificate_expires_at <= soon:
                return True
    return False


LINK = OfANode(
    "its connection to DNS",
    lambda f, node: _link(f, node) is named.DISCONNECTED,
    _link_word,
    phrase("disconnected"),
    seen,
)
DISCONNECTED = within(some_node_odd, LINK)
CERTIFICATE = OfANode(
    "its certificate",
    lambda f, node: None if (left := _days_left(f, node)) is None else left <= NOTICE_D,
    _days_word,
    f"≤ {NOTICE_D} d",
    seen,
)
EXPIRING = within(_some_ends_soon, CERTIFICATE)


def say_disconnected(f: Facts) -> str:
    cut = [node.name for node in f.nodes if _link(f, node) is named.DISCONNECTED]
    if len(cut) > 1:
        return phrase(
            "{nodes} say they have no connection to DNS: a failover could not move the record.",
            nodes=listed(cut),
        )
    return phrase(
        "{node} says it has no connection to DNS: a failover could not move the record.", node=listed(cut)
    )


def expiring_severity(f: Facts) -> Severity:
    days = [left for node in f.nodes if (left := _days_left(f, node)) is not None]
    return Severity.WARNING if min(days) <= 14 else Severity.NOTICE


def say_expiring(f: Facts) -> str:
    told = [(node.name, _days_left(f, node)) for node in f.nodes]
    return sentences(
        phrase("The certificate of {node} expires in {time}.", node=name, time=duration(days * DAY_S))
        if days > 0
        else phrase("The certificate of {node} expired {time} ago.", node=name, time=duration(-days * DAY_S))
        for name, days in told
        if days is not None and days <= NOTICE_D
    )


# -- 23 -----------------------------------------------------------------------------------------------------


def _seen_clients(f: Facts) -> str:
    clients = f.state.clients
    return (
        NOTHING_YET
        if clients is None
        else phrase(
            "{what} at {instant}",
            what=clients.address or phrase("no address"),
            instant=time_of_day(clients.received_at),
        )
    )


CLIENTS_JUDGED = Question(
    "the client's path is judged",
    lambda f: f.clients_judged,
    lambda f: phrase("judged") if f.clients_judged else phrase("never worked yet"),
    phrase("judged"),
    _seen_clients,
)


def _failed_since_heard(f: Facts) -> bool:
    """Visits from before the Primary was heard again, or in its role, say nothing of it now.

    Nor do they where it has not been heard since they began to fail: it may be what is gone.
    """
    clients, primary = f.state.clients, f.primary
    if clients is None or f.state.clients_failures < 2:
        return False
    if f.single_look or primary is None or primary.since is None:
        return True
    if not all(f.asked_since_takeover(sent) or _moved_to(f, sent) for sent in f.memory.clients_failed_sent):
        return False
    lost_at = f.memory.clients_lost_at
    told_since = primary.heard is not None and lost_at is not None and primary.heard.sent_at >= lost_at
    return told_since and clients.sent_at >= primary.since


def _moved_to(f: Facts, sent_at: Instant) -> bool:
    """The record had already moved to the Primary, which told of its old role before."""
    primary, moved_at = f.primary, f.memory.record_moved_at
    if primary is None or moved_at is None or primary.role_until_at is None:
        return False
    return primary.role_until_at < moved_at <= sent_at and f.record_names == primary.name


CLIENTS_FAILED = Question(
    "it has failed twice running",
    _failed_since_heard,
    lambda f: str(f.state.clients_failures),
    "≥ 2",
    _seen_clients,
)
CLIENT_PATH_BROKEN = within(
    something_past,
    within(lambda f: f.state.clients_failures >= 2, PRIMARY_HEARD, CLIENTS_JUDGED, CLIENTS_FAILED),
)


def say_client_path_broken(f: Facts) -> str:
    clients, primary = f.state.clients, f.primary
    assert clients is not None
    assert primary is not None
    why = ANSWERS[clients.answer]
    if clients.address is None:
        return phrase(
            "{standing}, but clients get no service because the name does not resolve ({why}).",
            standing=standing(primary),
            why=why,
        )
    return phrase(
        "{standing}, but clients get no service at {address} ({why}).",
        standing=standing(primary),
        address=clients.address,
        why=why,
    )


# -- 27, 28 -------------------------------------------------------------------------------------------------


def _stale(f: Facts) -> list[tuple[str, str]]:
    """Resolvers and what they still answer."""
    until = {old.resolver: old.until for old in f.memory.old_answers}
    return [
        (seen_by.resolver, listed(seen_by.addresses))
        for seen_by in f.state.resolvers
        if seen_by.resolver in until and seen_by.received_at > until[seen_by.resolver] + RESOLVER_SLACK_S
    ]


def _server_known(f: Facts) -> bool:
    return f.memory.dns_ever or (f.state.dns is not None and f.state.dns.server is not None)


OLD_ANSWER = Question(
    "a resolver's old answer has outlived its TTL",
    lambda f: bool(_stale(f)),
    lambda f: listed(name for name, _ in _stale(f)) or NONE,
    phrase("past its TTL"),
    seen_dns,
)
RESOLVER_STALE = within(something_past, within(lambda f: bool(f.memory.old_answers), OLD_ANSWER))
NO_ANSWER = Question(
    "the authoritative server gives no answer",
    lambda f: dns_lost(f.state),
    lambda f: word_of(f.state.dns.answer) if f.state.dns is not None else NOT_ASKED_AT_ALL,
    lambda f: phrase("{count} failed running", count=2 if f.mode is named.WATCHING else 1),
    seen_dns,
)
DNS_SILENT = within(something_past, NO_ANSWER)


def say_resolver_stale(f: Facts) -> str:
    told = [
        phrase("{resolver} still answers {addresses}", resolver=name, addresses=addresses)
        for name, addresses in _stale(f)
    ]
    return phrase(
        "{answers}, though the record names {holder} and the TTL has run out.",
        answers=listed(told),
        holder=record_says(f),
    )


def dns_silent_severity(f: Facts) -> Severity:
    return Severity.WARNING if _server_known(f) else Severity.NOTICE


def say_dns_silent(f: Facts) -> str:
    dns = f.state.dns
    assert dns is not None
    said = dns.detail.rstrip(".") or DNS_ANSWERS[dns.answer]
    if not _server_known(f):
        return phrase(
            "No authoritative server was found ({why}): the two nodes are the only witnesses.", why=said
        )
    return phrase("The authoritative server tells us nothing: {why}.", why=said)
