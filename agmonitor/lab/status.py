"""What the lab tells about itself: plain values for the window, the CLI and the control socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from agmonitor.domain.model import HostPort, Instant


class NodeCondition(StrEnum):
    """What the supervisor knows of a node's process; roles are the nodes' own word."""

    STARTING = "starting"
    RUNNING = "running"
    FROZEN = "frozen"
    KILLED = "killed"
    ENDED = "ended"  # by itself: a defect, its log says more


@dataclass(frozen=True, slots=True)
class LabNode:
    """One node's process."""

    name: str
    state: NodeCondition
    url: str  # where the world finds it
    watch_url: str  # where a monitor does, on a path of its own
    address: str
    pid: int | None
    log: str


@dataclass(frozen=True, slots=True)
class FaultRecord:
    """One injected fault. ``ends_at``: when it will heal itself; ``ended_at``: when it was healed."""

    name: str
    node: str | None  # None: both
    began_at: Instant
    ends_at: Instant | None = None
    ended_at: Instant | None = None
    link: str | None = None  # of the faults that take one
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outage:
    """Time the client was without service."""

    began_at: Instant
    ended_at: Instant | None
    without_service_s: float
    cause: str
    address_before: str | None = None
    address_after: str | None = None


@dataclass(frozen=True, slots=True)
class ClientCounters:
    """What the lab's client asked and lost since the last reset; as it told last, a second ago at most."""

    asked: int = 0
    lost: int = 0
    clients_without_service_s: float = 0.0
    address: str | None = None  # that served last
    outages: tuple[Outage, ...] = ()  # newest last, the one going on included


@dataclass(frozen=True, slots=True)
class LabTimers:
    """The pair's settings."""

    report_s: int
    check_s: int
    absence_s: int
    ttl_s: int


@dataclass(frozen=True, slots=True)
class UnfitWorkflow:
    """One that was not loaded, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LabWorkflows:
    """What became of the user's own workflows; ``unfit`` is bounded, ``loaded`` of ``found`` tells all."""

    found: int
    loaded: int
    unfit: tuple[UnfitWorkflow, ...]
    troubles: tuple[str, ...]  # of the folders themselves


@dataclass(frozen=True, slots=True)
class LabStatus:
    """The lab at one instant."""

    pid: int
    began_at: Instant
    up: bool  # the pair has come up and nothing of the lab itself has ended
    trouble: str  # what of the lab itself has ended, "" if nothing
    fqdn: str
    nodes: tuple[LabNode, ...]
    nameserver: HostPort | None
    user: str
    password_file: str
    faults: tuple[FaultRecord, ...]  # oldest first, bounded; those without ``ended_at`` are on
    clients: ClientCounters
    timers: LabTimers
    at: Instant = 0.0  # when this was so
    ca_file: str | None = None  # whose certificates the nodes show; None over plain http
    workflows: LabWorkflows | None = None  # of the user; None where the examples run
    coming: tuple[FaultRecord, ...] = ()  # faults that will begin at their ``began_at``, the next one first
    not_begun: str = ""  # why one of them could not begin, until all is healed

    @property
    def active_faults(self) -> tuple[FaultRecord, ...]:
        return tuple(fault for fault in self.faults if fault.ended_at is None)

    def document(self) -> dict[str, object]:
        """Everything as JSON would have it."""
        return asdict(self)
