"""What a row of the findings table is made of: named questions, joined by all, any and not.

A question is written once. Judging asks ``holds`` and stops at the first answer that decides; the ledger
walks every ``leaf`` and writes down value, limit and evidence. ``None`` means "cannot be judged" and holds
nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Severity
from agmonitor.domain.state import NodeState
from agmonitor.said import joined, known, phrase

Text = Callable[[Facts], str]
Judging = Callable[[Facts], bool | None]


class Condition(Protocol):
    """Anything that can stand in a row's condition."""

    def holds(self, f: Facts) -> bool | None: ...

    def leaves(self, f: Facts) -> Iterator[Leaf]: ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question as the ledger shows it."""

    condition: str
    value: str
    limit: str
    passed: bool | None
    evidence: str


def _text(text: Text | str, f: Facts) -> str:
    return text if isinstance(text, str) else text(f)


@dataclass(frozen=True, slots=True)
class Question:
    """One named question about the group, with its value and limit."""

    text: str
    holds: Callable[[Facts], bool | None]
    value: Text
    limit: Text | str
    evidence: Text

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        yield Leaf(known(self.text), self.value(f), _text(self.limit, f), self.holds(f), self.evidence(f))


@dataclass(frozen=True, slots=True)
class OfANode:
    """One named question about each node; holds when it does for any."""

    text: str
    of: Callable[[Facts, NodeState], bool | None]
    value: Callable[[Facts, NodeState], str]
    limit: Text | str
    evidence: Callable[[NodeState], str]

    def holds(self, f: Facts) -> bool | None:
        return bool(self.of(f, f.nodes[0]) or self.of(f, f.nodes[1]))

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        for node in f.nodes:
            yield Leaf(
                joined(": ", (node.name, known(self.text))),
                self.value(f, node),
                _text(self.limit, f),
                self.of(f, node),
                self.evidence(node),
            )


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part does."""

    parts: tuple[Condition, ...]

    def holds(self, f: Facts) -> bool | None:
        for part in self.parts:  # noqa: SIM110 - a loop costs half of all(), in every row of every judgement
            if not part.holds(f):
                return False
        return True

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves(f)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part does."""

    parts: tuple[Condition, ...]

    def holds(self, f: Facts) -> bool | None:
        for part in self.parts:  # noqa: SIM110 - as above
            if part.holds(f):
                return True
        return False

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves(f)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the part surely does not."""

    part: Condition

    def holds(self, f: Facts) -> bool | None:
        held = self.part.holds(f)
        return None if held is None else not held

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        for leaf in self.part.leaves(f):
            passed = None if leaf.passed is None else not leaf.passed
            condition = phrase("not: {condition}", condition=leaf.condition)
            yield Leaf(condition, leaf.value, leaf.limit, passed, leaf.evidence)


@dataclass(frozen=True, slots=True)
class Within:
    """Holds when the part does, which it can only in a circumstance that is cheaper to ask for.

    Judging asks for the circumstance first, once for all rows that share it; the ledger shows the part alone.
    """

    circumstance: Judging
    part: Condition

    def holds(self, f: Facts) -> bool | None:
        return bool(self.circumstance(f)) and self.part.holds(f)

    def leaves(self, f: Facts) -> Iterator[Leaf]:
        return self.part.leaves(f)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the findings table; ``never_beside`` are the numbers it gives way to."""

    number: int
    name: str
    severity: Severity | Callable[[Facts], Severity]
    when: Condition
    say: Text
    never_beside: tuple[int, ...] = ()

    def severity_in(self, f: Facts) -> Severity:
        return self.severity if isinstance(self.severity, Severity) else self.severity(f)


def judging(condition: Condition) -> Judging:
    """The condition as plain nested functions: judging asks each of them in every step.

    The same answer as ``condition.holds``; a loop over parts would cost twice as much.
    """
    asked: Judging = condition.holds
    match condition:
        case OfANode(of=of):
            asked = lambda f: of(f, f.nodes[0]) or of(f, f.nodes[1])  # noqa: E731 - one of many
        case Within(circumstance=circumstance, part=part):
            asked = _both(judging(part), circumstance)
        case Not(part=Question(holds=holds)):
            asked = _denied(holds)
        case All(parts=(*firsts, last)):
            asked = functools.reduce(_both, reversed([judging(part) for part in firsts]), judging(last))
        case AnyOf(parts=(*firsts, last)):
            asked = functools.reduce(_either, reversed([judging(part) for part in firsts]), judging(last))
    return asked


def _both(later: Judging, first: Judging) -> Judging:
    return lambda f: first(f) and later(f)


def _either(later: Judging, first: Judging) -> Judging:
    return lambda f: first(f) or later(f)


def _denied(asked: Judging) -> Judging:
    def denied(f: Facts) -> bool | None:
        held = asked(f)
        return None if held is None else not held

    return denied


def all_of(*parts: Condition) -> All:
    return All(parts)


def any_of(*parts: Condition) -> AnyOf:
    return AnyOf(parts)


def within(circumstance: Judging, *parts: Condition) -> Within:
    """All of the parts, none of which need be asked in any other circumstance."""
    return Within(circumstance, parts[0] if len(parts) == 1 else All(parts))
