"""The immutable state that ``group.step`` folds inputs into, and the verdict drawn from it.

Everything here is public to the window, the CLI and the reports; only ``domain.group`` makes new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from agmonitor.domain.events import Episode
from agmonitor.domain.making import quickly_made
from agmonitor.domain.memory import Memory
from agmonitor.domain.model import Configuration, GroupSettings, Instant, Role, Severity
from agmonitor.domain.observations import (
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    HooksObservation,
    LoadObservation,
    NodeObservation,
    ResolverObservation,
)


class Mode(StrEnum):
    """Watching keeps on asking; a single look must judge from what one look (and its second) gives."""

    WATCHING = "watching"
    SINGLE_LOOK = "single_look"


class Condition(StrEnum):
    """What a node is to us, after the rules on lost probes (``silent`` means silent twice running)."""

    UNKNOWN = "unknown"  # not asked yet, or silent once and never heard
    HEARD = "heard"
    UNREADABLE = "unreadable"
    SILENT = "silent"


@quickly_made
@dataclass(frozen=True, slots=True)
class ClockOffset:
    """Node's clock minus ours, as an interval, at an instant of ours."""

    low_s: float
    high_s: float
    at: Instant

    @property
    def middle_s(self) -> float:
        return (self.low_s + self.high_s) / 2

    @property
    def uncertainty_s(self) -> float:
        return (self.high_s - self.low_s) / 2


@quickly_made
@dataclass(frozen=True, slots=True)
class NodeState:
    """What we know of one node."""

    name: str
    url: str
    condition: Condition = Condition.UNKNOWN
    since: Instant | None = None  # when the condition began
    last: NodeObservation | None = None  # newest probe, whatever came of it
    heard: NodeObservation | None = None  # newest well-formed answer
    before: NodeObservation | None = None  # the well-formed answer before that
    failures: int = 0  # probes failed running, all silent or all unreadable
    refused: bool = False  # connections, since it was last heard: nobody listened
    first_failed_at: Instant | None = None  # when the first of those was sent
    role: Role | None = None  # None unless heard
    role_since: Instant | None = None
    role_change_seen: bool = False  # ``role_since`` is a change we saw, not just the first answer
    begun_at: Instant | None = None  # when we saw it take its role, or found it started anew in it; else None
    begun_offset_s: float | None = None  # of its clock then, where it was known: by that it counts from there
    role_until_at: Instant | None = None  # when the last answer with the role before was asked for
    configuration: Configuration | None = None  # as last heard
    offset: ClockOffset | None = None
    stated_offset: ClockOffset | None = None  # what it was as ``heard`` was told, where it was set since
    load: LoadObservation | None = None  # newest that carried a score
    hooks: HooksObservation | None = None  # newest, whatever came of it
    inventory: HooksObservation | None = None  # newest that told the hooks and their calls


@quickly_made
@dataclass(frozen=True, slots=True)
class TakeoverWindow:
    """When the Secondary may and must have taken over, on the Secondary's clock.

    ``offset_s`` is that clock minus ours; subtract it to draw the window on our time axis.
    """

    opens_at: Instant
    closes_at: Instant
    assumed: bool  # intervals are the documented defaults, not heard
    offset_s: float = 0.0


@quickly_made
@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the findings table that holds now."""

    number: int
    name: str
    severity: Severity
    sentence: str


@quickly_made
@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst finding of warning or above, else not_in_group, else healthy, else not_enough_evidence."""

    number: int
    name: str
    severity: Severity
    sentence: str
    findings: tuple[Finding, ...] = ()  # worst first; notices may stand beside healthy


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One condition of one finding, as it was judged."""

    number: int
    finding: str
    condition: str  # "beat age over the limit"
    value: str  # "72.4 s"
    limit: str  # "> 60 s"
    passed: bool | None  # None: could not be judged
    evidence: str  # the observation it rests on: "gw-2 at 03:14:09"
    at: Instant


@dataclass(frozen=True, slots=True)
class Look:
    """A question ``step`` wants asked again outside the rounds: a node's name or "dns", not before ``at``."""

    subject: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Timers:
    """H, C, A and TTL as last heard from the Secondary (else the Primary), else documented defaults."""

    report_s: float = 20.0
    check_s: float = 30.0
    absence_s: float = 60.0
    ttl_s: float = 30.0
    assumed: bool = True


@quickly_made
@dataclass(frozen=True, slots=True)
class BeatAge:
    """Age of the newest heartbeat, on the clock it is judged by."""

    age_s: float
    stamped_at: Instant  # on that clock
    late_after_s: float  # limit of "late", slack included
    source: str  # "secondary" or "txt"


@dataclass(frozen=True, slots=True)
class GroupState:
    """One group at one instant."""

    settings: GroupSettings
    mode: Mode
    now: Instant
    began_at: Instant
    nodes: tuple[NodeState, NodeState]
    verdict: Verdict
    timers: Timers = Timers()
    beat: BeatAge | None = None
    window: TakeoverWindow | None = None
    dns: DnsObservation | None = None
    dns_failures: int = 0
    resolvers: tuple[ResolverObservation, ...] = ()
    clients: ClientObservation | None = None
    clients_ever_worked: bool = False
    clients_failures: int = 0
    last_gap: Gap | None = None
    ordered: FailoverOrdered | None = None  # newest order of ours
    primary_changed_at: Instant | None = None
    looks: tuple[Look, ...] = ()  # second looks wanted
    episode: Episode | None = None  # the one going on
    episodes: tuple[Episode, ...] = ()  # ended ones, newest last, bounded
    memory: Memory = field(default_factory=Memory)  # bookkeeping of ``domain.group`` alone

    def node(self, name: str) -> NodeState:
        """The node of that name.

        Raises:
            KeyError: no such node in this group.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)
