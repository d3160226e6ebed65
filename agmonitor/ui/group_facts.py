"""What a group's row in the list and its banner say. Plain values; knows no Qt and draws no verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agmonitor.domain.model import Instant, Role, Severity
from agmonitor.domain.state import Condition, GroupState
from agmonitor.domain.titles import title_of
from agmonitor.domain.unwatched import took_over_unwatched
from agmonitor.domain.words import ago
from agmonitor.texts import t, tn, worded
from agmonitor.ui.beat_trace import Trace
from agmonitor.ui.phrases import SEVERITY_WORDS

NAMED_COUNTS = 2  # what fits beside the caption
RECENT_S = 3600.0  # a change of Primary is worth the second line for this long


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of the list."""

    name: str
    severity: Severity
    word: str  # "No standby"
    detail: str  # "gw-2 primary"
    lab: bool
    tags: tuple[str, ...] = ()
    words: str = ""  # everything it can be found by beside its name and tags, in lower case
    trace: Trace | None = None
    quiet: str = ""  # what keeps its alerts quiet: "silenced until 04:00 by anna: reason"

    @property
    def line(self) -> str:
        """The second line."""
        return f"{self.word} · {self.detail}" if self.detail else self.word

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        name = t("lab group {name}", name=self.name) if self.lab else self.name
        told = [f"{name}, {SEVERITY_WORDS[self.severity]}: {self.line}"]
        if self.tags:
            told.append(t("tagged {tags}", tags=", ".join(self.tags)))
        if self.quiet:
            told.append(t("alerts {quiet}", quiet=self.quiet))
        return "; ".join(told)

    @property
    def order(self) -> tuple[int, bool, str]:
        """Worst first; among equals real groups before the lab, then by name."""
        return (-self.severity, self.lab, self.name.casefold())

    def matches(self, wanted: str) -> bool:
        """Whether every word of the search is found; ``#tag`` finds the beginnings of tags alone."""
        return all(self._has(part) for part in wanted.casefold().split())

    def _has(self, part: str) -> bool:
        if part.startswith("#"):
            return any(tag.casefold().startswith(part[1:]) for tag in self.tags)
        told = (self.name, self.word, SEVERITY_WORDS[self.severity], self.detail, *self.tags)
        return part in self.words or any(part in one.casefold() for one in told)


def group_row(
    state: GroupState, now: Instant, since: Instant | None = None, trace: Trace | None = None
) -> GroupRow:
    """One row from one state; ``since``: when its verdict began, if that was seen."""
    settings, severity = state.settings, state.verdict.severity
    changed_at = state.primary_changed_at
    primaries = [
        node.name for node in state.nodes if node.condition is Condition.HEARD and node.role is Role.PRIMARY
    ]
    if changed_at is not None and now - changed_at < RECENT_S:
        minutes = int((now - changed_at) // 60)
        unseen = any(took_over_unwatched(state, name) for name in primaries)
        when = t("{n} min ago", n=minutes) if minutes else worded(ago(now - changed_at))
        parts = [t("failover in a gap") if unseen else t("failover {when}", when=when)]
    else:
        # Translators: which node is Primary
        parts = [t("{node} primary", node=primaries[0])] if len(primaries) == 1 else []
        if severity >= Severity.WARNING and since is not None:
            # Translators: since how long it is so
            parts.insert(0, t("for {time}", time=roughly(now - since)))
    return GroupRow(
        name=settings.name,
        severity=severity,
        word=title_of(state.verdict.name),
        detail=" · ".join(parts),
        lab=settings.lab,
        tags=settings.tags,
        words=_words(state),
        trace=trace,
    )


def _words(state: GroupState) -> str:
    """Names and addresses of nodes, the name in DNS, and what else stands beside the verdict."""
    settings = state.settings
    told = [settings.fqdn or "", *(f"{node.name} {node.url}" for node in settings.nodes)]
    for node in state.nodes:
        own = node.configuration.external_ipv4_address if node.configuration is not None else None
        told.append(own or "")
    told += [title_of(finding.name) for finding in state.verdict.findings]
    return " ".join(told).casefold()


def roughly(seconds: float) -> str:
    """An age that changes seldom: ``40 s`` in steps of ten, ``3 min``, ``5 h``, ``2 d``."""
    whole = max(0, int(seconds))
    for size, unit, until in ((1, "s", 60), (60, "min", 3600), (3600, "h", 2 * 86400)):
        if whole < until:
            return f"{whole // 10 * 10 if unit == 's' else whole // size} {unit}"
    return f"{whole // 86400} d"


def counts(severities: Iterable[Severity]) -> str:
    """``1 critical · 1 warning``, or ``all well``; the two worst kinds by name."""
    found = Counter(severity for severity in severities if severity >= Severity.WARNING)
    if not found:
        return t("all well")
    worst = sorted(found, reverse=True)
    said = " · ".join(f"{found[one]} {SEVERITY_WORDS[one]}" for one in worst[:NAMED_COUNTS])
    rest = sum(found[one] for one in worst[NAMED_COUNTS:])
    return tn("{counts} · {n} more", "{counts} · {n} more", rest, counts=said) if rest else said


def beside(state: GroupState) -> tuple[str, ...]:
    """Findings that stand beside the verdict, worst first, as sentences."""
    return tuple(
        f"{title_of(finding.name)}: {worded(finding.sentence)}"
        for finding in state.verdict.findings
        if finding.name != state.verdict.name
    )
