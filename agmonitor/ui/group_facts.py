"""What a group's row in the list and its banner say. Plain values; knows no Qt and draws no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agmonitor.domain.model import Instant, Role, Severity
from agmonitor.domain.state import Condition, GroupState
from agmonitor.domain.words import ago
from agmonitor.ui.phrases import title_of

NAMED_COUNTS = 2  # what fits beside the caption
RECENT_S = 3600.0  # a change of Primary is worth the second line for this long


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of the list."""

    name: str
    severity: Severity
    word: str  # "No standby"
    detail: str  # "gw-2 is primary"
    lab: bool

    @property
    def line(self) -> str:
        """The second line."""
        return f"{self.word} · {self.detail}" if self.detail else self.word

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        lab = "lab group " if self.lab else ""
        return f"{lab}{self.name}, {self.severity.word}: {self.line}"

    @property
    def order(self) -> tuple[int, bool, str]:
        """Worst first; among equals real groups before the lab, then by name."""
        return (-self.severity, self.lab, self.name.casefold())


def group_row(state: GroupState, now: Instant) -> GroupRow:
    """One row from one state."""
    changed_at = state.primary_changed_at
    primaries = [
        node.name for node in state.nodes if node.condition is Condition.HEARD and node.role is Role.PRIMARY
    ]
    if changed_at is not None and now - changed_at < RECENT_S:
        minutes = int((now - changed_at) // 60)
        detail = f"failover {minutes} min ago" if minutes else f"failover {ago(now - changed_at)}"
    elif len(primaries) == 1:
        detail = f"{primaries[0]} primary"
    else:
        detail = ""
    return GroupRow(
        name=state.settings.name,
        severity=state.verdict.severity,
        word=title_of(state.verdict.name),
        detail=detail,
        lab=state.settings.lab,
    )


def counts(severities: Iterable[Severity]) -> str:
    """``1 critical · 1 warning``, or ``all well``; the two worst kinds by name."""
    found = Counter(severity for severity in severities if severity >= Severity.WARNING)
    if not found:
        return "all well"
    worst = sorted(found, reverse=True)
    said = " · ".join(f"{found[one]} {one.word}" for one in worst[:NAMED_COUNTS])
    rest = sum(found[one] for one in worst[NAMED_COUNTS:])
    return f"{said} · {rest} more" if rest else said


def beside(state: GroupState) -> tuple[str, ...]:
    """Findings that stand beside the verdict, worst first, as sentences."""
    return tuple(
        f"{title_of(finding.name)}: {finding.sentence}"
        for finding in state.verdict.findings
        if finding.name != state.verdict.name
    )
