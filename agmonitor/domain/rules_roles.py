"""Findings 1, 2, 7, 19 and 22: the role each node claims, and who stands by."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.circumstances import pair_broken
from agmonitor.domain.conditions import Not, Question, all_of, any_of, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.memory import Doubted, SecondLook
from agmonitor.domain.phrases import (
    answer_of,
    answers_now,
    dns_says,
    how_primary,
    not_answering,
    roles_now,
    seen_both,
    standing,
)
from agmonitor.domain.state import NodeState
from agmonitor.domain.words import listed, sentences
from agmonitor.said import joined, phrase

NO_TIME = phrase("no time was left to ask again")

# -- 1, 2 ---------------------------------------------------------------------------------------------------


def _not_again(f: Facts, what: Doubted) -> str:
    doubt = f.doubt(what)
    if doubt is None or doubt.second_look is not SecondLook.FAILED:
        return ""
    lost = [joined(": ", (node.name, answer_of(node))) for node in f.nodes if node.failures > 0]
    return phrase("Not re-confirmed ({why}).", why=listed(lost) or NO_TIME)


TWO_CLAIM = Question(
    "both claim Primary, asked again",
    lambda f: f.doubt(Doubted.TWO_PRIMARIES) is not None,
    roles_now,
    phrase("both primary, twice"),
    seen_both,
)
TWO_PRIMARIES = within(pair_broken, TWO_CLAIM)
NONE_CLAIMS = Question(
    "both claim Secondary, asked again after 5 s",
    lambda f: f.doubt(Doubted.NO_PRIMARY) is not None,
    roles_now,
    phrase("both secondary, twice"),
    seen_both,
)
SECONDARY_ALONE = Question(
    "one Secondary, the other in no group",
    lambda f: f.secondary is not None and named.NOT_IN_GROUP in f.roles(),
    roles_now,
    phrase("secondary beside not_in_group"),
    seen_both,
)
NO_PRIMARY = within(pair_broken, any_of(NONE_CLAIMS, SECONDARY_ALONE))


def say_two_primaries(f: Facts) -> str:
    a, b = f.nodes
    return sentences(
        [
            phrase("{node} and {other} both say they are Primary.", node=a.name, other=b.name),
            _not_again(f, Doubted.TWO_PRIMARIES),
            dns_says(f),
        ]
    )


def say_no_primary(f: Facts) -> str:
    a, b = f.nodes
    return sentences(
        [
            phrase("Nobody is Primary: {one}, {other}.", one=standing(a), other=standing(b)),
            _not_again(f, Doubted.NO_PRIMARY),
            dns_says(f),
        ]
    )


# -- 7, 22 --------------------------------------------------------------------------------------------------


def _lives(f: Facts, node: NodeState) -> bool:
    """By the other's beats; those of a Primary count until its window has opened."""
    if f.primary is not None:
        return f.direct_since_failure(node)
    return f.secondary is not None and not f.reached and f.beat_since_failure(node)


PRIMARY_HEARD = Question(
    "exactly one Primary is heard",
    lambda f: f.primary is not None,
    roles_now,
    phrase("one primary"),
    seen_both,
)
SECONDARY_HEARD = Question(
    "exactly one Secondary is heard",
    lambda f: f.secondary is not None,
    roles_now,
    phrase("one secondary"),
    seen_both,
)
OTHER_LEFT = Question(
    "the other is in no group",
    lambda f: named.NOT_IN_GROUP in f.roles(),
    roles_now,
    phrase("not_in_group"),
    seen_both,
)
ONE_SILENT = Question(
    "one node is silent, twice running",
    lambda f: len(f.silent) == 1,
    answers_now,
    phrase("one silent"),
    seen_both,
)
OTHER_LIVES = Question(
    "a beat shows that it lives",
    lambda f: _lives(f, f.silent[0]) if len(f.silent) == 1 else None,
    answers_now,
    phrase("stamped after our first failed probe"),
    seen_both,
)
NO_STANDBY = within(pair_broken, PRIMARY_HEARD, any_of(OTHER_LEFT, all_of(ONE_SILENT, Not(OTHER_LIVES))))
NODE_HIDDEN = within(pair_broken, ONE_SILENT, OTHER_LIVES)


def say_no_standby(f: Facts) -> str:
    primary = f.primary
    other = f.other(primary)
    assert primary is not None
    assert other is not None
    return sentences([how_primary(f, primary), joined("", (standing(other), ".")), dns_says(f)])


def say_node_hidden(f: Facts) -> str:
    hidden = f.silent[0]
    other = f.other(hidden)
    assert other is not None
    return phrase(
        "{hidden} to us, but {other} shows that it lives: our path to it is cut, or it has just come back.",
        hidden=not_answering(hidden),
        other=other.name,
    )


# -- 19


BOTH_LEFT = Question(
    "both are in no group",
    lambda f: all(role is named.NOT_IN_GROUP for role in f.roles()),
    roles_now,
    phrase("both not_in_group"),
    seen_both,
)
NOT_IN_GROUP = within(pair_broken, BOTH_LEFT)


def say_not_in_group(f: Facts) -> str:
    a, b = f.nodes
    return phrase("{node} and {other} both say they are in no group.", node=a.name, other=b.name)
