"""A group's state as alerting sees it: what is wrong, whether a round is over, whether anything came back."""

from __future__ import annotations

from dataclasses import dataclass

from agmonitor.alerts.model import NOT_ENOUGH_EVIDENCE, OBSERVER_ISOLATED
from agmonitor.domain.facts import NOTHING_CAME
from agmonitor.domain.model import Instant
from agmonitor.domain.observations import NodeObservation
from agmonitor.domain.state import Finding, GroupState

NODES_HIDDEN, MISCONFIGURED = 20, 26
UNJUDGED = frozenset({NODES_HIDDEN, OBSERVER_ISOLATED, MISCONFIGURED, NOT_ENOUGH_EVIDENCE})
"""While one of these is the verdict, a finding that no longer holds has not been seen to end."""
Asked = tuple[NodeObservation | None, NodeObservation | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at one group."""

    group: str
    at: Instant
    findings: tuple[Finding, ...]  # worst first, of any severity
    round_over: bool = True  # both nodes have answered, or failed to, since the last round
    judged: bool = True  # what is not among the findings is over
    cut_off: bool = False  # nothing came back from either node

    @property
    def isolated(self) -> bool:
        return any(finding.number == OBSERVER_ISOLATED for finding in self.findings)


class Rounds:
    """Tells when a round of a group is over: each node has been asked since the one before."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}

    def seen(self, state: GroupState) -> Seen:
        """That state, and whether it ends a round."""
        name = state.settings.name
        first, second = state.nodes
        before = self._asked.get(name, (None, None))
        over = first.last is not before[0] and second.last is not before[1]
        if over:
            self._asked[name] = (first.last, second.last)
        verdict = state.verdict
        return Seen(
            name,
            state.now,
            verdict.findings,
            round_over=over,
            judged=verdict.number not in UNJUDGED,
            cut_off=all(node.last is not None and node.last.answer in NOTHING_CAME for node in state.nodes),
        )

    def forget(self, group: str) -> None:
        self._asked.pop(group, None)
