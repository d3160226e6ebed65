"""Rows 0 and 29: proven healthy, or what is still missing for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from agmonitor.domain import named
from agmonitor.domain.conditions import Not, Question, all_of
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import Doubted
from agmonitor.domain.model import Severity
from agmonitor.domain.outside import name_known
from agmonitor.domain.phrases import (
    NO_BEAT,
    assumed,
    beat_words,
    dns_says,
    roles_now,
    seen_both,
    seen_dns,
    word_of,
)
from agmonitor.domain.rules_beats import BEAT_KNOWN, BEAT_LATE
from agmonitor.domain.rules_roles import PRIMARY_HEARD, SECONDARY_HEARD
from agmonitor.domain.state import GroupState
from agmonitor.domain.words import duration, listed, sentences
from agmonitor.said import phrase

PROVEN = 0
NO_LOSS = frozenset({16, 17})
"""Flapping tells of what was, trouble with hooks of workflows: service and protection stand meanwhile."""

DOUBTS = {
    Doubted.TWO_PRIMARIES: phrase("both nodes say they are Primary"),
    Doubted.NO_PRIMARY: phrase("neither node says it is Primary"),
    Doubted.RECORD: phrase("the record names another than the Primary"),
}


def _record_right(f: Facts) -> bool | None:
    """Where there is no DNS witness, nothing of it is needed; one that has yet to answer is needed."""
    dns = f.state.dns
    if dns is None:
        return None if name_known(f.state) else True
    if dns.server is None and not f.memory.dns_ever:
        return True
    return None if f.record_wrong is None or not f.record_is_fresh() else not f.record_wrong


def _record_word(f: Facts) -> str:
    return phrase("no witness") if f.state.dns is None else word_of(f.state.dns.answer)


RECORD_RIGHT = Question(
    "the record is right, where there is a DNS witness",
    _record_right,
    _record_word,
    phrase("names the Primary"),
    seen_dns,
)
HEALTHY = all_of(PRIMARY_HEARD, SECONDARY_HEARD, BEAT_KNOWN, Not(BEAT_LATE), RECORD_RIGHT)
NOT_PROVEN = Question(
    "nothing of warning or above holds, and health is not proven",
    lambda f: not HEALTHY.holds(f),
    roles_now,
    phrase("not proven"),
    seen_both,
)


def pair_is_well(state: GroupState) -> bool:
    """Proven healthy, or nothing keeps it from being that but hooks of workflows and the swaps behind it."""
    if state.verdict.number not in NO_LOSS:
        return state.verdict.number == PROVEN
    worse = (f for f in state.verdict.findings if f.severity >= Severity.WARNING)
    return all(f.number in NO_LOSS for f in worse) and HEALTHY.holds(Facts(state)) is True


def say_healthy(f: Facts) -> str:
    primary, secondary = f.primary, f.secondary
    assert primary is not None
    assert secondary is not None
    return _well(primary.name, secondary.name, beat_words(f), dns_says(f), assumed(f))


@lru_cache(maxsize=1024)  # the same is said step after step
def _well(node: str, other: str, beat: str, dns: str, intervals: str) -> str:
    told = phrase("{node} is Primary, {other} stands by; {beat}.", node=node, other=other, beat=beat)
    return sentences([told, dns, intervals])


def say_not_proven(f: Facts) -> str:
    """What is missing, the most telling first."""
    doubt = f.memory.doubt or f.memory.record_doubt
    if doubt is not None:
        return phrase("Not enough evidence yet: {doubt}; asking again.", doubt=DOUBTS[doubt.what])
    waiting = [node.name for node in f.nodes if node.condition is named.UNKNOWN]
    if waiting:
        return phrase("Not enough evidence yet: waiting for {nodes}.", nodes=listed(waiting))
    return phrase("Not enough evidence of health: {missing}.", missing=listed(_missing(f)) or roles_now(f))


def _missing(f: Facts) -> Iterator[str]:
    """What health is not proven for, in the order of its conditions."""
    if f.primary is None or f.secondary is None:
        yield roles_now(f)
    if f.age_s is None:
        yield NO_BEAT
    elif f.late and f.state.beat is not None:
        limit = duration(f.state.beat.late_after_s)
        yield phrase("{beat}, late after {limit}", beat=beat_words(f), limit=limit)
    if not _record_right(f):
        yield _record_missing(f)


def _record_missing(f: Facts) -> str:
    if f.record is None:
        return phrase("DNS has not answered")
    if not f.record_is_fresh():
        return phrase("DNS has not been asked since the role change")
    return phrase("the record cannot be judged")
