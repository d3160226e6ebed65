"""The words of alerting: alerts, silences, maintenance. Values only; decides nothing and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.state import Finding

TWO_PRIMARIES = 1
OBSERVER_ISOLATED = 21
NOT_ENOUGH_EVIDENCE = 29


class AlertKind(StrEnum):
    """Why somebody is told."""

    RAISED = "raised"  # something is wrong that was not, or that was silenced until now
    WORSE = "worse"  # what was told before has become worse
    EASED = "eased"  # the critical part is over, something is still wrong
    RECOVERED = "recovered"
    FLAPPING = "flapping"  # comes and goes too often to be told each time
    STEADY = "steady"  # flapping is over, and something is wrong
    ISOLATED = "isolated"  # it is us: one notice for all groups
    BACK = "back"  # we are no longer cut off
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. ``group`` is empty where it is about all of them; ``findings`` stand now, worst first."""

    at: Instant
    kind: AlertKind
    group: str
    severity: Severity
    sentence: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody knows: nothing is told of a group, or of one of its findings, until then or until it is over.

    ``finding`` None: of all but two Primaries, which only a silence of its own keeps quiet.
    """

    id: str
    group: str
    finding: str | None
    who: str
    reason: str
    made_at: Instant
    until: Instant


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Work is planned: nothing but two Primaries is told meanwhile, and everything is measured."""

    id: str
    group: str
    who: str
    reason: str
    made_at: Instant
    from_at: Instant
    until: Instant


@dataclass(frozen=True, slots=True)
class Quiet:
    """All that is kept quiet, past entries left out sooner or later."""

    silences: tuple[Silence, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    def silence_of(self, group: str, number: int, finding: str, at: Instant) -> Silence | None:
        """The silence that covers a finding of a group; one of its own comes before one of the group."""
        fitting = [one for one in self.silences if one.group == group and at < one.until]
        own = next((one for one in fitting if one.finding == finding), None)
        if own is not None or number == TWO_PRIMARIES:
            return own
        return next((one for one in fitting if one.finding is None), None)

    def maintained(self, group: str, at: Instant) -> Maintenance | None:
        """The maintenance of a group that is going on."""
        return next((m for m in self.maintenance if m.group == group and m.from_at <= at < m.until), None)

    def of_group(self, group: str, at: Instant) -> tuple[Silence | Maintenance, ...]:
        """All that keeps something of a group quiet now."""
        maintained = self.maintained(group, at)
        silences = tuple(one for one in self.silences if one.group == group and at < one.until)
        return silences if maintained is None else (maintained, *silences)
