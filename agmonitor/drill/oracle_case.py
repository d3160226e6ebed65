"""One run as the oracle gets it, what it finds out about each critical finding, and how that is read off.

Truth is the World's own; testimony is what was delivered. Nothing here comes from ``domain``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agmonitor.drill.oracle_spans import Span, Spans, both, held, pairs_within
from agmonitor.drill.oracle_testimony import Says, Testimony, Witness
from agmonitor.protocol.world.truth import NodeTruth, Truth

EASED = 4.0  # an overloaded node is asked so much more seldom
LOAD_WARNING = 0.50
NAMES = {
    1: "two_primaries",
    2: "no_primary",
    3: "group_down",
    5: "takeover_overdue",
    6: "dns_points_elsewhere",
    12: "clock_skew",
    13: "overloaded",
    23: "client_path_broken",
}
"""The critical findings, by the design's table."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one run left behind, instants in true time. ``end``: when it ended."""

    history: Sequence[tuple[float, Truth]]
    testimony: Testimony
    end: float
    cadence_s: float
    deadline_s: float
    report_s: float
    check_s: float
    absence_s: float
    judges_clients: bool | None = None

    @property
    def names(self) -> tuple[str, str]:
        first, second = self.history[0][1].nodes
        return first.name, second.name

    def other(self, name: str) -> str:
        first, second = self.names
        return second if name == first else first

    def address(self, name: str) -> str:
        return self.history[0][1].node(name).address

    def when(self, holds: Callable[[Truth], bool]) -> Spans:
        """When it truly was so."""
        return held(self.history, self.end, holds)

    def when_node(self, name: str, holds: Callable[[NodeTruth], bool]) -> Spans:
        place = self.names.index(name)
        return held(self.history, self.end, lambda truth: holds(truth.nodes[place]))

    def node(self, name: str) -> Witness:
        return self.testimony.nodes[name]

    def round_s(self, span: Span) -> float:
        """The longest time from one round to the next at that time: never slower than half of H."""
        strained = any(
            node.overloaded and span[0] - 2 * self.check_s - 60 <= at <= span[1]
            for at, truth in self.history
            for node in truth.nodes
        )
        return min(self.cadence_s * (EASED if strained else 1.0), self.report_s / 2)


@dataclass(frozen=True, slots=True)
class Claim:
    """One critical finding in one run.

    ``true``: when what it claims was so. ``shown``: when what the witnesses had said supported it.
    ``visible``: spans in which it was there to be seen, all the waiting that the design prescribes done.
    ``evidence_s``: before an instant, how long ago the answers it rests on were given.
    """

    number: int
    true: Spans
    shown: Spans
    visible: Spans
    evidence_s: Callable[[float], float] = field(default=lambda _at: 0.0)


def seen(case: Case, truths: Spans, needs: Sequence[tuple[Witness, Says]]) -> Spans:
    """When each of the witnesses had said so, asked since it was true; to the end of either."""
    found: Spans = []
    spans = truths
    for witness, says in needs:
        spans = both(spans, witness.spans(says, case.end))
    for true, piece in pairs_within(truths, spans):
        answered = [witness.asked_since(true[0]) for witness, _ in needs]
        from_at = max([piece[0], *(case.end if at is None else at for at in answered)])
        if from_at < piece[1]:
            found.append((from_at, piece[1]))
    return found


def patient(spans: Spans, patience_s: float) -> Spans:
    """What is left of each when it had to last so long first."""
    return [(start + patience_s, end) for start, end in spans if start + patience_s < end]


def age_of(*witnesses: tuple[Witness, Says]) -> Callable[[float], float]:
    """How long ago the oldest of their newest such answers was asked for."""

    def age_s(at: float) -> float:
        asked = []
        for witness, says in witnesses:
            place = witness.newest(at, says)
            asked.append(at if place is None else witness.sent[place])
        return at - min(asked, default=at)

    return age_s
