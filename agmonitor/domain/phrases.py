"""Pieces of sentences about a group that several findings share. Every piece names nodes and values."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from agmonitor.domain import named
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Role
from agmonitor.domain.state import NodeState
from agmonitor.domain.unwatched import took_over_unwatched
from agmonitor.domain.words import ANSWERS, DNS_ANSWERS, ROLES, ago, duration, in_s, listed, time_of_day
from agmonitor.said import joined, phrase

NOT_ASKED = phrase("not asked yet")
NO_BEAT = phrase("no heartbeat is known")
NOTHING_YET = phrase("nothing yet")
UNREAD = phrase("nothing we could read")
SEVERAL, STRANGER = phrase("several addresses"), phrase("no known node")
NO_SERVER = phrase("no authoritative server")
UNKNOWN = phrase("unknown")
NONE = phrase("none")
NOT_ASKED_AT_ALL = phrase("not asked")
# Translators: one word each, as the ledger has them: roles, conditions, answers, ways of the heartbeat
_WORDS: dict[str, str] = {
    str(word): word
    for word in (
        phrase("primary"),
        phrase("secondary"),
        phrase("not_in_group"),
        phrase("unknown"),
        phrase("heard"),
        phrase("silent"),
        phrase("unreadable"),
        phrase("ok"),
        phrase("refused"),
        phrase("closed"),
        phrase("timeout"),
        phrase("unreachable"),
        phrase("forbidden"),
        phrase("malformed"),
        phrase("direct"),
        phrase("dns"),
        phrase("connected"),
        phrase("disconnected"),
        phrase("not_applicable"),
    )
}
DNS_SILENT = phrase("DNS is not answering.")
ASSUMED = phrase("The intervals are assumed, not heard.")


def word_of(value: StrEnum) -> str:
    """The one word of a role, a condition or an answer."""
    return _WORDS.get(value.value, value.value)


def answer_of(node: NodeState) -> str:
    """``connection refused``; with the HTTP status where there is one."""
    last = node.last
    if last is None:
        return NOT_ASKED
    words = ANSWERS[last.answer]
    if last.http_status is None or last.answer.value != "http_status":
        return words
    return joined(" ", (words, str(last.http_status)))


def not_answering(node: NodeState) -> str:
    """``gw-1 is not answering (connection refused)``."""
    return _not_answering(node.name, answer_of(node))


@lru_cache(maxsize=1024)  # what stands is said step after step, here and below
def _not_answering(node: str, why: str) -> str:
    return phrase("{node} is not answering ({why})", node=node, why=why)


def standing(node: NodeState) -> str:
    """What a node is now, in one clause."""
    if node.role is not None:
        return phrase("{node} is {role}", node=node.name, role=ROLES[node.role])
    if node.condition.value == "unreadable":
        return phrase("{node} cannot be read ({why})", node=node.name, why=answer_of(node))
    if node.condition.value == "silent":
        return not_answering(node)
    return phrase("{node} has not answered yet", node=node.name)


def became(node: str, role: Role) -> str:
    """``gw-2 became Primary``."""
    if role is named.NOT_IN_GROUP:
        return phrase("{node} left the group", node=node)
    return phrase("{node} became {role}", node=node, role=ROLES[role])


def how_primary(f: Facts, primary: NodeState) -> str:
    """``gw-2 took over 2 min 11 s ago.`` where we saw it, else in which gap, or that it is Primary."""
    gap = took_over_unwatched(f.state, primary.name)
    if gap is not None:
        unseen = duration(gap.until_at - gap.from_at)
        return phrase("{node} took over within {time} that nobody watched.", node=primary.name, time=unseen)
    if primary.role_change_seen and primary.role_since is not None:
        when = ago(f.now - primary.role_since)
        return phrase("{node} took over {when}.", node=primary.name, when=when)
    return phrase("{node} is Primary.", node=primary.name)


def record_says(f: Facts) -> str:
    """What the authoritative record says: ``gw-2``, ``nobody (no such name)``, ``192.0.2.9 (…)``."""
    record = f.record
    if record is None:
        return UNREAD
    if not record.addresses:
        return phrase("nobody ({why})", why=DNS_ANSWERS[record.answer])
    if f.record_names is not None:
        return f"{f.record_names} ({record.addresses[0]})"
    what = SEVERAL if len(record.addresses) > 1 else STRANGER
    return phrase("{addresses} ({what})", addresses=listed(record.addresses), what=what)


def dns_says(f: Facts) -> str:
    """One sentence on DNS beside a Primary; empty where no witness has been asked since the takeover."""
    dns = f.state.dns
    if dns is None or (dns.server is None and not f.memory.dns_ever):
        return ""
    if f.record is None:
        return DNS_SILENT
    if f.primary is not None and not f.record_is_fresh():
        return ""
    if f.primary is not None and f.record_wrong is False:
        return _agrees(f.primary.name)
    return phrase("DNS names {holder}.", holder=record_says(f))


@lru_cache(maxsize=1024)
def _agrees(node: str) -> str:
    return phrase("DNS agrees with {node}.", node=node)


def beat_words(f: Facts) -> str:
    """``the last heartbeat is 72 s old``."""
    return NO_BEAT if f.age_s is None else _aged(duration(f.age_s))


def beat_words_now(f: Facts) -> str:
    """The same, counted on to now on the Secondary's clock, to stand beside a countdown."""
    beat, window = f.state.beat, f.state.window
    if beat is None or window is None:
        return beat_words(f)
    return _aged(duration(max(0.0, f.now + window.offset_s - beat.stamped_at)))


@lru_cache(maxsize=1024)
def _aged(time: str) -> str:
    return phrase("the last heartbeat is {time} old", time=time)


def assumed(f: Facts) -> str:
    """Said wherever a sentence rests on intervals nobody has told."""
    return ASSUMED if f.timers.assumed else ""


def seen(node: NodeState | None) -> str:
    """The observation something rests on: ``gw-2 at 03:14:09 UTC``."""
    if node is None or node.last is None:
        return NOTHING_YET
    return phrase("{what} at {instant}", what=node.name, instant=time_of_day(node.last.received_at))


def seen_both(f: Facts) -> str:
    return joined(", ", [seen(node) for node in f.nodes])


def seen_dns(f: Facts) -> str:
    dns = f.state.dns
    if dns is None:
        return NOTHING_YET
    return phrase("{what} at {instant}", what=dns.server or NO_SERVER, instant=time_of_day(dns.received_at))


def seen_secondary(f: Facts) -> str:
    return seen(f.secondary) if f.secondary is not None else seen_dns(f)


def seconds(value: float | None) -> str:
    """A value of the ledger: always in seconds, so that it can be compared with its limit."""
    return UNKNOWN if value is None else in_s(f"{value:.1f}")


def roles_now(f: Facts) -> str:
    told = [(n.name, word_of(n.role if n.role is not None else n.condition)) for n in f.nodes]
    return joined(", ", [joined(" ", one) for one in told])


def answers_now(f: Facts) -> str:
    told = [
        phrase("{node} {condition} ({why})", node=n.name, condition=word_of(n.condition), why=answer_of(n))
        for n in f.nodes
    ]
    return joined(", ", told)
