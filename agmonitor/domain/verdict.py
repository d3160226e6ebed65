"""The table applied to the facts: the findings that hold, and the one verdict drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from agmonitor.domain.conditions import Judging, Row, Within, judging
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding, Verdict

HEALTHY = 0
NOT_IN_GROUP = 19
NOT_ENOUGH_EVIDENCE = 29
TROUBLE = Severity.WARNING  # from here on
APART = frozenset({HEALTHY, NOT_ENOUGH_EVIDENCE})


Asked = tuple[int, Judging, Row]
"""A row as it is asked: its place, after those it gives way to, what is asked, and the row."""


@dataclass(frozen=True, slots=True)
class Order:
    """The table made ready for judging; most steps find that no row holds.

    Rows that can hold in one circumstance only stand together, and are asked in that alone.
    """

    judged: tuple[tuple[Judging, tuple[Asked, ...]], ...]
    healthy: Row
    is_healthy: Judging
    unproven: Row


def in_order(table: Sequence[Row]) -> Order:
    """The rows with each one after those it gives way to; health and the lack of evidence stand apart."""
    apart = {row.number: row for row in table if row.number in APART}
    rows = [row for row in table if row.number not in APART]
    ordered: list[Row] = []
    while rows:
        waiting = {row.number for row in rows}
        ready = [row for row in rows if not waiting & set(row.never_beside)]
        assert ready, "two rows give way to each other"
        ordered += ready
        rows = [row for row in rows if row not in ready]
    grouped: dict[Judging, list[Asked]] = {}
    for place, row in enumerate(ordered):
        circumstance: Judging = _always
        part = row.when
        if isinstance(part, Within):
            circumstance, part = part.circumstance, part.part
        grouped.setdefault(circumstance, []).append((place, judging(part), row))
    judged = tuple((circumstance, tuple(asked)) for circumstance, asked in grouped.items())
    healthy = apart[HEALTHY]
    return Order(judged, healthy, judging(healthy.when), apart[NOT_ENOUGH_EVIDENCE])


def _always(_f: Facts) -> bool:
    return True


def findings_in(order: Order, f: Facts) -> tuple[Finding, ...]:
    """The findings that hold, worst first; neither health nor the lack of evidence is among them."""
    held: list[tuple[int, Row]] = []
    for circumstance, asked in order.judged:
        if circumstance(f):
            for place, holds, row in asked:
                if holds(f):
                    held.append((place, row))
    if not held:
        return ()
    if len(held) == 1:
        return (_finding(held[0][1], f),)
    standing = _standing([row for _, row in sorted(held, key=itemgetter(0))])
    return tuple(sorted((_finding(row, f) for row in standing), key=_worst_first))


def _finding(row: Row, f: Facts) -> Finding:
    return Finding(row.number, row.name, row.severity_in(f), row.say(f))


def _standing(held: list[Row]) -> list[Row]:
    """Those that give way to no other that stands; a row comes after all it gives way to."""
    standing: list[Row] = []
    for row in held:
        if not any(other.number in row.never_beside for other in standing):
            standing.append(row)
    return standing


def verdict_in(order: Order, f: Facts) -> Verdict:
    """Worst finding of warning or above, else 19, else health where it is proven, else 29."""
    found = findings_in(order, f)
    if found and found[0].severity >= TROUBLE:
        return _verdict(found[0], found)
    outside = next((finding for finding in found if finding.number == NOT_IN_GROUP), None)
    if outside is not None:
        return _verdict(outside, found)
    if order.is_healthy(f):
        row = order.healthy
        return Verdict(row.number, row.name, row.severity_in(f), row.say(f), found)
    unknown = _finding(order.unproven, f)
    return _verdict(unknown, (unknown, *found))


def _verdict(finding: Finding, found: tuple[Finding, ...]) -> Verdict:
    return Verdict(finding.number, finding.name, finding.severity, finding.sentence, found)


def _worst_first(finding: Finding) -> tuple[int, int]:
    return -finding.severity, finding.number
