"""Pieces of sentences about a group that several findings share. Every piece names nodes and values."""

from __future__ import annotations

from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Role
from agmonitor.domain.state import NodeState
from agmonitor.domain.unwatched import took_over_unwatched
from agmonitor.domain.words import ANSWERS, DNS_ANSWERS, ROLES, ago, duration, listed, time_of_day


def answer_of(node: NodeState) -> str:
    """``connection refused``; with the HTTP status where there is one."""
    last = node.last
    if last is None:
        return "not asked yet"
    status = (
        f" {last.http_status}" if last.http_status is not None and last.answer.value == "http_status" else ""
    )
    return ANSWERS[last.answer] + status


def not_answering(node: NodeState) -> str:
    """``gw-1 is not answering (connection refused)``."""
    return f"{node.name} is not answering ({answer_of(node)})"


def standing(node: NodeState) -> str:
    """What a node is now, in one clause."""
    if node.role is not None:
        role = ROLES[node.role]
        return (
            f"{node.name} is {role}" if node.role is not Role.NOT_IN_GROUP else f"{node.name} is in no group"
        )
    if node.condition.value == "unreadable":
        return f"{node.name} cannot be read ({answer_of(node)})"
    if node.condition.value == "silent":
        return not_answering(node)
    return f"{node.name} has not answered yet"


def how_primary(f: Facts, primary: NodeState) -> str:
    """``gw-2 took over 2 min 11 s ago.`` where we saw it, else in which gap, or that it is Primary."""
    gap = took_over_unwatched(f.state, primary.name)
    if gap is not None:
        unseen = duration(gap.until_at - gap.from_at)
        return f"{primary.name} took over within {unseen} that nobody watched."
    if primary.role_change_seen and primary.role_since is not None:
        return f"{primary.name} took over {ago(f.now - primary.role_since)}."
    return f"{primary.name} is Primary."


def record_says(f: Facts) -> str:
    """What the authoritative record says: ``gw-2``, ``nobody (no such name)``, ``192.0.2.9 (…)``."""
    record = f.record
    if record is None:
        return "nothing we could read"
    if not record.addresses:
        return f"nobody ({DNS_ANSWERS[record.answer]})"
    if f.record_names is not None:
        return f"{f.record_names} ({record.addresses[0]})"
    what = "several addresses" if len(record.addresses) > 1 else "no known node"
    return f"{listed(record.addresses)} ({what})"


def dns_says(f: Facts) -> str:
    """One sentence on DNS beside a Primary; empty where no witness has been asked since the takeover."""
    dns = f.state.dns
    if dns is None or (dns.server is None and not f.memory.dns_ever):
        return ""
    if f.record is None:
        return "DNS is not answering."
    if f.primary is not None and not f.record_is_fresh():
        return ""
    if f.primary is not None and f.record_wrong is False:
        return f"DNS agrees with {f.primary.name}."
    return f"DNS names {record_says(f)}."


def beat_words(f: Facts) -> str:
    """``the last heartbeat is 72 s old``."""
    return "no heartbeat is known" if f.age_s is None else f"the last heartbeat is {duration(f.age_s)} old"


def beat_words_now(f: Facts) -> str:
    """The same, counted on to now on the Secondary's clock, to stand beside a countdown."""
    beat, window = f.state.beat, f.state.window
    if beat is None or window is None:
        return beat_words(f)
    return f"the last heartbeat is {duration(max(0.0, f.now + window.offset_s - beat.stamped_at))} old"


def assumed(f: Facts) -> str:
    """Said wherever a sentence rests on intervals nobody has told."""
    return "The intervals are assumed, not heard." if f.timers.assumed else ""


def seen(node: NodeState | None) -> str:
    """The observation something rests on: ``gw-2 at 03:14:09 UTC``."""
    if node is None or node.last is None:
        return "nothing yet"
    return f"{node.name} at {time_of_day(node.last.received_at)}"


def seen_both(f: Facts) -> str:
    return ", ".join(seen(node) for node in f.nodes)


def seen_dns(f: Facts) -> str:
    dns = f.state.dns
    if dns is None:
        return "nothing yet"
    return f"{dns.server or 'no authoritative server'} at {time_of_day(dns.received_at)}"


def seen_secondary(f: Facts) -> str:
    return seen(f.secondary) if f.secondary is not None else seen_dns(f)


def seconds(value: float | None) -> str:
    """A value of the ledger: always in seconds, so that it can be compared with its limit."""
    return "unknown" if value is None else f"{value:.1f} s"


def roles_now(f: Facts) -> str:
    return ", ".join(f"{n.name} {n.role.value if n.role is not None else n.condition.value}" for n in f.nodes)


def answers_now(f: Facts) -> str:
    return ", ".join(f"{node.name} {node.condition.value} ({answer_of(node)})" for node in f.nodes)
