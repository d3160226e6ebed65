"""The oracle: was each critical verdict honest, was nothing missed, and nothing late?

*False*: a critical finding at no time of which its claim was true or supported by what the witnesses showed.
*Missed*: there to be seen for two rounds and a deadline, and not said. *Late*: said later than one round and
a deadline after it was there to be seen. Shares no code with ``domain``; a finding that the design lets
another one precede is not missed while that one stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agmonitor.drill.oracle_beats import clock_skew, overloaded, takeover_overdue
from agmonitor.drill.oracle_case import Case, Claim
from agmonitor.drill.oracle_roles import no_primary, points_elsewhere, two_primaries
from agmonitor.drill.oracle_service import client_path_broken, group_down
from agmonitor.drill.oracle_spans import Spans, either, touches, without

PRECEDED_BY: Mapping[int, frozenset[int]] = {
    1: frozenset({26}),
    2: frozenset({4, 5, 19, 26}),
    3: frozenset({21, 26}),
    5: frozenset({26}),
    6: frozenset({1, 2, 19, 26}),
    12: frozenset({26}),
    13: frozenset(),
    23: frozenset(),
}
"""By the design's table: what a finding never stands beside."""
CLAIMS = (
    two_primaries,
    no_primary,
    group_down,
    takeover_overdue,
    points_elsewhere,
    clock_skew,
    overloaded,
    client_path_broken,
)


class Fault(StrEnum):
    """What a critical finding did wrong."""

    FALSE = "false"
    MISSED = "missed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing said or left unsaid that was wrong; ``since`` until ``until`` in true time."""

    fault: Fault
    number: int
    since: float
    until: float
    lateness_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One critical finding in one run: how often it was so, was there to be seen, was raised; what was wrong.

    ``lateness_s``: of those that were to be seen and said.
    """

    number: int
    true: int
    visible: int
    raised: int
    worst_lateness_s: float
    charges: tuple[Charge, ...]


Said = Mapping[int, Spans]
"""When each finding held, by number: as critical; of those that only precede another, at all."""


def judged(case: Case, critical: Said, any_severity: Said) -> tuple[Finding, ...]:
    """All critical findings of one run."""
    return tuple(_judged(case, claim(case), critical, any_severity) for claim in CLAIMS)


def _judged(case: Case, claim: Claim, critical: Said, any_severity: Said) -> Finding:
    number = claim.number
    said = critical.get(number, [])
    excused = either(*(any_severity.get(n, []) for n in PRECEDED_BY[number]))
    charges = [Charge(Fault.FALSE, number, *span) for span in said if not _honest(claim, span)]
    worst_s = 0.0
    for span in claim.visible:
        lateness_s, charge = _heeded(case, claim, span, said, excused)
        worst_s = max(worst_s, lateness_s)
        charges += [charge] if charge is not None else []
    return Finding(number, len(claim.true), len(claim.visible), len(said), round(worst_s, 3), tuple(charges))


def _honest(claim: Claim, span: tuple[float, float]) -> bool:
    start, end = span
    if touches(claim.true, start, end) or touches(claim.shown, start, end):
        return True
    return touches(claim.true, start - claim.evidence_s(start), end)


def _heeded(
    case: Case, claim: Claim, span: tuple[float, float], said: Spans, excused: Spans
) -> tuple[float, Charge | None]:
    """How late it was said, and what is wrong with that."""
    start, end = span
    round_s = case.round_s(span)
    late_s, missed_s = round_s + case.deadline_s, 2 * round_s + case.deadline_s
    unsaid = without([span], either(said, excused))
    silence = next(((a, b) for a, b in unsaid if b - a >= missed_s), None)
    if silence is not None:
        return 0.0, Charge(Fault.MISSED, claim.number, *silence)
    first = min((max(start, a) for a, b in either(said, excused) if b > start and a < end), default=None)
    lateness_s = 0.0 if first is None else first - start
    if lateness_s > late_s:
        return lateness_s, Charge(Fault.LATE, claim.number, start, end, lateness_s)
    return lateness_s, None


def worst_first(findings: Sequence[Finding]) -> list[Charge]:
    """All that was wrong in a run, in the order of time."""
    return sorted((c for finding in findings for c in finding.charges), key=lambda c: (c.since, c.number))
