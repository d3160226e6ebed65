"""What ``group.step`` must remember beside what it shows: evidence of several rounds. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import Instant, Role, Severity
from agmonitor.domain.observations import DnsObservation, Gap


@quickly_made
@dataclass(frozen=True, slots=True)
class ClockInterval:
    """Node's clock minus ours lay between these, at an instant of ours."""

    low_s: float
    high_s: float
    at: Instant


@quickly_made
@dataclass(frozen=True, slots=True)
class ClockEvidence:
    """A node's clock by its own word (``current_time``) and by HTTP ``Date``, which a proxy may write."""

    own: ClockInterval | None = None
    date: ClockInterval | None = None
    date_stepped: bool = False  # ``Date`` was set since the node's own word: one of both is out of date


class Doubted(StrEnum):
    """What must be confirmed by a second look before it is said."""

    TWO_PRIMARIES = "two_primaries"
    NO_PRIMARY = "no_primary"
    RECORD = "record"


class SecondLook(StrEnum):
    """How far the confirmation has come."""

    WANTED = "wanted"
    CONFIRMED = "confirmed"
    FAILED = "failed"  # asked again and no usable answer: it holds, and says so


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something seen once at ``since``. ``older`` is the node whose answer came first."""

    what: Doubted
    since: Instant
    older: str = ""
    second_look: SecondLook = SecondLook.WANTED
    both: bool = False  # either answer may be the older: both are asked again


@quickly_made
@dataclass(frozen=True, slots=True)
class TxtBeat:
    """The TXT heartbeat as last read: its stamp on its writer's clock, when we read it, and beside what.

    A clock that is set later says nothing of a stamp from before, so the beat's instant is kept as it was
    when first seen; none while no clock was known then.
    """

    stamp: Instant
    seen_at: Instant
    beside: tuple[str, ...] = ()  # the host record's addresses in the same answer
    first_seen_at: Instant = 0.0  # when this stamp was first read
    not_before: Instant | None = None  # we asked then and still read another stamp
    written_at: Instant | None = None  # on our clock
    unsure_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PrimaryChange:
    """The Primary was one node and is another."""

    at: Instant
    old: str
    new: str
    ordered_here: bool
    explained: bool  # by silence, a late heartbeat or a gap
    bounce_s: float | None = None  # it went back so soon after the change before it: no failover of its own
    unwatched: Gap | None = None  # nobody saw it: it happened within this time


@dataclass(frozen=True, slots=True)
class OldAnswer:
    """A resolver that answers another member's address, and until when its cache may."""

    resolver: str
    until: Instant


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A node's clock was set, by this much."""

    at: Instant
    node: str
    step_s: float


class HookTroubleKind(StrEnum):
    """How a hook can fail at a change of role."""

    RAISED = "raised"
    MISSED = "missed"
    RAN_TWICE = "ran twice"
    OVERLAPPED = "overlapped"
    OUTLIVED = "outlived the window"


@dataclass(frozen=True, slots=True)
class HookTrouble:
    """One thing that went wrong with one hook at a node's last change of role."""

    kind: HookTroubleKind
    node: str
    role: Role  # that it changed to
    workflow: str
    callback: str
    text: str  # what the hook did, with the values: "raised KeyError: 'zone' after 9 ms"


@dataclass(frozen=True, slots=True)
class Marks:
    """The instants of an episode as they are seen, all on our clock."""

    beat_at: Instant | None = None  # the last heartbeat before the change
    silent_at: Instant | None = None  # our first failed probe of the old Primary
    last_secondary_at: Instant | None = None  # the new Primary still said Secondary
    promoted_at: Instant | None = None
    record_at: Instant | None = None
    hooks_from_at: Instant | None = None
    hooks_until_at: Instant | None = None
    clients_lost_at: Instant | None = None
    clients_back_at: Instant | None = None
    clients_lost_s: float = 0.0  # of losses that are over
    standby_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """What the events have said last, so that a gap neither clears nor repeats it."""

    verdict: tuple[str, Severity] | None = None
    findings: tuple[tuple[str, int, Severity], ...] = ()  # name, number, severity
    conditions: tuple[str, str] = ("unknown", "unknown")


@dataclass(frozen=True, slots=True)
class Memory:
    """See the fields; ``None`` and empty mean "never seen"."""

    begun: bool = False
    not_before: Instant | None = None  # what arrived before the last gap's end is settled
    clocks: tuple[ClockEvidence, ClockEvidence] = (ClockEvidence(), ClockEvidence())
    doubt: Doubt | None = None  # about the pair of roles
    record_doubt: Doubt | None = None  # single look: about the record
    dns_answered: DnsObservation | None = None  # newest that said anything about the record, since the gap
    dns_ever: bool = False  # an authoritative server has answered at least once
    txt: TxtBeat | None = None
    txt_unread: bool = False  # the Secondary's checks pass over a TXT beat they should have read
    beat_moved_alone: bool = False  # the Secondary's beat moved while its last_updated stood still
    beat_moved_with_check: bool = False
    record: tuple[str, ...] | None = None  # addresses the record last held, kept over gaps
    record_moved_at: Instant | None = None
    old_record: tuple[str, ...] = ()
    old_answers: tuple[OldAnswer, ...] = ()
    differ_since: Instant | None = None  # the nodes' settings
    last_primary: str | None = None  # who was last heard as the only Primary
    gap_since_primary: bool = False  # a gap lies between that answer and now
    excuse: bool = False  # that Primary is silent or its beat late, or was when last seen
    excused_at: Instant | None = None  # when that was last so
    change: PrimaryChange | None = None  # newest
    changes: tuple[PrimaryChange, ...] = ()  # the newest few, that one last
    acknowledged_change: PrimaryChange | None = None  # the newest that a person has taken note of
    clock_step: ClockStep | None = None  # newest
    date_step: ClockStep | None = None  # newest that ``Date`` alone told, against the node's own word
    hook_troubles: tuple[HookTrouble, ...] = ()  # at each node's last change of role
    clients_at: str | None = None  # the address that last served clients
    clients_served_at: Instant | None = None  # the newest of their visits that succeeded was sent
    clients_failed_at: Instant | None = None  # first of the client probes that failed running: when sent
    clients_lost_at: Instant | None = None  # and when it came back
    clients_failed_sent: tuple[Instant, ...] = ()  # when the newest two of those were sent
    marks: Marks = Marks()  # of the episode going on
    episode_count: int = 0
    announced: Announced = Announced()
