"""What is wrong with one group, and for how many rounds: N bad before it counts, M good before it is over.

Pure. Whether somebody is told is decided in ``deciding``.
"""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.alerts.model import NOT_ENOUGH_EVIDENCE, OBSERVER_ISOLATED, TWO_PRIMARIES
from agmonitor.alerts.seeing import Seen
from agmonitor.alerts.settings import Thresholds
from agmonitor.domain.model import Severity
from agmonitor.domain.replacing import replace
from agmonitor.domain.state import Finding

UNPROVEN_ROUNDS = 15
"""Not enough evidence is natural for a while: after a start, a gap, a failover."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One finding that holds, or did within the last good rounds."""

    finding: Finding  # as seen last
    bad: int = 0  # rounds running in which it was worse than told
    good: int = 0  # rounds running in which it did not hold
    told: Severity | None = None

    def counts(self, limits: Thresholds) -> bool:
        """Whether it has lasted long enough to be told, and has not been told so."""
        if self.told is not None and self.finding.severity <= self.told:
            return False
        return self.bad >= needed(self.finding, limits)


Troubles = tuple[Trouble, ...]


def needed(finding: Finding, limits: Thresholds) -> int:
    """How many bad rounds running it takes to be told."""
    if finding.number == TWO_PRIMARIES:
        return 1
    return max(limits.bad_rounds, UNPROVEN_ROUNDS if finding.number == NOT_ENOUGH_EVIDENCE else 1)


def followed(troubles: Troubles, seen: Seen, limits: Thresholds) -> Troubles:
    """The troubles after one more look, worst first; those that were good for long enough are gone."""
    before = {trouble.finding.name: trouble for trouble in troubles}
    held = {finding.name: finding for finding in seen.findings if _matters(finding, limits)}
    here = [_holding(before.get(name, Trouble(held[name])), held[name], seen, limits) for name in held]
    gone = [_missing(trouble, seen) for name, trouble in before.items() if name not in held]
    left = [*here, *(trouble for trouble in gone if trouble.good < limits.good_rounds)]
    return tuple(sorted(left, key=lambda trouble: (-trouble.finding.severity, trouble.finding.number)))


def _matters(finding: Finding, limits: Thresholds) -> bool:
    """Isolation has a notice of its own, and notices are nobody's alarm."""
    if finding.number == OBSERVER_ISOLATED:
        return False
    return finding.number == TWO_PRIMARIES or finding.severity >= max(limits.least, Severity.WARNING)


def _holding(was: Trouble, finding: Finding, seen: Seen, limits: Thresholds) -> Trouble:
    """Counted up while it is worse than told; once it was less for long enough, that is what was told."""
    told, good = was.told, 0
    counted = seen.round_over or (finding.number == TWO_PRIMARIES and was.bad == 0)
    if told is None or finding.severity > told:
        return replace(was, finding=finding, bad=was.bad + counted, good=0)
    if finding.severity < told:
        good = was.good + seen.round_over
        if good >= limits.good_rounds:
            told, good = finding.severity, 0
    return replace(was, finding=finding, bad=0, good=good, told=told)


def _missing(trouble: Trouble, seen: Seen) -> Trouble:
    if not seen.round_over:
        return trouble
    return replace(trouble, bad=0, good=trouble.good + seen.judged)
