"""What can be fed to ``group.step``: one value per probe's outcome, gaps, ticks and our own orders.

A failure is a value, never an exception. ``sent_at`` and ``received_at`` are on our clock; instants inside a
report are on the clock of whoever wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agmonitor.domain.making import quickly_made
from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    HeartbeatMethod,
    Instant,
    Members,
    Role,
)


@quickly_made
@dataclass(frozen=True, slots=True)
class NodeReport:
    """A node's well-formed word about itself (``GET /group``, or ``GET /state`` where that is refused)."""

    role: Role
    heartbeat_method: HeartbeatMethod | None = None
    last_heartbeat_at: Instant | None = None  # node's clock, whole seconds
    last_updated_at: Instant | None = None  # node's clock, whole seconds
    dns_link: DnsLink | None = None
    members: Members | None = None
    configuration: Configuration | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class NodeObservation:
    """One probe of one node's group state. ``report`` is there exactly when ``answer`` is OK."""

    node: str
    sent_at: Instant
    received_at: Instant
    answer: Answer
    detail: str = ""  # one human sentence about a failure; no secrets
    round_trip_ms: float | None = None  # of the last request of the probe, to 0.1; None: nothing came back
    report: NodeReport | None = None
    http_date: Instant | None = None  # ``Date`` header, whole seconds, perhaps a proxy's
    http_status: int | None = None
    certificate_expires_at: Instant | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class LoadObservation:
    """One probe of ``/serverstatus``. A failure here says nothing about the node's role."""

    node: str
    sent_at: Instant
    received_at: Instant
    answer: Answer
    detail: str = ""
    load_score: float | None = None  # ``resource_usage_score``
    current_time: Instant | None = None  # node's clock, whole seconds
    http_date: Instant | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class DnsObservation:
    """The authoritative server's word on the group's host record and TXT heartbeat.

    ``server`` None: no authoritative server could be found or asked for; ``answer`` then says why.
    """

    sent_at: Instant
    received_at: Instant
    answer: DnsAnswer
    detail: str = ""
    round_trip_ms: float | None = None
    server: str | None = None  # "192.0.2.53:53"
    addresses: tuple[str, ...] = ()  # IPv4, sorted
    ttl_s: int | None = None
    heartbeat_at: Instant | None = None  # newest readable TXT stamp; the Primary's clock
    txt_seen: bool = False  # a TXT record exists, readable or not


@quickly_made
@dataclass(frozen=True, slots=True)
class ResolverObservation:
    """What one resolver answers for the group's name. ``resolver`` is "system" or "host:port"."""

    resolver: str
    sent_at: Instant
    received_at: Instant
    answer: DnsAnswer
    detail: str = ""
    addresses: tuple[str, ...] = ()
    ttl_s: int | None = None  # what is left in the resolver's cache


@quickly_made
@dataclass(frozen=True, slots=True)
class ClientObservation:
    """The client's path: the name resolved as a client does, ``GET /health`` at the address found."""

    sent_at: Instant
    received_at: Instant
    answer: Answer
    detail: str = ""
    round_trip_ms: float | None = None
    address: str | None = None  # None: the name did not resolve


class HookOutcome(StrEnum):
    """How one call of a hook ended."""

    RETURNED = "returned"
    RAISED = "raised"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Hook:
    """One subscribed callback, as the hook inventory workflow tells it. Instants are on the node's clock."""

    workflow: str
    callback: str  # qualified name
    source: str  # "file:line"
    event: str = ""
    registered_at: Instant | None = None  # the first time
    registrations: int = 1

    @property
    def file(self) -> str:
        """``dhcp_export/dhcp_export_page.py``; "" where it is not known."""
        return self.source.rpartition(":")[0] if self.line is not None else self.source

    @property
    def line(self) -> int | None:
        """Where the callback begins."""
        line = self.source.rpartition(":")[2]
        return int(line) if line.isascii() and line.isdigit() else None


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call of one hook at a role change. Instants are on the node's clock."""

    workflow: str
    callback: str
    previous: Role | None  # None at start
    new: Role
    started_at: Instant
    duration_ms: float | None
    outcome: HookOutcome
    error: str = ""  # "KeyError: 'zone'"
    source: str = ""  # as the hook's; "" from an older inventory
    so_far_ms: float | None = None  # how long a call has run that is still under way
    beside: int = 0  # calls of the same hook that were under way when this one began

    def is_of(self, hook: Hook) -> bool:
        """Whether it is that hook's."""
        same = (self.workflow, self.callback) == (hook.workflow, hook.callback)
        return same and (not self.source or not hook.source or self.source == hook.source)


@quickly_made
@dataclass(frozen=True, slots=True)
class HooksObservation:
    """A node's hook inventory; ``answer`` HTTP_STATUS when the inventory workflow is not installed there."""

    node: str
    sent_at: Instant
    received_at: Instant
    answer: Answer
    detail: str = ""
    hooks: tuple[Hook, ...] = ()
    calls: tuple[HookCall, ...] = ()  # newest last, bounded
    http_status: int | None = None
    version: str = ""  # of the inventory
    earlier: tuple[str, ...] = ()  # workflows loaded before it, whose hooks it may not know


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing arrived; time has passed on our clock."""

    at: Instant


class GapReason(StrEnum):
    """Why nothing was observed for a while."""

    ASLEEP = "asleep"  # the machine slept: wall clock and monotonic clock drifted apart
    LATE = "late"  # this program could not keep up
    PAUSED = "paused"  # a person paused watching
    CLOSED = "closed"  # the program was not running
    CLOCK_STEPPED = "clock_stepped"  # our wall clock was set


@dataclass(frozen=True, slots=True)
class Gap:
    """Time not observed, both ends on our clock. Nothing is ever claimed about it."""

    from_at: Instant
    until_at: Instant
    reason: GapReason


@dataclass(frozen=True, slots=True)
class FailoverOrdered:
    """We are about to send (or have sent) ``PUT /failover`` to ``node``."""

    at: Instant
    node: str
    reason: str
    who: str  # operating system account


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A person took note of an episode, or (``episode`` None) of the unexplained change of Primary."""

    at: Instant
    episode: int | None
    who: str  # operating system account
    why: str


@dataclass(frozen=True, slots=True)
class FailoverAnswer:
    """What came back from the one PUT. ``accepted`` None: sent, and no usable answer (outcome unknown)."""

    accepted: bool | None
    http_status: int | None
    detail: str
    sent: bool = True  # False: nothing left this machine (refused connection, failed sign-in)


Observation = (
    NodeObservation
    | LoadObservation
    | DnsObservation
    | ResolverObservation
    | ClientObservation
    | HooksObservation
)
Input = Observation | Tick | Gap | FailoverOrdered | Acknowledged


def instant_of(item: Input) -> Instant:
    """The instant an input counts from: when it arrived, or when it ended."""
    match item:
        case Tick(at=at) | FailoverOrdered(at=at) | Acknowledged(at=at):
            return at
        case Gap(until_at=at):
            return at
        case _:
            return item.received_at
