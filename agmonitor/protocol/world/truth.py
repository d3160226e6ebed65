"""What really is and was: immutable pictures in plain words and numbers, for judges that trust nobody.

Instants are true time but for those that say "own clock". Imports nothing of what it tells about. The
pictures are named tuples, which a run can take by the thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class LinkTruth:
    """One link of one node; all zero and False: nothing befalls it."""

    delay_s: float = 0.0
    loss_share: float = 0.0
    reset: bool = False
    blackhole: bool = False

    @property
    def clear(self) -> bool:
        return not (self.delay_s or self.loss_share or self.reset or self.blackhole)


class NodeTruth(NamedTuple):
    """One node. A dead one's role is the one it died in; ``runs`` says whether it does anything at all."""

    name: str
    address: str
    alive: bool
    frozen: bool
    stalled: bool  # its rhythm stands still; it answers all the same
    role: str  # primary secondary not_in_group
    since: float  # when it took the role
    peer: str | None
    dns_connection: str
    heartbeat_method: str | None
    last_beat_at: float | None  # newest beat it knows, stamped by the Primary's own clock
    beat_arrived_at: float | None  # when a direct beat last arrived here, own clock
    last_check_at: float | None  # the Secondary's newest check, own clock
    clock_offset_s: float  # ahead of true time at the picture's instant
    drift_ppm: float
    load_score: float  # at the picture's instant; climbs on while overloaded
    overloaded: bool
    certificate: str  # good expired swapped
    rubbish: bool
    hooks: str  # good raise hang
    report_s: float
    check_s: float
    absence_s: float
    door: LinkTruth
    heartbeat: LinkTruth
    dns: LinkTruth
    watch: LinkTruth

    @property
    def runs(self) -> bool:
        return self.alive and not self.frozen


class ResolverTruth(NamedTuple):
    """One resolver's memory. ``expires_at``: when it fetches anew."""

    address: str | None
    expires_at: float


class Truth(NamedTuple):
    """The whole world at one instant."""

    at: float
    nodes: tuple[NodeTruth, NodeTruth]
    record: str | None
    txt: float | None  # whole seconds, the Primary's own clock
    name_server_up: bool
    observer_online: bool
    resolvers: tuple[ResolverTruth, ...]
    served: tuple[bool, ...]  # clients behind each resolver; empty: there are none
    served_by: tuple[str | None, ...]
    faults: tuple[str, ...]  # names of what is broken at present, with node and link: "slow gw-1 door"

    def node(self, name: str) -> NodeTruth:
        """The node of that name.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def holder(self) -> NodeTruth | None:
        """The node that the host record names."""
        return next((node for node in self.nodes if node.address == self.record), None)

    @property
    def primaries(self) -> tuple[NodeTruth, ...]:
        """The nodes that are alive and hold themselves for Primary, frozen ones included."""
        return tuple(node for node in self.nodes if node.alive and node.role == "primary")


Listener = Callable[[Truth], object]


class TruthStream:
    """The present truth, those who hear of each new one, and the record of them where one is kept."""

    def __init__(self, picture: Callable[[], Truth]) -> None:
        self._picture = picture
        self._listeners: list[Listener] = []
        self._last: Truth | None = None
        self.history: list[tuple[float, Truth]] = []
        self.is_recording = False

    @property
    def now(self) -> Truth:
        """What is at this instant."""
        return self._picture()

    def record(self) -> None:
        """Keep every picture from now on in ``history``, beginning with the present one."""
        if not self.is_recording:
            self.is_recording = True
            self.publish()

    def on_change(self, listener: Listener) -> None:
        """Have ``listener`` called with each new picture, after the step that brought it."""
        self._listeners.append(listener)

    @property
    def is_wanted(self) -> bool:
        return self.is_recording or bool(self._listeners)

    def publish(self) -> None:
        """Something changed."""
        truth = self._picture()
        if self.is_recording:
            self.history.append((truth.at, truth))
        for listener in self._listeners:
            listener(truth)
